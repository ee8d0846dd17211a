from typing import Any

import pytest

from source_zendesk_support.state.failed_files import FailedFile, read_failed, write_failed


def test_state_holds_id_tries_and_row() -> None:
    files = frozenset({FailedFile(800, 2, (("comment_id", 700), ("ticket_id", None))), FailedFile("a", 1)})
    stored = [
        {"id": 800, "tries": 2, "row": {"comment_id": 700, "ticket_id": None}},
        {"id": "a", "tries": 1, "row": {}},
    ]
    assert write_failed(files) == stored
    assert read_failed(stored) == files


@pytest.mark.parametrize(
    "stored",
    [
        None,
        {},
        "800",
        [800],
        [{"id": 800, "tries": 1}],
        [{"id": None, "tries": 1, "row": {}}],
        [{"id": 800, "tries": True, "row": {}}],
        [{"id": 800, "tries": 1, "row": {"a": []}}],
        [{"id": 800, "tries": 1, "row": {"a": 1.5}}],
    ],
)
def test_anything_else_is_no_state(stored: Any) -> None:
    with pytest.raises(ValueError, match="failed_files"):
        read_failed(stored)
