"""How many rows a page is asked for: fewer where the server could not serve it in time, more again when it can."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from airbyte_cdk.sources.declarative.interpolation import InterpolatedString
from airbyte_cdk.sources.declarative.requesters.paginators import DefaultPaginator

from source_zendesk_support.api.request import NUMBER_PARAM, Ask, halved, whole_number
from source_zendesk_support.api.templates import TEMPLATES

SMALLEST_PAGE = 25
GOOD_PAGES = 10
"""Pages served in time before a page that was halved is doubled again."""


class PageSize:
    """One stream's page size during a sync.

    The CDK's PageSizeReduction works inside of SimpleRetriever only, and begins each partition at the full size.

    Args:
        paginator: the manifest's; None where one answer holds everything.
        config: the connector's config, for templates.

    Attributes:
        declared: rows of a page as the manifest has them; 0 where the endpoint takes no size.
        full: the most that are requested: what is declared, or what Zendesk has not refused.
        current: rows that are asked for now.
        name: the request parameter; empty where the endpoint takes none.
    """

    def __init__(self, paginator: DefaultPaginator | None, config: Mapping[str, Any]) -> None:
        self.declared = paginator.get_page_size() or 0 if paginator else 0
        self.full = self.current = self.declared
        self.name = _name(paginator, config)
        self._good_pages = 0

    def of(self, ask: Ask) -> int:
        """The rows that a request is for."""
        return whole_number(ask.params.get(self.name), self.full) if self.name else self.full

    def shrinkable(self, ask: Ask) -> Ask:
        """The same request, which knows how to become smaller where the endpoint takes a size."""
        if self.name:
            ask.smaller = lambda: halved(ask, self.name, SMALLEST_PAGE)
        return ask

    def learn(self, ask: Ask) -> None:
        """Keep the size of a request that was served; double it after some good pages, up to the full one."""
        served = self.of(ask)
        if NUMBER_PARAM in ask.params and served >= self.current:
            return  # a larger size would give the page's number another meaning
        if served < self.current:
            self.current, self._good_pages = served, 0
        elif served < self.full:
            self._good_pages += 1
            if self._good_pages >= GOOD_PAGES:
                self.current, self._good_pages = min(self.full, served * 2), 0

    def lower(self, ask: Ask) -> bool:
        """Never request as many rows again as this request, which was refused; False if that were too few."""
        size = self.of(ask) // 2
        if not self.name or self.name not in ask.params or size < SMALLEST_PAGE:
            return False
        self.full = min(self.full, size)
        self.current = min(self.current, size)
        return True

    def restore(self) -> None:
        """Ask for full pages again."""
        self.current = self.full


def _name(paginator: DefaultPaginator | None, config: Mapping[str, Any]) -> str:
    option = paginator.page_size_option if paginator else None
    name = option.field_name if option else ""
    with TEMPLATES:
        return str(name.eval(config)) if isinstance(name, InterpolatedString) else str(name)


_SIZE_WORDS = re.compile(r"page\[size\]|page[ _]?size|per_page|\blimit\b|too (many|large|big)", re.IGNORECASE)


def blames_size(text: str) -> bool:
    """Whether a refusal's words name the page size."""
    return bool(_SIZE_WORDS.search(text))
