from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.api.exact_json import loads
from source_zendesk_support.state.ids import id_key, is_id
from unit_tests.examples import json_values


@pytest.mark.parametrize(
    ("value", "key"),
    [
        (700, 700),
        ("700", 700),
        ("0", 0),
        ("-5", -5),
        ("0700", "0700"),
        ("+7", "+7"),
        ("\u0667", "\u0667"),
        ("", ""),
        ("01HX-UUID", "01HX-UUID"),
        (999_999_999_999_999_999, 999_999_999_999_999_999),
        ("1000000000000000000", "1000000000000000000"),
        (1_000_000_000_000_000_000, "1000000000000000000"),
        (True, "True"),
        (1.5, "1.5"),
        ({"id": 1}, "{'id': 1}"),
    ],
)
def test_number_and_text_of_one_id_have_one_key(value: Any, key: int | str) -> None:
    assert id_key(value) == key
    assert type(id_key(value)) is type(key)


def test_an_id_of_more_digits_than_python_writes_of_a_number_has_a_key() -> None:
    assert id_key(loads(b"1" + b"0" * 5000)) == "1" + "0" * 5000


@given(value=json_values(leaves=5))
def test_anything_has_a_key_that_survives_json(value: Any) -> None:
    key = id_key(value)
    assert hash(key) is not None
    assert id_key(orjson.loads(orjson.dumps(key))) == key


@given(number=st.integers(-(2**63), 2**64 - 1))
def test_every_number_has_the_key_of_its_digits(number: int) -> None:
    assert id_key(number) == id_key(str(number))


@pytest.mark.parametrize(("value", "is_one"), [(0, True), ("a", True), ("", False), (True, False), (1.5, False)])
def test_what_can_be_an_id(value: object, is_one: bool) -> None:  # noqa: FBT001  a case of a table
    assert is_id(value) is is_one


@pytest.mark.parametrize("value", [None, [], {}, [1]])
def test_what_is_no_word_and_no_number_is_no_id(value: object) -> None:
    assert not is_id(value)
