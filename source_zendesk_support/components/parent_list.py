"""A walk over parents, each page of which is finished only when all its children have been read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from source_zendesk_support.api.request import PageResponse
from source_zendesk_support.components.base import Row
from source_zendesk_support.components.lists import ListRetriever
from source_zendesk_support.components.substream import SubstreamExtractor
from source_zendesk_support.state.position import Position


@dataclass
class ParentListRetriever(ListRetriever):
    """A list of parents, such as articles, whose children are the stream's records.

        type: CustomRetriever
        class_name: source_zendesk_support.components.parent_list.ParentListRetriever
        endpoint: help_center/articles.json
        records: articles
        requester: {$ref: "#/definitions/requester", url: "{{ config['base_url'] }}/api/v2/help_center/articles.json"}
        record_selector: {type: RecordSelector, extractor: {$ref: "#/definitions/article_children"}}
        paginator: {$ref: "#/definitions/cursor_paginator"}

    Not ``SubstreamPartitionRouter``: see ``SubstreamExtractor``.

    Every pass visits every parent, because a comment or a vote does not always move the article or post that it
    belongs to. Its state is one small object: the bookmark of the children and the page of the parents.
    """

    def unsent(self, rows: Sequence[Row], position: Position) -> Sequence[Row]:
        """All parents; their children are filtered when they are there."""
        self._pass = position
        return rows

    def batches(self, rows: Iterable[Row]) -> Iterator[Sequence[Row]]:
        """The children of these parents that this pass must send: all those of a parent that was refused before."""
        extractor = self.record_selector.extractor
        if not isinstance(extractor, SubstreamExtractor):
            raise TypeError("a walk over parents needs a PerParent extractor")
        for children, reopened in extractor.groups(rows):
            fresh = children if reopened else super().unsent(children, self._pass)
            if self.cursor:
                self._pass = self._raise_high(self._pass, children)
            yield fresh

    def advance(self, position: Position, answer: PageResponse, rows: Sequence[Row], sent: Sequence[Row]) -> Position:
        """To the next page of parents, with the greatest value that children had."""
        seen = replace(position, high=self._pass.high, high_ids=self._pass.high_ids)
        return super().advance(seen, answer, [], sent)
