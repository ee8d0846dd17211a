"""Names of the streams of single custom objects."""

from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.object_tables import may_be_table, table_names

STREAMS = {"custom_objects", "custom_object_records", "custom_object_fields", "tickets"}


def test_a_stream_is_named_after_its_object() -> None:
    assert table_names(["garage", "car"], STREAMS) == {"custom_object_car": "car", "custom_object_garage": "garage"}


def test_a_key_that_is_not_fit_for_a_name_is_changed_and_yields_to_others() -> None:
    assert table_names(["Car", "car", "standard::asset", "records", "records_table"], STREAMS) == {
        "custom_object_car": "car",
        "custom_object_car_table": "Car",
        "custom_object_records_table": "records_table",
        "custom_object_records_table2": "records",
        "custom_object_standard_asset": "standard::asset",
    }


def test_only_a_name_that_no_other_stream_has_may_be_that_of_an_object() -> None:
    assert [may_be_table(name, STREAMS) for name in ("custom_object_car", "custom_object_records", "tickets")] == [
        True,
        False,
        False,
    ]


@given(st.sets(st.text(max_size=80)))
def test_every_object_has_a_name_of_its_own(keys: set[str]) -> None:
    names = table_names(keys, STREAMS)
    assert sorted(names.values()) == sorted(keys)
    assert not names.keys() & STREAMS
    assert all(name.startswith("custom_object_") and len(name) <= 63 for name in names)
