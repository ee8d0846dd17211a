"""What a walk over an export by time says about rows that come again, or that cannot be had."""

from __future__ import annotations

import logging

from source_zendesk_support.components.export_memory import ExportMemory
from source_zendesk_support.state.packed_ids import too_many
from source_zendesk_support.times import iso

logger = logging.getLogger("airbyte")


class ExportReport:
    """The messages of one stream.

    Args:
        stream: its name.
        few: of fewer rows, a second's page may be complete; 0 if the export names its end.
    """

    def __init__(self, stream: str, few: int) -> None:
        self._stream = stream
        self._few = few
        self._has_warned = False

    def if_too_many(self, memory: ExportMemory, since: int) -> None:
        """One WARN if STATE cannot hold all rows from a second on that the next sync meets again."""
        if not self._has_warned and too_many(frozenset(memory.emitted)):
            self._has_warned = True
            logger.warning(_AGAIN, self._stream, len(memory.emitted), iso(since))

    def overfull(self, second: int, count: int, level_if_few: int = logging.WARNING) -> None:
        """A few rows may be all of a second: that is a warning only if no page before had more, and one as many."""
        if count < self._few:
            logger.log(level_if_few, _PERHAPS_OVERFULL, self._stream, iso(second), count)
        else:
            logger.warning(_OVERFULL, self._stream, iso(second), count)


_AGAIN = "Stream %s: %d rows from %s on will be emitted again."
_PERHAPS_OVERFULL = (
    "Stream %s: the second %s may have more rows than the %d of its page. If Zendesk returns no more at once, the "
    "other rows of that second cannot be read from this export."
)
_OVERFULL = (
    "Stream %s: the second %s has more rows than the %d that Zendesk returns at once; the other rows of that second "
    "cannot be read from this export."
)
