from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.custom_fields.names import NamedField, title_names


def named(*titles: str, taken: Collection[str] = (), labelled: bool = False) -> list[str]:
    """The names of fields with these titles, whose ids count from 1."""
    fields = [NamedField(number, title, labelled) for number, title in enumerate(titles, 1)]
    return list(title_names(fields, taken).values())


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Order number", "order_number"),
        ("  Order -- number?! ", "order_number"),
        ("Région", "region"),
        ("Größe (cm)", "grosse_cm"),
        ("注文番号", "zhuwenfanhao"),
        ("Заказ", "zakaz"),
        ("한국어", "hangugeo"),
        ("Party 🎉", "party_tada"),
        ("🎉", "tada"),
        ("2nd contact", "2nd_contact"),
        ("__id__", "id"),
        ("", "custom_field_1"),
        (" ?! ", "custom_field_1"),
        ("\u200b", "custom_field_1"),
        ("a" * 100, "a" * 59),
        ("a" * 58 + " b", "a" * 58),
    ],
)
def test_title_becomes_short_lower_case_ascii(title: str, name: str) -> None:
    assert named(title) == [name]


def test_every_member_of_a_group_gets_its_id() -> None:
    assert named("Order", "Other", "ORDER!", "order") == ["order_1", "other", "order_3", "order_4"]


def test_a_third_member_renames_nobody() -> None:
    assert named("Order", "order") == ["order_1", "order_2"]
    assert named("Order", "order", "Order") == ["order_1", "order_2", "order_3"]


def test_order_of_the_fields_does_not_matter() -> None:
    fields = [
        NamedField(1, "Order", labelled=False),
        NamedField(2, "order", labelled=False),
        NamedField(3, "Sum", labelled=False),
    ]
    assert dict(title_names(reversed(fields), ())) == {1: "order_1", 2: "order_2", 3: "sum"}


def test_title_like_a_system_column_gets_its_id_whatever_its_case() -> None:
    assert named("Status", "STATUS", "Sum", taken={"Status", "id"}) == ["status_1", "status_2", "sum"]


def test_title_like_a_name_with_an_id_gives_way() -> None:
    assert named("Order", "Order", "Order 1") == ["order_1", "order_2", "order_1_3"]


def test_long_titles_are_cut_to_make_room_for_the_id() -> None:
    first, second = named("a" * 70, "a" * 80)
    assert (first, second) == ("a" * 57 + "_1", "a" * 57 + "_2")


def test_columns_of_labels_take_part_whether_they_are_wanted_or_not() -> None:
    fields = [NamedField(1, "Product", labelled=True), NamedField(2, "Product label", labelled=False)]
    assert dict(title_names(fields, ())) == {1: "product_1", 2: "product_label_2"}
    assert named("Product", taken={"product_label"}, labelled=True) == ["product_1"]


def test_names_leave_room_for_label() -> None:
    assert named("a" * 70, labelled=True) == ["a" * 53]
    assert named("a" * 70, "a" * 71, labelled=True) == ["a" * 51 + "_1", "a" * 51 + "_2"]


TITLES = st.lists(
    st.sampled_from(["a", "A", "a 1", "a 1 2", "a label", "id", "", "é"]) | st.text(max_size=70), max_size=12
)


@given(titles=TITLES, flags=st.lists(st.booleans(), min_size=12, max_size=12))
def test_names_are_unlike_each_other_whatever_the_titles(titles: list[str], flags: list[bool]) -> None:
    fields = [NamedField(number, title, flags[number]) for number, title in enumerate(titles)]
    names = title_names(fields, {"id", "A_2"})
    columns = list(names.values()) + [f"{names[field.id]}_label" for field in fields if field.labelled]
    assert len({*columns, "id"}) == len(columns) + 1
    for column in columns:
        assert column.isascii()
        assert column == column.lower()
        assert 0 < len(column) <= 59
