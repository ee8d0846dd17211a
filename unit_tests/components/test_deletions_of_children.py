"""Rows that are read parent by parent: a child is marked if it is gone, or its parent, and never while it lives."""

from dataclasses import dataclass, field
from typing import Any

import pytest
import requests_mock
from hypothesis import given
from hypothesis import strategies as st

from unit_tests.account import DATE, Account
from unit_tests.examples import examples
from unit_tests.reading import Outcome, State, read

MARK = "_ab_cdc_deleted_at"
JUNE_1, NOON = "2024-06-01T00:00:00Z", "2024-06-10T12:00:00Z"
STREAM = "article_comments"
ARTICLES = (1, 2, 3)
ADMIN = {"user": {"id": 1, "role": "admin", "custom_role_id": None}}
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["add", "remove"]), st.integers(1, 9)),
        st.tuples(st.sampled_from(["archive", "return"]), st.sampled_from(ARTICLES)),
        st.tuples(st.just("sync"), st.sampled_from(["whole", "refused", "broken", "no articles"])),
    ),
    min_size=3,
    max_size=16,
)


@dataclass
class ArticleAccount:
    """Articles with comments; comment n belongs to article n modulo 3, plus 1."""

    articles: set[int] = field(default_factory=lambda: set(ARTICLES))
    comments: set[int] = field(default_factory=lambda: set(range(1, 7)))
    way: str = "whole"

    def happen(self, event: str, value: int) -> None:
        change = {
            "add": self.comments.add,
            "remove": self.comments.discard,
            "archive": self.articles.discard,
            "return": self.articles.add,
        }
        change[event](value)

    @property
    def living(self) -> set[int]:
        return {key for key in self.comments if key % 3 + 1 in self.articles}

    def response(self, request: Any, context: Any) -> Any:
        context.headers["Date"] = DATE
        context.status_code, body = self._response(request.path.removeprefix("/api/v2/"))
        return body

    def _response(self, path: str) -> tuple[int, Any]:
        last = {"meta": {"has_more": False}}
        if path == "users/me":
            return 200, ADMIN
        if path == "help_center/articles.json":
            shown = [] if self.way == "no articles" else sorted(self.articles)
            return 200, {"articles": [{"id": key, "updated_at": JUNE_1} for key in shown], **last}
        if not path.startswith("help_center/articles/"):
            return 200, {"settings": {}}
        article = int(path.split("/")[2])
        if article == max(self.articles, default=0) and self.way in ("refused", "broken"):
            return (403, {"error": "Forbidden"}) if self.way == "refused" else (500, {"error": "Broken"})
        found = [key for key in sorted(self.comments) if key % 3 + 1 == article]
        return 200, {"comments": [{"id": key, "source_id": article, "updated_at": JUNE_1} for key in found], **last}


@examples(60)
@pytest.mark.usefixtures("no_waits")
@given(events=EVENTS)
def test_no_living_child_is_marked_and_every_dead_one_in_the_end(events: list[tuple[str, Any]]) -> None:
    account, table, state, unsaved = ArticleAccount(), dict[int, Any](), None, set[int]()
    with requests_mock.Mocker() as mocker:
        mocker.register_uri(requests_mock.ANY, requests_mock.ANY, json=account.response)
        for kind, value in [
            ("sync", "whole"),
            *events,
            ("add", 9),
            ("return", 1),
            ("sync", "whole"),
            ("sync", "whole"),
        ]:
            if kind != "sync":
                account.happen(kind, value)
                continue
            account.way = value
            outcome = _sync(state, fails=value == "broken" and bool(account.articles))
            assert not [row for row in outcome.records() if row.get(MARK) and row["id"] in account.living]
            came = {row["id"]: row for row in outcome.records()}
            unsaved |= came.keys() - table.keys() if outcome.errors else set()
            table |= came
            state = outcome.state() if outcome.states() else state
    left = {key for key, row in table.items() if not row.get(MARK)}
    assert left - unsaved == account.living - unsaved  # what came after the last STATE of a failed sync is not known
    assert account.living <= left


def _sync(state: State | None, *, fails: bool) -> Outcome:
    return read(STREAM, state={STREAM: state} if state else None, tombstones=True, fails=fails)


def test_a_key_of_two_fields_is_sent_completely(account: Account) -> None:
    objects = {"custom_objects": [{"key": "car", "updated_at": JUNE_1}]}
    fields = [{"id": key, "updated_at": JUNE_1} for key in (8, "standard::name", "a/b")]
    url = "/api/v2/custom_objects/car/fields?include_standard_fields=true"
    account.on("/api/v2/custom_objects", objects, objects)
    account.on(url, {"custom_object_fields": fields}, {"custom_object_fields": [{"id": 9, "updated_at": NOON}]})
    account.on("/api/v2/users/me", ADMIN, ADMIN)
    first = read("custom_object_fields", tombstones=True)
    second = read("custom_object_fields", saved=first.state(), tombstones=True)
    marked = [row for row in second.records() if row.get(MARK)]
    assert marked == [
        {"custom_object_key": "car", "id": 8, "updated_at": NOON, MARK: NOON},
        {"custom_object_key": "car", "id": "standard::name", "updated_at": NOON, MARK: NOON},
    ]
