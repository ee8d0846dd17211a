"""A list that several streams read is requested in one way, so that it is fetched once."""

from unit_tests.account import Account, Reply, cursor_page
from unit_tests.reading import read

LIST = "/api/v2/help_center/sections.json"
WITH_SIDELOAD = f"{LIST}?include=translations&page[size]=100"
SECTION = {"id": 7, "updated_at": "2024-05-01T00:00:00Z"}
TRANSLATION = {"id": 70, "source_id": 7, "updated_at": "2024-06-01T00:00:00Z"}


def test_sections_and_their_translations_cost_one_request(account: Account) -> None:
    account.on(WITH_SIDELOAD, cursor_page("sections", [SECTION | {"translations": [TRANSLATION]}]))
    outcome = read("sections", "section_translations")
    assert account.requested == [WITH_SIDELOAD]
    assert outcome.records("section_translations") == [TRANSLATION]
    assert outcome.records("sections") == [SECTION]


def test_translation_is_emitted_although_its_section_has_not_changed(account: Account) -> None:
    old = {"id": 7, "updated_at": "2020-01-01T00:00:00Z", "translations": [TRANSLATION]}
    account.on(WITH_SIDELOAD, cursor_page("sections", [old]))
    assert read("section_translations").records() == [TRANSLATION]


def test_translations_are_requested_one_by_one_if_the_sideload_is_refused(account: Account) -> None:
    refused = Reply({"error": "InvalidParameter", "description": "include is not supported"}, status=400)
    account.on(WITH_SIDELOAD, refused)
    account.on(f"{LIST}?page[size]=100", cursor_page("sections", [SECTION]))
    account.on(
        "/api/v2/help_center/sections/7/translations.json?page[size]=100", cursor_page("translations", [TRANSLATION])
    )
    outcome = read("section_translations")
    assert outcome.records() == [TRANSLATION]
    assert outcome.errors == []


def test_sections_without_translations_are_requested_as_before(account: Account) -> None:
    account.on(f"{LIST}?page[size]=100", cursor_page("sections", [SECTION]))
    assert read("sections").ids() == [7]
