"""Rows of a declared stream, modelled on its example row: the first is as full as it, others lack some values."""

from collections.abc import Iterator, Mapping

from .account_data import AccountData
from .account_ids import account_ids_of
from .declared_streams import SUBDOMAIN, DeclaredStream, Record, lists_with_rows, parent_of
from .event_times import change_time, event_times
from .record_kinds import number_of, row_of
from .tables import RowKey, TableRow
from .timestamps import iso, iso_millis

USUAL_ROWS = 7
"""Enough for a row to be deleted when everything changes."""
ROWS: Mapping[str, int] = {"chat_agents": 12, "macros": 120, "tags": 130, "triggers": 40}
"""Where another number shows more: several pages."""
ROWS_BY_TICKETS: Mapping[str, tuple[int, int]] = {
    "articles": (10, 40),
    "audit_logs": (40, 10),
    "chats": (12, 5),
    "csat_survey_responses": (4, 10),
    "organization_memberships": (10, 3),
    "posts": (8, 60),
    "satisfaction_ratings": (12, 4),
    "talk_calls": (10, 8),
    "talk_call_legs": (20, 4),
}
"""The least number, and for how many tickets there is one."""
_PEOPLE = "user_id author_id assignee_id requester_id agent_id actor_id responder_id non_author_editor_id customer_id"
_TABLES = {**dict.fromkeys(_PEOPLE.split(), "users"), "group_id": "groups", "organization_id": "organizations"}
_TABLES |= {"brand_id": "brands", "ticket_id": "tickets", "call_id": "talk_calls", "topic_id": "topics"}
REFERENCES: Mapping[str, str] = {**_TABLES, "section_id": "sections", "category_id": "categories"}
"""Fields that name a row of another table, of which every account has at least six."""
ALWAYS_THERE = frozenset(
    {"id", "name", "title", "subject", "url", "html_url", "type", "item_type", "current_timestamp"}
)
"""Fields that are never null, whatever the row; neither are keys, times, references and marks."""


def example_rows(account: AccountData, stream: DeclaredStream) -> Iterator[TableRow]:
    """The rows of a stream: one if it has no key, some for each parent, or as many as the account's size says."""
    kind = account.kind(stream.name)
    if not stream.key:
        yield row_of(kind, {name: value for name, value in stream.example.items() if name != SUBDOMAIN})
        return
    for n, (at, parent) in enumerate(_places(account, stream)):
        record = example_record(account, stream, n, at)
        record.pop(stream.filled, None)
        for name in lists_with_rows(stream, account.streams):
            record[name] = [{**member, "id": member["id"] + n * 1000} for member in record.get(name) or ()]
        row = row_of(kind, record)
        row.parent = parent
        yield row


def _places(account: AccountData, stream: DeclaredStream) -> Iterator[tuple[int, RowKey | None]]:
    """When each row was made, in Unix seconds, and its parent; parents have none, one, two, three children, in turn."""
    if not stream.parents and not stream.sideload:
        count = account.size(stream.name, usual_rows(stream.name, account.options.tickets))
        yield from ((at, None) for at in event_times(account.random(stream.name), count, account.made_at))
        return
    parents = account.table(parent_of(stream, account.streams).name).by_key()
    yield from ((parent.created, parent.key) for n, parent in enumerate(parents) for _ in range(n % 4))


def usual_rows(name: str, tickets: int) -> int:
    """How many rows an account with so many tickets has."""
    least, per = ROWS_BY_TICKETS.get(name, (ROWS.get(name, USUAL_ROWS), 0))
    return max(least, tickets // per) if per else least


def example_record(account: AccountData, stream: DeclaredStream, n: int, at: int) -> Record:
    """The n-th record that is modelled on the stream's example."""
    example, mark = stream.example, stream.deletion_mark
    key = example_key(stream, n)
    changed = change_time(account, account.random(f"{stream.name} {n}"), at)
    times = {"updated_at": changed, stream.cursor_field: changed, "created_at": at}
    own: Record = {name: _as_written(example[name], second) for name, second in times.items() if example.get(name)}
    own |= {
        name: _reference(account, table, example[name], n) for name, table in REFERENCES.items() if example.get(name)
    }
    own |= {mark: _gone(example[mark], changed, gone=n == USUAL_ROWS - 1)} if mark else {}
    record = {
        name: None
        if _is_sparse(stream, name, n + place) and n and name not in own
        else _renamed(value, example, stream.key, key)
        for place, (name, value) in enumerate(example.items())
    }
    return record | own | {stream.key: key}


def example_key(stream: DeclaredStream, n: int) -> RowKey:
    """The key of the n-th row; text stays text, and digits digits."""
    model, number = stream.example[stream.key], number_of(stream.name, n)
    if isinstance(model, int):
        return number
    return str(number) if model.isdigit() else f"{model}_{n:04d}"


def _as_written(model: object, second: int) -> object:
    """A time in the notation of the example."""
    if isinstance(model, int):
        return second
    return iso_millis(second) if "." in str(model) else iso(second)


def _reference(account: AccountData, table: str, model: object, n: int) -> object:
    """The key of some row of that table, of the type that the example has."""
    if table == "organizations":
        number = number_of(table, n % account.shared("ids", account_ids_of).organizations)
    else:
        number = (
            n % max(1, account.options.tickets) + 1 if table == "tickets" else number_of(table, n % (USUAL_ROWS - 1))
        )
    return str(number) if isinstance(model, str) else number


def _gone(model: object, second: int, *, gone: bool) -> object:
    if isinstance(model, bool):
        return gone
    return iso(second) if gone else None


def _is_sparse(stream: DeclaredStream, name: str, place: int) -> bool:
    fixed = name in ALWAYS_THERE or name in stream.primary_key or name == stream.cursor_field
    return place % 5 == 0 and not fixed


def _renamed(value: object, example: Record, key: str, own: RowKey) -> object:
    """Addresses name the row's own key, and so do other names of it."""
    if not isinstance(value, str):
        return value
    return value.replace(str(example[key]), str(own)) if "://" in value or value == example[key] else value
