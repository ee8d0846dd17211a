"""Console entry point ``source-zendesk-support``."""

from __future__ import annotations

import gc
import os
import sys

# Decoded pages are trees without cycles, freed by reference count; at the default threshold the collector walks them
# over and over. What is imported stays for good, so it is frozen out of its sight.
gc.disable()

from source_zendesk_support.lean import lazy_serializers  # noqa: E402  the collector must be off by now

with lazy_serializers():
    from source_zendesk_support.command import run

COLLECT_AFTER = 200_000
"""Allocations; the CPython default of 700 costs a third of a sync's CPU time."""


def main() -> None:
    """Run the command of the command line; exit code 1 where it did not succeed whole."""
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 20, 100)
    gc.enable()
    code = run(sys.argv[1:])
    # Workers may still wait for a limit or for the reader; everything has been written, so nobody waits for them.
    os._exit(code)


if __name__ == "__main__":
    main()
