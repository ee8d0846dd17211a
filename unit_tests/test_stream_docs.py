"""docs/streams.md says of every stream what the manifest says."""

from typing import Any

import pytest
import yaml

from scripts import make_permission_docs as permissions
from scripts.make_stream_docs import CONFIG, README, TARGET, counted, document, entries, removal
from scripts.stream_facts import HISTORY, MARKS, OFF_UNLESS_SELECTED, SINGLE, UNMARKED
from scripts.stream_parents import bulk_of
from source_zendesk_support.config.model import parse
from source_zendesk_support.manifest import StreamDefinitions, load_manifest


@pytest.fixture(scope="module")
def text() -> str:
    return TARGET.read_text("utf-8")


def row(text: str, stream: str) -> list[str]:
    lines = [line for line in text.splitlines() if line.startswith(f"| [`{stream}`]")]
    assert len(lines) == 1
    return [cell.strip() for cell in lines[0].strip("|").split("|")]


def section(text: str, title: str) -> dict[str, list[str]]:
    """The rows of a section's table, by their first cell."""
    body = text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in body.splitlines() if line.startswith("| `")]
    return {line[0].strip("`"): line[1:] for line in lines}


def suggested() -> set[str]:
    return set(
        yaml.safe_load((README.parent / "metadata.yaml").read_text("utf-8"))["data"]["suggestedStreams"]["streams"]
    )


def schema_of(stream: str) -> Any:
    return StreamDefinitions(parse(CONFIG).declarative()).schema(stream)()


def test_page_is_what_make_docs_would_write(text: str) -> None:
    assert text == document(), "docs/streams.md is stale: run `make docs`"


def test_permissions_page_is_what_make_docs_would_write() -> None:
    assert permissions.TARGET.read_text("utf-8") == permissions.document(), (
        "docs/permissions.md is stale: run `make docs`"
    )


def test_readme_counts_the_tables() -> None:
    text = README.read_text("utf-8")
    assert f" {len(load_manifest()['streams'])} tables" in text
    assert counted(text) == text, "the README's count is stale: run `make docs`"


def test_every_stanza_has_its_product_and_an_api_page() -> None:
    found = entries()
    assert [entry.stream for entry in found] == [stanza["$parameters"]["name"] for stanza in load_manifest()["streams"]]
    assert {entry.product for entry in found} >= {"Support", "Guide", "Talk", "Chat"}
    assert all(entry.page.startswith("https://developer.zendesk.com/api-reference/") for entry in found)


def test_streams_of_one_walk_name_each_other(text: str) -> None:
    assert row(text, "ticket_metrics")[1:] == [
        "incremental, full refresh",
        "Zendesk",
        "`updated_at`",
        "`id`",
        "vanishes",
        "no: goes with its ticket, whose `status` is `deleted`",
        "every plan; an administrator",
        "account, incremental-exports",
        "1, with `ticket_conversation_log`, `tickets`",
    ]


def test_children_cost_a_request_for_each_parent(text: str) -> None:
    assert row(text, "post_comments")[-2:] == ["help-center", "1 per post"]
    without_list = "10; 1 per post and 1 per comment if the list of votes is refused"
    assert row(text, "post_comment_votes")[-2:] == ["help-center", without_list]


def test_stream_without_cursor_is_read_completely(text: str) -> None:
    assert row(text, "tags")[1:] == [
        "full refresh",
        "none",
        "none",
        "`name`",
        "is replaced",
        "is replaced",
        "every plan",
        "account",
        "10",
    ]


def test_removals_name_streams_that_exist() -> None:
    streams = {entry.stream for entry in entries()}
    assert {*MARKS, *HISTORY, *SINGLE} <= streams
    assert {removal(stream) for stream in HISTORY} == {"never removed"}


def test_no_deletion_vanishes_with_the_option_without_a_reason(text: str) -> None:
    cells = {entry.stream: row(text, entry.stream)[5:7] for entry in entries()}
    assert len(cells) == 145
    assert {stream for stream, (_, marked) in cells.items() if marked == "vanishes"} == set()
    assert {stream for stream, (_, marked) in cells.items() if marked.startswith("no: ")} == {*UNMARKED}
    assert sum(marked == "`_ab_cdc_deleted_at`" for _, marked in cells.values()) == 68
    assert sum(marked == "is replaced" for _, marked in cells.values()) == 29
    assert cells["tickets"] == ["`status` = `deleted`", "`status` = `deleted`"]
    assert cells["macros"] == ["vanishes", "`_ab_cdc_deleted_at`"]
    assert cells["ticket_audits"] == ["never removed", "never removed"]
    assert cells["account_settings"] == ["none", "none"]


@pytest.mark.parametrize("stream", sorted(stream for stream, mark in MARKS.items() if "`" in mark))
def test_deletion_mark_is_a_field_of_its_stream(stream: str) -> None:
    assert MARKS[stream].split("`")[1] in schema_of(stream)["properties"]


def test_stream_that_is_read_parent_by_parent_says_why_no_list_is_read(text: str) -> None:
    table = section(text, "Parent by parent")
    assert table["article_comments"] == [
        "article",
        "none, Zendesk lists what belongs to one article, post, section or topic",
    ]
    assert table["post_comment_votes"] == [
        "post and comment",
        "`help_center/votes`, read instead unless Zendesk refuses it",
    ]
    assert table["category_translations"] == [
        "category",
        "the sideload `translations` of the parents' list; a parent is requested only if its row lacks it",
    ]
    assert all(cell for cells in table.values() for cell in cells)


def test_only_streams_that_are_read_parent_by_parent_say_so(text: str) -> None:
    definitions = StreamDefinitions(parse(CONFIG).declarative())
    reasons = {name for name in definitions.names if bulk_of(definitions.pages(name))}
    assert section(text, "Parent by parent").keys() == reasons


def test_streams_that_are_costly_sensitive_or_of_one_user_are_not_suggested(text: str) -> None:
    off = section(text, "Off unless selected")
    assert off.keys() == OFF_UNLESS_SELECTED.keys()
    assert off["requests"] == ["of one user: the one whose credentials are used"]
    assert not suggested() & (off.keys() | section(text, "Parent by parent").keys())
    assert off.keys() <= {entry.stream for entry in entries()}


def test_every_stream_names_its_cost_its_limit_its_needs_and_its_deletion(text: str) -> None:
    for entry in entries():
        assert all(row(text, entry.stream)[5:9]), entry.stream
