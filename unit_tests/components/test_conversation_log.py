"""The log of each messaging ticket, found from the pages of the ticket export."""

from typing import Any

import pytest

from unit_tests.account import FORBIDDEN, NOT_FOUND, Account
from unit_tests.reading import read

TICKETS = "/api/v2/incremental/tickets/cursor"
LOG = "ticket_conversation_log"
JUNE = "2024-06-01T00:00:00Z"


def export(*rows: dict[str, Any], cursor: str = "c1") -> Any:
    tickets = [{"generated_timestamp": 1717200000, "updated_at": JUNE, **row} for row in rows]
    return {"tickets": tickets, "after_cursor": cursor, "end_of_stream": True}


def messaging(*keys: int, cursor: str = "c1") -> Any:
    return export(*({"id": key, "from_messaging_channel": True} for key in keys), cursor=cursor)


def events(*rows: dict[str, Any]) -> Any:
    return {"events": list(rows), "meta": {"has_more": False, "after_cursor": None}, "links": {"next": None}}


def url(ticket: int) -> str:
    return f"/api/v2/tickets/{ticket}/conversation_log"


def visited(account: Account) -> list[str]:
    return sorted(requested.partition("?")[0] for requested in account.requested if "conversation_log" in requested)


@pytest.mark.parametrize(
    ("ticket", "visits"),
    [
        ({"from_messaging_channel": True, "via": {"channel": "web"}}, 1),
        ({"from_messaging_channel": False, "via": {"channel": "native_messaging"}}, 0),
        ({"from_messaging_channel": None, "via": {"channel": "native_messaging"}}, 1),
        ({"via": {"channel": "whatsapp"}}, 1),
        ({"via": {"channel": "email"}}, 0),
        ({"via": {"channel": None}}, 0),
        ({"via": None}, 0),
        ({"via": "web"}, 0),
        ({}, 0),
        ({"from_messaging_channel": True, "status": "deleted"}, 0),
        ({"from_messaging_channel": True, "status": "closed"}, 1),
    ],
)
def test_tickets_of_messaging_channels_are_visited(account: Account, ticket: dict[str, Any], visits: int) -> None:
    account.on(TICKETS, export({"id": 7, **ticket}))
    account.on(url(7), events({"id": "M1"}))
    outcome = read(LOG)
    assert visited(account) == [url(7)] * visits
    assert outcome.ids() == ["M1"] * visits
    assert outcome.errors == []


def test_an_event_says_whose_it_is_and_comes_as_it_is(account: Account) -> None:
    account.on(TICKETS, messaging(7))
    odd = {"id": "M2", "type": "Messaging::Unheard", "created_at": "2024-05-31 23:59:58+00:00", "payload": {"a": [1]}}
    account.on(url(7), events({"id": "M1", "created_at": "2024-05-31T23:59:57.120Z", "received_at": None}, odd))
    own = {"ticket_id": 7, "ticket_updated_at": JUNE}
    assert read(LOG).records() == [
        {"id": "M1", "created_at": "2024-05-31T23:59:57.120Z", **own},
        {**odd, "created_at": "2024-05-31T23:59:58Z", **own},
    ]


def test_one_ticket_that_is_gone_is_no_failure_and_is_tried_once_more(account: Account) -> None:
    account.on(TICKETS, messaging(7, 8), *[messaging(cursor=f"c{page}") for page in (2, 3, 4, 5)])
    account.on(url(7), NOT_FOUND, NOT_FOUND, NOT_FOUND)
    account.on(url(8), events({"id": "M8"}))
    first = read(LOG)
    state = first.state()
    assert (first.ids(), first.errors) == (["M8"], [])
    assert state == {"ticket_updated_at": "1717200000", "cursor": "c1", "refused": [7], "v": 1}
    account.on("/api/v2/tickets", {"tickets": [], "meta": {"has_more": False}})
    second = read(LOG, saved=state)
    assert second.state() == {"ticket_updated_at": "1717200000", "cursor": "c1", "v": 1}


def test_a_ticket_that_is_shown_again_brings_its_complete_log(account: Account) -> None:
    account.on(TICKETS, messaging(7), messaging(cursor="c2"))
    account.on(url(7), FORBIDDEN, events({"id": "M1"}))
    account.on("/api/v2/tickets", {"tickets": [], "meta": {"has_more": False}})
    state = read(LOG).state()
    assert state["refused"] == [7]
    second = read(LOG, saved=state)
    assert second.records() == [{"id": "M1", "ticket_id": 7}]
    assert "refused" not in second.state()


def test_a_redaction_replaces_the_event_with_the_same_id(account: Account) -> None:
    account.on(TICKETS, messaging(7), messaging(7, cursor="c2"))
    said, redacted = ({"id": "M1", "content": {"type": "text", "text": text}} for text in ("4111 1111", "▇▇▇"))
    account.on(url(7), events(said), events(redacted, {"id": "M2"}))
    first = read(LOG)
    second = read(LOG, saved=first.state())
    assert [(row["id"], row["content"]["text"]) for row in first.records()] == [("M1", "4111 1111")]
    assert second.ids() == ["M1", "M2"]
    assert second.records()[0]["content"] == {"type": "text", "text": "▇▇▇"}


def test_a_log_that_grows_while_it_is_read_is_read_to_its_end(account: Account) -> None:
    account.on(TICKETS, messaging(7))
    last = events({"id": "M2"}, {"id": "M3"})
    account.on(
        f"{url(7)}?page[size]=100&sort=created_at",
        {**events({"id": "M1"}), "meta": {"has_more": True, "after_cursor": "l1"}},
    )
    account.on(f"{url(7)}?page[after]=l1&page[size]=100&sort=created_at", last)
    assert read(LOG).ids() == ["M1", "M2", "M3"]


def test_it_shares_the_pages_of_tickets(account: Account) -> None:
    account.on(TICKETS, messaging(7))
    account.on(url(7), events({"id": "M1"}))
    outcome = read("tickets", LOG)
    assert len([requested for requested in account.requested if requested.startswith(TICKETS)]) == 1
    assert (outcome.ids("tickets"), len(outcome.records(LOG))) == ([7], 1)
    assert (outcome.errors, outcome.warnings) == ([], [])
