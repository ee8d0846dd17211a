"""Fields that must not leave the connector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from airbyte_cdk.sources.declarative.transformations import RecordTransformation


@dataclass
class SecretFields(RecordTransformation):
    """Drops fields of a row, or all but some parts of them.

        type: CustomTransformation
        class_name: source_zendesk_support.components.secret_fields.SecretFields
        fields: {password: [], authentication: [type]}

    Not ``RemoveFields``: it names what goes, so that whatever a vendor adds to an object stays. This names what stays.

    Args:
        fields: names in lower case, each with the parts that stay of it; an empty list drops all of it.
    """

    fields: dict[str, list[str]]

    def transform(self, record: dict[str, Any], *_: Any, **__: Any) -> None:
        """Change the record in place. A text that stands where an object is documented is dropped, too."""
        for name in [name for name in record if name.lower() in self.fields]:
            value, parts = record.pop(name), self.fields[name.lower()]
            if parts and (value is None or isinstance(value, list | dict)):
                record[name] = _reduced(value, parts)


def _reduced(value: Any, parts: list[str]) -> Any:
    """These parts of an object, or of each object of a list, unless they are objects themselves."""
    if isinstance(value, list):
        return [_reduced(item, parts) for item in value if isinstance(item, dict)]
    if value is None:
        return None
    return {name: part for name, part in value.items() if name in parts and not isinstance(part, dict | list)}
