"""Saved states as hypothesis makes them, each with the time from which it asks to go on."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from integration_tests.command_output import Json
from integration_tests.connector import discovered

NOW = 1_780_315_200
"""2026-06-01T12:00:00Z, the account's present."""
START = 1_577_836_800
"""2020-01-01T00:00:00Z, the config's start_date."""
FLOOR = 1_772_323_200
"""2026-03-01T00:00:00Z: `tickets` by `updated_at` go on from here at the latest."""
AHEAD = 300
"""Seconds of the server's future that are still taken for its present."""

KEYS = {
    "badge_assignments": "created_at",
    "capacity_rules": "last_updated_at",
    "chat_agent_events": "timestamp",
    "chat_agent_timeline": "start_time",
    "chat_conversions": "timestamp",
    "chat_department_events": "timestamp",
    "chats": "update_timestamp",
    "csat_survey_responses": "expires_at",
    "deleted_tickets": "deleted_at",
    "ticket_attachments": "created_at",
    "ticket_audits": "created_at",
    "ticket_comments": "created_at",
    "audit_logs": "created_at",
    "organization_subscriptions": "created_at",
    "ticket_chat_events": "created_at",
    "ticket_chats": "created_at",
    "routing_attribute_events": "time",
    "routing_attribute_value_events": "time",
    "routing_instance_value_events": "time",
    "side_conversation_events": "created_at",
    "ticket_conversation_log": "ticket_updated_at",
    "ticket_events": "timestamp",
    "ticket_metric_events": "time",
    "ticket_metrics": "_ab_updated_at",
    "tickets": "generated_timestamp",
}
"""Names of bookmarks that are not `updated_at`."""
SERVER_CURSORS = frozenset(
    {
        "routing_attribute_events",
        "routing_attribute_value_events",
        "routing_instance_value_events",
        "ticket_conversation_log",
        "ticket_metrics",
        "tickets",
        "user_identities",
        "users",
    }
)
PER_OBJECT = frozenset({"custom_object_records"})
"""Its passes are inside, one for each object."""
PARENTS = {
    "side_conversations": ("tickets", "generated_timestamp"),
    "ticket_metrics": ("tickets", "generated_timestamp"),
    "post_comments": ("posts", "updated_at"),
    "post_votes": ("posts", "updated_at"),
    "article_comments": ("articles", "updated_at"),
    "article_votes": ("articles", "updated_at"),
    "article_attachments": ("articles", "updated_at"),
}


@dataclass(frozen=True)
class SavedState:
    """A state, and the time in epoch seconds at or after which every row must come."""

    blob: Any
    since: int


def key_of(stream: str) -> str:
    return KEYS.get(stream, "updated_at")


def resumable() -> list[str]:
    """The streams that have a state."""
    return [name for name, stream in discovered().items() if stream["is_resumable"]]


def notations(moment: int) -> st.SearchStrategy[Any]:
    """All ways in which that second has ever been written into a state."""
    utc = datetime.fromtimestamp(moment, tz=UTC)
    eastern = utc.astimezone(timezone(timedelta(hours=-5)))
    texts = [str(moment), f"{moment}.0", utc.strftime("%Y-%m-%dT%H:%M:%SZ"), utc.isoformat(), eastern.isoformat()]
    return st.sampled_from([moment, float(moment), moment * 1000, *texts, eastern.strftime("%Y-%m-%dT%H:%M:%S%z")])


MOMENTS = st.integers(NOW - 420 * 86_400, NOW - 60)
GARBAGE = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=30).filter(
    lambda text: not text.strip().isdigit()
)
IDS = st.lists(st.integers(900_000_000_000_001, 900_000_000_000_999), max_size=5, unique=True)


@st.composite
def flat(draw: st.DrawFn, stream: str) -> SavedState:
    """One bookmark, as every generation had it; sometimes with a field that nobody reads any more."""
    moment = draw(MOMENTS)
    more: Json = draw(st.sampled_from([{}, {"_last_end_time": 5}, {"page": 3}]))
    if stream == "tickets" and draw(st.booleans()):
        return SavedState({"updated_at": draw(notations(moment)), **more}, min(moment, FLOOR))
    return SavedState({key_of(stream): draw(notations(moment)), **more}, moment)


