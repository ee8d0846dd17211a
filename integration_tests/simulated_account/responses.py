"""What an endpoint gives back before it is written: a page of records, one object, or a refusal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from .tables import Record

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"


@dataclass
class ApiResponse:
    """An answer.

    `rows` (ready bytes) stand under `key`, or alone as an array if it is None; `rest` is beside them.
    `manner` tells the server to break the transport (a transport fault's name), `seconds` how long to stall.
    `before` is written to the connection before the answer.
    """

    status: int = 200
    key: str | None = None
    rows: list[bytes] | None = None
    rest: Record = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    content_type: str = JSON
    manner: str = ""
    seconds: float = 0.0
    before: bytes = b""

    def body(self) -> bytes:
        """The bytes to send."""
        if self.raw is not None:
            return self.raw
        if self.rows is None:
            return orjson.dumps(self.rest)
        records = b"[" + b",".join(self.rows) + b"]"
        if self.key is None:
            return records
        rest = orjson.dumps(self.rest)
        return b'{"' + self.key.encode() + b'":' + records + (b"," + rest[1:] if self.rest else b"}")


class ApiError(Exception):
    """Raised anywhere behind the door to answer with an error."""

    def __init__(self, status: int, body: object = None, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, body)
        raw = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        html = isinstance(body, bytes) and body.startswith(b"<")
        self.response = ApiResponse(status, raw=raw, headers=dict(headers or {}), content_type=HTML if html else JSON)


def bad_page_parameter(title: str) -> ApiError:
    """400 for a paging parameter that the endpoint does not take (docs/zendesk-api.md#cursor-paging (5))."""
    return ApiError(400, {"errors": [{"code": "InvalidPaginationParameter", "title": title}]})


def not_found() -> ApiError:
    """404 for a row that is absent or invisible."""
    return ApiError(404, {"error": "RecordNotFound", "description": "Not found"})


def single_object(key: str, record: Any) -> ApiResponse:
    """An answer that holds one record."""
    return ApiResponse(rest={key: record})
