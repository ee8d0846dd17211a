"""The form of an endpoint, and the two commonest: a list, and one row by its id."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import orjson

from integration_tests.simulated_account.answers import Answer, not_found, one
from integration_tests.simulated_account.auth import ADMIN, AGENT, END_USER
from integration_tests.simulated_account.calls import Call
from integration_tests.simulated_account.paging import BOTH, Paging, page_of
from integration_tests.simulated_account.rows import DELETED, LIVE, Key, Row
from integration_tests.simulated_account.sideloads import fill

ADMINS = frozenset({ADMIN})
AGENTS = frozenset({ADMIN, AGENT})
ANYONE = frozenset({ADMIN, AGENT, END_USER})
ACCOUNT = ("account",)
GUIDE_BUCKET = ("help-center",)
EXPORTS = ("account", "incremental-exports")

Rows = Callable[[Call], Iterable[Row]]


@dataclass(frozen=True)
class Endpoint:
    """One path of the API.

    `path` stands below `/api/v2/`, with {placeholders}. `answer` makes the answer, `allowed` are the roles that may
    call.
    `buckets` are the limits a call draws on, `gate` is the feature a plan may lack.
    `parent` is the kind of the first placeholder, for refusals of single parents.
    """

    path: str
    answer: Callable[[Call], Answer]
    allowed: frozenset[str] = AGENTS
    buckets: tuple[str, ...] = ACCOUNT
    gate: str = ""
    parent: str = ""


def whole(kind: str) -> Rows:
    """All rows of a kind."""
    return lambda call: call.account.table(kind)


def live(kind: str) -> Rows:
    """The rows of a kind that are neither archived nor deleted."""
    return lambda call: [row for row in call.account.table(kind) if row.state == LIVE]


def below(kind: str, parent: str, placeholder: str) -> Rows:
    """The rows of a kind that belong to the parent in the path; 404 if that parent does not exist."""

    def rows(call: Call) -> list[Row]:
        found: Row | None = call.account.table(parent).get(parent_key(call, placeholder))
        if found is None or found.state == DELETED:
            raise not_found()
        return call.account.table(kind).children(found.key)

    return rows


def parent_key(call: Call, placeholder: str) -> Key:
    """The placeholder's value as a key: ids that are numbers are integers, others stay text."""
    value = call.ids[placeholder]
    return int(value) if value.isdigit() and len(value) < 19 else value


@dataclass(frozen=True)
class Listed:
    """Answers a list of one kind: which rows, under which key, with which paging."""

    kind: str
    key: str
    rows: Rows
    paging: Paging = BOTH

    def __call__(self, call: Call) -> Answer:
        page, answer = page_of(call, self.paging, list(self.rows(call)), self.key)
        return fill(call, self.kind, page, answer)


def listed(
    path: str, kind: str = "", key: str = "", rows: Rows | None = None, paging: Paging = BOTH, **more: object
) -> Endpoint:
    """A list; kind and key follow from the path's last part unless they are named."""
    kind = kind or path.rpartition("/")[2]
    return Endpoint(path, Listed(kind, key or kind, rows or live(kind), paging), **more)  # type: ignore[arg-type]


def single(path: str, kind: str, key: str, placeholder: str = "id", **more: object) -> Endpoint:
    """One row by the id in its path."""

    def answer(call: Call) -> Answer:
        row = call.account.table(kind).get(parent_key(call, placeholder))
        if row is None:
            raise not_found()
        return one(key, orjson.Fragment(row.body))

    return Endpoint(path, answer, **more)  # type: ignore[arg-type]
