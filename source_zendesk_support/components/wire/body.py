"""An answer's body, refused while it comes where it grows past what a page can be.

A few hundred kilobytes may unpack to gigabytes, by fault or by malice; requests takes in whatever comes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import requests

from source_zendesk_support.errors import TooLarge

MOST = 128 * 2**20
"""Bytes, unpacked. A thousand tickets whose texts are all as long as Zendesk allows are half as large."""


class BoundedBody:
    """Stands where ``requests`` keeps urllib3's answer, and has everything that it has.

    Args:
        raw: urllib3's answer, of which nothing has been read.
        most: bytes that it may hold once unpacked.
    """

    def __init__(self, raw: Any, most: int = MOST) -> None:
        self._raw = raw
        self._most = most

    def limit(self, most: int) -> None:
        """Allow no more than this; before anything is read."""
        self._most = min(most, self._most)

    def __getattr__(self, name: str) -> Any:
        """Whatever the real one has."""
        return getattr(self._raw, name)

    def stream(self, amount: int, decode_content: bool | None = None) -> Iterator[bytes]:  # noqa: FBT001  urllib3's own
        """The unpacked body in parts of ``amount`` bytes at most.

        Raises:
            TooLarge: it does not end where it should; the connection is closed, and the rest never unpacked.
        """
        size = 0
        for part in self._raw.stream(amount, decode_content=decode_content):
            size += len(part)
            if size > self._most:
                self._raw.close()
                raise too_large(self._most)
            yield part


def too_large(most: int) -> TooLarge:
    """What is said of an answer that grows past so many bytes."""
    return TooLarge(f"the answer is larger than {most >> 20} MiB")


def bounded(response: requests.Response, *_: Any, **__: Any) -> requests.Response:
    """The same answer, whose body is bounded; a hook of requests, which calls it before the body is read."""
    response.raw = BoundedBody(response.raw)
    return response
