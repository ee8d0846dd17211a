"""JSON values: any Unicode encoding, every number exactly as it was received.

A double has 15 exact decimal digits, and orjson converts integers of more than 64 bits to doubles. msgspec is as fast,
keeps integers, and calls a hook only for decimals, so exactness is free for pages without decimals.
"""

from __future__ import annotations

import json
from codecs import getincrementaldecoder
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

import msgspec

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
