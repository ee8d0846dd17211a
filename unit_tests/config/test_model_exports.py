"""The options about exports: their defaults, what is empty, and what is refused."""

from typing import Any

import pytest
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.config.model import parse
from unit_tests.reading import CONFIG


@pytest.mark.parametrize("empty", [{}, {"exports": None, "first_sync": None}, {"exports": "", "first_sync": ""}])
def test_exports_are_used_as_long_as_they_are_open(empty: dict[str, Any]) -> None:
    config = parse({**CONFIG, **empty})
    assert (config.exports, config.first_sync) == ("auto", "exports")


@pytest.mark.parametrize(("name", "value"), [("exports", "never"), ("exports", "always"), ("first_sync", "by_id")])
def test_option_is_taken_as_it_is(name: str, value: str) -> None:
    assert getattr(parse({**CONFIG, name: value}), name) == value


@pytest.mark.parametrize(("name", "value"), [("exports", "sometimes"), ("exports", True), ("first_sync", 1)])
def test_option_that_does_not_exist_is_a_configuration_error(name: str, value: object) -> None:
    with pytest.raises(AirbyteTracedException, match=name):
        parse({**CONFIG, name: value})
