"""Answers in forms that Zendesk's servers, proxies and accounts have been seen to give; the rows in them are right."""

import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from .api_call import QueryParameters
from .responses import ApiResponse

YEAR_SECONDS = 365 * 24 * 3600
DATES = {
    "1970": "Thu, 01 Jan 1970 00:00:00 GMT",
    "future": "Fri, 01 Jan 2100 00:00:00 GMT",
    "words": "yesterday",
    "missing": "",
}
CURSORS = ("cursor", "page[after]")


@dataclass(frozen=True)
class OddResponses:
    """The forms; empty is the usual one.

    `number`: the JSON text of a number that every row holds as `odd_number`.
    `cursor`: what every cursor begins with; a cursor that comes back without it is unknown.
    `end_time`: what exports by time name as their end: "future", "null" or "words".
    `body`: "bom", "utf-16" (with its charset), "gzip members" or "deflate".
    `date`: the header `Date`: "1970", "future", "words" or "missing".
    """

    number: str = ""
    cursor: str = ""
    end_time: str = ""
    body: str = ""
    date: str = ""

    def understood(self, query: QueryParameters) -> QueryParameters:
        """The query with the account's own cursors."""
        return {
            name: tuple(self._own(value) if name in CURSORS else value for value in values)
            for name, values in query.items()
        }

    def _own(self, cursor: str) -> str:
        return cursor.removeprefix(self.cursor) if cursor.startswith(self.cursor) else "unknown"

    def change(self, response: ApiResponse) -> None:
        """Gives a page its odd values."""
        if self.number:
            odd = b',"odd_number":' + self.number.encode() + b"}"
            response.rows = [row[:-1] + odd for row in response.rows or []] if response.rows is not None else None
        if self.cursor:
            response.rest.pop("after_url", None)
            for place in (response.rest, response.rest.get("meta")):
                if isinstance(place, dict) and isinstance(place.get("after_cursor"), str):
                    place["after_cursor"] = self.cursor + place["after_cursor"]
        if self.end_time and response.rest.get("end_time"):
            odd_ends: dict[str, Any] = {"future": response.rest["end_time"] + 10 * YEAR_SECONDS, "words": "soon"}
            response.rest["end_time"] = odd_ends.get(self.end_time)

    def written(self, body: bytes, headers: Mapping[str, str]) -> tuple[bytes, dict[str, str]]:
        """A body and its headers as they leave."""
        odd = dict(headers) | ({"Date": DATES[self.date]} if self.date else {})
        if self.body == "bom":
            return b"\xef\xbb\xbf" + body, odd
        if self.body == "utf-16":
            return body.decode().encode("utf-16"), odd | {"Content-Type": "application/json; charset=utf-16"}
        if self.body == "gzip members":
            half = len(body) // 2
            return gzip.compress(body[:half]) + gzip.compress(body[half:]), odd | {"Content-Encoding": "gzip"}
        if self.body == "deflate":
            return zlib.compress(body), odd | {"Content-Encoding": "deflate"}
        return body, odd


class Dateless(web.Response):
    """A response without `Date`, which aiohttp adds otherwise."""

    async def _prepare_headers(self) -> None:
        await super()._prepare_headers()
        del self.headers["Date"]
