"""Memory, managed for pages: large trees without cycles that live for a moment, made and freed by many threads.

CPython's collector would walk them over and over, and the C library would keep a heap of freed pages for each thread.
It would also hand the memory of every page back to the system and fetch it again for the next. All are told otherwise
before anything large is made; a third of a sync's CPU time and a quarter of its memory depend on it.
"""

from __future__ import annotations

import ctypes
import dataclasses
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from functools import cached_property, partial
from typing import Any

import serpyco_rs

GC_THRESHOLD_ALLOCATIONS = 200_000
"""Allocations; the CPython default of 700 costs a third of a sync's CPU time."""
HEAP_TRIM_THRESHOLD_BYTES = 64 << 20
"""Bytes that may lie free at the end of the heap; a page and what is made of it are mostly a quarter of that."""
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
"""Of glibc's malloc.h."""
_MMAP_THRESHOLD_BYTES = 32 << 20
"""Bytes; the most that glibc takes for the second of them."""


def before_imports() -> None:
    """Collect nothing while modules are loaded: what they make stays for good."""
    gc.disable()
    share_one_heap()


def after_imports() -> None:
    """Collect rarely, and never look at what was imported."""
    gc.freeze()
    gc.set_threshold(GC_THRESHOLD_ALLOCATIONS, 20, 100)
    gc.enable()


def share_one_heap() -> bool:
    """One heap for all threads, which keeps what it has; False where the C library is not glibc."""
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    options = {_M_ARENA_MAX: 1, _M_TRIM_THRESHOLD: HEAP_TRIM_THRESHOLD_BYTES, _M_MMAP_THRESHOLD: _MMAP_THRESHOLD_BYTES}
    return bool(set_option and all(set_option(option, value) for option, value in options.items()))


class LazySerializer:
    """A serializer that is made when it is first used; takes what ``serpyco_rs.Serializer`` takes."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._make = partial(_REAL, *args, **options)

    def __class_getitem__(cls, item: object) -> type[LazySerializer]:
        """The CDK annotates its serializers."""
        return cls

    def __getattr__(self, name: str) -> Any:
        """Whatever the real one has."""
        return getattr(self._real, name)

    @cached_property
    def _real(self) -> Any:
        return self._make()


_REAL = serpyco_rs.Serializer


@contextmanager
def lazy_serializers() -> Iterator[None]:
    """Modules imported within get lazy serializers."""
    serpyco_rs.Serializer = LazySerializer  # type: ignore[assignment, misc]
    try:
        yield
    finally:
        serpyco_rs.Serializer = _REAL  # type: ignore[misc]


def as_json_value(value: Any) -> Any:
    """A message of the protocol as JSON values, just as the CDK's own serializer makes them: without nulls."""
    if type(value).__name__ == "AirbyteStateBlob":
        return value.__dict__
    if dataclasses.is_dataclass(value):
        pairs = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {name.rstrip("_"): as_json_value(inner) for name, inner in pairs if inner is not None}
    if isinstance(value, list | tuple):
        return [as_json_value(item) for item in value]
    return value.value if isinstance(value, Enum) else value
