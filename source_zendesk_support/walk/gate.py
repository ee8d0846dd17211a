"""What a refusal means: a feature outside the plan, a missing permission, or a wrong account.

A feature outside the plan is no error: one WARN, zero records, COMPLETE. But a wrong subdomain also answers 404, so
before the first gate is believed, one call proves the account. A refusal that is not the API's JSON is believed only if
that call succeeds after it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping

import requests
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.errors import EndpointUnavailable, config_error
from source_zendesk_support.walk.account_proof import AccountProof
from source_zendesk_support.walk.base_refusal import SignedInUser, base_refusal

logger = logging.getLogger("airbyte")


class Gate:
    """Judges refusals for all streams of a sync.

    Args:
        prove: makes one call that every account answers; raises what it met.
        streams: the selected streams of each endpoint.
        emptied: streams configured full_refresh with overwrite, whose destination table a zero-record sync empties.
        own_chat_token: the config has credentials for Chat; without, a 401 there means "not available".
        user: finds out who is signed in; called only if the base product is refused.
    """

    def __init__(
        self,
        probe_account: Callable[[], object],
        streams: Mapping[str, list[str]] | None = None,
        emptied: frozenset[str] = frozenset(),
        *,
        own_chat_token: bool = False,
        user: Callable[[], SignedInUser] = SignedInUser,
    ) -> None:
        self._proof = AccountProof(probe_account)
        self._user = user
        self._streams = streams or {}
        self._told: set[str] = set()
        self._own_chat_token = own_chat_token
        self._emptied = emptied
        self._lock = threading.Lock()

    def judge(self, endpoint: str, requires: str, refused: EndpointUnavailable) -> None:
        """Return if the endpoint's streams are gated, having said so once; raise if the refusal is an error.

        Args:
            endpoint: what was refused.
            requires: what the endpoint needs; empty if it belongs to the base product.
            refused: the server's verdict.

        Raises:
            AirbyteTracedException: configuration error.
        """
        streams = self._streams[endpoint]
        if refused.status == requests.codes.unauthorized and self._own_chat_token:
            raise chat_token_refused(streams[0], refused)
        self._proof.require(streams[0], refused.at if refused.bare else 0.0)
        if not requires:
            raise config_error(base_refusal(f"Stream {streams[0]}", refused, self._user()), stream=streams[0])
        with self._lock:
            told, self._told = endpoint in self._told, self._told | {endpoint}
        if not told:
            logger.warning("%s", self._notice(streams, requires, refused))

    def probe_account(self, stream: str | None = None) -> None:
        """Make sure, once, that the account is there; raises as ``AccountProof.require``."""
        self._proof.require(stream)

    def _notice(self, streams: list[str], requires: str, refused: EndpointUnavailable) -> str:
        named = ", ".join(streams)
        emptied = [stream for stream in streams if stream in self._emptied]
        answered = str(refused).rstrip(".")
        text = (
            f"Stream {named}: not available to this user or plan, so it is empty. It needs {requires}; "
            f"Zendesk answered {answered}. Ask an administrator of the account, or deselect the stream."
        )
        if emptied:
            text += f" Attention: {', '.join(emptied)} overwrites its table, which will now be emptied."
        return text


def chat_token_refused(stream: str, refused: EndpointUnavailable) -> AirbyteTracedException:
    """A refusal of Chat's own credentials."""
    return config_error(
        f"Stream {stream}: Chat does not accept the token in chat_credentials ({refused}). Check your credentials: it "
        f"must come from a Chat OAuth client.",
        stream=stream,
    )
