"""Memory, managed for pages: large trees without cycles that live for a moment, made and freed by many threads.

CPython's collector would walk them over and over, and the C library would keep a heap of freed pages for each thread.
Both are told otherwise before anything large is made; one third of the CPU time and of the memory depend on it.
"""

from __future__ import annotations

import ctypes
import gc

COLLECT_AFTER = 200_000
"""Allocations; the CPython default of 700 costs a third of a sync's CPU time."""
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
"""Of glibc's malloc.h."""
_LARGE = 1_000_000
"""Bytes. What is larger, such as the text of a page, goes back to the system when it is freed."""


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
    """One heap for all threads, whose large blocks are given back; False where the C library is not glibc."""
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is None:
        return False
    return all(set_option(name, value) for name, value in ((_M_ARENA_MAX, 1), (_M_MMAP_THRESHOLD, _LARGE)))
