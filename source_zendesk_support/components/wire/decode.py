"""A body is decoded once, and only a whole one counts.

The CDK's JsonDecoder turns a truncated body into ``{}``, which reads as "0 records, complete".
"""

from __future__ import annotations

import json
import logging
from typing import Any, NoReturn

import msgspec
import orjson

from source_zendesk_support.components.wire.heads import headed
from source_zendesk_support.components.wire.text import loads
from source_zendesk_support.errors import Malformed

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
        return _value(body, records, heads)
    except (orjson.JSONDecodeError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if body.lstrip()[:1] == b"<":
            raise Malformed("a web page came instead of JSON", foreign=True) from error
    try:
        value = _value(_repaired(body), records, heads)
    except (ValueError, msgspec.DecodeError, RecursionError) as error:  # the last of a body nested a thousand deep
        raise Malformed("the JSON is cut off or malformed") from error
    if stream not in told:
        told.add(stream)
        logger.warning("Stream %s: text that is no valid Unicode came; the broken characters became U+FFFD.", stream)
    return value


def _value(body: bytes, records: str, heads: tuple[str, ...]) -> Any:
    return headed(body, records, heads) if records and heads else loads(body)


def _repaired(body: bytes) -> bytes:
    text = json.dumps(json.loads(body, parse_constant=_no_constant), ensure_ascii=False)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
