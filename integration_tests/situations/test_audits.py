"""Audits: a list that begins with its newest row, imported audits among them, and the audits of archived tickets."""

from typing import Any

import pytest

from integration_tests.command_output import Json
from integration_tests.connector import Connector
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.situations import JUNE, JUNE_1, Response, assert_complete, exported, ids, line

OLD, NEW = "2020-01-01T00:00:00Z", "2024-06-02T00:00:00Z"


def audits(*rows: tuple[int, str], **beside: Any) -> Json:
    return {"audits": [{"id": key, "created_at": time, "ticket_id": 7} for key, time in rows], **beside}


def state(*known: int) -> Json:
    return {"ticket_audits": {"created_at": JUNE, **({"ids": list(known)} if known else {}), "v": 1}}


WALKS: dict[str, tuple[tuple[int, ...], list[Json], list[int]]] = {
    "an imported audit, a known id": (
        (5,),
        [audits((9, NEW), (8, OLD), before_cursor="b"), audits((7, NEW), (4, OLD), before_cursor="c")],
        [9, 8, 7],
    ),
    "an audit of 1970 among new ones": (
        (),
        [
            audits((9, NEW), (8, "1970-01-01T00:00:00Z"), (7, NEW), before_cursor="b"),
            audits((6, NEW), before_cursor=None),
        ],
        [9, 8, 7, 6],
    ),
    "imported audits at the end of a page, no known id": (
        (),
        [
            audits((9, NEW), (8, OLD), (7, OLD), before_cursor="b"),
            audits((6, NEW), (5, OLD), before_cursor="c"),
            audits((4, OLD), (3, OLD), before_cursor="d"),
        ],
        [9, 8, 7, 6, 5, 4, 3],
    ),
    "a page of imported audits, a known id": (
        (50,),
        [audits((52, OLD), (51, OLD), before_cursor="b"), audits((49, OLD), (5, OLD), before_cursor="c")],
        [52, 51],
    ),
}


@pytest.mark.parametrize("kind", WALKS)
def test_imported_audits_end_no_walk(account: SimulatedAccount, connector: Connector, kind: str) -> None:
    known, pages, sent = WALKS[kind]
    account.set_responses(line("ticket_audits", *pages))
    output = connector.read("ticket_audits", state=state(*known))
    assert_complete(output, "ticket_audits")
    assert (ids(output, "ticket_audits"), len(account.requests())) == (sent, len(pages))


def test_ids_of_the_present_second_are_known_to_the_next_sync(account: SimulatedAccount, connector: Connector) -> None:
    """The account's clock stands still, a second after the newest audit."""
    now = "2026-06-01T11:59:59Z"
    first, second = audits((9, now), before_cursor=None), audits((10, now), (9, now), (8, OLD), before_cursor="b")
    account.set_responses(line("ticket_audits", first, second, audits((7, OLD), before_cursor=None)))
    before = connector.read("ticket_audits", state=state(5))
    assert before.states["ticket_audits"] == {"created_at": now, "ids": [9], "v": 1}
    after = connector.read("ticket_audits", state=before.states)
    assert (ids(before, "ticket_audits"), ids(after, "ticket_audits")) == ([9], [10])


def closed(*keys: int) -> Json:
    return exported("tickets", *({"id": key, "status": "closed", "generated_timestamp": JUNE_1} for key in keys))


@pytest.mark.config(ticket_audits_archived=True)
@pytest.mark.parametrize(
    "beside", [{"meta": {"has_more": False, "after_cursor": None}, "links": {"next": None}}, {"next_page": None}, {}]
)
def test_audits_of_an_archived_ticket_arrive_with_paging_keys(
    account: SimulatedAccount, connector: Connector, beside: Json
) -> None:
    account.set_responses(
        line("ticket_audits", audits((9, NEW), before_cursor=None)),
        line("incremental/tickets/cursor", closed(7)),
        line("tickets/7/audits", audits((3, NEW), (4, NEW), (9, NEW), **beside)),
    )
    output = connector.read("ticket_audits")
    assert_complete(output, "ticket_audits")
    assert ids(output, "ticket_audits") == [9, 3, 4]


@pytest.mark.config(ticket_audits_archived=True)
def test_audits_of_a_closed_ticket_are_sent_though_their_ids_look_known(
    account: SimulatedAccount, connector: Connector
) -> None:
    account.set_responses(
        line("ticket_audits", audits((5, NEW), before_cursor=None)),
        line("incremental/tickets/cursor", closed(7)),
        line("tickets/7/audits", audits((6, OLD), (2, OLD))),
    )
    archived = {"generated_timestamp": str(JUNE_1), "cursor": "b", "v": 1}
    saved = {"created_at": NEW, "ids": [5], "v": 1, "archived": archived}
    assert ids(connector.read("ticket_audits", state={"ticket_audits": saved}), "ticket_audits") == [6, 2]


@pytest.mark.config(ticket_audits_archived=True)
def test_refused_audits_of_an_archived_ticket_are_retried(account: SimulatedAccount, connector: Connector) -> None:
    refusal = Response(403, body={"error": "Forbidden"})
    account.set_responses(
        line("ticket_audits", audits(before_cursor=None)),
        line("incremental/tickets/cursor", closed(7), exported("tickets")),
        line("tickets/7/audits", refusal, audits((70, OLD))),
        line("account/settings", Response()),
    )
    first = connector.read("ticket_audits")
    assert (first.exit_code, first.states["ticket_audits"]["archived"]["refused"]) == (0, [7])
    second = connector.read("ticket_audits", state=first.states)
    assert ids(second, "ticket_audits") == [70]
    assert "refused" not in second.states["ticket_audits"]["archived"]
