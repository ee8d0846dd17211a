"""Memory, managed for pages: large trees without cycles that live for a moment, made and freed by many threads.

CPython's collector would walk them over and over, and the C library would keep a heap of freed pages for each thread.
Both are told otherwise before anything large is made; a third of a sync's CPU time and a quarter of its memory depend
on it.
"""

from __future__ import annotations

import ctypes
import gc

COLLECT_AFTER = 200_000
"""Allocations; the CPython default of 700 costs a third of a sync's CPU time."""
_M_ARENA_MAX = -8
"""Of glibc's malloc.h."""


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
    """One heap for all threads; False where the C library is not glibc."""
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    return bool(set_option and set_option(_M_ARENA_MAX, 1))
