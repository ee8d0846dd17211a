"""Decoding of pages: a row's fields when they are needed, and text that some client has broken long ago."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, TypedDict

import msgspec

from source_zendesk_support.api.exact_json import JSON_ERRORS, UTF8, check_utf8, exact_decimal, loads, to_utf8
from source_zendesk_support.errors import MalformedResponse

logger = logging.getLogger("airbyte")
Fields = dict[str, Any]

DECODE_CHUNK_BYTES = 1 << 14
"""Text decoded at once, so the result fits into the CPU's cache. A single row may be longer."""


NESTED_TOO_DEEP = "a row is nested more than a thousand levels deep"


class LazyRow(Fields):
    """A row with only some of its fields decoded; missing fields stay missing.

    Attributes:
        text: the row as JSON, a part of its page's text. Not an argument, because a ``dict`` without a Python
            ``__init__`` takes half the time to build.
    """

    __slots__ = ("text",)
    text: memoryview


def decode_lazily(text: bytes, records: str, fields: tuple[str, ...]) -> Any:
    """A page with lazy rows. If it has no rows, or if some are not objects, it is decoded completely.

    Args:
        text: the page as JSON.
        records: key of the envelope that contains the rows.
        fields: fields of a row that are decoded now.

    Raises:
        msgspec.DecodeError, UnicodeDecodeError, RecursionError: it is no JSON, or cut off.
    """
    check_utf8(text)
    try:
        parts = _ENVELOPE.decode(text)
    except msgspec.ValidationError:
        return loads(text)
    return {name: _lazy_rows(part, fields) if name == records else _decoded(part) for name, part in parts.items()}


def _lazy_rows(part: Any, fields: tuple[str, ...]) -> Any:
    try:
        return _decode_lazy_rows(part, _reader(fields)) if isinstance(part, list) else _decoded(part)
    except msgspec.ValidationError:  # a row that is no object, or an integer of thousands of digits
        return _decoded(part)


def _decode_lazy_rows(rows: list[msgspec.Raw], read: Callable[[msgspec.Raw], Fields]) -> list[LazyRow]:
    lazy_rows: list[LazyRow] = []
    for text in rows:
        row = LazyRow(read(text))
        row.text = memoryview(text)
        lazy_rows.append(row)
    return lazy_rows


def _decoded(part: Any) -> Any:
    if isinstance(part, list):
        return [loads(memoryview(text)) for text in part]
    if isinstance(part, dict):
        return {name: loads(memoryview(text)) for name, text in part.items()}
    return part


def decode_row(row: Fields) -> Fields:
    """The row with all its fields.

    Raises:
        MalformedResponse: it is valid JSON, but nested too deeply for this thread's stack.
    """
    if not isinstance(row, LazyRow):
        return row
    try:
        decoded: Fields = loads(row.text)
    except RecursionError as error:
        raise MalformedResponse(NESTED_TOO_DEEP) from error
    return decoded


def decode_in_chunks(rows: Iterable[Fields]) -> Iterator[list[Fields]]:
    """Complete rows in chunks, to limit how many are decoded at the same time."""
    chunk: list[Fields] = []
    size = 0
    for row in rows:
        chunk.append(decode_row(row))
        size += len(row.text) if isinstance(row, LazyRow) else 0
        if size >= DECODE_CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


@cache
def _reader(fields: tuple[str, ...]) -> Callable[[msgspec.Raw], Any]:
    row_type = TypedDict("head", dict.fromkeys(fields, Any), total=False)  # type: ignore[misc]  # known at run time only
    return msgspec.json.Decoder(row_type, float_hook=exact_decimal).decode


_ChildPage = list[msgspec.Raw] | dict[str, msgspec.Raw] | str | int | float | bool | None
_ENVELOPE = msgspec.json.Decoder(dict[str, _ChildPage])


def decode(
    body: bytes, stream: str, warned_streams: set[str], records: str = "", row_fields: tuple[str, ...] = ()
) -> Any:
    """The JSON value of a body.

    A lone surrogate (half an emoji, cut by some client long ago) is not valid text; it is replaced with U+FFFD, with
    one WARN per stream.

    Args:
        body: the decompressed bytes of the response.
        stream: the stream's name, for messages.
        warned_streams: streams that already have this warning; this stream is added.
        records: key of the envelope that contains the rows.
        row_fields: fields of a row that are decoded now; the others are decoded on demand. Empty: decode all fields.

    Raises:
        MalformedResponse: not JSON, or truncated.
    """
    try:
        body = to_utf8(body)
        return _value(body, records, row_fields)
    except JSON_ERRORS as error:
        if body.lstrip()[:1] == b"<":
            raise MalformedResponse("a web page was returned instead of JSON", foreign=True) from error
    try:
        value = _value(_repaired(body), records, row_fields)
    except JSON_ERRORS as error:
        raise MalformedResponse("the JSON is truncated or malformed") from error
    if stream not in warned_streams:
        warned_streams.add(stream)
        logger.warning(
            "Stream %s: the response contained invalid Unicode; the broken characters were replaced with U+FFFD.",
            stream,
        )
    return value


def _value(body: bytes, records: str, row_fields: tuple[str, ...]) -> Any:
    return decode_lazily(body, records, row_fields) if records and row_fields else loads(body)


_ESCAPE = re.compile(
    r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
"""A backslash, a complete surrogate pair, or (as the only group) half of one."""


def _repaired(body: bytes) -> bytes:
    """The same text with U+FFFD for each half of a surrogate pair, escaped or not."""
    text = _ESCAPE.sub(lambda found: "\ufffd" if found[1] else found[0], body.decode(UTF8, "surrogatepass"))
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
