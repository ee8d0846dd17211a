from typing import Any

import pytest

from source_zendesk_support.components.row_check import RowCheck
from source_zendesk_support.errors import MalformedResponse


def test_complete_page_is_accepted_at_once() -> None:
    RowCheck("groups", "id")({"groups": [{"id": 1}, {"id": 0}]})


@pytest.mark.parametrize("row", [{}, None, {"name": "no id"}, {"id": None}, "text", 5, [1]])
def test_page_with_a_broken_row_is_requested_once_more(row: Any) -> None:
    check = RowCheck("groups", "id")
    page = {"groups": [{"id": 1}, row]}
    with pytest.raises(MalformedResponse, match="1 of 2 rows lack their id"):
        check(page)
    check(page)


def test_page_whose_rows_are_all_broken_is_never_accepted() -> None:
    check = RowCheck("groups", "id")
    for _ in range(3):
        with pytest.raises(MalformedResponse, match="2 of 2 rows lack their id"):
            check({"groups": [{}, {"name": "x"}]})


def test_broken_rows_are_skipped_with_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    rows = RowCheck("groups", "id").complete_rows({"groups": [{"id": 1}, {}, {"id": 2}, {"name": "x"}]}, "groups")
    assert rows == [{"id": 1}, {"id": 2}]
    assert caplog.messages == ["Stream groups: skipped 2 rows without their id; a retry returned the same."]


@pytest.mark.parametrize(
    ("records", "key", "envelope", "rows"),
    [
        ("settings", "", {"settings": {"a": 1}}, [{"a": 1}]),
        ("", "id", [{"id": 1}], [{"id": 1}]),
        ("", "account_key", {"account_key": "k"}, [{"account_key": "k"}]),
        ("groups", "id", {"groups": []}, []),
        ("events", "", {"events": [{"a": 1}, {}]}, [{"a": 1}]),
    ],
)
def test_rows_are_found_in_every_envelope(records: str, key: str, envelope: Any, rows: list[Any]) -> None:
    assert RowCheck(records, key).complete_rows(envelope, "groups") == rows
