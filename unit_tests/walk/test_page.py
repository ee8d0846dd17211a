import orjson
from airbyte_cdk.models import Type

from source_zendesk_support.walk.record_batch import BatchBuffer, RecordBatch


def nothing() -> None:
    """Nobody waits for the page."""


def page_of(*rows: dict[str, object]) -> RecordBatch:
    lines = BatchBuffer("tags")
    lines.add(rows)
    return lines.batch(nothing)


def test_records_are_lines_of_the_protocol() -> None:
    page = page_of({"name": "a", "count": None}, {"name": "\u00e9", "count": 4.5})
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
    assert bool(RecordBatch("tags", b"", 0, nothing)) is True


def test_page_passes_for_a_message() -> None:
    assert page_of({"name": "a"}).type == Type.RECORD


def test_other_entry_points_get_ordinary_messages() -> None:
    messages = list(page_of({"name": "a\u2028b"}, {"name": "c"}).messages())
    records = [message.record for message in messages if message.record]
    assert [(record.stream, record.data) for record in records] == [
        ("tags", {"name": "a\u2028b"}),
        ("tags", {"name": "c"}),
    ]


def test_lines_are_enough_for_a_message_by_number_or_by_size() -> None:
    lines = BatchBuffer("tags")
    lines.add([{"name": "a"}] * 249)
    assert lines.is_full is False
    lines.add([{"name": "b"}])
    assert (lines.is_full, lines.batch(nothing).count, lines.count, lines.is_full) == (True, 250, 0, False)
    lines.add([{"name": "c" * 1_048_576}])
    assert lines.is_full is True


def test_lines_of_several_pieces_stay_in_order_and_are_finished_one_by_one() -> None:
    lines = BatchBuffer("tags")
    lines.add([{"id": 1}, {"id": 2}], lambda row: {**row, "wide": True})
    lines.add([{"id": 3}])
    data = [orjson.loads(line)["record"]["data"] for line in lines.batch(nothing).lines.splitlines()]
    assert data == [{"id": 1, "wide": True}, {"id": 2, "wide": True}, {"id": 3}]
