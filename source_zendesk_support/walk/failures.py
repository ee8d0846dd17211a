"""Every decision after a failure, in one table.

==============================  ==========================================================  ======================
what happened                   what follows                                                decided by
==============================  ==========================================================  ======================
no response, 5xx, 429, cut off    the same request again, later or for a smaller page;        ``api/client.py``
                                a transient error if nothing helps
401, renewable token            a new access token, then the same request                   ``api/oauth.py``
first page refused (403, 404)   the streams are empty with one WARN, or a configuration     ``Gate.judge``
                                error: wrong account, missing permission
later page refused              configuration error                                         ``on_unavailable``
422                             without the optional parameter; then a system error         ``drops_param``
a child's parent refused        the parent is skipped and remembered in STATE               ``RefusedParents``
400 "too recent"                the pass is complete                                        ``BadRequestRecovery``
400, 413, 414, 431              smaller pages, then without the optional parameter, then    ``BadRequestRecovery``
                                by time instead of the cursor; a system error if nothing
                                helps
saved state in the future       configuration error                                         ``on_page``
page complete but unreadable    system error                                                ``explain``
children or a list fail         transient or system error                                   ``explain``
no progress for many pages      transient error                                             ``ProgressGuard``
shared walk failed              each of its streams fails, with an error of its own         ``SingleFlight``
==============================  ==========================================================  ======================

After any error, all pages before it are saved in STATE, and all other walks continue.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import requests
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.clock import CLOCK_TOLERANCE_SECONDS
from source_zendesk_support.api.request import PageRequest
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.page_reader import FailureHandler
from source_zendesk_support.errors import (
    BadRequest,
    EndpointUnavailable,
    MalformedResponse,
    TransientFailure,
    WalkError,
    config_error,
    system_error,
    transient_error,
)
from source_zendesk_support.state.position import Position
from source_zendesk_support.times import iso
from source_zendesk_support.walk.bad_request import BadRequestRecovery, invalid_state_error
from source_zendesk_support.walk.gate import Gate
from source_zendesk_support.walk.stream_reader import StreamReader


class FailurePolicy(FailureHandler):
    """Decides for one walk.

    Args:
        retriever: the walk's rules.
        readers: the walk's streams.
        client: knows the server's clock, and counts.
        gate: judges refusals.
    """

    def __init__(
        self, retriever: PagedRetriever, readers: Sequence[StreamReader], client: ZendeskClient, gate: Gate
    ) -> None:
        super().__init__(retriever)
        self._readers = readers
        self._client = client
        self._gate = gate
        self._recovery = BadRequestRecovery(retriever)
        self._has_pages = False

    def on_page(self) -> None:
        """A page has arrived. The first one shows what time it is at Zendesk."""
        self._recovery.on_page()
        if not self._has_pages:
            self.check_future()
        self._has_pages = True

    def drops_param(self, error: EndpointUnavailable) -> bool:
        """A first page refused with 422 is requested once more without the optional parameter, if it has one."""
        return error.status == requests.codes.unprocessable and not self._has_pages and self._recovery.drop_param()

    def on_unavailable(self, error: EndpointUnavailable) -> None:
        """Return if the streams are gated, with a WARN.

        Raises:
            AirbyteTracedException: the refusal is an error.
        """
        stream = self._retriever.name
        if error.status == requests.codes.unprocessable:
            raise system_error(
                f"Stream {stream}: Zendesk cannot process the request ({error}). Please report it.", stream=stream
            )
        if self._has_pages:
            raise config_error(
                f"Stream {stream}: Zendesk denied access in the middle of the sync ({error}). Has a permission or the "
                "plan changed? All earlier pages are saved.",
                stream=stream,
            )
        self._gate.judge(self._retriever.endpoint, self._retriever.requires, error, self._retriever.part)
        for reader in self._readers:
            self._client.progress.of(reader.name).gated = not self._retriever.part

    def on_bad_request(self, error: BadRequest, request: PageRequest, position: Position) -> Position:
        """The position from which to continue; raises a system error if nothing helps."""
        self.check_future()
        return self._recovery.position_after(position, error, request)

    def explain(self, error: WalkError, position_text: str = "a page") -> AirbyteTracedException:
        """The error for what stopped a walk after a page had arrived: in its rows, their children, or another list.

        Refused parents, and pages that may still come, have been dealt with there, so this is none of these.
        """
        stream = self._retriever.name
        if isinstance(error, MalformedResponse):
            return system_error(
                f"Stream {stream}: {position_text} could not be read: {error}. All earlier pages are saved. Please "
                "report it.",
                stream=stream,
            )
        if isinstance(error, BadRequest):
            return invalid_state_error(stream, error)
        if isinstance(error, TransientFailure):
            return transient_error(
                f"Stream {stream}: records related to a page could not be read: {error}. All earlier pages are saved; "
                "the next sync resumes there.",
                stream=stream,
            )
        return system_error(
            f"Stream {stream}: access to records related to a page was denied ({error}). All earlier pages are saved. "
            "Please report it.",
            stream=stream,
        )

    def check_future(self) -> None:
        """A bookmark in the server's future would skip everything until then; so would the start of a pass there.

        If only one response says so, and this machine's clock disagrees, one more response decides.

        Raises:
            AirbyteTracedException: configuration error.
        """
        clock = self._client.clock
        ahead = [(latest, reader) for reader in self._readers if clock.contradicts(latest := _latest_second(reader))]
        if ahead and not clock.confirmed:
            with suppress(AirbyteTracedException):  # any response shows the time, also one that refuses the request
                self._gate.probe_account()
        now = clock.latest()
        for latest, reader in ahead:
            if latest > now + CLOCK_TOLERANCE_SECONDS:
                raise config_error(
                    f"The saved state of stream {reader.name} is in the future: {iso(latest)}; the account's clock "
                    f"says {iso(now)}. Correct the state or reset the stream.",
                    stream=reader.name,
                )


def _latest_second(reader: StreamReader) -> int:
    """The latest second that a saved state names; 0 without a saved state."""
    return max(reader.position.bookmark, reader.position.requested_at or 0) if reader.is_saved else 0
