"""What follows a 400: smaller pages, fewer parameters, or reading by time instead of the cursor."""

from __future__ import annotations

import logging
from dataclasses import replace

import requests
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.api.request import PageRequest
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.paging import blames_size
from source_zendesk_support.errors import BadRequest, system_error, transient_error
from source_zendesk_support.state.position import Position
from source_zendesk_support.times import iso

logger = logging.getLogger("airbyte")

OFFSET_LIMIT_CODE = "InvalidPaginationDepth"
"""Offset pages end at 10,000 rows: https://developer.zendesk.com/api-reference/introduction/pagination/"""


class BadRequestRecovery:
    """Finds out, for one walk, which part of a request Zendesk does not accept.

    Args:
        retriever: the walk's rules.
    """

    def __init__(self, retriever: PagedRetriever) -> None:
        self._retriever = retriever
        self._has_pages = False
        self._dropped_param: str | None = None
        self._restarted_at: int | None = None

    def position_after(self, position: Position, error: BadRequest, request: PageRequest) -> Position:
        """Where to continue: nothing later to read, a parameter too many, a forgotten cursor, or too large a page.

        Zendesk does not always say which, so the parameter is dropped first. It comes back if the cursor is refused
        without it, too: it decides on the rows, and those by time must be the same ones. The page becomes smaller at
        once if Zendesk blames the size, and otherwise last, unless that size has been served before.

        Raises:
            AirbyteTracedException: none of these, or a cursor that is refused again although it is new.
        """
        text, retriever = str(error), self._retriever
        if "TooRecent" in text or "too recent" in text.lower():
            return replace(position, done=True)
        if error.status != requests.codes.bad_request and not position.token:
            raise invalid_state_error(retriever.name, error)
        if blames_size(text) and retriever.shrink(request, position):
            return position
        if self._dropped_param and position.token:
            self._restore_param()
        elif self.drop_param():
            return position
        if position.token and OFFSET_LIMIT_CODE not in text:
            return self._by_time(position, text)
        if not self._has_pages and OFFSET_LIMIT_CODE not in text and retriever.shrink(request, position):
            self._restore_param()
            return position
        raise invalid_state_error(retriever.name, error)

    def drop_param(self) -> bool:
        """Drop the optional parameter from now on; False if there is none, or none any more."""
        dropped = self._retriever.drop_optional_param()
        self._dropped_param = dropped or self._dropped_param
        return bool(dropped)

    def on_page(self) -> None:
        """A page has arrived, so the parameter that was dropped for it was the reason."""
        self._has_pages = True
        if self._dropped_param:
            logger.warning(
                "Stream %s: Zendesk rejected the parameter %s; continuing without it.",
                self._retriever.name,
                self._dropped_param,
            )
            self._dropped_param = None

    def _restore_param(self) -> None:
        """Send the parameter again, as nothing is better without it."""
        self._retriever.dropped_params.discard(self._dropped_param or "")
        self._dropped_param = None

    def _by_time(self, position: Position, text: str) -> Position:
        """The same position by time, without the cursor. A second time at one bookmark, the walk would never end."""
        if position.bookmark == self._restarted_at:
            raise transient_error(
                f"Stream {self._retriever.name}: Zendesk rejects a cursor it has just issued ({text}). All earlier "
                "pages are saved; the next sync resumes there.",
                stream=self._retriever.name,
            )
        self._restarted_at = position.bookmark
        logger.warning(
            "Stream %s: Zendesk no longer accepts the saved cursor (%s); resuming by time, from %s.",
            self._retriever.name,
            text,
            iso(position.bookmark),
        )
        return self._retriever.without_token(position)


def invalid_state_error(stream: str, error: BadRequest) -> AirbyteTracedException:
    """The error for a 400 against which nothing helps."""
    return system_error(f"Stream {stream}: Zendesk did not understand the request ({error}).", stream=stream)
