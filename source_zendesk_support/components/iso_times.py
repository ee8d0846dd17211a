"""Times that Zendesk writes in two notations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from airbyte_cdk.sources.declarative.transformations import RecordTransformation


@dataclass
class IsoTimes(RecordTransformation):
    """Writes times as ``2025-04-22T09:24:26Z``, whichever notation a row has them in.

        type: CustomTransformation
        class_name: source_zendesk_support.components.iso_times.IsoTimes
        fields: [created_at, received_at]

    Not ``AddFields`` with ``format_datetime``: it drops fractions of seconds, and fails on what is no time.

    Args:
        fields: of a row. One that is null, or whose text is no date-time, stays as it is.
    """

    fields: list[str]

    def transform(self, record: dict[str, Any], *_: Any, **__: Any) -> None:
        """Change the record in place."""
        for name in self.fields:
            value = record.get(name)
            if isinstance(value, str):
                record[name] = _iso(value)


def _iso(value: str) -> str:
    """A time with as many digits of a second as it came with, but six at most."""
    try:
        time = datetime.fromisoformat(value.strip())
        utc = time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return value
    fraction = _FRACTION.search(value)
    digits = f"{utc.microsecond:06d}"[: len(fraction[1])] if fraction else ""
    return f"{utc.replace(microsecond=0, tzinfo=None).isoformat()}{'.' if digits else ''}{digits}Z"


_FRACTION = re.compile(r"[.,]([0-9]+)")
