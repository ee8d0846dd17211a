"""What the manifest's ``transformations`` change in a page, before anything else sees its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from airbyte_cdk.sources.declarative.transformations import RecordTransformation


@dataclass(frozen=True)
class RowTransformations:
    """Changes the rows of a page as soon as it is decoded: no check, log, count or STATE sees what a secret was.

    Args:
        transformations: of the stream, in order.
        records: key of the envelope under which the rows are; empty if the body is the list, or the one row.
        config: the connector's config, for templates.
    """

    transformations: Sequence[RecordTransformation]
    records: str
    config: Mapping[str, Any]

    def __call__(self, envelope: Any) -> Any:
        """The envelope; its rows are changed in place."""
        if self.transformations:
            rows = envelope.get(self.records) if self.records and isinstance(envelope, dict) else envelope
            for row in rows if isinstance(rows, list) else [rows]:
                self._transform(row)
        return envelope

    def _transform(self, row: Any) -> None:
        """Change one row; what is no object is no row."""
        for transformation in self.transformations if isinstance(row, dict) else ():
            transformation.transform(row, dict(self.config))
