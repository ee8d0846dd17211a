"""What stops a walk: a refusal, or a bookmark that the server's clock contradicts."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import requests
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.clock import CLOCK_TOLERANCE_SECONDS
from source_zendesk_support.api.request import PageRequest
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.paging import blames_size
from source_zendesk_support.components.progress_guard import ProgressGuard
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
from source_zendesk_support.walk.gate import Gate
from source_zendesk_support.walk.stream_reader import StreamReader


class FailurePolicy:
    """Judges for one walk.

    Args:
        rules: the family's rules.
        members: the walk's streams.
        zendesk: knows the server's clock, and counts.
        gate: judges refusals.
    """

    def __init__(
        self, rules: PagedRetriever, members: Sequence[StreamReader], zendesk: ZendeskClient, gate: Gate
    ) -> None:
        self._rules = rules
        self._members = members
        self._zendesk = zendesk
        self._gate = gate

    def refused(self, refused: EndpointUnavailable, *, first: bool) -> None:
        """Return where the streams are gated, having said so; ``first``: nothing of the walk was read before.

        Raises:
            AirbyteTracedException: the refusal is an error.
        """
        if refused.status == requests.codes.unprocessable:
            raise system_error(
                f"Stream {self._rules.name}: Zendesk cannot process the request ({refused}). Please report it.",
                stream=self._rules.name,
            )
        if not first:
            raise config_error(
                f"Stream {self._rules.name}: Zendesk refused a page in the middle ({refused}). Has a permission or the "
                f"plan just changed? All pages before it are saved.",
                stream=self._rules.name,
            )
        self._gate.judge(self._rules.endpoint, self._rules.requires, refused)
        for member in self._members:
            self._zendesk.progress.of(member.name).gated = True

    def broken(self, broken: MalformedResponse, ask: PageRequest) -> AirbyteTracedException:
        """A page that is whole, but some of whose rows cannot be decoded: asking again would bring the same."""
        return system_error(
            f"Stream {self._rules.name}: {ask.position_text} could not be read: {broken}. All pages before it are "
            "saved. Please report it.",
            stream=self._rules.name,
        )

    def stray(self, error: WalkError) -> AirbyteTracedException:
        """What stopped a walk behind one of its pages: among the children of its rows, or in a list beside it.

        Refusals of parents and pages that may come are dealt with there, so what comes here is none of these.
        """
        if isinstance(error, TransientFailure):
            return transient_error(
                f"Stream {self._rules.name}: what belongs to a page could not be read: {error}. All pages before it "
                f"are saved; the next sync goes on from there.",
                stream=self._rules.name,
            )
        return system_error(
            f"Stream {self._rules.name}: what belongs to a page was refused ({error}). All pages before it are saved. "
            f"Please report it.",
            stream=self._rules.name,
        )

    def check_future(self) -> None:
        """A bookmark in the server's future would skip everything until then; so would the start of a pass there.

        If only one answer says so, and this machine's clock says otherwise, one more answer decides.

        Raises:
            AirbyteTracedException: configuration error.
        """
        clock = self._zendesk.clock
        ahead = [(latest, member) for member in self._members if clock.contradicts(latest := _latest(member))]
        if ahead and not clock.confirmed:
            self._hear_another_answer()
        now = clock.latest()
        for latest, member in ahead:
            if latest > now + CLOCK_TOLERANCE_SECONDS:
                raise config_error(
                    f"The saved state of stream {member.name} lies in the future: {iso(latest)}; the account's clock "
                    f"says {iso(now)}. Correct the state or reset the stream.",
                    stream=member.name,
                )

    def _hear_another_answer(self) -> None:
        """Any answer of Zendesk tells the time, also one that refuses what was requested."""
        with suppress(AirbyteTracedException):
            self._gate.probe_account()


def _latest(member: StreamReader) -> int:
    """The latest second that a saved state names; 0 without one, for then nothing can lie in the future."""
    return max(member.position.bookmark, member.position.requested_at or 0) if member.saved else 0


logger = logging.getLogger("airbyte")

PAGINATION_TOO_DEEP = "InvalidPaginationDepth"
"""Offset pages end at 10,000 rows: https://developer.zendesk.com/api-reference/introduction/pagination/"""


class BadRequestRecovery:
    """One for each walk.

    Args:
        rules: the walk's rules.
        guard: is told where the walk begins again.
    """

    def __init__(self, rules: PagedRetriever, guard: ProgressGuard) -> None:
        self._rules = rules
        self._guard = guard
        self._served = False
        self._left_out: str | None = None
        self._without_cursor_at: int | None = None

    def after(self, position: Position, bad: BadRequest, ask: PageRequest) -> Position:
        """Where to go on: nothing younger to read, a parameter too many, a forgotten cursor, or too large a page.

        Zendesk does not always say which, so the parameter is left out first. It comes back if the cursor is refused
        without it, too: it decides on the rows, and those by time must be the same ones. The page becomes smaller at
        once where Zendesk lays it to the size, and otherwise last, unless that size has been served before.

        Raises:
            AirbyteTracedException: none of these, or a cursor that is refused again although it is new.
        """
        text = str(bad)
        if "TooRecent" in text or "too recent" in text.lower():
            return replace(position, done=True)
        if bad.status != requests.codes.bad_request and not position.token:
            raise invalid_state_error(self._rules.name, bad)
        if blames_size(text) and self._rules.shrink(ask, position):
            return position
        if self._left_out and position.token:
            self._take_back()
        elif left_out := self._rules.drop_optional_param():
            self._left_out = left_out
            return position
        if position.token and PAGINATION_TOO_DEEP not in text:
            return self._without_cursor(position, text)
        if not self._served and PAGINATION_TOO_DEEP not in text and self._rules.shrink(ask, position):
            self._take_back()
            return position
        raise invalid_state_error(self._rules.name, bad)

    def worked(self) -> None:
        """A page has come: what was left out for it was the reason."""
        self._served = True
        if self._left_out:
            logger.warning(
                "Stream %s: Zendesk refused the parameter %s; going on without it.", self._rules.name, self._left_out
            )
            self._left_out = None

    def _take_back(self) -> None:
        """Send the parameter again: without it, nothing is better."""
        self._rules.dropped_params.discard(self._left_out or "")
        self._left_out = None

    def _without_cursor(self, position: Position, text: str) -> Position:
        """The same place by time. A second time there, the walk would go round for ever."""
        if position.bookmark == self._without_cursor_at:
            raise transient_error(
                f"Stream {self._rules.name}: Zendesk refuses the cursor that it has just handed out ({text}). All "
                f"pages before it are saved; the next sync goes on from there.",
                stream=self._rules.name,
            )
        self._without_cursor_at = position.bookmark
        logger.warning(
            "Stream %s: Zendesk no longer knows the saved cursor (%s); going on by time, from %s.",
            self._rules.name,
            text,
            iso(position.bookmark),
        )
        self._guard.restart()
        return self._rules.without_token(position)


def invalid_state_error(stream: str, bad: BadRequest) -> AirbyteTracedException:
    """What to say of a 400 against which nothing helps."""
    return system_error(f"Stream {stream}: Zendesk did not understand the request ({bad}).", stream=stream)
