"""Memory, managed for pages: large trees without cycles that live for a moment, made and freed by many threads.

CPython's collector would walk them over and over, and the C library would keep a heap of freed pages for each thread.
It would also hand the memory of every page back to the system and fetch it again for the next. All are told otherwise
before anything large is made; a third of a sync's CPU time and a quarter of its memory depend on it.
"""

from __future__ import annotations

import ctypes
import gc

COLLECT_AFTER = 200_000
"""Allocations; the CPython default of 700 costs a third of a sync's CPU time."""
KEPT = 64 << 20
"""Bytes that may lie free at the end of the heap; a page and what is made of it are mostly a quarter of that."""
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
"""Of glibc's malloc.h."""
_LARGEST = 32 << 20
"""Bytes; the most that glibc takes for the second of them."""


def before_imports() -> None:
    """Collect nothing while modules are loaded: what they make stays for good."""
    gc.disable()
    share_one_heap()


def after_imports() -> None:
    """Collect rarely, and never look at what was imported."""
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 20, 100)
    gc.enable()


def share_one_heap() -> bool:
    """One heap for all threads, which keeps what it has; False where the C library is not glibc."""
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    options = {_M_ARENA_MAX: 1, _M_TRIM_THRESHOLD: KEPT, _M_MMAP_THRESHOLD: _LARGEST}
    return bool(set_option and all(set_option(option, value) for option, value in options.items()))
