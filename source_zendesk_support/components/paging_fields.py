"""What a page says about the next one, checked before the manifest's templates see it.

A template takes anything for a cursor or a mark of the end, and what it makes of a list or an object would be sent or
stored. So each field that a stream's paginator reads must have its type here; harmless notations are brought into
it, anything else is no page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from airbyte_cdk.sources.declarative.requesters.paginators import DefaultPaginator

from source_zendesk_support.errors import MalformedResponse
from source_zendesk_support.times import moment

_FIELD = re.compile(r"response\.(\w+)(?:\.(\w+))?|'(\w+)' in response")
_ALWAYS_READ = ("end_id",)
"""What an export that has a tie-breaker reads without a template."""


def paging_fields(paginator: DefaultPaginator | None) -> tuple[str, ...]:
    """The fields of an envelope that a paginator's templates read, as ``end_time`` or ``meta.has_more``."""
    strategy: Any = paginator.pagination_strategy if paginator else None
    if strategy is None:
        return ()
    value = strategy.cursor_value
    templates = f"{getattr(value, 'string', value)} {strategy.stop_condition}"
    found = (".".join(filter(None, match.groups())) for match in _FIELD.finditer(templates))
    return tuple(dict.fromkeys((*found, *_ALWAYS_READ)))


def check_paging(envelope: Any, fields: Iterable[str]) -> None:
    """Bring the paging fields of a page into their types, in place.

    Raises:
        MalformedResponse: one of them is something else.
    """
    if not isinstance(envelope, dict):
        return
    for field in fields:
        name, _, part = field.partition(".")
        if name not in _READERS or name not in envelope:
            continue
        envelope[name] = _typed(name, envelope[name])
        inner = envelope[name]
        if part in _READERS and isinstance(inner, dict) and part in inner:
            inner[part] = _typed(part, inner[part])


def is_marked_last(envelope: Any) -> bool:
    """Whether an export's page says that it is the last."""
    if not isinstance(envelope, dict):
        return False
    return bool(envelope.get("end_of_stream") or ("next_page" in envelope and not envelope["next_page"]))


def is_marked_unfinished(envelope: Any) -> bool:
    """Whether an export's page says that it is not the last."""
    return isinstance(envelope, dict) and envelope.get("end_of_stream") is False


def end_id(envelope: Any) -> str | None:
    """The tie-breaker of an export's page; None if it has none."""
    value = envelope.get("end_id") if isinstance(envelope, dict) else None
    return None if value in (None, "") else str(value)


def _typed(name: str, value: Any) -> Any:
    try:
        return None if value is None else _READERS[name](value)
    except (ValueError, TypeError, LookupError):
        raise MalformedResponse(f"the page's {name} has an invalid value") from None


def _time(value: Any) -> int | str:
    """Epoch seconds; a number or a text that is no time stays, and proves nothing (``proven_times.py``)."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError
    seconds = moment(value)
    return str(value) if seconds is None else seconds


def _flag(value: Any) -> bool:
    """A boolean, also as text or as 0 and 1."""
    if isinstance(value, bool):
        return value
    return _FLAGS[value.lower() if isinstance(value, str) else value if type(value) is int else None]


def _text(value: Any) -> str:
    """A cursor or an address; some ids come as numbers."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TypeError
    return str(value)


def _of(kind: type) -> Callable[[Any], Any]:
    def checked(value: Any) -> Any:
        if not isinstance(value, kind) and value not in _EMPTY_COLUMNS:
            raise TypeError
        return value if isinstance(value, kind) else None

    return checked


_EMPTY_COLUMNS: tuple[Any, ...] = ("", [], {})
"""What some servers write in the place of null."""


_FLAGS: Mapping[Any, bool] = {"true": True, "false": False, 1: True, 0: False}
_READERS: Mapping[str, Callable[[Any], Any]] = {
    "end_time": _time,
    "end_of_stream": _flag,
    "has_more": _flag,
    "after_cursor": _text,
    "before_cursor": _text,
    "end_id": _text,
    "next_page": _text,
    "next": _text,
    "meta": _of(dict),
    "links": _of(dict),
    "ip_address": _of(list),
    "visitor": _of(list),
}
