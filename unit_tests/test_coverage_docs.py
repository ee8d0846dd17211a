"""docs/coverage.md: the tables of other connectors beside ours."""

import json
from pathlib import Path

from scripts.make_coverage_docs import PEERS, TARGET, document
from scripts.make_stream_docs import entries

NAMES = {entry.stream for entry in entries()}
TEXT = TARGET.read_text("utf-8")


def test_page_is_what_make_docs_would_write() -> None:
    assert document() == TEXT, "docs/coverage.md is stale: run `make docs`"


def test_all_tables_of_others_are_offered_but_a_copy() -> None:
    missing = {
        name
        for known in PEERS.values()
        for name, streams in known["tables"].items()
        if not streams or not set(streams) <= NAMES
    }
    assert missing == {"tickets_search"}


def test_each_table_that_the_schemas_are_compared_with_is_in_a_list() -> None:
    seeds = set(json.loads((Path(__file__).parent / "seed_tables.json").read_text("utf-8")))
    assert len(seeds) == 30
    for seed in seeds:
        assert f"| `{seed}` |" in TEXT


def test_a_renamed_table_is_shown_by_its_name_there() -> None:
    assert "| `chat_banned_ips` | `bans` | `zopim_banned_ips` |  |  |  |" in TEXT
    assert "| `ticket_attachments` |  |  |  |  | `attachments` |" in TEXT
    assert "| `tickets` | same | same | same | same | same |" in TEXT
