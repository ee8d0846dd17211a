"""Writes docs/streams.md: what the manifest says of each stream, a table a product.

    .venv/bin/python -m scripts.make_stream_docs

All is asked of the parts that run, except for what the manifest cannot say: how a removal shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import isodate
from airbyte_cdk.sources.types import StreamSlice

from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.substream import SubstreamExtractor
from source_zendesk_support.config.model import parse
from source_zendesk_support.manifest import StreamDefinitions, load_manifest
from source_zendesk_support.rate_limits.budget import Budget

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "docs" / "streams.md"
CONFIG = {"subdomain": "acme", "credentials": {"email": "jo@acme.com", "api_token": "none"}}

MARKS = {
    "brands": "`is_deleted`",
    "chats": "`deleted`",
    "deleted_tickets": "each row is one, for 30 days",
    "deleted_users": "each row is one",
    "groups": "`deleted`",
    "organizations": "`deleted_at`",
    "satisfaction_reasons": "`deleted_at`",
    "ticket_attachments": "`deleted`",
    "ticket_forms": "`deleted_at`",
    "ticket_metric_events": "`deleted`",
    "tickets": "`status` = `deleted`",
    "users": "`active` = false",
}
"""Streams whose rows say that they are gone."""
HISTORY = frozenset(
    {
        "audit_logs",
        "csat_survey_responses",
        "side_conversation_events",
        "talk_call_legs",
        "talk_calls",
        "ticket_audits",
        "ticket_comments",
        "ticket_events",
    }
)
"""Streams of what has happened, which is not undone."""
SINGLE = frozenset({"account_settings", "attribute_definitions", "chat_account"})
"""Streams of settings rather than of things that can be deleted."""

NOTHING = "none"
COLUMNS = (
    "stream",
    "sync modes",
    "filtered by",
    "cursor field",
    "primary key",
    "a deletion shows as",
    "needs",
    "limits",
    "requests per 1,000 rows",
)
INTRODUCTION = """\
# Streams

Made by `make docs` from `manifest.yaml`; do not edit.

- **stream** links to Zendesk's page of the endpoint.
- **filtered by**: *Zendesk* means that a second sync asks for changes only. *connector* means that the list is read
  whole every time, and only rows that the bookmark has not passed are sent on.
