"""Odd values and definitions of custom fields cost only themselves."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.components.odd_members import OddMembers
from source_zendesk_support.custom_fields.expansion import ColumnExpander, LabelColumn, labels_of
from source_zendesk_support.custom_fields.properties import column_properties, log_unknown_types, object_properties
from source_zendesk_support.custom_fields.values import FieldColumn, TypeMismatchCounter
from unit_tests.account import Account
from unit_tests.custom_fields.test_reader import MARKED, STATIC, added, completed, definitions
from unit_tests.examples import json_values

NAMES = ["id", "value", "name", "type", "key", "title"]
JSON = json_values(st.sampled_from(NAMES) | st.text())
ODD = st.lists(JSON, max_size=4)
COLUMNS = {
    101: FieldColumn.of("sum", {"type": ["null", "integer"]}),
    102: FieldColumn.of("product", {"type": ["null", "string"]}),
}
LABELS = {102: LabelColumn("product_label", {"phone": "Phone"})}
FIELDS = "/api/v2/ticket_fields"


def expansion() -> tuple[ColumnExpander, OddMembers, TypeMismatchCounter]:
    odd, contradictions = OddMembers("tickets"), TypeMismatchCounter("tickets")
    return ColumnExpander(contradictions, odd, COLUMNS, LABELS), odd, contradictions


@pytest.mark.parametrize(
    ("members", "count"),
    [
        ([{"id": 101, "value": 5}, {"id": 102}, None], 2),
        ([None, {"id": 101, "value": 5}], 1),
        ([{"id": 101, "value": 5}, "x", 5, [], {}], 4),
        ([{"id": {"a": 1}, "value": 1}, {"id": [1], "value": 1}, {"id": 101, "value": 5}], 2),
        ([{"value": "x"}, {"id": 101, "value": 5}, {"id": None, "value": 1}, None], 3),
    ],
)
def test_one_odd_value_costs_itself(members: list[Any], count: int, caplog: pytest.LogCaptureFixture) -> None:
    rules, odd, _ = expansion()
    row = {"id": 1, "custom_fields": members}
    assert rules.row(row) == {"id": 1, "custom_fields": members, "sum": 5, "product": None, "product_label": None}
    odd.log_summary()
    assert (
        f"Stream tickets: {count} embedded values did not match Zendesk's documentation (custom_fields: {count})"
        in caplog.text
    )


def test_value_whose_field_id_is_text_finds_its_column() -> None:
    rules, _, _ = expansion()
    row = rules.row({"id": 1, "custom_fields": [{"id": "101", "value": 5}, {"id": "102", "value": "phone"}]})
    assert (row["sum"], row["product"], row["product_label"]) == (5, "phone", "Phone")


def test_contradiction_beside_an_odd_value_is_counted_once(caplog: pytest.LogCaptureFixture) -> None:
    rules, _, contradictions = expansion()
    rules.row({"id": 1, "custom_fields": [{"id": 101, "value": "many"}, None]})
    contradictions.log_summary()
    assert "1 values of custom fields do not match their type (sum: 1)" in caplog.text


@given(before=ODD, after=ODD)
def test_a_value_fills_its_column_whatever_is_beside_it(before: list[Any], after: list[Any]) -> None:
    rules, _, _ = expansion()
    members = [*before, {"id": 102, "value": "phone"}, *after]
    row = rules.row({"id": 1, "custom_fields": members})
    assert row["custom_fields"] is members
    again = [member for member in after if isinstance(member, dict) and member.get("id") in (102, "102")]
    if not again:
        assert (row["product"], row["product_label"]) == ("phone", "Phone")


@given(odd=JSON)
def test_any_custom_fields_leave_as_they_came(odd: Any) -> None:
    rules, _, _ = expansion()
    row = rules.row({"id": 1, "custom_fields": odd})
    assert (row["id"], row["custom_fields"]) == (1, odd)


@given(before=ODD, after=ODD)
def test_an_option_has_its_label_whatever_is_beside_it(before: list[Any], after: list[Any]) -> None:
    options = [*before, {"value": "a chosen one", "name": "Chosen"}, *after]
    assert labels_of({"id": 1, "custom_field_options": options}, OddMembers("tickets"))["a chosen one"] == "Chosen"


@pytest.mark.parametrize(
    "odd", [None, "x", 5, {"value": "phone"}, [None, "x", {}, {"value": []}, {"value": {}, "name": 1}]]
)
def test_options_of_any_kind_are_borne(odd: Any) -> None:
    assert labels_of({"id": 1, "custom_field_options": odd}, OddMembers("tickets")) == {}


def test_labels_arrive_beside_odd_options(account: Account) -> None:
    options = [None, {"value": "phone", "name": "Phone"}, {"name": "no value"}]
    other = {"id": 8, "type": "tagger", "custom_field_options": {"value": 1}}
    account.on(FIELDS, {"ticket_fields": [{"id": "7", "type": "tagger", "custom_field_options": options}, other]})
    assert added(MARKED, labels=True) == {"product": "phone", "product_label": "Phone", "amount": 4.5}


def test_odd_definition_costs_its_own_column(account: Account, caplog: pytest.LogCaptureFixture) -> None:
    odd: list[Any] = [{"id": {"a": 1}, "type": "text"}, {"id": "x1", "type": "text"}, {"id": 5, "type": ["text"]}]
    odd += [
        {"id": 6, "type": "text", "title": {"en": "T"}},
        {"id": "9", "type": "integer", "title": "Sum"},
        {"id": True},
    ]
    account.on(FIELDS, {"ticket_fields": odd})
    found = completed("tickets", "ticket_fields", STATIC)["properties"]
    assert [name for name in found if name not in STATIC] == ["custom_field_6", "custom_field_9"]
    assert found["custom_field_9"] == {
        "type": ["null", "integer"],
        "description": "Sum (integer)",
        "x-zendesk-field": 9,
    }
    assert (
        "Stream ticket_fields: 3 embedded values did not match Zendesk's documentation (definitions: 3)" in caplog.text
    )


def test_odd_key_costs_its_own_property(account: Account) -> None:
    fields: list[Any] = [{"id": 1, "type": "text", "key": ["a"]}, {"id": 2, "type": "text", "key": "b"}]
    account.on("/api/v2/user_fields?page[size]=100", {"user_fields": fields, "meta": {"has_more": False}})
    assert [row["id"] for row in definitions().of("user_fields")] == [2]


DEFINITION = st.fixed_dictionaries(
    {}, optional={"type": st.sampled_from(["text", "tagger"]) | JSON, "title": JSON, "key": st.text() | st.none()}
)


@given(numbered=st.dictionaries(st.integers(1, 10**17), DEFINITION, max_size=5))
def test_any_definitions_make_a_schema(numbered: dict[int, dict[str, Any]]) -> None:
    rows = [{**definition, "id": number} for number, definition in numbered.items()]
    known = sum(1 for row in rows if row.get("type") in ("text", "tagger"))
    for titles in (True, False):
        assert len(column_properties(rows, STATIC, titles=titles, labels=False)) >= known
    object_properties(rows)
    log_unknown_types("tickets", rows)


@pytest.mark.parametrize("number", [7, "7"])
def test_catalog_may_name_a_field_by_text(account: Account, number: Any) -> None:
    column = {"type": ["null", "string"], "x-zendesk-field": number}
    assert added({"product": column}) == {"product": "phone"}
