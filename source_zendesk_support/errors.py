"""The errors of a page or a sync, grouped by what the caller should do.

    WalkError
    ├── TransientFailure         retry the same page later
    │   ├── MalformedResponse    the response is not a complete page
    │   └── ResponseTooLarge     the response exceeds the size limit; a smaller page may help
    ├── EndpointUnavailable      403, 404 or 422 from Zendesk: this user may not read this endpoint (or parent)
    ├── TokenExpired             401: the access token is no longer valid and can be renewed
    ├── BadRequest               400, 413, 414, 431: the walk knows which parameter may be the reason
    └── FileRefused              4xx instead of a file: its URL has expired, or this user may not have it

The connector always raises an ``AirbyteTracedException`` with one of Airbyte's failure types: configuration (the user
must act), transient (try again later) or system (our bug).
"""

from __future__ import annotations

import time

from airbyte_cdk.models import FailureType, StreamDescriptor
from airbyte_cdk.utils.traced_exception import AirbyteTracedException


class WalkError(Exception):
    """A page could not be read."""


class TransientFailure(WalkError):
    """The same request may succeed later.

    Args:
        reason: what happened, for messages (never a body, never a secret).
        wait: seconds to wait, if the server named them.
        shrink: whether a smaller page may help (504).
        timed_out: whether the request timed out; if that happens again, a smaller page may help.
        limited: whether it was a 429, which says nothing about the page itself.
        foreign: whether the response seems to come from a proxy, a firewall or another host, not from Zendesk's API.
    """

    def __init__(
        self,
        reason: str,
        *,
        wait: float | None = None,
        shrink: bool = False,
        timed_out: bool = False,
        limited: bool = False,
        foreign: bool = False,
    ) -> None:
        super().__init__(reason)
        self.wait = wait
        self.shrink = shrink
        self.timed_out = timed_out
        self.limited = limited
        self.foreign = foreign


class MalformedResponse(TransientFailure):
    """The response is truncated, not JSON, or lacks required parts of a page."""


class ResponseTooLarge(TransientFailure):
    """The response exceeds the size limit; the same request would return the same.

    Args:
        reason: what happened, for messages.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason, shrink=True)


class EndpointUnavailable(WalkError):
    """Zendesk answered 403, 404 or 422.

    Args:
        status: the HTTP status.
        text: Zendesk's error text, shortened; may be empty.
        html: whether the body was a web page, as it is for an unknown subdomain.
        bare: whether the body was not the API's JSON, so the account must be probed to confirm the refusal.

    Attributes:
        at: time of the response, in monotonic seconds.
    """

    def __init__(self, status: int, text: str, *, html: bool = False, bare: bool = False) -> None:
        super().__init__(status_text(status, text))
        self.status = status
        self.text = text
        self.html = html
        self.bare = bare
        self.at = time.monotonic()


class TokenExpired(WalkError):
    """Zendesk rejected an access token that can be renewed.

    Args:
        header: the rejected Authorization; never shown.
        text: Zendesk's error text, shortened; may be empty.
    """

    def __init__(self, header: str, text: str = "") -> None:
        super().__init__("the access token is no longer valid")
        self.header = header
        self.text = text


class BadRequest(WalkError):
    """Zendesk answered that the request is invalid or too long.

    Args:
        text: Zendesk's error text, shortened; may be empty.
        status: the HTTP status.
    """

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(status_text(status, text))
        self.status = status


class FileRefused(WalkError):
    """A file's host answered 4xx.

    Args:
        status: the HTTP status.
    """

    def __init__(self, status: int) -> None:
        super().__init__(status_text(status, ""))
        self.status = status


class WrongCredentials(AirbyteTracedException):
    """Zendesk does not accept the credentials, so nothing can be read; a configuration error."""


class NoAccount(WrongCredentials):
    """The account does not exist; a configuration error."""


def status_text(status: int, text: str) -> str:
    """Status and text of a response, for messages; ``text`` may be empty."""
    return f"HTTP {status} {text}".strip()


def config_error(message: str, *, stream: str | None = None, internal: str | None = None) -> AirbyteTracedException:
    """An error that only the user can fix; ``message`` says what, where and how."""
    return _traced(FailureType.config_error, message, stream, internal)


def no_account(stream: str | None = None) -> NoAccount:
    """The error for an unknown subdomain: the response was a web page, a redirect or a 404."""
    message = (
        "There is no Zendesk account under this subdomain: it is misspelled or has been renamed. Correct the "
        "subdomain (for https://acme.zendesk.com it is acme)."
    )
    return NoAccount(
        message=message,
        internal_message=message,
        failure_type=FailureType.config_error,
        stream_descriptor=StreamDescriptor(name=stream) if stream else None,
    )


def transient_error(message: str, *, stream: str | None = None, internal: str | None = None) -> AirbyteTracedException:
    """An error that a later attempt may avoid."""
    return _traced(FailureType.transient_error, message, stream, internal)


def system_error(message: str, *, stream: str | None = None, internal: str | None = None) -> AirbyteTracedException:
    """An internal error."""
    return _traced(FailureType.system_error, message, stream, internal)


def wrong_credentials(message: str, *, stream: str | None = None) -> WrongCredentials:
    """The configuration error that affects all streams."""
    descriptor = StreamDescriptor(name=stream) if stream else None
    return WrongCredentials(
        message=message, internal_message=message, failure_type=FailureType.config_error, stream_descriptor=descriptor
    )


_OUT_OF_MEMORY_TEXTS = ("can't start new thread", "error return without exception set")
"""CPython's texts; the second one if it had no memory for the MemoryError."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether the system refused memory or a thread."""
    return isinstance(error, MemoryError) or any(words in str(error) for words in _OUT_OF_MEMORY_TEXTS)


def out_of_memory_error(stream: str | None = None) -> AirbyteTracedException:
    """The error for ``is_out_of_memory``; created in advance, because later there may be no memory for it."""
    return transient_error(
        "The process has run out of memory or threads"
        + (f", in stream {stream}" if stream else "")
        + ". All earlier pages are saved; the next sync resumes there. Raise the limits, lower num_workers, or select "
        "fewer streams per connection.",
        stream=stream,
        internal=MemoryError.__name__,
    )


def failure_reason(error: Exception) -> str:
    """The reason of an error, for another message; for internal errors only the type."""
    if isinstance(error, AirbyteTracedException):
        return str(error.message).rstrip(".")
    return f"Zendesk answered {error}".rstrip(".") if isinstance(error, WalkError) else type(error).__name__


def _traced(kind: FailureType, message: str, stream: str | None, internal: str | None) -> AirbyteTracedException:
    descriptor = StreamDescriptor(name=stream) if stream else None
    return AirbyteTracedException(
        message=message, internal_message=internal or message, failure_type=kind, stream_descriptor=descriptor
    )
