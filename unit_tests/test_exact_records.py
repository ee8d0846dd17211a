"""Numbers that no float and no 64 bits hold leave as they came, on every way that a record can take."""

import json
from decimal import Decimal
from typing import Any

from source_zendesk_support.source import SourceZendeskSupport
from source_zendesk_support.walk.record_batch import RecordBatch
from unit_tests.account import Account, Reply
from unit_tests.reading import CONFIG, catalog_of, read

BIG, LONG, WIDE = "100000000000000000001", "0.12345678901234567891", "1e400"
ODD = f'"big": {BIG}, "long": {LONG}, "wide": {WIDE}'
EXPECTED = {"big": Decimal(BIG), "long": Decimal(LONG), "wide": Decimal(WIDE)}
EVENTS = "/api/v2/incremental/ticket_events"


def exact_decimal(text: bytes) -> Any:
    """JSON with exact numbers."""
    return json.loads(text, parse_int=Decimal, parse_float=Decimal)


def sent(*streams: str, **config: Any) -> list[dict[str, Any]]:
    """The records of a sync as our own command writes them."""
    source = SourceZendeskSupport()
    messages = list(source.pages({**CONFIG, **config}, catalog_of(streams)))
    lines = [line for message in messages if isinstance(message, RecordBatch) for line in message.lines.splitlines()]
    return [exact_decimal(line)["record"]["data"] for line in lines]


def test_rows_and_their_raw_custom_fields(account: Account) -> None:
    ticket = f'{{"id": 1, "generated_timestamp": 1717200000, {ODD}, "custom_fields": [{{"id": 7, "value": {BIG}}}]}}'
    page = f'{{"tickets": [{ticket}], "after_cursor": "c", "end_of_stream": true}}'
    account.on("/api/v2/incremental/tickets/cursor", Reply(page.encode()))
    (row,) = sent("tickets")
    assert {name: row[name] for name in EXPECTED} == EXPECTED
    assert row["custom_fields"] == [{"id": 7, "value": Decimal(BIG)}]


def test_sideloads_inside_and_beside_the_rows(account: Account) -> None:
    tickets = f'{{"id": {BIG}, "generated_timestamp": 5}}, {{"id": 2, "metric_set": {{"id": 6, {ODD}}}}}'
    beside = f'[{{"id": 5, "ticket_id": {BIG}, {ODD}}}]'
    page = f'{{"tickets": [{tickets}], "metric_sets": {beside}, "after_cursor": "c", "end_of_stream": true}}'
    account.on("/api/v2/incremental/tickets/cursor", Reply(page.encode()))
    rows = sent("ticket_metrics")
    assert [{name: row[name] for name in EXPECTED} for row in rows] == [EXPECTED, EXPECTED]
    assert [row["ticket_id"] for row in rows] == [Decimal(BIG), 2]


def test_children_of_a_parent_with_such_an_id(account: Account) -> None:
    schedules = "/api/v2/business_hours/schedules"
    account.on(schedules, Reply(f'{{"schedules": [{{"id": {BIG}}}]}}'.encode()))
    account.on(f"{schedules}/{BIG}/holidays", Reply(f'{{"holidays": [{{"id": 1, {ODD}}}]}}'.encode()))
    assert sent("schedule_holidays") == [{"id": 1, "schedule_id": Decimal(BIG), **EXPECTED}]


def test_comments_that_are_read_again(account: Account) -> None:
    change = '{"id": 5, "event_type": "CommentRedactionEvent", "comment_id": 9}'
    event = f'{{"id": 1, "ticket_id": 3, "timestamp": 1717200000, "child_events": [{change}]}}'
    page = f'{{"ticket_events": [{event}], "end_time": 1717200000, "end_of_stream": true}}'
    account.on(EVENTS, Reply(page.encode()))
    comments = f'{{"comments": [{{"id": 9, {ODD}}}], "meta": {{"has_more": false}}}}'
    account.on("/api/v2/tickets/3/comments", Reply(comments.encode()))
    (row,) = sent("ticket_comments")
    assert {name: row[name] for name in EXPECTED} == EXPECTED


def test_ids_of_more_than_64_bits_are_remembered_across_syncs(account: Account) -> None:
    row = f'{{"id": {BIG}, "updated_at": "2024-05-01T00:00:00Z"}}'
    page = f'{{"organizations": [{row}], "end_time": 1714521600, "end_of_stream": true}}'
    account.on("/api/v2/incremental/organizations", Reply(page.encode()), Reply(page.encode()))
    outcome = read("organizations")
    assert outcome.counts() == [1.0, 0.0]
    state = outcome.state()
    assert state["ids"] == [BIG]
    assert read("organizations", saved=state).records() == []
