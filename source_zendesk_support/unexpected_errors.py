"""Explains unexpected exceptions: limits of the machine or internal errors, without showing any value.

The text of such an exception may contain a row, a path or a secret. For a limit of the machine, the operating system's
text is enough; for an internal error, type and location are.
"""

from __future__ import annotations

import errno
import traceback
from collections.abc import Iterator
from pathlib import Path

from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.errors import config_error, system_error, transient_error

PACKAGE = "source_zendesk_support"
OUT_OF_FILES_TEXT = (
    "this process has reached its limit of open files and connections; raise the limit (ulimit -n) or lower num_workers"
)
_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_OUT_OF_FILES = frozenset({errno.EMFILE, errno.ENFILE})
_NOT_ACCESSIBLE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.EISDIR, errno.ENOTDIR})


def explain_error(error: BaseException, stream: str | None = None) -> AirbyteTracedException:
    """The user-facing error for an unexpected exception.

    Args:
        error: any exception.
        stream: the stream's name, if known.
    """
    if isinstance(error, AirbyteTracedException):
        return error
    return operating_system_error(error, stream) or _internal_error(error, stream)


def operating_system_error(error: BaseException, stream: str | None = None) -> AirbyteTracedException | None:
    """The same for errors of the operating system; None if there is none."""
    where = f"Stream {stream}: " if stream else ""
    for number, words, path in _os_errors(error):
        if number in _OUT_OF_FILES:
            return transient_error(f"{where}{OUT_OF_FILES_TEXT[0].upper()}{OUT_OF_FILES_TEXT[1:]}.", stream=stream)
        if number in _DISK_FULL:
            return transient_error(f"{where}The disk of {path} is full ({words}). Free some space.", stream=stream)
        if number in _NOT_ACCESSIBLE and path:
            return config_error(
                f"{where}The file {path} cannot be used ({words}). Check that it exists and that this user can "
                f"read it.",
                stream=stream,
            )
    return None


def exception_chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and its causes, even if libraries hide them in an argument."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        link = waiting.pop(0)
        if not isinstance(link, BaseException) or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        waiting += [getattr(link, "reason", None), *link.args, link.__cause__, link.__context__]


def is_out_of_files(error: BaseException) -> bool:
    """Whether the process has reached its limit of open files and connections."""
    return any(number in _OUT_OF_FILES for number, _, _ in _os_errors(error))


def _os_errors(error: BaseException) -> Iterator[tuple[int, str, str]]:
    """Number, text and file of each OSError."""
    for link in exception_chain(error):
        if isinstance(link, OSError) and isinstance(link.errno, int):
            yield link.errno, link.strerror or "", str(link.filename or "")


def _internal_error(error: BaseException, stream: str | None) -> AirbyteTracedException:
    fault = f"{type(error).__name__} at {location_of(error)}"
    message = f"An unexpected error occurred: {fault}. Please report it with the stack trace of this message."
    return system_error(f"Stream {stream}: {message}" if stream else message, stream=stream, internal=fault)


def location_of(error: BaseException) -> str:
    """File and line where an exception was raised, preferably in this package."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if PACKAGE in Path(frame.filename).parts]
    frame = next(reversed(own or frames), None)
    return f"{Path(frame.filename).name}:{frame.lineno}" if frame else "an unknown place"
