import logging
from typing import Any

import pytest
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support import SourceZendeskSupport
from source_zendesk_support.components.odd_members import OddMembers
from source_zendesk_support.config.model import CustomFieldOptions
from source_zendesk_support.custom_fields.definitions import FieldDefinitions
from source_zendesk_support.custom_fields.reader import FieldReader
from source_zendesk_support.custom_fields.schema import FieldSchemas
from source_zendesk_support.errors import WrongCredentials
from unit_tests.account import FORBIDDEN, Account, Reply
from unit_tests.components.parts import pages_of, zendesk_of
from unit_tests.reading import CONFIG

ODD = OddMembers("tickets")
STRING = {"type": ["null", "string"]}
STATIC: dict[str, Any] = {"id": {"type": "integer"}, "status": STRING}
FIELDS = "/api/v2/ticket_fields"
OPTIONS = [{"name": "Phone", "value": "phone"}]
PRODUCT = {"id": 7, "type": "tagger", "title": "Product", "custom_field_options": OPTIONS}
AMOUNT = {"id": 8, "type": "decimal", "title": "Amount"}
TICKET = {"id": 1, "custom_fields": [{"id": 7, "value": "phone"}, {"id": 8, "value": 4.5}]}
MARKED = {
    "product": {**STRING, "x-zendesk-field": 7},
    "product_label": {**STRING, "x-zendesk-label-of": 7},
    "amount": {"type": ["null", "number"], "x-zendesk-field": 8},
}


def definitions() -> FieldDefinitions:
    return FieldDefinitions(pages_of, zendesk_of())


def added(configured: dict[str, Any], **options: Any) -> dict[str, Any]:
    """What a read adds to the ticket where the catalog declares these columns."""
    catalog, static = {"properties": {**STATIC, **configured}}, {"properties": STATIC}
    reads = FieldReader("tickets", "ticket_fields", catalog, static, definitions(), CustomFieldOptions(**options), ODD)
    reads.prepare()
    found = reads.transform(TICKET)
    reads.on_end()
    return {name: value for name, value in found.items() if name not in TICKET}


def test_id_names_need_no_definitions(account: Account) -> None:
    assert added({"custom_field_7": STRING, "custom_field_9": STRING}) == {
        "custom_field_7": "phone",
        "custom_field_9": None,
    }
    assert account.requested == []


def test_titles_that_discover_has_marked_need_no_definitions(account: Account) -> None:
    assert added(MARKED, naming="title") == {"product": "phone", "amount": 4.5}
    assert account.requested == []


def test_labels_need_definitions(account: Account) -> None:
    account.on(FIELDS, {"ticket_fields": [PRODUCT, AMOUNT]})
    assert added(MARKED, naming="title", labels=True) == {"product": "phone", "product_label": "Phone", "amount": 4.5}
    assert account.requested == [FIELDS]


def test_labels_of_id_names(account: Account) -> None:
    account.on(FIELDS, {"ticket_fields": [PRODUCT, AMOUNT]})
    assert added({"custom_field_7_label": STRING}, labels=True) == {"custom_field_7_label": "Phone"}


def test_columns_without_marks_are_found_by_their_title(account: Account) -> None:
    account.on(FIELDS, {"ticket_fields": [PRODUCT, AMOUNT]})
    declared = {"product": STRING, "product_label": STRING, "gone": STRING, "custom_field_8": STRING}
    assert added(declared, naming="title", labels=True) == {"product": "phone", "product_label": "Phone"}
    assert account.requested == [FIELDS]


@pytest.mark.parametrize(
    "odd", [True, None, 5, {"type": [{}]}, {"type": 5}, {"x-zendesk-field": []}, {"x-zendesk-label-of": {}}]
)
def test_odd_columns_of_a_catalog_fail_nothing(account: Account, odd: Any) -> None:
    assert "amount" in added({"odd": odd, "amount": {"x-zendesk-field": 8}}, labels=True)


@pytest.mark.parametrize("odd", [{}, {"properties": None}, {"properties": []}, {"properties": {"user_fields": True}}])
def test_odd_catalogs_fail_nothing(odd: dict[str, Any]) -> None:
    static = {"properties": {"user_fields": {"type": ["null", "object"]}}}
    for stream, fields in (("tickets", "ticket_fields"), ("users", "user_fields")):
        reads = FieldReader(stream, fields, odd, static, definitions(), CustomFieldOptions(labels=True), ODD)
        reads.prepare()
        assert reads.transform(TICKET) == TICKET


def test_field_that_was_deleted_has_empty_labels(account: Account) -> None:
    account.on(FIELDS, {"ticket_fields": [AMOUNT]})
    assert added(MARKED, labels=True) == {"product": "phone", "product_label": None, "amount": 4.5}


