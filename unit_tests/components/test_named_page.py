"""What an answer says of a next page is followed, whatever kind of list it is, and never read as an end."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.components.named_page import link_params, named_page
from source_zendesk_support.custom_fields.definitions import FieldDefinitions
from source_zendesk_support.errors import MalformedResponse
from source_zendesk_support.state.position import Position
from unit_tests.account import NOW, Account
from unit_tests.cases import CASES
from unit_tests.components.parts import pages_of, stanzas, zendesk_of
from unit_tests.reading import read

ROW = {"id": 1, "updated_at": "2024-06-01T00:00:00Z"}
SECOND = {"id": 2, "updated_at": "2024-06-02T00:00:00Z"}
HOST = "https://elsewhere.example/api/v2/any.json"
NOTATIONS: dict[str, tuple[dict[str, Any], str]] = {
    "next_page": ({"next_page": f"{HOST}?page=2&per_page=100"}, "page=2&per_page=100"),
    "next_page as a number": ({"next_page": 2}, "page=2"),
    "relative next_page": ({"next_page": "/api/v2/any.json?page=2"}, "page=2"),
    "next_url": ({"next_url": f"{HOST}?cursor=40"}, "cursor=40"),
    "links.next": (
        {"links": {"next": f"{HOST}?page%5Bafter%5D=c%3D&page%5Bsize%5D=100"}},
        "page[after]=c=&page[size]=100",
    ),
    "links.next as an object": ({"links": {"next": {"href": f"{HOST}?page=2"}}}, "page=2"),
    "meta.has_more": ({"meta": {"has_more": True, "after_cursor": "c+/="}}, "page[after]=c+/="),
    "all of them": (
        {
            "meta": {"has_more": True, "after_cursor": "c"},
            "links": {"next": f"{HOST}?page%5Bafter%5D=c&page%5Bsize%5D=9"},
            "next_page": None,
        },
        "page[after]=c&page[size]=9",
    ),
}
ONE_ANSWER = {
    "custom_roles": ("custom_roles", "custom_roles"),
    "custom_statuses": ("custom_statuses", "custom_statuses"),
    "locales": ("locales", "locales"),
    "satisfaction_reasons": ("satisfaction_reasons", "reasons"),
    "schedules": ("business_hours/schedules", "schedules"),
    "sla_policies": ("slas/policies", "sla_policies"),
    "group_sla_policies": ("group_slas/policies", "group_sla_policies"),
    "ticket_fields": ("ticket_fields", "ticket_fields"),
    "ticket_forms": ("ticket_forms", "ticket_forms"),
}
SAYS_MORE: list[dict[str, Any]] = [
    {"meta": {"has_more": True}},
    {"meta": {"has_more": True, "after_cursor": None}, "links": {"next": None}},
    {"next_page": "https://acme.zendesk.com/api/v2/any.json"},
    {"links": {"next": "https://acme.zendesk.com/api/v2/any.json"}},
]


@pytest.mark.parametrize("stream", ONE_ANSWER)
@pytest.mark.parametrize("notation", [name for name in NOTATIONS if name != "next_url"])
def test_a_list_of_one_answer_follows_the_next_page_that_it_names(stream: str, notation: str, account: Account) -> None:
    if "policies" in stream and "next_page" in notation:
        notation = "next_page as a number" if notation == "next_page" else notation
    path, records = ONE_ANSWER[stream]
    words, query = NOTATIONS[notation]
    url = f"/api/v2/{path}"
    account.on(url, {records: [ROW], **words}, {records: [SECOND], "next_page": None})
    outcome = read(stream)
    assert account.requested == [url, f"{url}?{query}"]
    assert outcome.ids() == [1, 2]
    assert outcome.state()["updated_at"] == "2024-06-02T00:00:00Z"
    assert outcome.statuses()[-1] == "COMPLETE"


@pytest.mark.parametrize("words", SAYS_MORE)
@pytest.mark.parametrize("stream", ["custom_roles", "ticket_forms", "schedules", "macros"])
def test_a_response_that_names_no_next_page_is_never_complete(
    stream: str, words: dict[str, Any], account: Account
) -> None:
    path, records = ONE_ANSWER.get(stream, (stream, stream))
    account.on(f"/api/v2/{path}", *[{records: [ROW], **words}] * 9)
    outcome = read(stream, fails=True)
    assert outcome.statuses()[-1] == "INCOMPLETE"
    assert outcome.errors[0][0] == "transient_error"


def test_definitions_of_custom_fields_are_read_to_their_end(account: Account) -> None:
    """250 fields on three pages; reading labels needs them all."""
    url, tickets = "/api/v2/ticket_fields", "/api/v2/incremental/tickets/cursor"
    fields = [
        {"id": key, "type": "text", "title": f"Field {key}", "active": True, "removable": True} for key in range(250)
    ]
    for start in (0, 100, 200):
        following = f"{HOST}?page={start // 100 + 2}" if start < 200 else None
        query = f"?page={start // 100 + 1}" if start else ""
        account.on(f"{url}{query}", {"ticket_fields": fields[start : start + 100], "next_page": following})
    found = FieldDefinitions(stanzas().pages, zendesk_of()).of("ticket_fields")
    assert len(found) == 250
    assert account.requested == [url, f"{url}?page=2", f"{url}?page=3"]
    assert tickets not in account.requested


def test_holidays_on_several_pages_are_all_read(account: Account) -> None:
    url = "/api/v2/business_hours/schedules"
    account.on(url, {"schedules": [{"id": 7}]})
    account.on(f"{url}/7/holidays", {"holidays": [{"id": 1}], "next_page": f"{HOST}?page=2"})
    account.on(f"{url}/7/holidays?page=2", {"holidays": [{"id": 2}], "next_page": None})
    assert read("schedule_holidays").ids() == [1, 2]


def test_conditions_on_several_pages_are_all_read(account: Account) -> None:
    url = "/api/v2/routing/attributes/definitions"
    first = {"definitions": {"conditions_all": [{"subject": "brand"}], "conditions_any": []}}
    last = {"definitions": {"conditions_all": [], "conditions_any": [{"subject": "form"}]}}
    account.on(url, {**first, "next_page": f"{HOST}?page=2"})
    account.on(f"{url}?page=2", last)
    assert [row["subject"] for row in read("attribute_definitions").records()] == ["brand", "form"]


def test_a_pass_over_links_is_resumed_with_the_page_before(account: Account) -> None:
    url = "/api/v2/custom_roles"
    state = {"updated_at": "2024-01-01T00:00:00Z", "next": "?page=3&per_page=50", "asked": NOW, "v": 1}
    account.on(f"{url}?page=2&per_page=50", {"custom_roles": [ROW], "next_page": f"{HOST}?page=3&per_page=50"})
    account.on(f"{url}?page=3&per_page=50", {"custom_roles": [SECOND], "next_page": None})
    read("custom_roles", saved=state)
    assert account.requested == [f"{url}?page=2&per_page=50", f"{url}?page=3&per_page=50"]


def test_our_own_parameters_win_over_those_of_a_link() -> None:
    rules = pages_of("groups")
    params = rules.page_request(Position(0, token="?page[after]=c&exclude_deleted=true"), NOW).params
    assert params == {"page[after]": "c", "exclude_deleted": "false"}


@pytest.mark.parametrize(
    ("envelope", "turn"),
    [
        ({"meta": {"has_more": True, "after_cursor": "c"}}, (False, "c")),
        (
            {"meta": {"has_more": True, "after_cursor": None}, "links": {"next": f"{HOST}?page[after]=d"}},
            (False, "?page[after]=d"),
        ),
        ({"meta": {"after_cursor": "c"}, "links": {"next": f"{HOST}?page[after]=c"}}, (False, "c")),
        ({"links": {"next": f"{HOST}?page[after]=c"}}, (False, "?page[after]=c")),
        ({"next_page": f"{HOST}?page=2"}, (False, "?page=2")),
        ({"meta": {"has_more": False, "after_cursor": "c"}, "links": {"next": f"{HOST}?page[after]=c"}}, (True, "c")),
        ({"meta": {"after_cursor": None}, "links": {"next": None}}, (True, None)),
        ({"meta": {"has_more": False, "after_cursor": None}, "next_page": f"{HOST}?page=2"}, (False, "?page=2")),
        ({"next_page": None}, (True, None)),
        ({"meta": "", "links": [], "next_page": None}, (True, None)),
    ],
)
@pytest.mark.parametrize("rows", [0, 1, 100])
def test_only_the_answers_word_ends_a_list_with_cursors(
    envelope: dict[str, Any], turn: tuple[bool, str | None], rows: int
) -> None:
    assert pages_of("macros").next_page({"macros": [{"id": n} for n in range(rows)], **envelope}, 100) == turn


@pytest.mark.parametrize(
    "words", [{"next_page": f"{HOST}?page[after]=c"}, {"links": {"next": f"{HOST}?page[after]=c"}}]
)
@pytest.mark.parametrize("stream", ["account_attributes", "talk_phone_numbers"])
def test_a_list_with_page_numbers_follows_a_cursor_too(stream: str, words: dict[str, Any]) -> None:
    records = {"account_attributes": "attributes"}.get(stream, "phone_numbers")
    assert pages_of(stream).next_page({records: [{"id": 1}], **words}, 100) == (False, "?page[after]=c")


@pytest.mark.parametrize("stream", sorted(stream for stream, case in CASES.items() if len(case.calls) == 1))
def test_every_list_of_one_answer_declares_that_it_follows(stream: str) -> None:
    assert pages_of(stream).paginator is not None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.just("https://x/y?page=2"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["next", "has_more", "after_cursor", "href"]), inner)
    ),
    max_leaves=6,
)


@given(envelope=st.dictionaries(st.sampled_from(["meta", "links", "next_page", "next_url", "count"]), JSON))
def test_whatever_a_response_holds_it_is_an_end_a_next_page_or_malformed(envelope: dict[str, Any]) -> None:
    named = named_page(envelope)
    for stream, records in (
        ("custom_roles", "custom_roles"),
        ("macros", "macros"),
        ("talk_phone_numbers", "phone_numbers"),
    ):
        try:
            turn = _turn(stream, {records: [{"id": 1}], **envelope})
        except MalformedResponse:
            continue
        assert turn.is_last or turn.token
        assert not (turn.is_last and named.more)
        if turn.token and turn.token.startswith("?"):
            assert link_params(turn.token)


_RULES = {stream: pages_of(stream) for stream in ("custom_roles", "macros", "talk_phone_numbers")}


def _turn(stream: str, envelope: Any) -> Any:
    return _RULES[stream].next_page(envelope, 100)
