"""Memory settings for pages: large, short-lived trees without cycles, created and freed by many threads.

CPython's garbage collector would traverse them repeatedly, and the C library would keep a heap of freed pages for each
thread. It would also return every page's memory to the system and request it again for the next one. Both are
configured before anything large is created; this saves a third of a sync's CPU time and a quarter of its memory.
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

import attributes_doc

_parse_docs = attributes_doc.get_attributes_doc
attributes_doc.get_attributes_doc = lambda cls: {}  # noqa: ARG005  the name is part of its type
import serpyco_rs  # noqa: E402  its serializers would parse the CDK's sources for texts that nobody reads, for 0.1 s

attributes_doc.get_attributes_doc = _parse_docs

GC_THRESHOLD_ALLOCATIONS = 200_000
"""CPython's default of 700 costs a third of a sync's CPU time."""
HEAP_TRIM_THRESHOLD_BYTES = 64 << 20
"""Free memory kept at the end of the heap; a page and its decoded form mostly need a quarter of it."""
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
"""Of glibc's malloc.h."""
_MMAP_THRESHOLD_BYTES = 32 << 20
"""The maximum that glibc accepts."""


def before_imports() -> None:
    """Disable garbage collection while modules are loaded: their objects stay alive."""
    gc.disable()
    share_one_heap()


def after_imports() -> None:
    """Collect rarely, and never traverse imported objects."""
    gc.freeze()
    gc.set_threshold(GC_THRESHOLD_ALLOCATIONS, 20, 100)
    gc.enable()


def share_one_heap() -> bool:
    """Use one heap for all threads, which keeps freed memory; False if the C library is not glibc."""
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    options = {_M_ARENA_MAX: 1, _M_TRIM_THRESHOLD: HEAP_TRIM_THRESHOLD_BYTES, _M_MMAP_THRESHOLD: _MMAP_THRESHOLD_BYTES}
    return bool(set_option and all(set_option(option, value) for option, value in options.items()))


class LazySerializer:
    """A ``serpyco_rs.Serializer`` that is built on first use."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._make = partial(_REAL, *args, **options)

    def __class_getitem__(cls, item: object) -> type[LazySerializer]:
        """The CDK uses its serializers in annotations."""
        return cls

    def __getattr__(self, name: str) -> Any:
        """Forward to the real serializer."""
        return getattr(self._real, name)

    @cached_property
    def _real(self) -> Any:
        return self._make()


_REAL = serpyco_rs.Serializer


@contextmanager
def lazy_serializers() -> Iterator[None]:
    """Modules imported in this context get lazy serializers."""
    serpyco_rs.Serializer = LazySerializer  # type: ignore[assignment, misc]
    try:
        yield
    finally:
        serpyco_rs.Serializer = _REAL  # type: ignore[misc]


def as_json_value(value: Any) -> Any:
    """A protocol message as JSON values, as the CDK's serializer writes them: without nulls."""
    if type(value).__name__ == "AirbyteStateBlob":
        return value.__dict__
    if dataclasses.is_dataclass(value):
        pairs = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {name.rstrip("_"): as_json_value(inner) for name, inner in pairs if inner is not None}
    if isinstance(value, list | tuple):
        return [as_json_value(item) for item in value]
    return value.value if isinstance(value, Enum) else value
