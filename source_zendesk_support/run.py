"""Console entry point ``source-zendesk-support``."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # signal itself takes 10 ms to import: too long to be deaf
import sys

_signal.pthread_sigmask(_signal.SIG_BLOCK, (_signal.SIGTERM, _signal.SIGINT))  # they wait until somebody listens

from source_zendesk_support import signals as interrupt  # noqa: E402  see above

interrupt.install_signal_handlers()

from source_zendesk_support import startup as memory  # noqa: E402  what is large comes after the listener

memory.before_imports()

from source_zendesk_support.startup import lazy_serializers  # noqa: E402  the collector must be off by now

with lazy_serializers():
    from source_zendesk_support.command import run


def main() -> None:
    """Run the command of the command line; exit code 1 if it did not succeed whole."""
    memory.after_imports()
    code = run(sys.argv[1:])
    # Workers may still wait for a limit or for the reader; everything has been written, so nobody waits for them.
    interrupt.exit_process(code)


if __name__ == "__main__":
    main()
