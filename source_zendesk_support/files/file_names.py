"""File names as Zendesk's users chose them, made safe for any file system."""

from __future__ import annotations

import re
import unicodedata

MAX_NAME_BYTES = 200
"""File systems allow 255; the rest is for suffixes such as ``.part``."""
MAX_EXTENSION_BYTES = 20
NAMELESS = "file"
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f/\\<>:"|?*\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]')
"""Separators, control characters, characters that Windows forbids, invisible ones, and halves of surrogate pairs."""
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
"""Names that Windows keeps for devices."""


def safe_name(value: object) -> str:
    """One segment of a path: never empty, ``.`` or ``..``, without a separator, at most 200 bytes of UTF-8."""
    text = unicodedata.normalize("NFC", "" if value is None else str(value))
    name = _UNSAFE.sub("_", text).strip(" ").rstrip(". ")
    if not name.strip("._ "):
        return NAMELESS
    return _shortened(f"_{name}" if _DEVICE.fullmatch(name) else name)


def _shortened(name: str) -> str:
    """A long name without its middle: what follows the last dot says what the file is."""
    if len(name.encode()) <= MAX_NAME_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    tail = f"{dot}{extension}".encode()
    if not stem or len(tail) > MAX_EXTENSION_BYTES:
        stem, tail = name, b""
    head = stem.encode()[: MAX_NAME_BYTES - len(tail)].decode("utf-8", "ignore")
    return head.rstrip(". ") + tail.decode()
