"""Decoding of JSON: any Unicode encoding, every number exactly as it was received.

A double has 15 exact decimal digits, and orjson converts integers of more than 64 bits to doubles. msgspec is as fast,
keeps integers, and calls a hook only for decimals, so exactness is free for pages without decimals.
"""

from __future__ import annotations

import json
import logging
import re
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, NoReturn, TypedDict

import msgspec

from source_zendesk_support.errors import MalformedResponse

EXACT_DECIMAL_CHARACTERS = 17
"""A shorter text has at most 15 digits, which a double always represents exactly."""
DOUBLE_MIN, DOUBLE_MAX = 1e-300, 1e300
"""Between these, a double has its full precision."""
UTF8 = "utf-8"
UTF8_CHECK_CHUNK_BYTES = 1 << 16
"""Larger chunks would exceed the CPU's cache and take four times as long."""


def loads(text: bytes | memoryview) -> Any:
    """The value of a JSON text in UTF-8.

    Numbers that no Python number represents become ``decimal.Decimal``; ``dumps`` in this module writes them.

    Raises:
        msgspec.DecodeError, UnicodeDecodeError, RecursionError: it is not JSON, or nested too deeply.
    """
    try:
        return _DECODER.decode(text)
    except msgspec.ValidationError:  # an integer of thousands of digits
        return _unlimited(text)


def exact_decimal(text: str) -> Any:
    """A decimal: a float if that is exact, otherwise a value that ``dumps`` writes digit for digit."""
    value = float(text)
    if len(text) < EXACT_DECIMAL_CHARACTERS and (DOUBLE_MIN < value < DOUBLE_MAX or -DOUBLE_MAX < value < -DOUBLE_MIN):
        return value
    try:
        decimal = Decimal(text)
    except InvalidOperation:  # an exponent of 19 digits
        return msgspec.Raw(text.encode())
    return value if decimal == Decimal(repr(value)) else decimal


def dumps(value: Any) -> bytes:
    """JSON of what ``loads`` returned. Slower than orjson, which writes neither decimals nor integers above 64 bits."""
    return _ENCODER.encode(value)


def to_utf8(text: bytes) -> bytes:
    """The same text in UTF-8 without a byte order mark, from any Unicode encoding (RFC 4627).

    Raises:
        UnicodeDecodeError: it is cut off within a character.
    """
    encoding = json.detect_encoding(text[:4])
    return text if encoding == UTF8 else text.decode(encoding, "surrogatepass").encode(UTF8, "surrogatepass")


JSON_ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""Raised by ``loads_any_encoding`` for a body that is not JSON."""


def loads_any_encoding(body: bytes) -> Any:
    """The value of a JSON text in any Unicode encoding; raises one of ``JSON_ERRORS``."""
    return loads(to_utf8(body))


def check_utf8(text: bytes) -> None:
    """Check a text in chunks, because as a ``str`` it may be four times as large.

    Raises:
        UnicodeDecodeError: it is not UTF-8.
    """
    if text.isascii():
        return
    decoder, view = getincrementaldecoder(UTF8)(), memoryview(text)
    for start in range(0, len(text), UTF8_CHECK_CHUNK_BYTES):
        decoder.decode(view[start : start + UTF8_CHECK_CHUNK_BYTES])
    decoder.decode(b"", final=True)


def _unlimited(text: bytes | memoryview) -> Any:
    try:
        value = json.loads(bytes(text), parse_float=exact_decimal, parse_int=_integer, parse_constant=_no_constant)
        dumps(value)  # it fails if there is half a surrogate pair, which json lets through
    except ValueError as error:
        raise msgspec.DecodeError(str(error)) from error
    return value


def _integer(text: str) -> int | Decimal:
    try:
        return int(text)
    except ValueError:  # more digits than CPython converts
        return Decimal(text)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = msgspec.json.Decoder(float_hook=exact_decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")


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


logger = logging.getLogger("airbyte")


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
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if body.lstrip()[:1] == b"<":
            raise MalformedResponse("a web page was returned instead of JSON", foreign=True) from error
    try:
        value = _value(_repaired(body), records, row_fields)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
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
