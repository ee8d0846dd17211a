"""JSON as text: whether it is text at all, and its value."""

from __future__ import annotations

from codecs import getincrementaldecoder
from typing import Any

import orjson

_STARVED = "Not enough memory"
"""As orjson 3.13 begins to say it."""
_PIECE = 1 << 20


def loads(text: bytes | str | memoryview) -> Any:
    """The value of a JSON text.

    Raises:
        orjson.JSONDecodeError: it is none.
        MemoryError: there is no memory left for it, which orjson calls an error of the text.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if _STARVED in str(error):
            raise MemoryError(_STARVED) from error
        raise


def check_utf8(text: bytes) -> None:
    """Look at a text piece by piece, because as a ``str`` it may be four times as large.

    Raises:
        UnicodeDecodeError: it is not UTF-8.
    """
    if text.isascii():
        return
    decoder, view = getincrementaldecoder("utf-8")(), memoryview(text)
    for start in range(0, len(text), _PIECE):
        decoder.decode(view[start : start + _PIECE])
    decoder.decode(b"", final=True)
