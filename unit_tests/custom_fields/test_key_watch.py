"""Keys without a column are named, once, at the end of their stream."""

import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.custom_fields.key_watch import KeyWatch
from unit_tests.account import Account, cursor_page
from unit_tests.logged_messages import LoggedMessages
from unit_tests.reading import read

GROUPS = "/api/v2/groups"
AUDITS = "/api/v2/ticket_audits"


def reported(stream: str, messages: list[str]) -> list[str]:
    """What was said about keys of a stream."""
    begin = f"Stream {stream}: these keys have no column: "
    end = ". The records contain them, but destinations with typed columns drop them. Please report them."
    return [message.removeprefix(begin).removesuffix(end) for message in messages if message.startswith(begin)]


@given(rows=st.lists(st.lists(st.dictionaries(st.sampled_from("abcdefgh"), st.none()), max_size=4), max_size=4))
def test_key_of_any_row_is_found(rows: list[list[dict[str, Any]]]) -> None:
    with LoggedMessages() as records:
        watch = KeyWatch("groups", ["a"], lambda: ["a", "b"])
        for batch in rows:
            watch.collect(batch)
        watch.log_summary()
    unknown = sorted({key for batch in rows for row in batch for key in row} - {"a", "b"})
    assert reported("groups", records) == ([", ".join(unknown)] if unknown else [])


def test_schema_is_not_read_if_the_catalog_has_all_columns() -> None:
    watch = KeyWatch("groups", ["id", "name"], lambda: pytest.fail("the schema was read"))
    watch.collect([{"id": 1}, {"name": "a"}])
    watch.log_summary()


def test_names_are_bounded_and_odd_ones_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "airbyte")
    watch = KeyWatch("groups", [], list)
    odd = {"jo@example.com": 1, "x" * 61: 1, "a\nb": 1, "": 1, "\u00e9": 1}
    watch.collect([odd, {f"k{number:03}": 1 for number in range(30)}])
    watch.log_summary()
    watch.log_summary()
    names = ", ".join(f"k{number:03}" for number in range(20))
    assert reported("groups", caplog.messages) == [f"{names}, 15 not shown"]


def test_record_that_is_no_object_does_not_matter(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "airbyte")
    watch = KeyWatch("groups", [], list)
    watch.collect([{"a": 1}, None, 5, {"b": 1}])  # type: ignore[list-item]
    watch.log_summary()
    assert reported("groups", caplog.messages) == ["a, b"]


def test_ever_new_keys_do_not_fill_the_memory() -> None:
    watch = KeyWatch("groups", [], list)
    for number in range(5_000):
        watch.collect([{f"k{number}": 1}])
    assert len(watch._seen) == 1_000


def test_new_key_is_named_in_one_line_without_its_value(account: Account) -> None:
    rows = [
        {"id": 1, "updated_at": "2024-05-01T00:00:00Z", "name": "a"},
        {"id": 2, "shade": "secret", "aura": "secret"},
    ]
    account.on(GROUPS, {"groups": rows, "meta": {"has_more": False}})
    outcome = read("groups")
    assert outcome.records() == rows
    assert reported("groups", outcome.infos) == ["aura, shade"]
    assert not [message for message in outcome.infos if "secret" in message]
    assert outcome.warnings == []


def test_key_is_named_also_if_the_stream_fails_later(account: Account) -> None:
    account.on(f"{GROUPS}?exclude_deleted=false&page[size]=100", cursor_page("groups", [{"id": 1, "aura": 1}], "c"))
    outcome = read("groups", fails=True)
    assert reported("groups", outcome.infos) == ["aura"]


def test_key_is_named_for_each_stream_of_a_walk_and_for_children(account: Account) -> None:
    ticket = {"id": 1, "generated_timestamp": 1717200000, "aura": 1, "metric_set": {"id": 5, "shade": 2}}
    account.on("/api/v2/incremental/tickets/cursor", {"tickets": [ticket], "after_cursor": "c", "end_of_stream": True})
    outcome = read("tickets", "ticket_metrics")
    assert reported("tickets", outcome.infos) == ["aura"]
    assert reported("ticket_metrics", outcome.infos) == ["shade"]
    account.on("/api/v2/business_hours/schedules", {"schedules": [{"id": 7}]})
    account.on("/api/v2/business_hours/schedules/7/holidays", {"holidays": [{"id": 1, "moon": "full"}]})
    assert reported("schedule_holidays", read("schedule_holidays").infos) == ["moon"]
