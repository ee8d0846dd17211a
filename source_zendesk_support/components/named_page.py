"""What a response itself says about a next page, in any of Zendesk's notations.

https://developer.zendesk.com/api-reference/introduction/pagination/

    {"meta": {"has_more": true, "after_cursor": "bzoy"}, "links": {"next": "https://…?page[after]=bzoy"}}    cursor
    {"next_page": "https://…?page=2", "count": 250}                                                          offset
    {"next_url": "https://…?cursor=40"}                                                                      Chat

Of a link only its query is used: the host and the path stay those that are configured.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs, quote, urlencode, urlsplit

LINK_PREFIX = "?"
"""Begins a token that is the query of a link, to be sent as it is; no cursor of Zendesk's begins like this."""

Params = dict[str, Any]


class NamedPage(NamedTuple):
    """What a response says.

    Attributes:
        more: whether rows follow; None if the response does not say.
        token: what leads to them; None if nothing in the response does.
    """

    more: bool | None
    token: str | None


def named_page(envelope: Any) -> NamedPage:
    """What a response says of a next page; links are looked at before cursors, because they hold the page size, too."""
    if not isinstance(envelope, dict):
        return NamedPage(None, None)
    meta, links = _object(envelope.get("meta")), _object(envelope.get("links"))
    page, link = envelope.get("next_page") or envelope.get("next_url"), links.get("next")
    cursor = meta.get("after_cursor")
    token = (
        link_token(page) or link_token(link) or (f"{LINK_PREFIX}page[after]={quote(str(cursor))}" if cursor else None)
    )
    if page:
        return NamedPage(more=True, token=token)
    if meta.get("has_more") is not None:
        return NamedPage(more=meta["has_more"] not in (False, 0, "false"), token=token)
    if link or cursor:
        return NamedPage(more=True if link else None, token=token)
    ends = "next_page" in envelope or "next" in links
    return NamedPage(more=False if ends else None, token=None)


def link_token(link: Any) -> str | None:
    """The token of a link or a page number; None if it names no page."""
    if isinstance(link, dict):
        return link_token(link.get("href"))
    text = str(link) if isinstance(link, str | int) and not isinstance(link, bool) else ""
    if text.isdecimal():
        return f"{LINK_PREFIX}page={text}"
    query = urlsplit(text).query
    return f"{LINK_PREFIX}{query}" if query else None


def is_link(token: str | None) -> bool:
    """Whether a token is the query of a link."""
    return bool(token and token.startswith(LINK_PREFIX))


def link_params(token: str) -> Params:
    """The request parameters in the query of a link."""
    found = parse_qs(token.removeprefix(LINK_PREFIX), keep_blank_values=True)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def numbered_token(params: Mapping[str, Any]) -> str:
    """The token of a page that has a number, with the size by which pages are counted."""
    return f"{LINK_PREFIX}{urlencode(params, doseq=True)}"


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
