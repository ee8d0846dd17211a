"""What a right sync delivers: for each stream, the records exactly as the API serves them.

Streams that are read out of other records (comments and attachments out of ticket events, metrics out of tickets) are
assembled here from the tables, independently of how the endpoints page. `ticket_comments` are served twice by the API,
with some keys more in the export (`event_type`, `via_reference_id`); the truth holds the keys that both have, and
`ticket_id`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import orjson

from .account_data import AccountData
from .audits import attachments_of
from .conversation_log import log_of
from .declared_streams import SUBDOMAIN, DeclaredStream, holder_of
from .tables import ARCHIVED, DELETED, LIVE, Record, TableRow
from .timestamps import MINUTE, epoch

RecordShape = Callable[[AccountData, TableRow], Iterable[bytes]]


def _as_served(account: AccountData, row: TableRow) -> Iterable[bytes]:
    return (row.body,)


@dataclass(frozen=True)
class TruthSource:
    """A stream's table, which states of its rows are delivered, from which age on in seconds, and in which shape."""

    table: str
    states: frozenset[str] = frozenset({LIVE})
    withheld: int = 0
    shape: RecordShape = _as_served


def _metrics(account: AccountData, ticket: TableRow) -> Iterator[bytes]:
    for row in account.table("ticket_metrics").children(ticket.key):
        yield orjson.dumps(row.record() | {"ticket_id": ticket.key, "_ab_updated_at": ticket.at})


def _log(account: AccountData, ticket: TableRow) -> Iterator[bytes]:
    """The log of a messaging ticket, its times in one notation."""
    record = ticket.record()
    for row in log_of(account, ticket.key) if record["from_messaging_channel"] else ():
        event = row.record()
        event["created_at"] = event["created_at"].replace(" ", "T").replace("+00:00", "Z")
        yield orjson.dumps(event | {"ticket_id": ticket.key, "ticket_updated_at": record["updated_at"]})


def _attachments(account: AccountData, row: TableRow) -> Iterator[bytes]:
    for attachment in attachments_of(row.parent, row.record()):
        yield orjson.dumps(attachment)


def _with_parent(column: str) -> RecordShape:
    """A child as it is served, and the column in which the connector says whose it is."""
    return lambda _account, row: (orjson.dumps(row.record() | {column: row.parent}),)


def _definitions(account: AccountData, row: TableRow) -> Iterator[bytes]:
    for name, conditions in row.record().items():
        for condition in conditions:
            yield orjson.dumps(condition | {"condition": name.removeprefix("conditions_")})


def _chats(_account: AccountData, row: TableRow) -> Iterator[bytes]:
    """The chats in an audit, with the ids of what they are in."""
    yield from map(orjson.dumps, _chats_in(row.record()))


def _chat_entries(_account: AccountData, row: TableRow) -> Iterator[bytes]:
    """What happened in the chats of an audit, each with its place in the chat's history."""
    for chat in _chats_in(row.record()):
        known = {name: chat[name] for name in ("audit_id", "event_id", "ticket_id", "created_at", "chat_id")}
        for place, entry in enumerate(chat["history"]):
            yield orjson.dumps(entry | known | {"position": place})


def _chats_in(audit: Record) -> list[Record]:
    known = {"audit_id": audit["id"], "ticket_id": audit["ticket_id"], "created_at": audit["created_at"]}
    found = [event for event in audit["events"] if event["type"] in ("ChatStartedEvent", "ChatEndedEvent")]
    return [event["value"] | known | {"event_id": event["id"], "type": event["type"]} for event in found]


def _with(column: str, value: object) -> RecordShape:
    """A row as it is served, and a column that the connector sets."""
    return lambda _account, row: (orjson.dumps(row.record() | {column: value}),)


def _object_record(_account: AccountData, row: TableRow) -> Iterable[bytes]:
    """A record with its mark; nothing is left of a deleted one."""
    record = row.record()
    if row.state == DELETED:
        own = dict.fromkeys(record["custom_object_fields"])
        record |= {"name": None, "external_id": None, "custom_object_fields": own}
    yield orjson.dumps(record | {"_deleted": row.state == DELETED})


