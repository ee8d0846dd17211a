"""Audits: a list that is walked back to the bookmark, and the audits of tickets that it may leave out."""

from typing import Any

import pytest

from source_zendesk_support.state.position import Position
from unit_tests.account import Account
from unit_tests.components.parts import pages_of, turn, walked
from unit_tests.reading import Outcome, read

JUNE_1, JUNE_2, JUNE_3 = 1717200000, 1717286400, 1717372800
LIST, EXPORT = "/api/v2/ticket_audits", "/api/v2/incremental/tickets/cursor"
OLD, NEW = "2020-01-01T00:00:00Z", "2024-06-02T00:00:00Z"


def audits(*rows: tuple[int, str], **words: Any) -> Any:
    return {"audits": [{"id": key, "created_at": time} for key, time in rows], **words}


def walk(position: Position, *pages: Any) -> list[tuple[list[int], bool]]:
    """What each page emits, and whether it ends the walk."""
    return [(sent, after.done) for sent, after in walked("ticket_audits", position, *pages)]


def test_one_old_row_among_new_ones_does_not_end_the_walk() -> None:
    [(_, after)] = walked("ticket_audits", Position(JUNE_1), audits((9, NEW), (8, OLD), (7, NEW), before_cursor="b"))
    assert (after.done, after.token) == (False, "b")


def test_an_imported_audit_is_new_by_its_id_and_sent() -> None:
    """Its time is that of the ticket's past, its id is not."""
    pages = audits((9, NEW), (8, OLD), before_cursor="b"), audits((7, NEW), (4, OLD), before_cursor="c")
    assert walk(Position(JUNE_1, ids=frozenset({5})), *pages) == [([9, 8], False), ([7], True)]


def test_a_few_old_rows_at_the_end_of_a_long_page_do_not_end_the_walk() -> None:
    page = audits(*((key, NEW) for key in range(100, 80, -1)), (2, OLD), before_cursor="b")
    assert [done for _, done in walk(Position(JUNE_1), page)] == [False]


def test_imported_audits_that_fill_the_end_of_a_page_end_nothing_if_no_id_is_known() -> None:
    """A state of another connector knows the time only; a page of nothing but old rows is the last, and is sent."""
    first = audits((9, NEW), (8, OLD), (7, OLD), before_cursor="b")
    second = audits((6, NEW), (5, OLD), before_cursor="c")
    found = walked("ticket_audits", Position(JUNE_1), first, second, audits((4, OLD), (3, OLD), before_cursor="d"))
    assert [(sent, after.done) for sent, after in found] == [([9, 8, 7], False), ([6, 5], False), ([4, 3], True)]
    assert found[-1][1].ids == frozenset({9, 6})


def test_a_page_of_imported_audits_ends_nothing_if_an_id_is_known() -> None:
    first = audits((2**70 + 2, OLD), (2**70 + 1, OLD), before_cursor="b")
    found = walk(Position(JUNE_1, ids=frozenset({2**70})), first, audits((2**70 - 1, OLD), (5, OLD), before_cursor="c"))
    assert not found[0][1]
    assert found[1] == ([], True)


def test_ids_of_a_second_that_is_not_over_are_known_to_the_next_sync() -> None:
    rules = pages_of("ticket_audits")
    _, after = turn(rules, rules.begin(Position(JUNE_1)), audits((9, NEW), before_cursor=None), requested=JUNE_2)
    assert after == Position(JUNE_2, ids=frozenset({9}), done=True)


def test_audits_before_the_start_date_are_not_wanted_and_end_the_first_walk_a_page_at_a_time() -> None:
    pages = audits((9, NEW), (8, OLD), before_cursor="b"), audits((7, OLD), before_cursor="c")
    assert walk(Position(pages_of("ticket_audits").start), *pages) == [([9], False), ([], True)]


def test_a_url_without_its_cursor_leads_on() -> None:
    url = "https://acme.zendesk.com/api/v2/ticket_audits.json?cursor=abc&limit=1000"
    page = audits((9, NEW), before_cursor=None, before_url=url)
    assert pages_of("ticket_audits").next_page(page, 1000) == (False, "?cursor=abc&limit=1000")
    newer = audits((9, NEW), before_cursor=None, next_page="https://acme.zendesk.com/x?page=0")
    assert pages_of("ticket_audits").next_page(newer, 1000) == (True, None)


