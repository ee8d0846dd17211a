"""A first sync by ids: its literal requests, its state, and what makes it leave the tickets to the export."""

from typing import Any

import pytest

from unit_tests.account import NOW, Account, cursor_page
from unit_tests.reading import Outcome, read

ALL = "support_type_scope=all"
EXPORT = "/api/v2/incremental/tickets/cursor"
OLDEST = f"{EXPORT}?per_page=1000&start_time=1&{ALL}"
GREATEST = f"/api/v2/tickets?page[size]=1&sort=-id&{ALL}"
SEARCH = "/api/v2/search/export?filter[type]=ticket&page[size]=1"
MANY = "/api/v2/tickets/show_many"
MARCH = 1_709_294_400
START = 1_704_067_200


def ticket(key: int, time: int = MARCH, **more: Any) -> dict[str, Any]:
    return {"id": key, "generated_timestamp": time, "updated_at": "2024-03-01T12:00:00Z", **more}


def many(*ids: int) -> str:
    return f"{MANY}?ids={','.join(map(str, ids))}"


def block(first: int) -> str:
    return many(*range(first, first + 100))


def rest(first: int) -> str:
    """The export that closes the gap, from a minute before the first sync began."""
    return f"{EXPORT}?per_page=1000&start_time={first}&{ALL}"


def by_id(account: Account, **more: Any) -> Outcome:
    account.on(GREATEST, cursor_page("tickets", [ticket(130)]))
    account.on(SEARCH, cursor_page("results", [{"id": 140}]))
    return read("tickets", first_sync="by_id", **more)


def test_blocks_are_read_after_the_proof_and_the_export_closes_the_gap(account: Account) -> None:
    old = [ticket(1), ticket(2, status="deleted"), ticket(130)]
    account.on(OLDEST, {"tickets": old, "after_cursor": "c", "end_of_stream": True})
    account.on(many(1, 130), {"tickets": [ticket(1), ticket(130)]})
    account.on(block(1), {"tickets": [ticket(1), ticket(3, START - 1)]})
    account.on(block(101), {"tickets": [ticket(130)]})
    account.on(rest(NOW - 60), {"tickets": [ticket(141, NOW - 90)], "after_cursor": "c2", "end_of_stream": True})
    account.on(MANY, *[{"tickets": []}] * 10)
    outcome = by_id(account)
    assert outcome.ids() == [1, 130, 141]  # 3 changed before start_date
    assert [url for url in account.requested if MANY not in url] == [OLDEST, GREATEST, SEARCH, rest(NOW - 60)]
    blocks = sorted(int(url.split("=")[1].split(",")[0]) for url in account.requested if MANY in url)
    assert blocks == [1, 1, 101, *range(201, 1102, 100)]
    assert outcome.states()[0] == {
        "generated_timestamp": str(START),
        "lists": {
            "changes": {"updated_at": "2024-01-01T00:00:00Z", "v": 1},
            "deletions": {"deleted_at": "2024-01-01T00:00:00Z", "v": 1},
            "sweep": {"id": 100, "top": 140, "began": NOW, "paced": START, "first": True},
            "v": 1,
        },
        "v": 1,
    }
    assert outcome.state() == {"generated_timestamp": str(NOW - 60), "cursor": "c2", "v": 1}


@pytest.mark.parametrize(
    "response",
    [{"tickets": [ticket(130)]}, {"tickets": [ticket(1, MARCH - 1), ticket(130)]}],
    ids=["one is missing", "one is older"],
)
def test_rows_that_do_not_come_by_id_leave_it_to_the_export(response: dict[str, Any], account: Account) -> None:
    account.on(OLDEST, {"tickets": [ticket(1), ticket(130)], "after_cursor": "c", "end_of_stream": True})
    account.on(many(1, 130), response)
    account.on(rest(START), {"tickets": [ticket(1), ticket(130)], "after_cursor": "c", "end_of_stream": True})
    outcome = by_id(account)
    assert account.requested == [OLDEST, many(1, 130), rest(START)]
    assert outcome.ids() == [1, 130]
    assert any("1 of 2 rows that are known do not come by their ids, such as 1" in info for info in outcome.infos)


def test_empty_block_is_requested_twice(account: Account) -> None:
    account.on(OLDEST, {"tickets": [ticket(130)], "after_cursor": "c", "end_of_stream": True})
    account.on(many(130), {"tickets": [ticket(130)]})
    account.on(block(1), {"tickets": []}, {"tickets": [ticket(5)]})
    account.on(block(101), {"tickets": [ticket(130)]})
    account.on(MANY, *[{"tickets": []}] * 10)
    account.on(rest(NOW - 60), {"tickets": [ticket(5)], "after_cursor": "c", "end_of_stream": True})
    outcome = by_id(account)
    assert account.requested.count(block(1)) == 2
    assert outcome.ids()[:2] == [5, 130]


def test_later_sync_is_not_read_by_id(account: Account) -> None:
    account.on(EXPORT, {"tickets": [ticket(1)], "after_cursor": "c", "end_of_stream": True})
    state = {"tickets": {"generated_timestamp": str(MARCH), "cursor": "c9", "v": 1}}
    by_id(account, state=state)
    assert account.requested == [f"{EXPORT}?cursor=c9&per_page=1000&{ALL}"]
