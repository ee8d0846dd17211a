"""Rows that stay text until they are written.

A decoded page takes seven times the memory of its text, and a row that was decoded long before it is encoded has left
the CPU's cache. So the rules see of each row the few fields that they judge by, and the row itself is decoded when its
turn comes. orjson cannot do this: only msgspec finds where a row ends without making anything of what is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, TypedDict

import msgspec

from source_zendesk_support.components.wire.text import check_utf8, exact, loads
from source_zendesk_support.errors import Malformed

Fields = dict[str, Any]

RUN = 1 << 14
"""Bytes of text that are decoded at once: what becomes of it fits into a CPU's cache. A single row may be longer."""


TOO_DEEP = "a row holds lists or objects within each other, more than a thousand levels deep"


class Head(Fields):
    """Some of a row's fields; what the row lacks is lacking here.

    Attributes:
        text: the row as JSON, a part of its page's text. Not an argument, because ``dict`` takes half the time to build
            where it needs no ``__init__`` in Python.
    """

    __slots__ = ("text",)
    text: memoryview


def headed(text: bytes, records: str, fields: tuple[str, ...]) -> Any:
    """A page whose rows are heads; where it has no rows, or other things among them, all of it is decoded.

    Args:
        text: the page as JSON.
        records: key of the envelope under which the rows are.
        fields: what heads have.

    Raises:
        msgspec.DecodeError, UnicodeDecodeError, RecursionError: it is no JSON, or cut off.
    """
    check_utf8(text)
    try:
        parts = _ENVELOPE.decode(text)
    except msgspec.ValidationError:
        return loads(text)
    return {name: _heads(part, fields) if name == records else _decoded(part) for name, part in parts.items()}


def _heads(part: Any, fields: tuple[str, ...]) -> Any:
    try:
        return _headed_rows(part, _reader(fields)) if isinstance(part, list) else _decoded(part)
    except msgspec.ValidationError:  # a row that is no object, or an integer of thousands of digits
        return _decoded(part)


def _headed_rows(rows: list[msgspec.Raw], read: Callable[[msgspec.Raw], Fields]) -> list[Head]:
    heads: list[Head] = []
    for text in rows:
        head = Head(read(text))
        head.text = memoryview(text)
        heads.append(head)
    return heads


def _decoded(part: Any) -> Any:
    if isinstance(part, list):
        return [loads(memoryview(text)) for text in part]
    if isinstance(part, dict):
        return {name: loads(memoryview(text)) for name, text in part.items()}
    return part


def whole(row: Fields) -> Fields:
    """The row with all its fields.

    Raises:
        Malformed: it is valid JSON, but is nested too deep for this thread's stack.
    """
    if not isinstance(row, Head):
        return row
    try:
        decoded: Fields = loads(row.text)
    except RecursionError as error:
        raise Malformed(TOO_DEEP) from error
    return decoded


def runs(rows: Iterable[Fields]) -> Iterator[list[Fields]]:
    """Whole rows, as many at a time as should be held decoded."""
    run: list[Fields] = []
    size = 0
    for row in rows:
        run.append(whole(row))
        size += len(row.text) if isinstance(row, Head) else 0
        if size >= RUN:
            yield run
            run, size = [], 0
    if run:
        yield run


@cache
def _reader(fields: tuple[str, ...]) -> Callable[[msgspec.Raw], Any]:
    head = TypedDict("head", dict.fromkeys(fields, Any), total=False)  # type: ignore[misc]  # known at run time only
    return msgspec.json.Decoder(head, float_hook=exact).decode


_Part = list[msgspec.Raw] | dict[str, msgspec.Raw] | str | int | float | bool | None
_ENVELOPE = msgspec.json.Decoder(dict[str, _Part])
