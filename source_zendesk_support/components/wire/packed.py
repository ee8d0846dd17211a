"""A page, packed as it came until there is room to unpack and decode it.

Zendesk packs a page to a tenth of its size. ``requests`` would unpack it at once and in pieces of 10 KB, which costs
CPU time, and pages that wait for their turn would wait at full size.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import requests

from source_zendesk_support.components.wire.body import MOST, too_large
from source_zendesk_support.errors import Malformed

PACKING = "gzip"
"""What every call accepts."""
_GZIP_NAMES = frozenset({"gzip", "x-gzip"})
_UNPACKED_BY_URLLIB3 = _GZIP_NAMES | {"deflate", "identity", ""}
AT_ONCE = 1 << 20
_GZIP = 31
"""As zlib calls it: the largest window, and a head and a tail."""
_SIZE = 4
"""Bytes at the end of a packed body that say how long it, or the last member of it, is unpacked (RFC 1952)."""


@dataclass(frozen=True)
class Packed:
    """Bytes, packed or not."""

    raw: bytes
    packed: bool = False

    @classmethod
    def of(cls, response: requests.Response) -> Packed:
        """The whole body of an answer that was asked for with ``stream=True``; only good ones are left packed.

        Raises:
            requests.RequestException, urllib3.exceptions.HTTPError: it did not arrive whole.
            Malformed: it is packed in a way that was not offered and that nothing here can unpack.
        """
        encoding = response.headers.get("Content-Encoding", "").strip().lower()
        unknown = {part.strip() for part in encoding.split(",")} - _UNPACKED_BY_URLLIB3
        if unknown and response.status_code == requests.codes.ok:
            raise Malformed("the answer is packed in a way that was not offered")
        packed = encoding in _GZIP_NAMES
        if packed and response.status_code == requests.codes.ok:
            return cls(b"".join(response.raw.stream(AT_ONCE, decode_content=False)), packed=True)
        return cls(response.content)

    @property
    def size(self) -> int:
        """Bytes when it is unpacked."""
        return int.from_bytes(self.raw[-_SIZE:], "little") if self.packed else len(self.raw)

    def unpacked(self, most: int = MOST) -> bytes:
        """The text.

        Raises:
            Malformed: cut off, or not what was packed.
            TooLarge: it grows past ``most`` bytes; the rest is not unpacked.
        """
        if not self.packed:
            return self.raw
        texts: list[bytes] = []
        rest, left = self.raw, most
        while rest or not texts:
            text, rest = _member(rest, left + 1)
            rest = rest.lstrip(b"\0")  # padding, which gzip ignores, too
            texts.append(text)
            left -= len(text)
            if left < 0:
                raise too_large(most)
        return b"".join(texts)


def _member(raw: bytes, most: int) -> tuple[bytes, bytes]:
    """The text of the first of the members that a packed body may have (RFC 1952), and the members after it."""
    packer = zlib.decompressobj(_GZIP)
    try:
        text = packer.decompress(raw, most)
    except zlib.error as error:
        raise Malformed(_DAMAGED) from error
    if not packer.eof and len(text) < most:
        raise Malformed(_DAMAGED)
    return text, packer.unused_data


_DAMAGED = "the packed answer is cut off or damaged"
