"""Rows of an export that answers again: which of them a stream has had from the lists while it was closed.

The export is read from the time up to which *everything* had been delivered, because it alone shows what lists cannot.
Most of its rows have come with a list since, and are not emitted again. A row has come if the list was read after the
row's last change: of a pass that began after the row's ``updated_at`` that is certain until the pass began, and so for
the rows of a block of ids until the round of blocks began. Whatever is not certain is emitted.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from source_zendesk_support.api.clock import CLOCK_ERROR_SECONDS
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.list_form import DAY_SECONDS, ListForm
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.state.list_place import ListPlace
from source_zendesk_support.state.packed_ids import Id
from source_zendesk_support.walk.list_streams import CLOSED, Standing

LISTED_AFTER_CLOSING_SECONDS = 2 * DAY_SECONDS
"""A closed ticket is listed for so long at least; in a sandbox it is archived after three days."""


class SentRows:
    """What one stream has had.

    Args:
        standing: its place when the export answered again.
        rules: of the export.
        form: the lists.
    """

    def __init__(self, standing: Standing, rules: PagedRetriever, form: ListForm) -> None:
        self._rules = rules
        self._form = form
        self._known = standing.known
        self._since = standing.since
        self._place: ListPlace = standing.place
        self.until = standing.place.changes.bookmark

    def unsent(self, rows: Sequence[Row]) -> list[Row]:
        """The rows of an export's page that have not certainly come with a list, as they are."""
        return [row for row in rows if not self._is_sent(row)]

    def _is_sent(self, row: Row) -> bool:
        if self._form.is_deleted(row) or row.get(self._rules.deletion_mark):
            return False  # the export says more of what has been deleted
        key = self._rules.key_of(row)
        if self._rules.immutable:
            return key in self._known
        time, changed = self._rules.time_of(row), self._form.changed_at(row)
        if time is None or changed is None or changed >= self.until - CLOCK_ERROR_SECONDS:
            return False
        return self._was_listed(row, key, changed, time) or self._was_swept(key, time)

    def _was_listed(self, row: Row, key: Id, changed: int, time: int) -> bool:
        """Whether the row came with the first pass that began after its change. A list may show a change late."""
        if changed >= self.until - self._form.overlap and key not in self._place.changes.ids:
            return False
        began = self._pass_after(changed)
        if row.get("status") == CLOSED and (began is None or began - changed > LISTED_AFTER_CLOSING_SECONDS):
            return False  # it may have been archived before
        if began is None:
            return changed >= self._since and time <= changed + CLOCK_ERROR_SECONDS
        return time < began - CLOCK_ERROR_SECONDS

    def _pass_after(self, changed: int) -> int | None:
        """When the first pass began that showed a change; None if it is not known any more."""
        passes = self._place.passes
        index = bisect_right(passes, changed + CLOCK_ERROR_SECONDS)
        return passes[index] if 0 < index < len(passes) else None

    def _was_swept(self, key: Id, time: int) -> bool:
        """Whether the row came by its id, in the round of blocks that is under way."""
        sweep = self._place.sweep
        if not self._form.rolls or sweep.began is None or not isinstance(key, int):
            return False
        return key <= sweep.id and time < sweep.began - CLOCK_ERROR_SECONDS