def _embedded(stream: DeclaredStream) -> RecordShape:
    """What is in lists inside a row, with the ids of what it is in."""

    def shape(_account: AccountData, row: TableRow) -> Iterator[bytes]:
        found: list[tuple[Record, Record]] = [(row.record(), {})]
        for name, column in stream.embedded:
            found = [
                (member, {**known, column: holder["id"]})
                for holder, known in found
                for member in holder.get(name) or ()
            ]
        return (orjson.dumps(member | known) for member, known in found)

    return shape


ALL_VOTES = "guide_votes"
VOTES = ("article_comment_votes", "article_votes", "post_comment_votes", "post_votes")
"""The streams whose rows make the list of all votes."""
EVERY = frozenset({LIVE, ARCHIVED, DELETED})
KEPT = frozenset({LIVE, ARCHIVED})

_SPECIAL: Mapping[str, TruthSource] = {
    "tickets": TruthSource("tickets", EVERY, MINUTE),
    "ticket_metrics": TruthSource("tickets", KEPT, MINUTE, _metrics),
    "ticket_events": TruthSource("ticket_events", EVERY, MINUTE),
    "ticket_conversation_log": TruthSource("tickets", KEPT, MINUTE, _log),
    "ticket_comments": TruthSource("ticket_comments", EVERY, MINUTE, _with_parent("ticket_id")),
    "ticket_attachments": TruthSource("ticket_comments", EVERY, MINUTE, _attachments),
    "ticket_metric_events": TruthSource("ticket_metric_events", EVERY),
    "ticket_audits_archived": TruthSource("ticket_audits", frozenset({ARCHIVED})),
    "side_conversations": TruthSource("side_conversations", KEPT),
    "side_conversation_events": TruthSource("side_conversation_events", KEPT),
    "users": TruthSource("users", EVERY),
    "organizations": TruthSource("organizations", EVERY),
    "custom_object_records": TruthSource("custom_object_records", EVERY, shape=_object_record),
    "agent_statuses": TruthSource("agent_statuses", shape=_with("default", value=True)),
    "ticket_chats": TruthSource("ticket_audits", shape=_chats),
    "ticket_chat_events": TruthSource("ticket_audits", shape=_chat_entries),
    "attribute_definitions": TruthSource("attribute_definitions", shape=_definitions),
}


def truth_of(account: AccountData, stream: str) -> TruthSource:
    """How the stream's truth is given: as the live rows of the table of its name, unless it is special."""
    if stream in _SPECIAL:
        return _SPECIAL[stream]
    declared = account.streams[stream]
    if declared.primary_key == (SUBDOMAIN,):
        return TruthSource(stream, shape=_with(SUBDOMAIN, "acme"))
    if declared.embedded:
        return TruthSource(holder_of(declared, account.streams).name, shape=_embedded(declared))
    column = declared.filled
    return TruthSource(stream, shape=_with_parent(column)) if column else TruthSource(stream)


def records(account: AccountData, stream: str, since: object = None) -> list[bytes]:
    """The records of the stream now, as bytes; with `since` (Unix seconds or ISO) those not older by their cursor."""
    if stream == ALL_VOTES:
        return [record for kind in VOTES for record in records(account, kind, since)]
    truth = truth_of(account, stream)
    first = epoch(since) if account.kind(truth.table).cursor else 0
    limit = account.clock.now() - truth.withheld if truth.withheld else float("inf")
    rows = (row for row in account.table(truth.table).by_time() if row.state in truth.states and row.at <= limit)
    if own := _own_time(account, stream):
        found = [record for row in rows for record in truth.shape(account, row)]
        return [record for record in found if epoch(orjson.loads(record)[own]) >= first]
    return [record for row in rows if _moved(account, stream, row) >= first for record in truth.shape(account, row)]


def _own_time(account: AccountData, stream: str) -> str:
    """The cursor field of records that stand inside others and are judged by their own times; else empty."""
    declared = account.streams.get(stream)
    return declared.cursor_field if declared and declared.embedded else ""


def _moved(account: AccountData, stream: str, row: TableRow) -> int:
    """When the row was last handed out: a comment also counts when it is redacted or made private."""
    return (
        max(row.at, account.touched.get(row.key, 0)) if stream in ("ticket_comments", "ticket_attachments") else row.at
    )


def decoded(found: Iterable[bytes]) -> list[Record]:
    """The records as objects."""
    return [orjson.loads(record) for record in found]


def streams(account: AccountData) -> list[str]:
    """The names of all streams that have a truth."""
    return sorted({*account.kinds(), *account.streams})
