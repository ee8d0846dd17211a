"""The program, with every file that it writes, and every program that it starts, noted as it happens.

python -m integration_tests.file_access_audit NOTES ARGUMENTS...   appends lines of JSON, [event, path], to NOTES
"""

import json
import os
import sys
from collections.abc import Callable
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
NOTED = frozenset(
    {
        "os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink",
        "os.truncate", "os.utime", "shutil.rmtree", "sqlite3.connect",
        "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "subprocess.Popen",
        "pickle.find_class",
    }
)  # fmt: skip


def note(event: str, details: tuple[Any, ...], write: Callable[[str, str], None]) -> None:
    """Tell of an audit event of the interpreter if it changes anything outside of the process.

    A file that is open already was noted when it was opened. What ``shutil.rmtree`` removes it names relative to an
    open folder; its own event names the whole path.
    """
    if details and isinstance(details[0], int):
        return
    if event in ("os.remove", "os.rmdir") and details[1] >= 0:
        return
    if event in NOTED or (event == "open" and isinstance(details[2], int) and details[2] & WRITING):
        write(event, str(details[1] if event == "pickle.find_class" else details[0]))


def main() -> None:
    """Run the program watched, its own imports included."""
    notes = os.open(sys.argv.pop(1), os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def write(event: str, path: str) -> None:
        os.write(notes, json.dumps([event, path]).encode() + b"\n")

    sys.addaudithook(lambda event, details: note(event, details, write))
    from source_zendesk_support.run import main as program  # noqa: PLC0415  what it imports is watched, too

    program()


if __name__ == "__main__":
    main()
