"""Whether the account exists. One call shows it, made when a response does not show who has sent it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import requests
from airbyte_cdk.models import FailureType
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.errors import BadRequest, EndpointUnavailable, config_error, no_account


class AccountProof:
    """Proves the account for all streams of a command; thread-safe.

    Args:
        prove: makes one call that every account answers; raises what it meets.
    """

    def __init__(self, probe_account: Callable[[], object]) -> None:
        self._prove = probe_account
        self._proven_at: float | None = None
        self._lock = threading.Lock()

    def require(self, stream: str | None = None, after: float = 0.0) -> None:
        """Make sure that the account exists and accepts the credentials.

        Args:
            stream: for the error message.
            after: monotonic seconds; a proof that began earlier does not count.

        Raises:
            AirbyteTracedException: configuration error, or the call could not be made.
        """
        with self._lock:
            if self._proven_at is not None and self._proven_at >= after:
                return
            began = time.monotonic()
            try:
                self._prove()
            except (EndpointUnavailable, BadRequest) as error:
                raise judged_account(error, stream) from error
            self._proven_at = began

    def contradict(self, stream: str) -> None:
        """Raise if a stream's responses are not from Zendesk because there is no such account.

        If the call fails for another reason, nothing is raised, and the stream reports its own error.
        """
        try:
            self.require(stream)
        except AirbyteTracedException as error:
            if error.failure_type == FailureType.config_error:
                raise


def judged_account(error: EndpointUnavailable | BadRequest, stream: str | None = None) -> AirbyteTracedException:
    """The error for a refusal of the call that every account answers to every agent."""
    if isinstance(error, EndpointUnavailable) and (error.html or error.status == requests.codes.not_found):
        return no_account(stream)
    if "scope" in str(error):
        return config_error(
            f"The access token lacks a scope ({error}). Authorize it again with the scope read, and check that the "
            "OAuth client has this scope.",
            stream=stream,
        )
    return config_error(
        f"Zendesk denied access to the account's settings ({error}). Use the credentials of an agent or administrator.",
        stream=stream,
    )
