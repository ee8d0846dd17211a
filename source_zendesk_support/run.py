"""Console entry point ``source-zendesk-support``."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # importing signal takes 10 ms, too long without a handler
import sys

_signal.pthread_sigmask(_signal.SIG_BLOCK, (_signal.SIGTERM, _signal.SIGINT))  # they wait for the handlers

from source_zendesk_support import signals as interrupt  # noqa: E402  see above

interrupt.install_signal_handlers()

from source_zendesk_support import startup as memory  # noqa: E402  large imports come after the signal handlers

memory.before_imports()

from source_zendesk_support.startup import lazy_serializers  # noqa: E402  the garbage collector must be off before

with lazy_serializers():
    from source_zendesk_support.command import run


def main() -> None:
    """Run the command line; exit code 1 unless it succeeded completely."""
    memory.after_imports()
    code = run(sys.argv[1:])
    # Workers may still wait for a limit or for the reader; everything has been written, so they are not awaited.
    interrupt.exit_process(code)


if __name__ == "__main__":
    main()