def archived(account: Account, listed: Any, *responses: Any) -> Outcome:
    """A sync of this list and of the archived ticket 7, whose audits are these."""
    account.on(LIST, listed)
    account.on(EXPORT, closed(7))
    account.on("/api/v2/tickets/7/audits", *responses)
    return read("ticket_audits", ticket_audits_archived=True)


def closed(*keys: int) -> Any:
    rows = [{"id": key, "status": "closed", "generated_timestamp": JUNE_1} for key in keys]
    return {"tickets": rows, "after_cursor": "c", "end_of_stream": True}


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"meta": {"has_more": False, "after_cursor": None}, "links": {"next": None}},
        {"meta": {}},
        {"next_page": None, "previous_page": None, "count": 2},
    ],
)
def test_audits_of_an_archived_ticket_arrive_whatever_else_the_answer_holds(
    words: dict[str, Any], account: Account
) -> None:
    outcome = archived(account, audits((9, NEW), before_cursor=None), audits((3, NEW), (4, NEW), **words))
    assert sorted(outcome.ids()) == [3, 4, 9]
    assert len(account.requested) == 3


def test_audits_of_an_archived_ticket_on_several_pages_all_arrive(account: Account) -> None:
    url = "/api/v2/tickets/7/audits"
    more = {"meta": {"has_more": True, "after_cursor": "p2"}}
    account.on(f"{url}?page[size]=100", audits((3, NEW), **more))
    account.on(f"{url}?page[after]=p2&page[size]=100", audits((4, NEW), meta={"has_more": False}))
    assert archived(account, audits(before_cursor=None)).ids() == [3, 4]


def test_a_hundred_audits_in_one_answer_are_no_riddle(account: Account) -> None:
    outcome = archived(account, audits(before_cursor=None), audits(*((key, NEW) for key in range(100))))
    assert len(outcome.records()) == 100
    assert len(account.requested) == 3


def test_audits_that_the_list_has_sent_come_once(account: Account) -> None:
    """The second walk begins when the first has ended, so it knows what the first has sent."""
    listed, visited = (
        audits((9, NEW), (8, NEW), before_cursor=None),
        audits((8, NEW), (9, NEW), meta={"has_more": False}),
    )
    outcome = archived(account, listed, visited)
    assert outcome.ids() == [9, 8]
    assert account.requested[0].startswith(LIST)


def test_audits_of_a_ticket_that_was_imported_into_the_archive_arrive(account: Account) -> None:
    account.on(LIST, audits((5, "2024-06-03T00:00:00Z"), before_cursor=None))
    account.on(EXPORT, closed(7))
    account.on("/api/v2/tickets/7/audits", audits((6, OLD), (2, OLD)))
    archived = {"generated_timestamp": str(JUNE_1), "cursor": "b", "v": 1}
    state = {"created_at": "2024-06-03T00:00:00Z", "ids": [5], "v": 1, "archived": archived}
    outcome = read("ticket_audits", saved=state, ticket_audits_archived=True)
    assert outcome.ids() == [6, 2]


def test_a_ticket_without_a_status_is_visited(account: Account) -> None:
    account.on(LIST, audits(before_cursor=None))
    page = closed(7, 8)
    del page["tickets"][0]["status"]
    page["tickets"][1]["status"] = "open"
    account.on(EXPORT, page)
    account.on("/api/v2/tickets/7/audits", audits((3, NEW)))
    outcome = read("ticket_audits", ticket_audits_archived=True)
    assert outcome.ids() == [3]


def test_audits_that_an_earlier_sync_has_sent_are_not_sent_for_the_archive(account: Account) -> None:
    """The option was switched on later: the list is walked once more, behind its bookmark, and sends nothing of it."""
    rows = [(9, "2024-06-03T00:00:00Z"), *((key, NEW) for key in range(8, 5, -1))]
    account.on(f"{LIST}?limit=1000", audits(*rows, before_cursor="b"))
    account.on(f"{LIST}?cursor=b&limit=1000", audits((5, "2024-02-01T00:00:00Z"), before_cursor=None))
    account.on(EXPORT, closed(7))
    audited = audits((3, NEW), (5, "2024-02-01T00:00:00Z"), (8, NEW), meta={"has_more": False})
    account.on("/api/v2/tickets/7/audits", audited)
    state = {"created_at": "2024-06-03T00:00:00Z", "ids": [9], "v": 1}
    outcome = read("ticket_audits", saved=state, ticket_audits_archived=True)
    assert outcome.ids() == [3]
