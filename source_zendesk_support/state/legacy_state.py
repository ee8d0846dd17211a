"""Converts a saved STATE, ours or an older connector's, to a position.

Existing connections have one of these shapes, all accepted (values as epoch or ISO, number or string):

    {"generated_timestamp": "1719900000"}                                               flat
    {"state": {"updated_at": ...}, "lookback_window": 1, "parent_state": {...}, ...}      per partition, or global
    {}, null, {"__ab_no_cursor_state_message": true}, "0", anything before 2007           no state

Our own states ("v") store a walk's position, whatever its time: with a start_date before 2007, it starts there.

A state that cannot be understood is a configuration error: a silent restart would cost a day of quota, and silent
skipping would lose rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from source_zendesk_support.errors import config_error
from source_zendesk_support.masking import safe_text
from source_zendesk_support.state.position import VERSION, Position, StateFormat
from source_zendesk_support.times import ZENDESK_FOUNDED_SECONDS, epoch

NO_CURSOR = "__ab_no_cursor_state_message"

LEGACY_KEYS = (
    "generated_timestamp",
    "_ab_updated_at",
    "updated_at",
    "created_at",
    "time",
    "timestamp",
    "update_timestamp",
)
"""Bookmark names of all connector generations; the stream's own name is tried first."""

UPDATED_AT_FLOOR_SECONDS = 1_772_323_200
"""2026-03-01T00:00:00Z. Connectors that stored ticket states by ``updated_at`` missed updates by automations; reading
from here at the latest recovers them, as the existing connector does."""


def load_position(stream: str, state: Any, form: StateFormat, start: int) -> Position:
    """The position at which a stream resumes.

    Args:
        stream: the stream's name, for messages.
        state: the blob of its STATE message, or None.
        form: the format of this stream's positions.
        start: epoch seconds of start_date, used only without a state.

    Raises:
        AirbyteTracedException: configuration error; the state cannot be understood.
    """
    beginning = Position(bookmark=start)
    if state is None or state == {}:
        return beginning
    try:
        position = _understand(state, form)
    except (ValueError, TypeError, KeyError) as error:
        raise invalid_state_error(stream, state) from error
    return position or beginning


def _understand(state: object, form: StateFormat) -> Position | None:
    if not isinstance(state, Mapping):
        raise TypeError("a state is an object")
    if NO_CURSOR in state:
        return None
    if "v" in state:
        if state["v"] != VERSION or isinstance(state["v"], bool):
            raise ValueError(f"format version {state['v']!r}")
        return form.read(state)
    least = min(_bookmarks(state, form.key), default=None)
    if least is None:
        raise ValueError("no bookmark in it")
    return Position(bookmark=least) if least >= ZENDESK_FOUNDED_SECONDS else None


def _bookmarks(state: Mapping[str, Any], key: str) -> Iterator[int]:
    """All bookmarks of a legacy state; the earliest one leaves no gap."""
    if isinstance(state.get("state"), Mapping):
        lookback = epoch(0 if state.get("lookback_window") is None else state["lookback_window"])
        yield from (bookmark - lookback for bookmark in _flat(state["state"], key))
    elif isinstance(state.get("states"), list):
        for partition in state["states"]:
            yield from _flat(partition["cursor"], key)
    else:
        yield from _flat(state, key)
    for parent in _object(state.get("parent_state")).values():
        yield from _bookmarks(_object(parent), key)


def _object(value: object) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    if value is None:
        return {}
    raise TypeError("a state is an object")


def _flat(state: Mapping[str, Any], key: str) -> Iterator[int]:
    for name in (key, *LEGACY_KEYS):
        if name in state:
            yield _with_floor(epoch(0 if state[name] is None else state[name]), key, name)
            return


def _with_floor(bookmark: int, key: str, name: str) -> int:
    searched = key == "generated_timestamp" and name == "updated_at"
    return min(bookmark, UPDATED_AT_FLOOR_SECONDS) if searched else bookmark


def invalid_state_error(stream: str, state: object) -> Exception:
    """The configuration error that names stream and value."""
    return config_error(
        f"The saved state of stream {stream} cannot be understood: {safe_text(state)}. It may come from a newer "
        "version of this connector or may have been edited. Restore the earlier state, or reset the stream to read it "
        "from the start.",
        stream=stream,
    )
