"""Rows that a complete list no longer has are deleted rows, unless there is a doubt."""

from typing import Any

import pytest
from airbyte_cdk.models import SyncMode

from unit_tests.account import ADMIN, FORBIDDEN, NOT_FOUND, Account, Reply, cursor_page
from unit_tests.reading import Outcome, State, read

JUNE_1, NOON = "2024-06-01T00:00:00Z", "2024-06-10T12:00:00Z"
LIST = "/api/v2/macros?page[size]=100"
AGENT = {"user": {"id": 1, "role": "agent", "custom_role_id": 7}}
MARK = "_ab_cdc_deleted_at"


def macro(key: int, updated_at: str = JUNE_1) -> dict[str, Any]:
    return {"id": key, "updated_at": updated_at}


def listed(*keys: int, after: str | None = None) -> dict[str, Any]:
    return cursor_page("macros", map(macro, keys), after)


def tombstone(key: int) -> dict[str, Any]:
    return {"id": key, "updated_at": NOON, MARK: NOON}


def sync(account: Account, *keys: int, state: State | None = None, user: Any = ADMIN, fails: bool = False) -> Outcome:
    """A sync of macros; the account has these."""
    account.requested.clear()
    account.on(LIST, listed(*keys))
    account.on("/api/v2/users/me", user)
    saved = None if state is None else {"macros": state}
    return read("macros", state=saved, tombstones=True, fails=fails)


def known(account: Account, *keys: int, user: Any = ADMIN) -> State:
    """The state after a first sync."""
    return sync(account, *keys, user=user).state()


def shows(account: Account, *keys: int) -> None:
    """The account answers for each of these macros."""
    for key in keys:
        account.on(f"/api/v2/macros/{key}", {"macro": macro(key)})


def assert_nothing_is_deleted(outcome: Outcome) -> None:
    """Two macros stay known, and none is emitted."""
    assert outcome.records() == []
    assert outcome.state()["known"]["count"] == 2


def test_the_state_knows_the_rows_of_a_pass(account: Account) -> None:
    outcome = sync(account, 10, 20, 30)
    assert outcome.records() == [macro(key) for key in (10, 20, 30)]
    (state,) = outcome.states()[-1:]
    assert state["known"]["count"] == 3
    assert state["known"]["role"] == "admin"
    assert account.requested == [LIST, "/api/v2/users/me"]


def test_a_row_that_no_longer_comes_is_sent_with_the_time_at_which_the_pass_began(account: Account) -> None:
    state = known(account, 10, 20, 30)
    shows(account, 30)
    account.on("/api/v2/macros/20", NOT_FOUND)
    outcome = sync(account, 10, 30, state=state)
    assert outcome.records() == [tombstone(20)]
    assert account.requested == [LIST, "/api/v2/users/me", "/api/v2/macros/30", "/api/v2/macros/20"]
    assert outcome.state()["known"]["count"] == 2
    assert sync(account, 10, 30, state=outcome.state()).records() == []


def test_a_row_that_comes_again_is_alive_again_although_it_is_old(account: Account) -> None:
    state = known(account, 10, 20)
    shows(account, 10)
    account.on("/api/v2/macros/20", NOT_FOUND)
    state = sync(account, 10, state=state).state()
    assert sync(account, 10, 20, state=state).records() == [macro(20)]


def test_a_row_that_exists_though_the_list_lacks_it_is_not_deleted(account: Account) -> None:
    state = known(account, 10, 20)
    shows(account, 10, 20)
    assert_nothing_is_deleted(sync(account, 10, state=state))


@pytest.mark.parametrize("status", [403, 422])
def test_a_row_that_may_not_be_shown_is_not_deleted(account: Account, status: int) -> None:
    state = known(account, 10, 20)
    shows(account, 10)
    account.on("/api/v2/macros/20", Reply({"error": "Forbidden"}, status=status))
    assert sync(account, 10, state=state).records() == []


def test_a_row_whose_endpoint_fails_is_not_deleted(account: Account) -> None:
    state = known(account, 10, 20)
    shows(account, 10)
    account.on("/api/v2/macros/20", *[Reply({"error": "Broken"}, status=500)] * 20)
    outcome = sync(account, 10, state=state)
    assert_nothing_is_deleted(outcome)
    assert outcome.warnings[-1].startswith(
        "Stream macros: 1 of 2 rows did not come, but none is declared deleted: they"
    )