def test_refused_definitions_leave_columns_empty_with_one_warning(
    account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    account.on(FIELDS, FORBIDDEN, FORBIDDEN)
    with caplog.at_level(logging.WARNING, "airbyte"):
        assert added({**MARKED, "old": STRING}, naming="title", labels=True) == {"product": "phone", "amount": 4.5}
    assert [record.getMessage() for record in caplog.records] == [
        (
            "Stream tickets: these columns stay empty because the account's ticket_fields could not be read (Zendesk "
            "answered HTTP 403 Forbidden): old, product_label. The raw values are emitted in custom_fields."
        )
    ]


def test_wrong_credentials_fail(account: Account) -> None:
    account.on(FIELDS, Reply({"error": "Couldn't authenticate you"}, status=401))
    with pytest.raises(WrongCredentials):
        added(MARKED, labels=True)


def test_definitions_are_read_once_over_all_their_pages(account: Account) -> None:
    first = {"user_fields": [{"id": 1, "key": "a"}], "meta": {"has_more": True, "after_cursor": "abc"}}
    last = {"user_fields": [{"id": 2, "key": "b"}], "meta": {"has_more": False, "after_cursor": None}}
    account.on("/api/v2/user_fields?page[size]=100", first)
    account.on("/api/v2/user_fields?page[after]=abc&page[size]=100", last)
    found = definitions()
    assert [[field["id"] for field in found.of("user_fields")] for _ in range(2)] == [[1, 2], [1, 2]]
    assert len(account.requested) == 2


def test_trouble_with_definitions_is_met_once(account: Account) -> None:
    account.on(FIELDS, FORBIDDEN, FORBIDDEN)
    found = definitions()
    for _ in range(2):
        with pytest.raises(Exception, match="HTTP 403 Forbidden"):
            found.of("ticket_fields")
    assert account.requested == [FIELDS, FIELDS]


def completed(stream: str, fields: str, static: dict[str, Any], **options: Any) -> Any:
    return FieldSchemas(definitions(), CustomFieldOptions(**options)).completed(stream, fields, {"properties": static})


def test_schema_without_custom_fields_is_as_it_was(account: Account) -> None:
    assert completed("groups", "", STATIC) == {"properties": STATIC}
    assert completed("tickets", "ticket_fields", STATIC, expand=False) == {"properties": STATIC}
    assert account.requested == []


def test_schema_of_tickets_gets_columns(account: Account) -> None:
    account.on(FIELDS, {"ticket_fields": [{"id": 9, "type": "text", "title": "Status"}]})
    assert completed("tickets", "ticket_fields", STATIC, naming="title") == {
        "properties": {**STATIC, "status_9": {**STRING, "description": "Status (text)", "x-zendesk-field": 9}}
    }


def test_schema_of_users_gets_properties(account: Account) -> None:
    response = {
        "user_fields": [{"id": 9, "key": "seats", "type": "integer", "title": "Seats"}],
        "meta": {"has_more": False},
    }
    account.on("/api/v2/user_fields", response)
    static = {"user_fields": {"type": ["null", "object"], "additionalProperties": True}}
    seats = {"type": ["null", "integer"], "description": "Seats (integer)"}
    assert completed("users", "user_fields", static, naming="title") == {
        "properties": {"user_fields": {**static["user_fields"], "properties": {"seats": seats}}}
    }
    assert "properties" not in static["user_fields"]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (FORBIDDEN, "Zendesk answered HTTP 403 Forbidden"),
        (Reply({"error": "RecordNotFound"}, status=404), "Zendesk answered HTTP 404 RecordNotFound"),
        (Reply({"error": "Odd"}, status=400), "Zendesk answered HTTP 400 Odd"),
        (Reply({}, status=500), "could not be read after 7 attempts"),
    ],
)
def test_schema_is_the_static_one_where_definitions_cannot_be_had(
    account: Account, caplog: pytest.LogCaptureFixture, reply: Reply, reason: str
) -> None:
    account.on(FIELDS, *[reply] * 7)
    with caplog.at_level(logging.WARNING, "airbyte"):
        assert completed("tickets", "ticket_fields", STATIC) == {"properties": STATIC}
    (message,) = (record.getMessage() for record in caplog.records)
    head = (
        "Stream tickets: the columns of custom fields are missing from the schema because the account's ticket_fields "
        "could not be read: "
    )
    assert message.startswith(head)
    assert reason in message


def test_discover_fails_with_wrong_credentials(account: Account) -> None:
    account.on(FIELDS, Reply({"error": "Couldn't authenticate you"}, status=401))
    with pytest.raises(AirbyteTracedException, match="Check your credentials"):
        completed("tickets", "ticket_fields", STATIC)


@pytest.mark.parametrize(
    "reply",
    [
        Reply("<html>No help desk</html>", status=404, headers={"Content-Type": "text/html"}),
        Reply("", status=302, headers={"Location": "https://www.zendesk.com/"}),
    ],
)
def test_discover_fails_where_there_is_no_account(account: Account, reply: Reply) -> None:
    for path in ("ticket_fields", "user_fields", "organization_fields", "account/settings"):
        account.on(f"/api/v2/{path}", *[reply] * 9)
    source = SourceZendeskSupport(config=CONFIG)
    with pytest.raises(AirbyteTracedException, match="There is no Zendesk account under this subdomain"):
        source.discover(source.logger, CONFIG)
