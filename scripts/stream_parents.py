"""What docs/streams.md says of streams that are read parent by parent.

Each has a judgement: which list or sideload holds the children of all parents, or that nothing does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.custom_objects import ObjectRecordsRetriever
from source_zendesk_support.components.parent_list import ParentListRetriever
from source_zendesk_support.components.substream import SubstreamExtractor
from source_zendesk_support.manifest import StreamDefinitions

PARENT_COLUMNS = ("stream", "one request for each", "a list or sideload of all")
PARENTS = """\
These streams cost a request for each parent, so they are not selected by default. If Zendesk has one list of all
children, or sends them along with their parents, the connector reads that instead.
"""


def parent_lines(stanzas: StreamDefinitions) -> Iterator[Sequence[str]]:
    """Each stream that is read parent by parent: its parents, and what would hold the children of all."""
    for name in stanzas.names:
        pages = stanzas.pages(name)
        if parents := _requested_for(pages):
            yield f"`{name}`", parents, bulk_of(pages)


def _requested_for(pages: PagedRetriever) -> str:
    """What a request is made for; empty if the stream is not read parent by parent."""
    if export_of_object(pages):
        return "custom object"
    if pages.archived:
        return "closed ticket, with the option `ticket_audits_archived`"
    return " and ".join(reversed([parent_name(level, pages) for level in levels(pages)]))


def bulk_of(pages: PagedRetriever) -> str:
    """What holds the children of all parents: a list that is read instead, a sideload, or what the manifest says."""
    if isinstance(pages, ParentListRetriever) and pages.listed:
        return f"`{pages.listed.endpoint.removesuffix('.json')}`, read instead unless Zendesk refuses it"
    embedded = [level.embedded for level in levels(pages) if level.embedded]
    if embedded:
        return f"the sideload `{embedded[0]}` of the parents' list; a parent is requested only if its row lacks it"
    return pages.bulk


def parent_name(level: SubstreamExtractor, pages: PagedRetriever) -> str:
    """A parent in words: `article`, `100 agents`."""
    name, size = level.parent_id, getattr(level, "block_size", 1)
    if size > 1:
        return f"{size} {name.removesuffix('_ids')}s"
    if name != "parent_id":
        return name.removesuffix("_id")
    return re.sub("ies$", "y", pages.records).removesuffix("s").replace("_", " ")


def levels(pages: PagedRetriever) -> Iterator[SubstreamExtractor]:
    """Children from the stream's own up to those of the parents that are listed."""
    extractor: object = pages.record_selector.extractor
    level = extractor if isinstance(extractor, SubstreamExtractor) else None
    while level:
        yield level
        level = level.through


def export_of_object(pages: PagedRetriever) -> PagedRetriever | None:
    """The export of one custom object, if each has one."""
    return pages.export_of("key") if isinstance(pages, ObjectRecordsRetriever) else None
