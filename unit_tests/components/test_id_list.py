"""Chat's lists by id: however many rows a server hands out, and whether or not it repeats the id that is requested."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.api.request import PageResponse
from source_zendesk_support.errors import MalformedResponse
from source_zendesk_support.state.position import Position
from unit_tests.account import NOW, Account
from unit_tests.components.parts import pages_of
from unit_tests.reading import read

AGENTS, BANS = "/api/v2/chat/agents", "/api/v2/chat/bans"
IDS = st.frozensets(st.integers(1, 60), max_size=30)


def walk(stream: str, response: Callable[[int], Any]) -> tuple[list[Any], int]:
    """The rows (or pages of lists) that are sent, and the number of requests."""
    rules, calls = pages_of(stream), 0
    sent: list[Any] = []
    position = rules.begin(Position(0))
    while not position.done:
        calls += 1
        assert calls < 300
        request = rules.page_request(position, NOW)
        assert "limit" not in request.params
        envelope = response(int(request.params.get("since_id", 0)))
        found = PageResponse(envelope, NOW, request, next_page=request.check(envelope, request))
        page = rules.read(found, position)
        position = rules.advance(position, page).after
        sent += page.new_rows
    return sent, calls


def page(ids: frozenset[int], since: int, cap: int, *, inclusive: bool, text: bool = False) -> list[dict[str, Any]]:
    found = sorted(key for key in ids if key > since or (inclusive and key == since))[:cap]
    return [{"id": str(key) if text else key} for key in found]


@given(ids=IDS, cap=st.integers(1, 12), inclusive=st.booleans(), text=st.booleans())
def test_every_agent_comes_once(ids: frozenset[int], cap: int, *, inclusive: bool, text: bool) -> None:
    sent, _ = walk("chat_agents", lambda since: page(ids, since, cap, inclusive=inclusive, text=text))
    assert [int(row["id"]) for row in sent] == sorted(ids)


@given(ids=IDS, cap=st.integers(1, 12), inclusive=st.booleans(), together=st.booleans(), text=st.booleans())
def test_every_ban_comes_once_whether_lists_are_cut_together_or_each(
    ids: frozenset[int], cap: int, *, inclusive: bool, together: bool, text: bool
) -> None:
    def response(since: int) -> Any:
        parts = [frozenset(key for key in ids if key % 3 == 0), frozenset(key for key in ids if key % 3)]
        if together:
            whole = {row["id"] for row in page(ids, since, cap, inclusive=inclusive, text=text)}
            cut = [
                [row for row in page(part, 0, 99, inclusive=True, text=text) if row["id"] in whole] for part in parts
            ]
        else:
            cut = [page(part, since, cap, inclusive=inclusive, text=text) for part in parts]
        return {"ip_address": cut[0], "visitor": cut[1]}

    sent, _ = walk("chat_banned_ips", response)
    ips = [int(row["id"]) for found in sent for row in found["ip_address"]]
    visitors = [int(row["id"]) for found in sent for row in found["visitor"]]
    assert sorted(ips + visitors) == sorted(ids)
    assert all(key % 3 == 0 for key in ips)


def test_a_page_that_a_server_caps_at_100_is_not_the_last(account: Account) -> None:
    account.on(AGENTS, [{"id": key} for key in range(1, 101)])
    account.on(f"{AGENTS}?since_id=100", [{"id": key} for key in range(100, 151)])
    account.on(f"{AGENTS}?since_id=151", [])
    outcome = read("chat_agents")
    assert account.requested == [AGENTS, f"{AGENTS}?since_id=100", f"{AGENTS}?since_id=151"]
    assert outcome.ids() == list(range(1, 151))


def test_a_list_that_ignores_the_id_is_complete(account: Account) -> None:
    account.on(AGENTS, *[[{"id": 1}, {"id": 2}]] * 9)
    outcome = read("chat_agents")
    assert outcome.ids() == [1, 2]
    assert account.requested == [AGENTS, f"{AGENTS}?since_id=2"]
    assert outcome.statuses()[-1] == "COMPLETE"


@pytest.mark.parametrize("envelope", [{"ip_address": None, "visitor": [{"id": 7}]}, {"visitor": [{"id": 7}]}])
def test_a_list_of_bans_may_be_null(envelope: Any, account: Account) -> None:
    account.on(BANS, envelope)
    account.on(f"{BANS}?since_id=7", {"ip_address": None, "visitor": []})
    outcome = read("chat_banned_ips", "chat_banned_visitors")
    assert outcome.records("chat_banned_ips") == []
    assert outcome.records("chat_banned_visitors") == [{"id": 7}]
    assert account.requested == [BANS, f"{BANS}?since_id=7"]


def test_an_answer_without_any_list_of_bans_is_not_an_empty_one() -> None:
    with pytest.raises(MalformedResponse, match="the response has no ip_address"):
        pages_of("chat_banned_ips").next_page({"message": "busy"}, 10)
