"""One call as an endpoint sees it: who asks for what, with which query."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from .access import ApiCaller
from .account_behavior import AccountBehavior
from .account_data import AccountData
from .responses import ApiError

QueryParameters = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class IncomingRequest:
    """A request: `site` is scheme and host as the caller sees them, `note` its entry in the log."""

    path: str
    query: QueryParameters
    site: str
    authorization: str | None
    note: dict[str, Any]


@dataclass(frozen=True)
class ApiCall:
    """`path` is as requested, `ids` are the values of its placeholders, `site` is scheme and host for links."""

    account: AccountData
    path: str
    query: QueryParameters
    ids: Mapping[str, str]
    site: str
    caller: ApiCaller
    behavior: AccountBehavior

    def text(self, name: str, default: str = "") -> str:
        """The query parameter's first value."""
        values = self.query.get(name, ())
        return values[0] if values else default

    def has(self, name: str) -> bool:
        """Whether the parameter was sent."""
        return name in self.query

    def number(self, name: str, default: int = 0) -> int:
        """The parameter as an integer; 400 if it is none."""
        value = self.text(name)
        if not value:
            return default
        try:
            return int(float(value))
        except ValueError:
            raise ApiError(
                400, {"error": "InvalidValue", "description": f"Parameter {name} must be an integer"}
            ) from None

    def words(self, name: str) -> list[str]:
        """The parameter's comma-separated words."""
        return [word for value in self.query.get(name, ()) for word in value.split(",") if word]

    def link(self, **changes: object) -> str:
        """This call's own address with some parameters changed.

        None takes one out. `page_after` stands for `page[after]`.
        """
        query = {name: list(values) for name, values in self.query.items()}
        for name, value in changes.items():
            wire = name.replace("page_", "page[") + "]" if name == "page_after" else name
            query.pop(wire, None)
            if value is not None:
                query[wire] = [str(value)]
        return f"{self.site}{self.path}?{urlencode(query, doseq=True)}" if query else f"{self.site}{self.path}"
