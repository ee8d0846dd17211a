"""A body is decoded once, and only a whole one counts.

The CDK's JsonDecoder turns a truncated body into ``{}``, which reads as "0 records, complete".
"""

from __future__ import annotations

import logging
import re
from typing import Any

import msgspec

from source_zendesk_support.components.wire.heads import headed
from source_zendesk_support.components.wire.text import UTF8, loads, utf8
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
        body = utf8(body)
        return _value(body, records, heads)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if body.lstrip()[:1] == b"<":
            raise Malformed("a web page came instead of JSON", foreign=True) from error
    try:
        value = _value(_repaired(body), records, heads)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed("the JSON is cut off or malformed") from error
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
