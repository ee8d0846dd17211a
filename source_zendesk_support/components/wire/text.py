"""JSON as text: its encoding, and its value with every number exactly as it came.

A double holds 15 digits of a decimal, and orjson turns integers of more than 64 bits into doubles. msgspec is as fast,
keeps integers, and has a hook that is called for decimals alone, so exactness costs nothing where there are none.
"""

from __future__ import annotations

import json
from codecs import getincrementaldecoder
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

import msgspec

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
