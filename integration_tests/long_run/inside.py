"""The command inside this process: for hundreds of syncs, most of whose time would be spent on starting."""

import io
import sys
from collections.abc import Sequence
from unittest.mock import patch

from integration_tests.output import Output, parsed
from source_zendesk_support import command


def run_inside(arguments: Sequence[str]) -> Output:
    """As `connector.run`: what the console entry point runs, with the same files and the same lines of output."""
    raw = io.BytesIO()
    with patch.object(sys, "stdout", io.TextIOWrapper(raw, "utf-8", write_through=True)):
        code = command.run(arguments)
        sys.stdout.flush()
        lines = raw.getvalue().decode().splitlines()
    return Output(code, parsed(lines))
