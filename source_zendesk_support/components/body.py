"""The body of an answer, packed as it came until there is room to unpack and decode it.

Zendesk packs a page to a tenth of its size. ``requests`` would unpack it at once and in pieces of 10 KB, which costs
CPU time, and pages that wait for their turn would wait at full size.
"""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass

import requests

from source_zendesk_support.errors import Malformed

PACKING = "gzip"
"""What every call accepts."""
_SIZE = 4
"""Bytes at the end of a packed body that say how long it is unpacked (RFC 1952)."""


@dataclass(frozen=True)
class Body:
    """Bytes, packed or not."""

    raw: bytes
    packed: bool = False

    @classmethod
    def of(cls, response: requests.Response) -> Body:
        """The whole body of an answer that was asked for with ``stream=True``; only good ones are left packed.

        Raises:
            requests.RequestException, urllib3.exceptions.HTTPError: it did not arrive whole.
        """
        packed = response.headers.get("Content-Encoding") == PACKING
        if packed and response.status_code == requests.codes.ok:
            return cls(response.raw.read(decode_content=False), packed=True)
        return cls(response.content)

    @property
    def size(self) -> int:
        """Bytes when it is unpacked."""
        return int.from_bytes(self.raw[-_SIZE:], "little") if self.packed else len(self.raw)

    def unpacked(self) -> bytes:
        """The text.

        Raises:
            Malformed: cut off, or not what was packed.
        """
        if not self.packed:
            return self.raw
        try:
            return gzip.decompress(self.raw)
        except (EOFError, OSError, zlib.error) as error:
            raise Malformed("the packed answer is cut off or damaged") from error
