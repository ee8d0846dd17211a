"""What a walk does about a 400, where one of its own parameters may be the reason."""

from __future__ import annotations

import logging
from dataclasses import replace

import requests
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.api.request import Ask
from source_zendesk_support.components.families.page_size import blames_size
from source_zendesk_support.components.families.pages import Pages
from source_zendesk_support.components.families.progress_guard import ProgressGuard
from source_zendesk_support.errors import BadRequest, system_error, transient_error
from source_zendesk_support.state.position import Position
from source_zendesk_support.times import iso

logger = logging.getLogger("airbyte")

TOO_DEEP = "InvalidPaginationDepth"
"""Offset pages end at 10,000 rows: https://developer.zendesk.com/api-reference/introduction/pagination/"""


class Remedies:
    """One for each walk.

    Args:
        rules: the walk's rules.
        guard: is told where the walk begins again.
    """

    def __init__(self, rules: Pages, guard: ProgressGuard) -> None:
        self._rules = rules
        self._guard = guard
        self._served = False
        self._left_out: str | None = None
        self._without_cursor_at: int | None = None

    def after(self, position: Position, bad: BadRequest, ask: Ask) -> Position:
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
            raise not_understood(self._rules.name, bad)
        if blames_size(text) and self._rules.shrink(ask, position):
            return position
        if self._left_out and position.token:
            self._take_back()
        elif left_out := self._rules.drop_optional_param():
            self._left_out = left_out
            return position
        if position.token and TOO_DEEP not in text:
            return self._without_cursor(position, text)
        if not self._served and TOO_DEEP not in text and self._rules.shrink(ask, position):
            self._take_back()
            return position
        raise not_understood(self._rules.name, bad)

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


def not_understood(stream: str, bad: BadRequest) -> AirbyteTracedException:
    """What to say of a 400 against which nothing helps."""
    return system_error(f"Stream {stream}: Zendesk did not understand the request ({bad}).", stream=stream)
