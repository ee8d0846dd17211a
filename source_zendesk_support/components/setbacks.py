"""What a walk makes of a verdict that is no page: a refusal, a 400, a bookmark that the server's clock contradicts."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

import requests

from source_zendesk_support.components.gate import Gate
from source_zendesk_support.components.member import Member
from source_zendesk_support.components.pages import Pages
from source_zendesk_support.components.position import Position
from source_zendesk_support.components.zendesk import Zendesk
from source_zendesk_support.errors import BadRequest, Refused, config_error, system_error
from source_zendesk_support.times import iso

logger = logging.getLogger("airbyte")

FUTURE = 300
"""Seconds by which a bookmark may be ahead of the server's clock."""


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

    def mended(self, position: Position, bad: BadRequest) -> Position:
        """The position to go on from after a 400: nothing younger to read, a parameter too many, a forgotten cursor.

        Raises:
            AirbyteTracedException: system error; none of these explains it.
        """
        text = str(bad)
        if "TooRecent" in text or "too recent" in text.lower():
            return replace(position, done=True)
        dropped = self._rules.drop_optional_param()
        if dropped:
            logger.warning(
                "Stream %s: Zendesk refused the parameter %s; going on without it.", self._rules.name, dropped
            )
            return position
        if position.token:
            logger.warning(
                "Stream %s: Zendesk no longer knows the saved cursor (%s); going on by time, from %s.",
                self._rules.name,
                text or "HTTP 400",
                iso(position.bookmark),
            )
            return self._rules.without_token(position)
        raise system_error(
            f"Stream {self._rules.name}: Zendesk did not understand the request ({text}).", stream=self._rules.name
        )

    def check_future(self) -> None:
        """A bookmark in the server's future would skip everything until then.

        Raises:
            AirbyteTracedException: configuration error.
        """
        latest = self._zendesk.clock.now() + FUTURE
        for member in self._members:
            if self._zendesk.clock.known and member.position.bookmark > latest:
                raise config_error(
                    f"The saved state of stream {member.name} lies in the future: {iso(member.position.bookmark)}; the "
                    f"account's clock says {iso(self._zendesk.clock.now())}. Correct the state or reset the stream.",
                    stream=member.name,
                )
