"""Response bodies, aborted while they are read if they exceed the size limit.

A few hundred kilobytes may decompress to gigabytes, and requests has no limit of its own.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import requests

from source_zendesk_support.errors import MalformedResponse, ResponseTooLarge

MAX_BODY_BYTES = 128 * 2**20
"""After decompression. A thousand tickets with the longest texts that Zendesk allows are half as large."""


class SizeLimitedBody:
    """Replaces urllib3's response inside a ``requests`` response and forwards its attributes.

    Args:
        raw: urllib3's response, not read yet.
        max_bytes: limit after decompression.
    """

    def __init__(self, raw: Any, max_bytes: int = MAX_BODY_BYTES) -> None:
        self._raw = raw
        self._max_bytes = max_bytes

    def limit(self, max_bytes: int) -> None:
        """Lower the limit; call it before the body is read."""
        self._max_bytes = min(max_bytes, self._max_bytes)

    def __getattr__(self, name: str) -> Any:
        """Forward to the wrapped object."""
        return getattr(self._raw, name)

    def stream(self, amount: int, decode_content: bool | None = None) -> Iterator[bytes]:  # noqa: FBT001  urllib3's own
        """The decompressed body in parts of at most ``amount`` bytes.

        Raises:
            ResponseTooLarge: the limit is exceeded; the connection is closed and the rest is not decompressed.
        """
        size = 0
        for part in self._raw.stream(amount, decode_content=decode_content):
            size += len(part)
            if size > self._max_bytes:
                self._raw.close()
                raise too_large_error(self._max_bytes)
            yield part


def too_large_error(max_bytes: int) -> ResponseTooLarge:
    """The error for a response that exceeds the limit."""
    return ResponseTooLarge(f"the response is larger than {max_bytes >> 20} MiB")


def limit_body_size(response: requests.Response, *_: Any, **__: Any) -> requests.Response:
    """Limit the response's body; a hook that requests calls before it reads the body."""
    response.raw = SizeLimitedBody(response.raw)
    return response


ACCEPT_ENCODING = "gzip"
"""Value of the Accept-Encoding header."""
_GZIP_NAMES = frozenset({"gzip", "x-gzip"})
_UNPACKED_BY_URLLIB3 = _GZIP_NAMES | {"deflate", "identity", ""}
CHUNK_BYTES = 1 << 20
_GZIP_WINDOW_BITS = 31
"""zlib's wbits for gzip: the largest window, with header and trailer."""
_GZIP_SIZE_BYTES = 4
"""Trailing bytes of a gzip member that contain its decompressed size (RFC 1952)."""


@dataclass(frozen=True)
class CompressedBody:
    """A body, compressed with gzip or not."""

    raw: bytes
    compressed: bool = False

    @classmethod
    def of(cls, response: requests.Response) -> CompressedBody:
        """The complete body of a streamed response; only bodies of successful responses stay compressed.

        Raises:
            requests.RequestException, urllib3.exceptions.HTTPError: the body is incomplete.
            MalformedResponse: it has a content encoding that was not requested and is not supported.
        """
        encoding = response.headers.get("Content-Encoding", "").strip().lower()
        unknown = {part.strip() for part in encoding.split(",")} - _UNPACKED_BY_URLLIB3
        if unknown and response.status_code == requests.codes.ok:
            raise MalformedResponse("the response uses a content encoding that was not requested")
        compressed = encoding in _GZIP_NAMES
        if compressed and response.status_code == requests.codes.ok:
            return cls(b"".join(response.raw.stream(CHUNK_BYTES, decode_content=False)), compressed=True)
        return cls(response.content)

    @property
    def size(self) -> int:
        """Decompressed size in bytes."""
        return int.from_bytes(self.raw[-_GZIP_SIZE_BYTES:], "little") if self.compressed else len(self.raw)

    def decompress(self, max_bytes: int = MAX_BODY_BYTES) -> bytes:
        """The text.

        Raises:
            MalformedResponse: the body is truncated or not valid gzip.
            ResponseTooLarge: it exceeds ``max_bytes``; the rest is not decompressed.
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
    """The text of the first gzip member of a body (RFC 1952), and the remaining members."""
    decompressor = zlib.decompressobj(_GZIP_WINDOW_BITS)
    try:
        text = decompressor.decompress(raw, max_bytes)
    except zlib.error as error:
        raise MalformedResponse(_DAMAGED) from error
    if not decompressor.eof and len(text) < max_bytes:
        raise MalformedResponse(_DAMAGED)
    return text, decompressor.unused_data


_DAMAGED = "the compressed response is truncated or corrupt"