- **a deletion shows as**: *vanishes* means that the row is simply no longer there, and its last copy stays in the
  destination until a full refresh with overwrite. See
  [behaviors](behaviors.md#deleted-things-say-so-where-zendesk-does) for what that means.
- **needs**: without it the stream is empty, with one warning. *every plan* means that a refusal is an error.
- **limits**: the buckets that each request draws on; their sizes stand at the end.
- **requests per 1,000 rows** at the full page size. *with* names streams that are read from the same pages: together
  they cost what one costs. *1 per article* means one for each article of the account, however little it holds.
  *(assumed)* marks a page size that Zendesk's documents do not tell.
"""
_HEADING = re.compile(
    r"^  (?:# ── (?P<product>[\w ]+) ──|# (?P<page>https://\S+)|  \$parameters: \{name: (?P<stream>\w+),.*)$",
    flags=re.MULTILINE,
)


@dataclass(frozen=True)
class Entry:
    """A stanza's place in the manifest: its product and the API page above it."""

    product: str
    page: str
    stream: str


def document() -> str:
    """The whole page."""
    stanzas = StreamDefinitions(parse(CONFIG).declarative())
    budget = Budget(stanzas.limits, slots=1)
    families = {name: stanzas.pages(name) for name in stanzas.names}
    parts = [INTRODUCTION]
    listed = entries()
    for product in dict.fromkeys(entry.product for entry in listed):
        lines = [_line(entry, stanzas, families, budget) for entry in listed if entry.product == product]
        parts.append(f"## {product}\n\n{_table(COLUMNS, lines)}")
    return "\n".join([*parts, f"## Limits\n\n{_LIMITS}\n{_table(('bucket', 'calls', 'in'), _limits())}"])


def entries() -> list[Entry]:
    """Every stanza below `streams`, in order."""
    section = (ROOT / "manifest.yaml").read_text("utf-8").partition("\nstreams:\n")[2]
    product = page = ""
    found = []
    for match in _HEADING.finditer(section):
        product, page = match["product"] or product, match["page"] or page
        if match["stream"]:
            found.append(Entry(product, page, match["stream"]))
    return found


def removal(stream: str) -> str:
    """How a reader of the destination sees that a row is gone."""
    if stream in SINGLE:
        return NOTHING
    return MARKS.get(stream, "never removed" if stream in HISTORY else "vanishes")


def _line(
    entry: Entry, stanzas: StreamDefinitions, families: dict[str, PagedRetriever], budget: Budget
) -> Sequence[str]:
    name, pages, cursor = entry.stream, families[entry.stream], stanzas.cursor(entry.stream)
    return (
        f"[`{name}`]({entry.page})",
        "incremental, full refresh" if cursor else "full refresh",
        _filter(pages),
        f"`{cursor.field}`" if cursor else NOTHING,
        ", ".join(f"`{key}`" for key in stanzas.primary_key(name)) or NOTHING,
        removal(name),
        _needs(pages),
        ", ".join(dict.fromkeys(bucket for path in _paths(pages) for bucket in budget.buckets_of(path))),
        _requests(pages, [other for other, its in families.items() if its.shared_by == pages.shared_by]),
    )


def _filter(pages: PagedRetriever) -> str:
    if not pages.cursor:
        return NOTHING
    by_zendesk = pages.cursor.start_param or type(pages).__name__ == "NewestFirstListRetriever"
    return "Zendesk" if by_zendesk else "connector"


def _needs(pages: PagedRetriever) -> str:
    administrator = "; an administrator" if pages.endpoint.startswith("incremental/") else ""
    return f"{pages.requires or 'every plan'}{administrator}"


def _requests(pages: PagedRetriever, sharing: Iterable[str]) -> str:
    parents = [f"1 per {level.parent_id.removesuffix('_id')}" for level in _levels(pages)]
    if parents:
        return " and ".join(reversed(parents))
    if not pages.paginator or not pages.paginator.get_page_size():
        return "1 for all"
    calls = f"{1000 // (pages.paginator.get_page_size() or 1000)}"
    assumed = "" if pages.paginator.page_size_option else " (assumed)"
    others = [f"`{name}`" for name in sharing if name != pages.name]
    return f"{calls}{assumed}{', with ' if others else ''}{', '.join(others)}"


def _levels(pages: PagedRetriever) -> Iterator[SubstreamExtractor]:
    """Children from the stream's own up to those of the parents that are listed."""
    extractor: object = pages.record_selector.extractor
    level = extractor if isinstance(extractor, SubstreamExtractor) else None
    while level:
        yield level
        level = level.through


def _paths(pages: PagedRetriever) -> Iterator[str]:
    yield pages.path
    levels = list(_levels(pages))
    anyone = StreamSlice(partition={level.parent_id: 1 for level in levels}, cursor_slice={})
    for level in levels:
        yield urlsplit(level.pages.requester.get_url(stream_slice=anyone)).path


_LIMITS = """\
What Zendesk documents for the smallest plans. It holds only until the first answer: from then on the headers of your
account's answers decide, so larger plans and the High Volume add-on need no setting. Where answers carry no header of a
bucket, it holds nothing back until a refusal (429) has shown that there is a limit.
"""


def _limits() -> Iterator[Sequence[str]]:
    for policy in load_manifest()["api_budget"]["policies"]:
        rate = policy["rates"][0]
        minutes = int(isodate.parse_duration(rate["interval"]).total_seconds() // 60)
        yield policy["bucket"], f"{rate['limit']:,}", f"{minutes} minute{'s' if minutes > 1 else ''}"


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


if __name__ == "__main__":
    TARGET.write_text(document(), "utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {len(entries())} streams")
