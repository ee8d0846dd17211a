import orjson
from airbyte_cdk.models import Type

from source_zendesk_support.components.walks.page import Page


def nothing() -> None:
    """Nobody waits for the page."""


def test_records_are_lines_of_the_protocol() -> None:
    page = Page("tags", [{"name": "a", "count": None}, {"name": "\u00e9", "count": 4.5}], nothing)
    lines = [orjson.loads(line) for line in page.lines.splitlines()]
    assert [line["type"] for line in lines] == ["RECORD", "RECORD"]
    assert [line["record"]["stream"] for line in lines] == ["tags", "tags"]
    assert [line["record"]["data"] for line in lines] == [
        {"name": "a", "count": None},
        {"name": "\u00e9", "count": 4.5},
    ]
    assert all(isinstance(line["record"]["emitted_at"], int) for line in lines)
    assert page.lines.endswith(b"}\n")
    assert page.count == 2


def test_page_is_never_falsy() -> None:
    assert bool(Page("tags", [], nothing)) is True


def test_page_passes_for_a_message() -> None:
    assert Page("tags", [{"name": "a"}], nothing).type == Type.RECORD


def test_other_entry_points_get_ordinary_messages() -> None:
    messages = list(Page("tags", [{"name": "a\u2028b"}, {"name": "c"}], nothing).messages())
    records = [message.record for message in messages if message.record]
    assert [(record.stream, record.data) for record in records] == [
        ("tags", {"name": "a\u2028b"}),
        ("tags", {"name": "c"}),
    ]
