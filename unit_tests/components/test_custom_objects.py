"""Records of custom objects: which have been deleted, and where their export is."""

from typing import Any

import pytest

from source_zendesk_support.components.custom_objects import DeletedRecord, ObjectRecordsRetriever
from source_zendesk_support.config.model import parse
from source_zendesk_support.manifest import StreamDefinitions
from unit_tests.account import Account
from unit_tests.reading import CONFIG, read

STREAM = "custom_object_records"


def marked(**record: Any) -> dict[str, Any]:
    DeletedRecord(mark="_deleted").transform(record)
    return record


def test_a_deleted_record_keeps_its_id_and_times_and_no_text_of_zendesk() -> None:
    record = marked(
        id="[DELETED]",
        name="[DELETED]",
        external_id="[DELETED]",
        created_by_user_id="[DELETED]",
        updated_at="2024-06-01T00:00:00Z",
        custom_object_fields={"price": "[DELETED]", "colors": ["[DELETED]"], "note": None},
    )
    assert record == {
        "id": "[DELETED]",
        "name": None,
        "external_id": None,
        "created_by_user_id": None,
        "updated_at": "2024-06-01T00:00:00Z",
        "custom_object_fields": {"price": None, "colors": None, "note": None},
        "_deleted": True,
    }


@pytest.mark.parametrize(
    "record",
    [
        {"name": "[DELETED]", "external_id": None, "custom_object_fields": {"price": "1.50"}},
        {"name": "Estate", "external_id": "[DELETED]", "custom_object_fields": {"price": "[DELETED]"}},
        {"name": None, "custom_object_fields": {}},
        {"name": "Estate"},
        {"name": "Estate", "custom_object_fields": "odd"},
        {"name": ["[DELETED]", "Estate"], "custom_object_fields": {"colors": []}},
    ],
)
def test_a_record_with_any_other_value_is_not_deleted(record: dict[str, Any]) -> None:
    assert marked(**record) == {**record, "_deleted": False}


def test_a_key_is_encoded_in_the_path_of_its_export() -> None:
    retriever = StreamDefinitions(parse(CONFIG).declarative()).pages(STREAM)
    assert isinstance(retriever, ObjectRecordsRetriever)
    export = retriever.export_of("standard::asset/1")
    assert export is not None
    assert export.first_page(1718020800).url == (
        "https://acme.zendesk.com/api/v2/incremental/custom_objects/standard%3A%3Aasset%2F1/cursor"
    )
    assert export.path == "/api/v2/incremental/custom_objects/standard%3A%3Aasset%2F1/cursor"
    assert retriever.export_of("..") is None


def test_an_object_whose_key_is_no_path_is_skipped(account: Account) -> None:
    account.on("/api/v2/custom_objects", {"custom_objects": [{"key": ".."}, {"key": 7}]})
    outcome = read(STREAM)
    assert account.requested == ["/api/v2/custom_objects"]
    assert outcome.statuses() == ["STARTED", "COMPLETE"]
