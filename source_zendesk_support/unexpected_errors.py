"""What an exception means that nobody expected: the machine's limits, or a fault of ours, shown without any value.

The text of such an exception may hold a row, a path or a secret. For a limit of the machine, the operating system's own
words are enough; of a fault of ours, the type and the place are.
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
    "this process may open no more files and connections; raise its limit (ulimit -n) or lower num_workers"
)
_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_OUT_OF_FILES = frozenset({errno.EMFILE, errno.ENFILE})
_NOT_ACCESSIBLE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.EISDIR, errno.ENOTDIR})


def explain_error(error: BaseException, stream: str | None = None) -> AirbyteTracedException:
    """The error that tells a user, in one sentence, what an unexpected exception means.

    Args:
        error: anything that was raised.
        stream: in which stream.
    """
    if isinstance(error, AirbyteTracedException):
        return error
    return operating_system_error(error, stream) or _internal_error(error, stream)


def operating_system_error(error: BaseException, stream: str | None = None) -> AirbyteTracedException | None:
    """The same for what the operating system refuses; None if it has refused nothing."""
    where = f"Stream {stream}: " if stream else ""
    for number, words, path in _os_errors(error):
        if number in _OUT_OF_FILES:
            return transient_error(f"{where}{OUT_OF_FILES_TEXT[0].upper()}{OUT_OF_FILES_TEXT[1:]}.", stream=stream)
        if number in _DISK_FULL:
            return transient_error(f"{where}The disk of {path} is full ({words}). Give it space.", stream=stream)
        if number in _NOT_ACCESSIBLE and path:
            return config_error(
                f"{where}The file {path} cannot be used ({words}). Check that it is there and that this user may read "
                f"it.",
                stream=stream,
            )
    return None


def exception_chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and what has led to it, also where libraries hide that in an argument."""
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
    """Whether the system gave no file or connection, because the process has too many."""
    return any(number in _OUT_OF_FILES for number, _, _ in _os_errors(error))


def _os_errors(error: BaseException) -> Iterator[tuple[int, str, str]]:
    """Number, words and file of each refusal of the operating system."""
    for link in exception_chain(error):
        if isinstance(link, OSError) and isinstance(link.errno, int):
            yield link.errno, link.strerror or "", str(link.filename or "")


def _internal_error(error: BaseException, stream: str | None) -> AirbyteTracedException:
    fault = f"{type(error).__name__} at {location_of(error)}"
    message = f"Something unexpected went wrong: {fault}. Please report it with the stack trace of this message."
    return system_error(f"Stream {stream}: {message}" if stream else message, stream=stream, internal=fault)


def location_of(error: BaseException) -> str:
    """File and line, of this package if it passed there, where an exception was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if PACKAGE in Path(frame.filename).parts]
    frame = next(reversed(own or frames), None)
    return f"{Path(frame.filename).name}:{frame.lineno}" if frame else "an unknown place"
