"""How a comment or an audit came into Zendesk, in one form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from airbyte_cdk.sources.declarative.transformations import RecordTransformation


@dataclass
class ViaObject(RecordTransformation):
    """Makes the column ``via`` an object in every row: older events name only the channel.

        type: CustomTransformation
        class_name: source_zendesk_support.components.via.ViaObject

    Not ``AddFields``: it renders a template for each row, which costs more than decoding the page; and comments, which
    are inside the rows of a page, need the same.
    """

    def transform(self, record: dict[str, Any], *_: Any, **__: Any) -> None:
        """Change the record in place."""
        if isinstance(record.get("via"), str):
            record["via"] = via_object(record["via"])


def via_object(channel: str) -> dict[str, str]:
    """The object in whose place an event names only the channel."""
    return {"channel": channel}
