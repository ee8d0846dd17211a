"""The form of an endpoint, and the two commonest: a list, and one object."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import orjson

from integration_tests.simulated_account.api_call import ApiCall
from integration_tests.simulated_account.paging import BOTH, ListPaging, page_of
from integration_tests.simulated_account.responses import ApiResponse, not_found, single_object
from integration_tests.simulated_account.sideloads import add_sideloads
from integration_tests.simulated_account.tables import DELETED, LIVE, TableRow

RowSelection = Callable[[ApiCall], Iterable[TableRow]]


@dataclass(frozen=True)
class ApiEndpoint:
    """One path of the API, below `/api/v2/`, with {placeholders}, and what makes its answer."""

    path: str
    response: Callable[[ApiCall], ApiResponse]

    @property
    def parent(self) -> str:
        """The kind of the first placeholder, for refusals of single parents; empty if there is none."""
        return self.path.partition("/{")[0].rpartition("/")[2] if "{" in self.path else ""


def live(kind: str) -> RowSelection:
    """The rows of a kind that are neither archived nor deleted."""
    return lambda call: [row for row in call.account.table(kind) if row.state == LIVE]


def below(kind: str, parent: str, placeholder: str) -> RowSelection:
    """The rows of a kind that belong to the parent in the path; 404 if that parent does not exist."""

    def rows(call: ApiCall) -> list[TableRow]:
        text = call.ids[placeholder]  # some kinds have digits as text for keys
        key = text if text in call.account.table(parent) else named_row(call, parent, placeholder).key
        return call.account.table(kind).children(key)

    return rows


def named_row(call: ApiCall, kind: str, placeholder: str) -> TableRow:
    """The row that the path names; 404 if there is none. Ids that are numbers are integers, others stay text."""
    value = call.ids[placeholder]
    found: TableRow | None = call.account.table(kind).get(int(value) if value.isdigit() and len(value) < 19 else value)
    if found is None or found.state == DELETED:
        raise not_found()
    return found


@dataclass(frozen=True)
class ListEndpoint:
    """Answers a list of one kind: which rows, under which key, with which paging."""

    kind: str
    key: str
    rows: RowSelection
    paging: ListPaging = BOTH

    def __call__(self, call: ApiCall) -> ApiResponse:
        page, response = page_of(call, self.paging, list(self.rows(call)), self.key)
        return add_sideloads(call, self.kind, page, response)


def listed(
    path: str, kind: str = "", key: str = "", rows: RowSelection | None = None, paging: ListPaging = BOTH
) -> ApiEndpoint:
    """A list; kind and key follow from the path's last part unless they are named."""
    kind = kind or path.rpartition("/")[2]
    return ApiEndpoint(path, ListEndpoint(kind, key or kind, rows or live(kind), paging))


def one_of(path: str, kind: str, key: str) -> ApiEndpoint:
    """One row of a list, by its key; 404 if there is none."""

    def response(call: ApiCall) -> ApiResponse:
        return single_object(kind.removesuffix("s"), orjson.Fragment(named_row(call, kind, key).body))

    return ApiEndpoint(f"{path}/{{{key}}}", response)


def single(path: str, kind: str, key: str = "") -> ApiEndpoint:
    """The only row of a kind, under its key or bare."""

    def response(call: ApiCall) -> ApiResponse:
        body = call.account.table(kind).by_key()[0].body
        return single_object(key, orjson.Fragment(body)) if key else ApiResponse(raw=body)

    return ApiEndpoint(path, response)
