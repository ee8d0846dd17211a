"""The rows that the destination has, by their ids, so that a row that no longer comes is recognised as deleted.

Stored in a stream's STATE, at most 50,000 bytes of text:

    {"count": 3, "ids": "eNpj...", "seen": "eNoD...", "absent": "eNoD...", "learning": "whole", "role": "admin 42"}

``ids`` are sorted numbers, less the one before, divided by their common step, as varints, or sorted texts as JSON; both
compressed and in base64. ``seen`` and ``absent`` are a bit for each of them.
"""

from __future__ import annotations

import base64
import math
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Any, Literal, cast

import orjson

from source_zendesk_support.state.packed_ids import Id

MAX_KNOWN_ROWS = 50_000
"""More ids never fit, so they are not collected."""
MAX_KNOWN_BYTES = 50_000
"""Limit of the stored ids; about 15,000 ids of an account that has grown for years."""
MAX_VARINT_BITS = 70

Learning = Literal["", "whole", "part"]


@dataclass(frozen=True)
class KnownRows:
    """What is known of a list's rows.

    Attributes:
        ids: of all rows that were emitted and are not deleted, as keys.
        seen: those of them that have come in the current pass.
        absent: those that did not come in the pass before, and whose deletion is in doubt.
        learning: ``whole`` or ``part`` if no earlier pass has listed the rows: this one has from its first page on, or
            from a later page on, so that it cannot name all rows.
        role: of the user who has read them.
        began: epoch seconds at which the current pass began; not stored.
        count: of all rows, if they are too many to remember; otherwise 0.
        is_resumed: another sync has read the first pages of the pass, perhaps as another user; not stored.
    """

    ids: frozenset[Id] = frozenset()
    seen: frozenset[Id] = frozenset()
    absent: frozenset[Id] = frozenset()
    learning: Learning = "part"
    role: str = ""
    began: int = 0
    count: int = 0
    is_resumed: bool = False

    def at_first_page(self) -> KnownRows:
        """The same, when a pass begins."""
        if self.learning:
            return KnownRows(learning="whole", role=self.role)
        return replace(self, seen=frozenset(), count=0, is_resumed=False)

    def at_later_page(self) -> KnownRows:
        """The same, when a pass is resumed, which proves nothing."""
        return replace(self, is_resumed=True, learning="part" if self.learning else "")

    def with_seen(self, keys: Iterable[Id], began: int) -> KnownRows:
        """The same, after a page with these rows of a pass that began at a server time."""
        new = frozenset(keys)
        if self.count or len(self.ids | new) > MAX_KNOWN_ROWS:
            return KnownRows(count=(self.count or len(self.seen)) + len(new), role=self.role, began=began)
        return replace(self, ids=self.ids | new, seen=self.seen | new, began=began)

    @property
    def vanished(self) -> frozenset[Id]:
        """The rows that have not come in this pass; none before a pass has listed them all."""
        return frozenset() if self.learning else self.ids - self.seen

    def after_pass(self, remaining: frozenset[Id], absent: frozenset[Id] = frozenset()) -> KnownRows:
        """What the next pass must know.

        Args:
            remaining: rows that the destination has and that are not deleted.
            absent: those of them whose deletion is in doubt.
        """
        learning: Learning = "part" if self.learning == "part" else ""
        return replace(self, ids=remaining, seen=frozenset(), absent=absent, learning=learning)

    def write(self) -> dict[str, Any] | None:
        """As STATE holds it; None if it is too large, so that the next pass learns again."""
        if self.count:
            return None
        ordered = sorted(self.ids, key=lambda key: (isinstance(key, str), key))
        written = {
            "count": len(ordered),
            "ids": _packed_ids(ordered),
            "seen": _packed_bits(ordered, self.seen),
            "absent": _packed_bits(ordered, self.absent),
            "learning": self.learning,
            "role": self.role,
        }
        stored = {name: value for name, value in written.items() if value or name == "count"}
        return stored if len(orjson.dumps(stored)) <= MAX_KNOWN_BYTES else None

    @classmethod
    def read(cls, stored: object) -> KnownRows | None:
        """What ``write`` has stored; None if nothing is.

        Raises:
            ValueError: the value was not made by ``write``.
        """
        if stored is None:
            return None
        if not isinstance(stored, Mapping):
            raise ValueError("known: not an object")  # noqa: TRY004  the state is wrong, not the caller
        ids = _unpacked_ids(stored.get("ids"))
        learning = stored.get("learning", "")
        if len(ids) != stored.get("count") or learning not in ("", "whole", "part"):
            raise ValueError("known: neither complete nor in order")
        seen, absent = (_unpacked_bits(ids, stored.get(name)) for name in ("seen", "absent"))
        return cls(frozenset(ids), seen, absent, cast("Learning", learning), str(stored.get("role", "")))


def _packed_ids(ordered: Sequence[Id]) -> str:
    if not all(isinstance(key, int) for key in ordered):
        return _text(orjson.dumps(ordered))
    numbers = cast("Sequence[int]", ordered)
    gaps = [after - before for before, after in pairwise(numbers)]
    step = math.gcd(*gaps) or 1
    first = [_zigzag(number) for number in numbers[:1]]
    return _text(b"".join(map(_varint, [step, *first, *(gap // step for gap in gaps)]))) if first else ""


def _unpacked_ids(packed: object) -> list[Id]:
    data = _data(packed)
    if data[:1] == b"[":
        found = orjson.loads(data)
        if not all(type(key) in (int, str) for key in found):
            raise ValueError("known: not ids")
        return cast("list[Id]", found)
    step, *numbers = [*_varints(data)] or [1]
    first = [_zagzig(number) for number in numbers[:1]]
    return list(accumulate(first + [gap * step for gap in numbers[1:]]))


def _packed_bits(ordered: Sequence[Id], marked: frozenset[Id]) -> str:
    if not marked:
        return ""
    bits = bytearray(len(ordered) // 8 + 1)
    for place, key in enumerate(ordered):
        bits[place // 8] |= (key in marked) << place % 8
    return _text(bytes(bits))


def _unpacked_bits(ordered: Sequence[Id], packed: object) -> frozenset[Id]:
    bits = _data(packed)
    return frozenset(
        key for place, key in enumerate(ordered) if place // 8 < len(bits) and bits[place // 8] >> place % 8 & 1
    )


def _text(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data, 9)).decode()


def _data(packed: object) -> bytes:
    if not packed:
        return b""
    try:
        opened = zlib.decompressobj()
        return opened.decompress(base64.b64decode(str(packed), validate=True), 1 << 20)
    except (zlib.error, ValueError) as error:
        raise ValueError("known: cannot be unpacked") from error


def _zigzag(number: int) -> int:
    return number << 1 if number >= 0 else (-number << 1) - 1


def _zagzig(number: int) -> int:
    return number >> 1 if not number & 1 else -((number + 1) >> 1)


def _varint(number: int) -> bytes:
    parts = bytearray()
    while number > 0x7F:  # noqa: PLR2004  seven bits a byte; the eighth says that more follow
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def _varints(data: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in data:
        number |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            yield number
            number = shift = 0
        elif shift > MAX_VARINT_BITS:
            raise ValueError("known: not a number")