@st.composite
def by_parent(draw: st.DrawFn, stream: str) -> SavedState:
    """One entry a parent, or one for all: the earliest of the stream's and its parent's times counts."""
    own, above, lookback = draw(MOMENTS), draw(MOMENTS), draw(st.integers(0, 2))
    parent, parent_key = PARENTS[stream]
    whole = draw(st.booleans())
    entries = [{"partition": {"parent_slice": {}, "id": 1}, "cursor": {key_of(stream): draw(notations(own))}}]
    blob = {"use_global_cursor": whole, "lookback_window": lookback, "state": {key_of(stream): draw(notations(own))}}
    blob["parent_state"] = {parent: {parent_key: draw(notations(above))}}
    return SavedState(blob if whole else {**blob, "states": entries}, min(own, above))


@st.composite
def broken_off(draw: st.DrawFn, stream: str) -> SavedState:
    """Our own, of a walk under way, with a cursor that the server does not know."""
    moment = draw(MOMENTS)
    requested = draw(st.integers(moment, NOW))
    blob: Json = {key_of(stream): draw(notations(moment)), "v": 1}
    optional = {
        "cursor" if stream in SERVER_CURSORS else "next": GARBAGE,
        "asked": st.just(requested),
        "high": st.integers(moment, requested),
        "ids": IDS,
        "high_ids": IDS,
        "full": st.booleans(),
    }
    return SavedState({**blob, **draw(st.fixed_dictionaries({}, optional=optional))}, moment)


def nothing(stream: str) -> st.SearchStrategy[SavedState]:
    """No state, in all its forms."""
    blobs: list[Any] = [{}, None, {"__ab_no_cursor_state_message": True}]
    empty = [{key_of(stream): value} for value in ("0", 0, None, "2006-12-31T23:59:59Z", -5)]
    return st.sampled_from([SavedState(blob, START) for blob in (*blobs, *empty)])


def state_of(stream: str) -> st.SearchStrategy[SavedState]:
    """Any state of the stream that must be resumed."""
    more = [by_parent(stream)] if stream in PARENTS else []
    return st.one_of(flat(stream), broken_off(stream), nothing(stream), *more)


def states() -> st.SearchStrategy[dict[str, SavedState]]:
    """One for every stream."""
    return st.fixed_dictionaries({stream: state_of(stream) for stream in resumable()})


def in_the_future(stream: str) -> st.SearchStrategy[tuple[Any, int]]:
    """A time that the account has not reached, in the bookmark or as the start of a pass; the state, and the time."""
    later = st.integers(NOW + AHEAD + 600, 95_617_584_000)
    pass_from = {key_of(stream): str(NOW - 86_400), "v": 1}
    bookmarks = later.map(lambda at: ({key_of(stream): str(at)}, at))
    if stream in PER_OBJECT:
        return bookmarks
    return st.one_of(bookmarks, later.map(lambda at: ({**pass_from, "asked": at}, at)))


JUNK = st.sampled_from([True, [], ["1779000000"], {}, "yesterday", "", "9" * 30, "NaN", "2026-13-01"])


def misunderstood(stream: str) -> st.SearchStrategy[Any]:
    """A state that says something, but not when."""
    key = key_of(stream)
    return st.one_of(
        JUNK.map(lambda junk: {key: junk}),
        st.sampled_from([0, 2, "1", None, True, 1.5]).map(lambda version: {key: str(NOW - 9), "v": version}),
        st.sampled_from([{"v": 1}, {"somewhere": 1}, {"states": "many"}, {"states": [1]}, {"state": {}}, [1], "x", 5]),
        st.sampled_from([17, [], {}, True]).map(
            lambda junk: {key: str(NOW - 9), "v": 1, "cursor" if stream in SERVER_CURSORS else "next": junk}
        ),
        st.sampled_from(["x", 5, [True], [1, "a"], [None]]).map(lambda ids: {key: str(NOW - 9), "v": 1, "ids": ids}),
        st.sampled_from(["x", -1, True, 10**15]).map(lambda at: {key: str(NOW - 9), "v": 1, "asked": at}),
    )
