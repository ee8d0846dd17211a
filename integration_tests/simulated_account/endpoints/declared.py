"""Endpoints that follow from the manifest."""

from collections.abc import Callable, Iterator, Mapping

from integration_tests.simulated_account.api_call import ApiCall
from integration_tests.simulated_account.declared_streams import (
    CURSOR,
    EXPORT,
    GUIDE_PATHS,
    IDS,
    OFFSET,
    DeclaredStream,
    parent_of,
    parents_path,
)
from integration_tests.simulated_account.exports import TimeExportRules
from integration_tests.simulated_account.paging import ALL, BOTH, GUIDE, ListPaging
from integration_tests.simulated_account.paging import OFFSET as BY_OFFSET
from integration_tests.simulated_account.record_kinds import KINDS
from integration_tests.simulated_account.responses import ApiResponse

from .chat import export as chat_export
from .chat import id_page
from .endpoint import ApiEndpoint, below, listed, one_of, single
from .exports import by_time


def declared_endpoints(streams: Mapping[str, DeclaredStream]) -> Iterator[ApiEndpoint]:
    """The endpoints of these streams; of some paths there may be several, of which the last counts."""
    for stream in (each for each in streams.values() if not each.sideload and not each.embedded):
        if not stream.parents:
            yield _of_list(stream)
            if stream.key and stream.paging not in (EXPORT, IDS):
                yield one_of(stream.path, stream.name, stream.key)
        elif stream.name not in KINDS:
            yield from _of_child(stream, parent_of(stream, streams))


def _of_list(stream: DeclaredStream) -> ApiEndpoint:
    if stream.paging == EXPORT:
        return ApiEndpoint(stream.path, chat_export(stream) if stream.path.startswith("chat/") else _export(stream))
    if stream.paging == IDS:
        return ApiEndpoint(stream.path, _ids(stream.name))
    if not stream.key:
        return single(stream.path, stream.name, stream.records)
    if not stream.records:
        return ApiEndpoint(stream.path, _array(stream.name))
    return listed(stream.path, stream.name, stream.records, paging=_paging(stream))


def _of_child(stream: DeclaredStream, parent: DeclaredStream) -> Iterator[ApiEndpoint]:
    above = parents_path(stream)
    if above != parent.path and "{" not in above:
        yield listed(above, parent.name, parent.records, paging=_paging(stream))
    rows = below(stream.name, parent.name, stream.parents[-1])
    yield listed(stream.path, stream.name, stream.records, rows, _paging(stream))


def _paging(stream: DeclaredStream) -> ListPaging:
    """A list with cursors also takes page numbers; one that sends no page size has all rows in one answer."""
    if stream.paging == CURSOR:
        return GUIDE if stream.path.startswith(GUIDE_PATHS) else BOTH
    return BY_OFFSET if stream.paging == OFFSET and stream.sends_page_size else ALL


def _export(stream: DeclaredStream) -> Callable[[ApiCall], ApiResponse]:
    """An export by time that never names its end, as Talk's are."""
    return by_time(stream.name, TimeExportRules(ends="never"), key=stream.records)


def _array(kind: str) -> Callable[[ApiCall], ApiResponse]:
    return lambda call: ApiResponse(rows=[row.body for row in call.account.table(kind).by_key()])


def _ids(kind: str) -> Callable[[ApiCall], ApiResponse]:
    return lambda call: ApiResponse(rows=[row.body for row in id_page(call, call.account.table(kind))])
