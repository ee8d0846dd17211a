"""JSON as text: its encoding, and its value with every number exactly as it came.

A double holds 15 digits of a decimal, and orjson turns integers of more than 64 bits into doubles. msgspec is as fast,
keeps integers, and has a hook that is called for decimals alone, so exactness costs nothing where there are none.
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

SHORT_DECIMAL = 17
"""Characters; a shorter one has 15 digits at most, and so many a double always gives back."""
DOUBLE_MIN, DOUBLE_MAX = 1e-300, 1e300
"""Between these a double has its full precision."""
UTF8 = "utf-8"
_PIECE = 1 << 16
"""Bytes; more would leave the CPU's cache, and take four times as long."""


def loads(text: bytes | memoryview) -> Any:
    """The value of a JSON text in UTF-8.

    Numbers that no Python number holds come as ``decimal.Decimal``; ``dumps`` in this module writes them.

    Raises:
        msgspec.DecodeError, UnicodeDecodeError, RecursionError: it is none, or nested too deep.
    """
    try:
        return _DECODER.decode(text)
    except msgspec.ValidationError:  # an integer of thousands of digits
        return _unlimited(text)


def exact(text: str) -> Any:
    """A decimal: a float if that says the same, or else something that ``dumps`` writes digit for digit."""
    value = float(text)
    if len(text) < SHORT_DECIMAL and (DOUBLE_MIN < value < DOUBLE_MAX or -DOUBLE_MAX < value < -DOUBLE_MIN):
        return value
    try:
        decimal = Decimal(text)
    except InvalidOperation:  # an exponent of 19 digits
        return msgspec.Raw(text.encode())
    return value if decimal == Decimal(repr(value)) else decimal


def dumps(value: Any) -> bytes:
    """JSON of what ``loads`` returned. Slower than orjson, which writes neither decimals nor integers above 64 bits."""
    return _ENCODER.encode(value)


def utf8(text: bytes) -> bytes:
    """The same text in UTF-8 and without a byte order mark, whatever of Unicode's encodings it came in (RFC 4627).

    Raises:
        UnicodeDecodeError: it is cut off within a character.
    """
    encoding = json.detect_encoding(text[:4])
    return text if encoding == UTF8 else text.decode(encoding, "surrogatepass").encode(UTF8, "surrogatepass")


NOT_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What ``any_json`` raises for a body that is no JSON."""


def any_json(body: bytes) -> Any:
    """The value of a JSON text in any of Unicode's encodings; raises one of ``NOT_JSON``."""
    return loads(utf8(body))


def check_utf8(text: bytes) -> None:
    """Look at a text piece by piece, because as a ``str`` it may be four times as large.

    Raises:
        UnicodeDecodeError: it is not UTF-8.
    """
    if text.isascii():
        return
    decoder, view = getincrementaldecoder(UTF8)(), memoryview(text)
    for start in range(0, len(text), _PIECE):
        decoder.decode(view[start : start + _PIECE])
    decoder.decode(b"", final=True)


def _unlimited(text: bytes | memoryview) -> Any:
    try:
        value = json.loads(bytes(text), parse_float=exact, parse_int=_integer, parse_constant=_no_constant)
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


_DECODER = msgspec.json.Decoder(float_hook=exact)
_ENCODER = msgspec.json.Encoder(decimal_format="number")


Fields = dict[str, Any]

RUN = 1 << 14
"""Bytes of text that are decoded at once: what becomes of it fits into a CPU's cache. A single row may be longer."""


TOO_DEEP = "a row holds lists or objects within each other, more than a thousand levels deep"


class LazyRow(Fields):
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


def _headed_rows(rows: list[msgspec.Raw], read: Callable[[msgspec.Raw], Fields]) -> list[LazyRow]:
    heads: list[LazyRow] = []
    for text in rows:
        head = LazyRow(read(text))
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
    if not isinstance(row, LazyRow):
        return row
    try:
        decoded: Fields = loads(row.text)
    except RecursionError as error:
        raise MalformedResponse(TOO_DEEP) from error
    return decoded


def runs(rows: Iterable[Fields]) -> Iterator[list[Fields]]:
    """Whole rows, as many at a time as should be held decoded."""
    run: list[Fields] = []
    size = 0
    for row in rows:
        run.append(whole(row))
        size += len(row.text) if isinstance(row, LazyRow) else 0
        if size >= RUN:
            yield run
            run, size = [], 0
    if run:
        yield run


@cache
def _reader(fields: tuple[str, ...]) -> Callable[[msgspec.Raw], Any]:
    head = TypedDict("head", dict.fromkeys(fields, Any), total=False)  # type: ignore[misc]  # known at run time only
    return msgspec.json.Decoder(head, float_hook=exact).decode


_ChildPage = list[msgspec.Raw] | dict[str, msgspec.Raw] | str | int | float | bool | None
_ENVELOPE = msgspec.json.Decoder(dict[str, _ChildPage])


logger = logging.getLogger("airbyte")


def decode(body: bytes, stream: str, told: set[str], records: str = "", heads: tuple[str, ...] = ()) -> Any:
    """The JSON value of a body.

    A lone surrogate (half an emoji, cut by some client long ago) is no valid text; it becomes U+FFFD, with one WARN a
    stream.

    Args:
        body: the bytes of the answer, already unpacked.
        stream: on whose behalf, for messages.
        told: streams about which this has been said; takes this one when it is.
        records: key of the envelope under which the rows are.
        heads: fields of a row that are decoded now, the rest when it is wanted (``heads.py``); empty: everything.

    Raises:
        Malformed: not JSON, or cut off.
    """
    try:
        body = utf8(body)
        return _value(body, records, heads)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if body.lstrip()[:1] == b"<":
            raise MalformedResponse("a web page came instead of JSON", foreign=True) from error
    try:
        value = _value(_repaired(body), records, heads)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedResponse("the JSON is cut off or malformed") from error
    if stream not in told:
        told.add(stream)
        logger.warning("Stream %s: text that is no valid Unicode came; the broken characters became U+FFFD.", stream)
    return value


def _value(body: bytes, records: str, heads: tuple[str, ...]) -> Any:
    return headed(body, records, heads) if records and heads else loads(body)


_ESCAPE = re.compile(
    r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
"""A backslash, a whole surrogate pair, or (as the only group) half of one."""


def _repaired(body: bytes) -> bytes:
    """The same text, nothing else touched, with U+FFFD for half a surrogate pair, be it escaped or not."""
    text = _ESCAPE.sub(lambda found: "\ufffd" if found[1] else found[0], body.decode(UTF8, "surrogatepass"))
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