@pytest.mark.parametrize(("alive", "marked"), [(None, [*range(1001, 1111)]), (1109, [])])
def test_of_more_than_a_hundred_rows_a_sample_of_a_hundred_must_be_gone(
    account: Account, alive: int | None, marked: list[int]
) -> None:
    state = known(account, *range(1001, 1401))
    shows(account, 1400)
    for key in range(1001, 1111):
        account.on(f"/api/v2/macros/{key}", {"macro": macro(key)} if key == alive else NOT_FOUND)
    outcome = sync(account, *range(1111, 1401), state=state)
    assert sorted(outcome.ids()) == marked
    assert len(account.requested) == 2 + 1 + 100


def test_a_refused_list_deletes_nothing(account: Account) -> None:
    state = known(account, 10, 20)
    account.on(LIST, FORBIDDEN)
    assert read("macros", saved=state, tombstones=True).records() == []


def test_a_list_without_an_endpoint_for_one_row_is_believed(account: Account) -> None:
    state = known(account, 10, 20)
    account.on("/api/v2/macros/10", NOT_FOUND)
    assert sync(account, 10, state=state).records() == [tombstone(20)]


def test_numbered_pages_without_an_endpoint_for_one_row_must_agree_twice(account: Account) -> None:
    saved: dict[str, State] = {}
    sent = []
    for keys in ("ab", "a", "a"):
        rows = [{"id": key, "updated_at": JUNE_1} for key in keys]
        account.on(
            "/api/v2/routing/attributes?include=attribute_values&per_page=100", {"attributes": rows, "next_page": None}
        )
        account.on("/api/v2/users/me", ADMIN)
        account.on("/api/v2/routing/attributes/a", NOT_FOUND)
        outcome = read("account_attributes", state=saved, tombstones=True)
        saved = {"account_attributes": outcome.state()}
        sent.append([row["id"] for row in outcome.records() if row.get(MARK)])
    assert sent == [[], [], ["b"]]


def test_an_empty_list_deletes_nothing(account: Account) -> None:
    outcome = sync(account, state=known(account, 10, 20))
    assert_nothing_is_deleted(outcome)
    assert outcome.warnings == [
        "Stream macros: 2 of 2 rows did not come, but none is declared deleted: the list is empty."
    ]


def test_rows_that_another_role_does_not_see_are_not_deleted(account: Account) -> None:
    outcome = sync(account, 10, state=known(account, 10, 20), user=AGENT)
    assert outcome.records() == []
    state = outcome.state()
    assert state["known"]["role"] == "agent 7"
    assert sync(account, 10, state=state, user=AGENT).records() == []


def test_nothing_is_deleted_if_the_role_cannot_be_read(account: Account) -> None:
    assert_nothing_is_deleted(sync(account, 10, state=known(account, 10, 20), user=FORBIDDEN))


def test_a_mass_deletion_must_be_seen_twice(account: Account) -> None:
    state, rest = known(account, *range(1, 301)), range(1, 101)
    outcome = sync(account, *rest, state=state)
    assert outcome.records() == []
    (warning,) = outcome.warnings
    assert warning.startswith("Stream macros: 200 of 300 rows did not come, but none is declared deleted: that is more")
    shows(account, 99)
    for key in range(101, 301):
        account.on(f"/api/v2/macros/{key}", NOT_FOUND)
    again = sync(account, *rest, state=outcome.state())
    assert sorted(again.ids()) == [*range(101, 301)]
    assert len(account.requested) == 2 + 1 + 100


def test_a_full_refresh_deletes_nothing_and_knows_nothing(account: Account) -> None:
    account.on(LIST, listed(10))
    outcome = read("macros", mode=SyncMode.full_refresh, tombstones=True)
    assert outcome.ids() == [10]
    assert "known" not in outcome.state()


def test_without_the_option_nothing_is_known(account: Account) -> None:
    account.on(LIST, listed(10))
    outcome = read("macros")
    assert outcome.records() == [macro(10)]
    assert "known" not in outcome.state()
    assert account.requested == [LIST]


def test_votes_that_another_list_does_not_show_are_not_deleted(account: Account) -> None:
    """The list of all votes is refused in the second sync, so the votes of each article are read."""
    end = {"meta": {"has_more": False}}
    vote = {"item_id": 9, "item_type": "Article", "updated_at": JUNE_1}
    votes = "/api/v2/help_center/votes.json"
    account.on(votes, {"votes": [{"id": 1, **vote}, {"id": 2, **vote}], **end}, FORBIDDEN, FORBIDDEN)
    account.on("/api/v2/help_center/articles.json", {"articles": [{"id": 9}], **end})
    account.on("/api/v2/help_center/articles/9/votes.json", {"votes": [{"id": 1, **vote}], **end})
    account.on("/api/v2/users/me", ADMIN, ADMIN)
    first = read("article_votes", tombstones=True)
    second = read("article_votes", saved=first.state(), tombstones=True)
    assert first.ids() == [1, 2]
    assert [row for row in second.records() if row.get(MARK)] == []
