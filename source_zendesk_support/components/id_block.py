"""Lists that are read instead of an export: rows by their changes, and rows by their ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from source_zendesk_support.api.request import PageRequest
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.lists import ListRetriever
from source_zendesk_support.state.position import Position


@dataclass
class ChangeListRetriever(ListRetriever):
    """A list whose newest row comes first.

        type: CustomRetriever
        class_name: source_zendesk_support.components.id_block.ChangeListRetriever
        row_time: updated_at
        requester: {$ref: "#/definitions/requester", request_parameters: {sort: "-updated_at"}}

    Not ``SimpleRetriever``: its rows have no cursor field, and it cannot drop a parameter that older accounts refuse.
    """


@dataclass
class IdBlockRetriever(ListRetriever):
    """Rows by their ids, a block of ids at a time: what does not come does not exist, or is deleted.

        type: CustomRetriever
        class_name: source_zendesk_support.components.id_block.IdBlockRetriever
        may_go_first: true
        requester: {$ref: "#/definitions/requester"}
        greatest: [{$ref: "#/definitions/ticket_changes"}]

    No stock component can: ``SubstreamPartitionRouter`` groups the ids of parents that were read; these are counted.

    Args:
        block_size: ids in one request.
        sparse_ids: after so many ids the export is faster if fewer than ``sparse_share`` percent of them exist.
        sparse_share: percent.
        empty_blocks: blocks in a row behind the greatest id that is known, after which there are no more rows.
        greatest: lists whose first row has the greatest id, each for rows that the others lack.
        may_go_first: a first sync may read the rows in this way instead of from the export.
        proof: list of rows that are known, with which blocks are compared if there is no export.
    """

    block_size: int = 100
    sparse_ids: int = 100_000
    sparse_share: int = 20
    empty_blocks: int = 10
    greatest: list[PagedRetriever] = field(default_factory=list)
    may_go_first: bool = False
    proof: PagedRetriever | None = None

    def block(self, ids: Iterable[Any], now: int, include: Sequence[str]) -> PageRequest:
        """The request for some rows by their ids."""
        named = list(ids)
        request = self.page_request(Position(0), now, include)
        where = f"the block from id {named[0]}"
        return replace(request, params={**request.params, "ids": ",".join(map(str, named))}, position_text=where)
