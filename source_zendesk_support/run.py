"""Console entry point ``source-zendesk-support``."""

from __future__ import annotations

import os
import sys

from source_zendesk_support import memory

memory.before_imports()

from source_zendesk_support.lean import lazy_serializers  # noqa: E402  the collector must be off by now

with lazy_serializers():
    from source_zendesk_support.command import run


def main() -> None:
    """Run the command of the command line; exit code 1 where it did not succeed whole."""
    memory.after_imports()
    code = run(sys.argv[1:])
    # Workers may still wait for a limit or for the reader; everything has been written, so nobody waits for them.
    os._exit(code)


if __name__ == "__main__":
    main()
