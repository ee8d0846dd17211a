"""Parts of the engine as the manifest builds them, for tests of one of them."""

from functools import cache
from typing import Any

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.clock import ServerClock
from source_zendesk_support.api.request import PageRequest, PageResponse
from source_zendesk_support.api.transport import HttpTransport
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.comment_refetcher import CommentRefetcher
from source_zendesk_support.components.odd_members import OddMembers
from source_zendesk_support.components.record_reader import ReaderContext, RecordReader, record_reader_of
from source_zendesk_support.components.thread_pool import ChildThreads
from source_zendesk_support.config.model import parse
from source_zendesk_support.manifest import StreamDefinitions
from source_zendesk_support.progress import SyncProgress
from source_zendesk_support.rate_limits.budget import Budget
from source_zendesk_support.state.position import Position
from unit_tests.account import NOW
from unit_tests.reading import CONFIG


@cache
def stanzas() -> StreamDefinitions:
    return StreamDefinitions(parse(CONFIG).declarative())


def pages_of(stream: str) -> PagedRetriever:
    """A stream's rules, new ones each time."""
    return stanzas().pages(stream)


def request_of(stream: str, position: Position | None = None) -> PageRequest:
    """The request for a stream's first page, or for the one at a position."""
    rules = pages_of(stream)
    return rules.page_request(rules.begin(position or Position(rules.start)), NOW)


def zendesk_of(slots: int = 2) -> ZendeskClient:
    budget = Budget(stanzas().limits, slots)
    return ZendeskClient(budget, ServerClock(), SyncProgress(), HttpTransport(), stanzas().authenticator)


def response_of(rules: PagedRetriever, envelope: Any, position: Position, requested: int = NOW) -> PageResponse:
    """This page, requested at a position."""
    return PageResponse(envelope, requested, rules.page_request(position, requested))


def turn(rules: PagedRetriever, position: Position, envelope: Any, requested: int = NOW) -> tuple[list[Any], Position]:
    """One page: the ids of the rows that are emitted, and the position after it."""
    page = rules.read(response_of(rules, envelope, position, requested), position)
    return [row["id"] for row in page.new_rows], rules.advance(position, page).after


def walked(stream: str, position: Position, *pages: Any) -> list[tuple[list[Any], Position]]:
    """What each of these pages emits, and the position after it."""
    rules, found = pages_of(stream), list[tuple[list[Any], Position]]()
    position = rules.begin(position)
    for page in pages:
        found.append(turn(rules, position, page))
        position = found[-1][1]
    return found


def reader_of(stream: str, odd_members: OddMembers | None = None) -> RecordReader:
    """What makes a stream's records."""
    zendesk, odd = zendesk_of(), odd_members or OddMembers(stream)
    threads, refetcher = ChildThreads(2), CommentRefetcher(zendesk)
    return record_reader_of(ReaderContext(stream, pages_of(stream), Position(0), zendesk, threads, refetcher, odd))


def taken(reader: RecordReader, rows: list[Any], envelope: Any = None) -> list[Any]:
    """The records that a stream takes from a page's rows."""
    selection = reader.select(envelope or {})
    return [*selection.records(rows), *selection.remaining_records()]
