"""Fields that must not leave the connector."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from airbyte_cdk.sources.declarative.transformations import RecordTransformation

from source_zendesk_support.masking import MASK

_ADDRESS = re.compile(r"(?P<scheme>(?:[a-z][a-z0-9+.-]*:)?//)?(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_USER_INFO = re.compile(r"[^/?#]*@|[^/?#:@]*:(?!\d*(?:[/?#]|$)).*@", re.DOTALL)
"""Of a password that holds a slash, a question mark or a hash, too: what follows the first colon is no port."""
_QUERY = re.compile(r"(?P<before>[^?#]*)(?P<mark>[?#])(?P<query>.*)", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}")


@dataclass
class SecretFields(RecordTransformation):
    """Drops fields of a row, or all but some parts of them, and masks the secrets in its URLs.

        type: CustomTransformation
        class_name: source_zendesk_support.components.secret_fields.SecretFields
        fields: {password: [], authentication: [type]}
        urls: [endpoint]

    Not ``RemoveFields``: it names what goes, so that whatever a vendor adds to an object stays. This names what stays.

    Args:
        fields: names in lower case, each with the parts that stay of it; an empty list drops all of it.
        urls: names in lower case of fields whose URLs may hold a password, or a token in their query.
    """

    fields: dict[str, list[str]]
    urls: list[str] = field(default_factory=list)

    def transform(self, record: dict[str, Any], *_: Any, **__: Any) -> None:
        """Change the record in place. A text in place of a documented object is dropped, too."""
        for name in [name for name in record if name.lower() in self.fields]:
            value, parts = record.pop(name), self.fields[name.lower()]
            if parts and (value is None or isinstance(value, list | dict)):
                record[name] = _reduced(value, parts)
        for name in [name for name in record if name.lower() in self.urls and record[name] is not None]:
            value = record.pop(name)
            if isinstance(value, str):
                record[name] = masked_url(value)


def masked_url(url: str) -> str:
    """A URL without user and password, and with a mask in the place of each value of its query and of its fragment.

    A parameter's name does not tell whether its value is a secret, so all are masked, apart from the placeholders of
    Zendesk, such as ``{{ticket.id}}``.
    """
    found = _ADDRESS.fullmatch(url.strip())
    scheme, rest = (found["scheme"] or "", found["rest"]) if found else ("", url)
    rest = _USER_INFO.sub(f"{MASK}@", rest, count=1) if _USER_INFO.match(rest) else rest
    parts = _QUERY.fullmatch(rest)
    if not parts:
        return scheme + rest
    pieces = re.split(r"([&;#])", parts["query"])
    return scheme + parts["before"] + parts["mark"] + "".join(map(_masked_parameter, pieces))


def _masked_parameter(text: str) -> str:
    """One `name=value` with its value masked; separators and placeholders stay."""
    name, equals, value = text.partition("=")
    if text in {"", "&", ";", "#"} or _PLACEHOLDER.fullmatch(value if equals else text):
        return text
    return f"{name}={MASK}" if equals else MASK


def _reduced(value: Any, parts: list[str]) -> Any:
    """These parts of an object, or of each object of a list, unless they are objects themselves."""
    if isinstance(value, list):
        return [_reduced(item, parts) for item in value if isinstance(item, dict)]
    if value is None:
        return None
    return {name: part for name, part in value.items() if name in parts and not isinstance(part, dict | list)}
