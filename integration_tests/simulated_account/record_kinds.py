"""What is known of each kind of record: its key, the field that moves when it changes, and how its removal shows.

Removals: docs/zendesk-api.md#deletion-marks. Kinds carry the names of the streams. Those of the hand-made tables stand
here; all others follow from the manifest.
"""

from binascii import crc32
from dataclasses import dataclass
from types import MappingProxyType

import orjson

from .declared_streams import DeclaredStream
from .tables import Record, TableRow
from .timestamps import epoch

VANISHES = "vanishes"


@dataclass(frozen=True)
class RecordKind:
    """`number` starts the kind's ids.

    `cursor` orders it in time; `removal` names the mark of a deleted row (or that it vanishes).
    """

    name: str
    number: int = 0
    cursor: str = "updated_at"
    key: str = "id"
    parent: str | None = None
    removal: str = VANISHES
    text_ids: bool = False


def row_of(kind: RecordKind, record: Record, state: str = "live", scope: str = "agent") -> TableRow:
    """The row that keeps a record of this kind."""
    return TableRow(
        key=record[kind.key] if kind.key else kind.name,
        at=epoch(record.get(kind.cursor)),
        body=orjson.dumps(record),
        created=epoch(record.get("created_at")),
        parent=record.get(kind.parent) if kind.parent else None,
        state=state,
        scope=scope,
        updated=epoch(record.get("updated_at")),
    )


_ALL = (
    RecordKind("tickets", 1, cursor="generated_timestamp", removal="status"),
    RecordKind("ticket_metrics", 2, parent="ticket_id"),
    RecordKind("ticket_metric_events", 3, cursor="time", parent="ticket_id", removal="deleted"),
    RecordKind("ticket_events", 4, cursor="timestamp", parent="ticket_id"),
    RecordKind("ticket_audits", 4, cursor="created_at", parent="ticket_id"),
    RecordKind("ticket_comments", 5, cursor="created_at", parent="ticket_id"),
    RecordKind("ticket_attachments", 6, cursor="created_at", parent="comment_id"),
    RecordKind("ticket_fields", 7),
    RecordKind("users", 15, removal="active"),
    RecordKind("user_identities", 16, parent="user_id"),
    RecordKind("organizations", 17, removal="deleted_at"),
    RecordKind("chat_banned_ips", 27, cursor="created_at"),
    RecordKind("chat_banned_visitors", 27, cursor="created_at"),
    RecordKind("deleted_tickets", 1, cursor="deleted_at"),
    RecordKind("user_fields", 35),
    RecordKind("organization_fields", 36),
    RecordKind("side_conversations", 41, parent="ticket_id", text_ids=True),
    RecordKind("side_conversation_events", 42, cursor="created_at", parent="side_conversation_id", text_ids=True),
    RecordKind("ticket_conversation_log", 72, text_ids=True),
    RecordKind("deleted_users", 15),
    RecordKind("custom_object_records", 68, parent="custom_object_key", removal="_deleted", text_ids=True),
    RecordKind("attribute_definitions", 67, key="", cursor=""),
)

KINDS = MappingProxyType({kind.name: kind for kind in _ALL})


def kind_of(stream: DeclaredStream) -> RecordKind:
    """The kind of a stream's rows."""
    times = [name for name in (stream.cursor_field, "updated_at", "created_at") if stream.example.get(name)]
    return KINDS.get(stream.name) or RecordKind(
        stream.name,
        cursor=times[0] if times else "",
        key=stream.key,
        removal=stream.deletion_mark or VANISHES,
        text_ids=stream.has_text_key,
    )


def number_of(kind: str, n: int) -> int:
    """The n-th id of a kind: 14 or 15 digits, rising, with gaps; tickets have small running numbers."""
    if kind in ("tickets", "deleted_tickets"):
        return n + 1
    if kind in KINDS:
        return 20_000_000_000_000 + KINDS[kind].number * 100_000_000_000 + n * 37 + 11
    return 40_000_000_000_000 + crc32(kind.encode()) % 900_000 * 1_000_000_000 + n * 37 + 11
