"""Literal answers, and changes of the account's own ones, for chosen calls: situations that no other option plays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

import orjson

from .api_call import QueryParameters
from .endpoint_routes import PREFIX
from .responses import HTML, JSON, ApiResponse
from .tables import Record

WIRE = "wire"
"""The manner of a response that is written to the connection as it is, which is then closed."""


@dataclass(frozen=True)
class ScriptedResponse:
    """One answer; without any field, it is the account's own.

    A literal one has a `status` or a `body` (JSON), or a `text` (encoded with `encoding`), and its `headers`.
    The account's own one is changed by `rows` (fields by id, or by "*" for all rows), `more` (JSON texts of rows that
    follow), `beside` (what is beside the rows), `status` if there is no body, and `headers`.
    `before` is written to the connection before the answer. `wire` is written instead of it, with the account's own
    body and its length for `{body}` and `{length}`; the connection is then closed.
    """

    status: int = 0
    body: Any = None
    text: str | None = None
    encoding: str = "utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, Record] = field(default_factory=dict)
    more: Sequence[str] = ()
    beside: Record = field(default_factory=dict)
    before: str = ""
    wire: str = ""

    @property
    def is_literal(self) -> bool:
        """Whether the account itself gets no request."""
        return bool(self.status) or self.body is not None or self.text is not None

    def literal(self) -> ApiResponse:
        """The literal answer."""
        raw = b"" if self.text is None and self.body is None else orjson.dumps(self.body)
        raw = raw if self.text is None else self.text.encode(self.encoding)
        kind = HTML if raw.startswith(b"<") else JSON
        response = ApiResponse(self.status or 200, raw=raw, headers=dict(self.headers), content_type=kind)
        return self._on_connection(response)

    def changed(self, own: ApiResponse) -> ApiResponse:
        """The account's own answer with the changes."""
        rows = own.rows if own.rows is None else [*map(self._changed_row, own.rows), *map(str.encode, self.more)]
        response = replace(own, rows=rows, rest=own.rest | self.beside, headers=own.headers | dict(self.headers))
        return self._on_connection(response)

    def _changed_row(self, row: bytes) -> bytes:
        if not self.rows:
            return row
        record = orjson.loads(row)
        return orjson.dumps(record | self.rows.get("*", {}) | self.rows.get(str(record.get("id")), {}))

    def _on_connection(self, response: ApiResponse) -> ApiResponse:
        if self.wire:
            body = response.body()
            raw = self.wire.encode("latin-1").replace(b"{length}", b"%d" % len(body)).replace(b"{body}", body)
            return replace(response, raw=raw, manner=WIRE)
        return replace(response, before=self.before.encode("latin-1"))


@dataclass
class ScriptLine:
    """The answers to the calls of a path, in order; then the last one again if it `repeats`, or the account's own.

    `path` is that of the request without `.json`, below `/api/v2/` unless it begins with a slash; `*` is any text.
    `match` narrows it to calls with these query parameters ("*": with any value).
    """

    path: str
    responses: list[ScriptedResponse]
    match: Mapping[str, str] = field(default_factory=dict)
    repeats: bool = False

    def concerns(self, path: str, query: QueryParameters) -> bool:
        """Whether a call is one of this line's."""
        own = self.path if self.path.startswith("/") else PREFIX + self.path
        known = all(any(fnmatchcase(each, value) for each in query.get(name, ())) for name, value in self.match.items())
        return known and fnmatchcase(path.removesuffix(".json"), own)

    def next(self) -> ScriptedResponse | None:
        """The answer to one more call."""
        if self.repeats and len(self.responses) == 1:
            return self.responses[0]
        return self.responses.pop(0) if self.responses else None


@dataclass
class ResponseScript:
    """All lines; the first that concerns a call and still has a response gives it."""

    lines: list[ScriptLine] = field(default_factory=list)

    def next(self, path: str, query: QueryParameters) -> ScriptedResponse | None:
        """The response to a call, if it has one here."""
        for line in self.lines:
            if line.concerns(path, query) and (found := line.next()):
                return found
        return None


def script_from(script: Sequence[Mapping[str, Any]] = ()) -> ResponseScript:
    """A script from JSON."""
    return ResponseScript(
        [
            ScriptLine(**{**line, "responses": [ScriptedResponse(**each) for each in line["responses"]]})
            for line in script
        ]
    )
