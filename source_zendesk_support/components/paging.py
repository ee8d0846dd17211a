"""What a page says about the next one, found with the manifest's paginator.

The CDK's own paginator decodes the page again to evaluate the same two templates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from types import NoneType
from typing import Any, NamedTuple, cast

from airbyte_cdk.sources.declarative.interpolation import InterpolatedBoolean, InterpolatedString
from airbyte_cdk.sources.declarative.interpolation.filters import filters
from airbyte_cdk.sources.declarative.interpolation.macros import macros
from airbyte_cdk.sources.declarative.requesters.paginators import DefaultPaginator
from airbyte_cdk.sources.declarative.requesters.paginators.strategies import CursorPaginationStrategy
from jinja2 import TemplateError
from jinja2.environment import TemplateExpression
from jinja2.sandbox import SandboxedEnvironment

from source_zendesk_support.api.request import NUMBER_PARAM, PageRequest, halve_page_size, int_param
from source_zendesk_support.errors import MalformedResponse


class NextPage(NamedTuple):
    """Whether a page is the last one, and the token of the next one (or of the place at which the last one ends)."""

    is_last: bool
    token: str | None


def next_page_from(
    paginator: DefaultPaginator | None, config: Mapping[str, Any], envelope: Any, rows: Sequence[Any], size: int
) -> NextPage:
    """What a paginator makes of a page; without a paginator there is one page only.

    Args:
        paginator: the manifest's.
        config: the connector's config, for templates.
        envelope: the decoded page.
        rows: its rows.
        size: the rows that were requested.

    Raises:
        MalformedResponse: the page says neither that it is the last nor where the next one is.
    """
    if not paginator:
        return NextPage(is_last=True, token=None)
    context = {
        "response": envelope,
        "headers": {},
        "last_page_size": len(rows),
        "last_record": rows[-1] if rows else None,
        "page_size": size,
    }
    try:
        is_last, token = _evaluated(cast("CursorPaginationStrategy", paginator.pagination_strategy), config, context)
    except (TemplateError, TypeError, ValueError, LookupError, ArithmeticError) as error:
        raise MalformedResponse("the page's link to the next one cannot be understood") from error
    if token is None and not is_last:
        raise MalformedResponse("the page neither says that it is the last nor links to the next one")
    return NextPage(is_last, token)


def _evaluated(
    strategy: CursorPaginationStrategy, config: Mapping[str, Any], context: Mapping[str, Any]
) -> tuple[bool, str | None]:
    is_last = InterpolatedBoolean(condition=str(strategy.stop_condition), parameters={}).eval(config, **context)
    declared = strategy.cursor_value
    template = declared.string if isinstance(declared, InterpolatedString) else declared
    return bool(is_last), cursor_text(template, {"config": config, **context})


def cursor_text(template: str, context: Mapping[str, Any]) -> str | None:
    """The cursor that a template finds, character for character; None if there is none.

    The CDK renders a template to a text and reads that as a Python literal, which changes a cursor with a quote, a
    backslash or only digits. So its expression is evaluated instead; quotes around it are for the CDK.

    Args:
        template: ``{{ expression }}`` of the manifest, in quotes or not.
        context: what the expression may name.
    """
    if not (found := _EXPRESSION.fullmatch(template)):
        return template or None
    try:
        value = _compiled(found[2])(context)
    except (TemplateError, TypeError, ValueError, LookupError):  # the page has no such field, or something else in it
        return None
    return None if isinstance(value, _NO_CURSOR) else str(value) or None


_EXPRESSION = re.compile(r"('?)\{\{(.*)\}\}\1", re.DOTALL)
_NO_CURSOR = (NoneType, bool, list, dict)
_ENVIRONMENT = SandboxedEnvironment()
_ENVIRONMENT.filters.update(filters)
_ENVIRONMENT.globals.update(macros)


@cache
def _compiled(expression: str) -> TemplateExpression:
    return _ENVIRONMENT.compile_expression(expression)


GOOD_PAGES = 10
"""Pages served in time before a page that was halved is doubled again."""


class AdaptivePageSize:
    """One stream's page size during a sync.

    The CDK's PageSizeReduction works inside of SimpleRetriever only, and begins each partition at the full size.

    Args:
        paginator: the manifest's; None if one response holds everything.
        config: the connector's config, for templates.
        least: rows; smaller pages are not requested.

    Attributes:
        declared: rows of a page as the manifest has them; 0 if the endpoint takes no size.
        full: the most that are requested: what is declared, or what Zendesk has not refused.
        current: rows that are requested now.
        name: the request parameter; empty if the endpoint takes none.
    """

    def __init__(self, paginator: DefaultPaginator | None, config: Mapping[str, Any], least: int) -> None:
        self._least = least
        self.declared = paginator.get_page_size() or 0 if paginator else 0
        self.full = self.current = self.declared
        self.name = _name(paginator, config)
        self._good_pages = 0

    def of(self, request: PageRequest) -> int:
        """The rows that a request is for."""
        return int_param(request.params.get(self.name), self.full) if self.name else self.full

    def shrinkable(self, request: PageRequest) -> PageRequest:
        """The same request, which knows how to become smaller if the endpoint takes a size."""
        if self.name:
            request.smaller = lambda: halve_page_size(request, self.name, self._least)
        return request

    def learn(self, request: PageRequest) -> None:
        """Keep the size of a request that was served; double it after some good pages, up to the full one."""
        served = self.of(request)
        if NUMBER_PARAM in request.params and served >= self.current:
            return  # a larger size would give the page's number another meaning
        if served < self.current:
            self.current, self._good_pages = served, 0
        elif served < self.full:
            self._good_pages += 1
            if self._good_pages >= GOOD_PAGES:
                self.current, self._good_pages = min(self.full, served * 2), 0

    def lower(self, request: PageRequest) -> bool:
        """Never request as many rows again as this request, which was refused; False if that were too few."""
        size = self.of(request) // 2
        if not self.name or self.name not in request.params or size < self._least:
            return False
        self.full = min(self.full, size)
        self.current = min(self.current, size)
        return True

    def restore(self) -> None:
        """Request full pages again."""
        self.current = self.full


def _name(paginator: DefaultPaginator | None, config: Mapping[str, Any]) -> str:
    option = paginator.page_size_option if paginator else None
    name = option.field_name if option else ""
    return str(name.eval(config)) if isinstance(name, InterpolatedString) else str(name)


_SIZE_WORDS = re.compile(r"page\[size\]|page[ _]?size|per_page|\blimit\b|too (many|large|big)", re.IGNORECASE)


def blames_size(text: str) -> bool:
    """Whether a refusal's words name the page size."""
    return bool(_SIZE_WORDS.search(text))
