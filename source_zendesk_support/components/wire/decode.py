"""A body is decoded once, and only a whole one counts.

The CDK's JsonDecoder turns a truncated body into ``{}``, which reads as "0 records, complete".
"""

from __future__ import annotations

import json
import logging
from typing import Any, NoReturn

import orjson

from source_zendesk_support.errors import Malformed

logger = logging.getLogger("airbyte")

_STARVED = "Not enough memory"
"""As orjson 3.13 begins to say it."""


def decode(body: bytes, stream: str, told: set[str]) -> Any:
    """The JSON value of a body.

    A lone surrogate (half an emoji, cut by some client long ago) is no valid text; it becomes U+FFFD, with one WARN a
    stream.

    Args:
        body: the bytes of the answer, already unpacked.
        stream: on whose behalf, for messages.
        told: streams about which this has been said; takes this one when it is.

    Raises:
        Malformed: not JSON, or cut off.
    """
    try:
        return loads(body)
    except orjson.JSONDecodeError as error:
        if body.lstrip()[:1] == b"<":
            raise Malformed("a web page came instead of JSON") from error
        return _decode_leniently(body, stream, told)


def loads(text: bytes | str) -> Any:
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


def _decode_leniently(body: bytes, stream: str, told: set[str]) -> Any:
    try:
        value = json.loads(body, parse_constant=_no_constant)
        repaired = json.dumps(value, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        value = loads(repaired)
    except (ValueError, RecursionError) as error:  # the latter of a body that is nested a thousand deep
        raise Malformed("the JSON is cut off or malformed") from error
    if stream not in told:
        told.add(stream)
        logger.warning("Stream %s: text that is no valid Unicode came; the broken characters became U+FFFD.", stream)
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
