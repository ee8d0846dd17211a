"""What stops a walk: a refusal, or a bookmark that the server's clock contradicts."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import requests
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.api.client import Zendesk
from source_zendesk_support.api.clock import CLOCK_TOLERANCE_SECONDS
from source_zendesk_support.api.request import Ask
from source_zendesk_support.components.families.pages import Pages
from source_zendesk_support.components.walks.gate import Gate
from source_zendesk_support.components.walks.member import Member
from source_zendesk_support.errors import (
    Malformed,
    Refused,
    Transient,
    WalkError,
    config_error,
    system_error,
    transient_error,
)
from source_zendesk_support.times import iso


class Setbacks:
    """Judges for one walk.

    Args:
        rules: the family's rules.
        members: the walk's streams.
        zendesk: knows the server's clock, and counts.
        gate: judges refusals.
    """

    def __init__(self, rules: Pages, members: Sequence[Member], zendesk: Zendesk, gate: Gate) -> None:
        self._rules = rules
        self._members = members
        self._zendesk = zendesk
        self._gate = gate

    def refused(self, refused: Refused, *, first: bool) -> None:
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

    def broken(self, broken: Malformed, ask: Ask) -> AirbyteTracedException:
        """A page that is whole, but some of whose rows cannot be decoded: asking again would bring the same."""
        return system_error(
            f"Stream {self._rules.name}: {ask.where} could not be read: {broken}. All pages before it are saved. "
            f"Please report it.",
            stream=self._rules.name,
        )

    def stray(self, error: WalkError) -> AirbyteTracedException:
        """What stopped a walk behind one of its pages: among the children of its rows, or in a list beside it.

        Refusals of parents and pages that may come are dealt with there, so what comes here is none of these.
        """
        if isinstance(error, Transient):
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
            self._gate.prove()


def _latest(member: Member) -> int:
    """The latest second that a saved state names; 0 without one, for then nothing can lie in the future."""
    return max(member.position.bookmark, member.position.asked or 0) if member.saved else 0
