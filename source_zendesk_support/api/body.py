"""An answer's body, refused while it comes where it grows past what a page can be.

A few hundred kilobytes may unpack to gigabytes, by fault or by malice; requests takes in whatever comes.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import requests

from source_zendesk_support.errors import MalformedResponse, ResponseTooLarge

MAX_BODY_BYTES = 128 * 2**20
"""Bytes, unpacked. A thousand tickets whose texts are all as long as Zendesk allows are half as large."""


class SizeLimitedBody:
    """Stands where ``requests`` keeps urllib3's answer, and has everything that it has.

    Args:
        raw: urllib3's answer, of which nothing has been read.
        most: bytes that it may hold once unpacked.
    """

    def __init__(self, raw: Any, max_bytes: int = MAX_BODY_BYTES) -> None:
        self._raw = raw
        self._max_bytes = max_bytes

    def limit(self, max_bytes: int) -> None:
        """Allow no more than this; before anything is read."""
        self._max_bytes = min(max_bytes, self._max_bytes)

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
            if size > self._max_bytes:
                self._raw.close()
                raise too_large_error(self._max_bytes)
            yield part


def too_large_error(max_bytes: int) -> ResponseTooLarge:
    """What is said of an answer that grows past so many bytes."""
    return ResponseTooLarge(f"the answer is larger than {max_bytes >> 20} MiB")


def limit_body_size(response: requests.Response, *_: Any, **__: Any) -> requests.Response:
    """The same answer, whose body is bounded; a hook of requests, which calls it before the body is read."""
    response.raw = SizeLimitedBody(response.raw)
    return response


ACCEPT_ENCODING = "gzip"
"""What every call accepts."""
_GZIP_NAMES = frozenset({"gzip", "x-gzip"})
_UNPACKED_BY_URLLIB3 = _GZIP_NAMES | {"deflate", "identity", ""}
CHUNK_BYTES = 1 << 20
_GZIP_WINDOW_BITS = 31
"""As zlib calls it: the largest window, and a head and a tail."""
_GZIP_SIZE_BYTES = 4
"""Bytes at the end of a packed body that say how long it, or the last member of it, is unpacked (RFC 1952)."""


@dataclass(frozen=True)
class CompressedBody:
    """Bytes, packed or not."""

    raw: bytes
    compressed: bool = False

    @classmethod
    def of(cls, response: requests.Response) -> CompressedBody:
        """The whole body of an answer that was asked for with ``stream=True``; only good ones are left packed.

        Raises:
            requests.RequestException, urllib3.exceptions.HTTPError: it did not arrive whole.
            Malformed: it is packed in a way that was not offered and that nothing here can unpack.
        """
        encoding = response.headers.get("Content-Encoding", "").strip().lower()
        unknown = {part.strip() for part in encoding.split(",")} - _UNPACKED_BY_URLLIB3
        if unknown and response.status_code == requests.codes.ok:
            raise MalformedResponse("the answer is packed in a way that was not offered")
        compressed = encoding in _GZIP_NAMES
        if compressed and response.status_code == requests.codes.ok:
            return cls(b"".join(response.raw.stream(CHUNK_BYTES, decode_content=False)), compressed=True)
        return cls(response.content)

    @property
    def size(self) -> int:
        """Bytes when it is unpacked."""
        return int.from_bytes(self.raw[-_GZIP_SIZE_BYTES:], "little") if self.compressed else len(self.raw)

    def decompress(self, max_bytes: int = MAX_BODY_BYTES) -> bytes:
        """The text.

        Raises:
            Malformed: cut off, or not what was packed.
            TooLarge: it grows past ``most`` bytes; the rest is not unpacked.
        """
        if not self.compressed:
            return self.raw
        texts: list[bytes] = []
        rest, left = self.raw, max_bytes
        while rest or not texts:
            text, rest = _gzip_member(rest, left + 1)
            rest = rest.lstrip(b"\0")  # padding, which gzip ignores, too
            texts.append(text)
            left -= len(text)
            if left < 0:
                raise too_large_error(max_bytes)
        return b"".join(texts)


def _gzip_member(raw: bytes, max_bytes: int) -> tuple[bytes, bytes]:
    """The text of the first of the members that a packed body may have (RFC 1952), and the members after it."""
    decompressor = zlib.decompressobj(_GZIP_WINDOW_BITS)
    try:
        text = decompressor.decompress(raw, max_bytes)
    except zlib.error as error:
        raise MalformedResponse(_DAMAGED) from error
    if not decompressor.eof and len(text) < max_bytes:
        raise MalformedResponse(_DAMAGED)
    return text, decompressor.unused_data


_DAMAGED = "the packed answer is cut off or damaged"
