"""Numbers leave as they came, whatever a double or 64 bits can hold."""

import json
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from source_zendesk_support.api.decode import decode, decode_in_chunks
from source_zendesk_support.api.exact_json import dumps, loads
from source_zendesk_support.walk.record_batch import BatchBuffer

DIGITS = st.text("0123456789", min_size=1, max_size=400)
WHOLE = DIGITS.map(lambda digits: digits.lstrip("0") or "0")
EXPONENTS = st.just("") | st.tuples(
    st.sampled_from("eE"), st.sampled_from(["", "+", "-"]), st.integers(0, 100_000)
).map(lambda parts: "".join(map(str, parts)))
NUMBERS = st.builds(
    lambda sign, decode_row, fraction, exponent: f"{sign}{decode_row}{fraction}{exponent}",
    st.sampled_from(["", "-"]),
    WHOLE,
    st.just("") | DIGITS.map(lambda digits: f".{digits}"),
    EXPONENTS,
)


def sent(row: str) -> str:
    """The row of a RECORD, as text, after a page that holds it has been decoded as the walk does it."""
    page = decode(b'{"tickets": [' + row.encode() + b"]}", "tickets", set(), "tickets", ("id",))
    lines = BatchBuffer("tickets")
    for run in decode_in_chunks(page["tickets"]):
        lines.add(run)
    line = lines.batch(lambda: None).lines.decode()
    head, _, rest = line.partition('"data":')
    assert head == '{"type":"RECORD","record":{"stream":"tickets",'
    return rest.rpartition(',"emitted_at":')[0]


def numbers(row: str) -> Any:
    """A JSON text whose numbers are exact."""
    return json.loads(row, parse_int=Decimal, parse_float=Decimal)


@given(number=NUMBERS, other=NUMBERS)
@example("1e999", "-1E400")
@example("0.1234567890123456789", "9007199254740993.0")
@example("18446744073709551616", "-9223372036854775809")
@example("1e-400", "1.23456e-320")
@example("1." + "1" * 9_000, "-0.0")
def test_any_number_leaves_as_it_came(number: str, other: str) -> None:
    row = f'{{"id":7,"a":{number},"custom_fields":[{{"id":1,"value":{other}}},{{"id":2,"value":[{number}]}}]}}'
    assert numbers(sent(row)) == numbers(row)


@pytest.mark.parametrize("digits", [4_300, 4_301, 20_000])
def test_integer_of_thousands_of_digits_leaves_digit_for_digit(digits: int) -> None:
    row = f'{{"id":7,"a":{"7" * digits},"b":"\\u00e9"}}'
    assert sent(row) == row.replace("\\u00e9", "\u00e9")


@pytest.mark.parametrize("number", ["1e99999999999999999999", "-1E-99999999999999999999"])
def test_exponent_that_nothing_can_hold_leaves_as_it_came(number: str) -> None:
    assert sent(f'{{"id":7,"a":{number}}}') == f'{{"id":7,"a":{number}}}'


@pytest.mark.parametrize(
    ("text", "value"),
    [("7", 7), ("4.5", 4.5), ("1e3", 1000.0), ("0.30000000000000004", 0.30000000000000004), ("5e-324", 5e-324)],
)
def test_number_that_python_holds_is_a_plain_one(text: str, value: float) -> None:
    found = loads(text.encode())
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize("key", ["100000000000000000000", "-100000000000000000001", "0.1234567890123456789"])
def test_key_of_a_row_is_the_same_in_its_head_and_in_the_row(key: str) -> None:
    (head,) = decode(f'{{"a":[{{"id":{key}}}]}}'.encode(), "tickets", set(), "a", ("id",))["a"]
    (row,) = next(decode_in_chunks([head]))
    assert head["id"] == row["id"] == Decimal(key)
    assert len({head["id"], row["id"]}) == 1


def test_sideloads_beside_the_rows_are_exact() -> None:
    body = (
        b'{"tickets": [{"id": 1}], "metric_sets": [{"ticket_id": 100000000000000000001, "a": 0.12345678901234567891}]}'
    )
    page = decode(body, "tickets", set(), "tickets", ("id",))
    assert dumps(page["metric_sets"]) == b'[{"ticket_id":100000000000000000001,"a":0.12345678901234567891}]'


def test_broken_text_beside_a_long_number_does_not_change_the_number() -> None:
    row = b'{"id": 100000000000000000001, "a": "hi \\ud83d", "b": 0.12345678901234567891, "c": "\\\\ud83d"}'
    (found,) = next(decode_in_chunks(decode(b'{"a": [' + row + b"]}", "tickets", set(), "a", ("id",))["a"]))
    expected = '[{"id":100000000000000000001,"a":"hi \ufffd","b":0.12345678901234567891,"c":"\\\\ud83d"}]'
    assert dumps([found]).decode() == expected


def test_broken_text_beside_thousands_of_digits_becomes_the_usual_character() -> None:
    number = "9" * 5_000
    value = decode(f'[{number}, "\\ud83d", "\\ud83d\\ude4f"]'.encode(), "tickets", set())
    assert dumps(value).decode() == f'[{number},"\ufffd","\U0001f64f"]'


def test_page_for_other_entry_points_keeps_the_numbers() -> None:
    lines = BatchBuffer("tickets")
    lines.add([loads(b'{"id":100000000000000000001,"a":1e999,"b":4.5,"c":7,"d":0.12345678901234567891}')])
    (message,) = lines.batch(lambda: None).messages()
    assert message.record
    data = message.record.data
    assert orjson.dumps(data) == b'{"id":100000000000000000001,"a":1E+999,"b":4.5,"c":7,"d":0.12345678901234567891}'
    assert (data["b"], data["c"]) == (4.5, 7)
