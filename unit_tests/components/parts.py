"""Parts of the engine as the manifest builds them, for tests of one of them."""

from functools import cache
from typing import Any

from source_zendesk_support.api.client import Zendesk
from source_zendesk_support.api.clock import ServerClock
from source_zendesk_support.api.request import Answer, Ask
from source_zendesk_support.api.transport import Connection
from source_zendesk_support.components.base import Pages
from source_zendesk_support.config.model import parse
from source_zendesk_support.manifest import Stanzas
from source_zendesk_support.progress import Progress
from source_zendesk_support.rate_limits.budget import Budget
from source_zendesk_support.state.position import Position
from unit_tests.account import NOW
from unit_tests.reading import CONFIG


@cache
def stanzas() -> Stanzas:
    return Stanzas(parse(CONFIG).declarative())


def pages_of(stream: str) -> Pages:
    """A stream's rules, new ones each time."""
    return stanzas().pages(stream)


def ask_of(stream: str, position: Position | None = None) -> Ask:
    """The request for a stream's first page, or for the one at a position."""
    rules = pages_of(stream)
    return rules.ask(rules.begin(position or Position(rules.start)), NOW)


def zendesk_of(slots: int = 2) -> Zendesk:
    connection = Connection()
    sign_in = stanzas().sign_in(connection, lambda _tokens: None, chat_apart=False)
    return Zendesk(Budget(stanzas().limits, slots), ServerClock(), Progress(), connection, sign_in)


def answer_of(rules: Pages, envelope: Any, position: Position, asked: int = NOW) -> Answer:
    """This page, asked for at a position."""
    return Answer(envelope, asked, rules.ask(position, asked))


def turn(rules: Pages, position: Position, envelope: Any, asked: int = NOW) -> tuple[list[Any], Position]:
    """One page: the ids of the rows that are sent, and the position after it."""
    answer = answer_of(rules, envelope, position, asked)
    rows = rules.rows(answer)
    unsent = rules.unsent(rows, position)
    return [row["id"] for row in unsent], rules.advance(position, answer, rows, unsent)
