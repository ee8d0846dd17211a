"""Every way in which a page or a sync can go wrong, grouped by what the caller should do.

    WalkError
    ├── Transient      ask for the same page again, later
    │   ├── Malformed  the answer came, but it is not a whole page
    │   └── TooLarge   the answer was not read to its end; a smaller page may do
    ├── Refused        403, 404 or 422 of Zendesk's own: this endpoint (or parent) is not available to this user
    ├── SignedOut      401: the access token is no longer valid, and another can be had
    └── BadRequest     400, 413, 414, 431: the walk knows which of its parameters may be the reason

What leaves the connector is always an ``AirbyteTracedException`` with one of the failure types that Airbyte knows:
configuration (the user must act), transient (try again later) or system (our bug).
"""

from __future__ import annotations

import time

from airbyte_cdk.models import FailureType, StreamDescriptor
from airbyte_cdk.utils.traced_exception import AirbyteTracedException


class WalkError(Exception):
    """Something kept a page from being read."""


class TransientFailure(WalkError):
    """The same request may succeed later.

    Args:
        reason: what happened, in words that may be shown (never a body, never a secret).
        wait: seconds that the server asked us to wait, if it did.
        shrink: whether a smaller page may help (504).
        timed_out: whether no answer came in time; when that happens again, a smaller page may help.
        limited: whether the server refused for quota reasons (429), which says nothing about the page itself.
        foreign: whether somebody other than Zendesk's API seems to have answered: a proxy, a firewall, another host.
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
    """The answer is cut off, not JSON, or lacks what every page of its kind has."""


class ResponseTooLarge(TransientFailure):
    """The answer has grown past what a page can be; the same request would bring the same.

    Args:
        reason: what happened, in words.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason, shrink=True)


class EndpointUnavailable(WalkError):
    """Zendesk answered 403, 404 or 422.

    Args:
        status: the HTTP status.
        text: Zendesk's own words, shortened; may be empty.
        html: whether the body was a web page, as it is for an unknown subdomain.
        bare: whether the body was not the API's JSON, so that only a proof of the account shows who has refused.

    Attributes:
        at: when it came, in monotonic seconds.
    """

    def __init__(self, status: int, text: str, *, html: bool = False, bare: bool = False) -> None:
        super().__init__(status_text(status, text))
        self.status = status
        self.text = text
        self.html = html
        self.bare = bare
        self.at = time.monotonic()


class TokenExpired(WalkError):
    """Zendesk has refused an access token that can be renewed.

    Args:
        header: the Authorization that was refused; never shown.
        text: Zendesk's own words, shortened; may be empty.
    """

    def __init__(self, header: str, text: str = "") -> None:
        super().__init__("the access token is no longer valid")
        self.header = header
        self.text = text


class BadRequest(WalkError):
    """Zendesk answered 400, or that the request is too long.

    Args:
        text: Zendesk's own words, shortened; may be empty.
        status: the HTTP status.
    """

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(status_text(status, text))
        self.status = status


class WrongCredentials(AirbyteTracedException):
    """Zendesk does not accept the credentials, so nothing at all can be read; a configuration error."""


class NoAccount(WrongCredentials):
    """There is no account, so there is nothing that credentials could be right for; a configuration error."""


def status_text(status: int, text: str) -> str:
    """What the server answered, for messages; ``text`` may be empty."""
    return f"HTTP {status} {text}".strip()


def config_error(message: str, *, stream: str | None = None, internal: str | None = None) -> AirbyteTracedException:
    """An error that only the user can mend; ``message`` says what, where and how."""
    return _traced(FailureType.config_error, message, stream, internal)


def no_account(stream: str | None = None) -> NoAccount:
    """Nobody at Zendesk answers to this subdomain: a web page, a redirect or a 404 came."""
    message = (
        "There is no Zendesk account under this subdomain: it is misspelt or has been renamed. Correct the subdomain "
        "(for https://acme.zendesk.com it is acme)."
    )
    return NoAccount(
        message=message,
        internal_message=message,
        failure_type=FailureType.config_error,
        stream_descriptor=StreamDescriptor(name=stream) if stream else None,
    )


def transient_error(message: str, *, stream: str | None = None, internal: str | None = None) -> AirbyteTracedException:
    """An error that a later attempt may not meet."""
    return _traced(FailureType.transient_error, message, stream, internal)


def system_error(message: str, *, stream: str | None = None, internal: str | None = None) -> AirbyteTracedException:
    """An error of ours."""
    return _traced(FailureType.system_error, message, stream, internal)


def wrong_credentials(message: str, *, stream: str | None = None) -> WrongCredentials:
    """The configuration error that no other stream can escape."""
    descriptor = StreamDescriptor(name=stream) if stream else None
    return WrongCredentials(
        message=message, internal_message=message, failure_type=FailureType.config_error, stream_descriptor=descriptor
    )


_OUT_OF_MEMORY_TEXTS = ("can't start new thread", "error return without exception set")
"""CPython's; the second where it had no memory left to keep the MemoryError."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether the system gave no more memory, or no more threads."""
    return isinstance(error, MemoryError) or any(words in str(error) for words in _OUT_OF_MEMORY_TEXTS)


def out_of_memory_error(stream: str | None = None) -> AirbyteTracedException:
    """The error for ``is_out_of_memory``; it is made in advance, because later there may be no memory for it."""
    return transient_error(
        "The memory or the number of threads that this process may have is used up"
        + (f", in stream {stream}" if stream else "")
        + ". All pages before are saved; the next sync goes on from there. Allow more, lower num_workers, or select "
        "fewer streams for one connection.",
        stream=stream,
        internal=MemoryError.__name__,
    )


def failure_reason(error: Exception) -> str:
    """What happened, for a message about what follows from it; of our own faults the kind only."""
    if isinstance(error, AirbyteTracedException):
        return str(error.message).rstrip(".")
    return f"Zendesk answered {error}".rstrip(".") if isinstance(error, WalkError) else type(error).__name__


def _traced(kind: FailureType, message: str, stream: str | None, internal: str | None) -> AirbyteTracedException:
    descriptor = StreamDescriptor(name=stream) if stream else None
    return AirbyteTracedException(
        message=message, internal_message=internal or message, failure_type=kind, stream_descriptor=descriptor
    )
