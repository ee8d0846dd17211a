"""The form that users fill in, as the manifest declares it."""

from collections.abc import Iterator
from typing import Any

import pytest

from source_zendesk_support.manifest import load_manifest

WORDS = {"airbyte_hidden", "airbyte_secret", "always_show", "const", "default", "description", "enum", "examples"}
WORDS |= {"format", "group", "items", "maximum", "minimum", "order", "pattern", "pattern_descriptor", "title", "type"}
WORDS |= {"additionalProperties", "oneOf", "properties", "required"}


def forms(name: str, schema: Any) -> Iterator[tuple[str, Any]]:
    """Each object of the form, by its path."""
    if "properties" in schema:
        yield name, schema["properties"]
        for key, part in schema["properties"].items():
            yield from forms(f"{name}.{key}", part)
    for part in schema.get("oneOf", []):
        yield from forms(f"{name} ({part['title']})", part)


FORM = load_manifest()["spec"]["connection_specification"]
FORMS = dict(forms("config", FORM))
OPTIONS: dict[str, dict[str, Any]] = FORM["properties"]
SECRET_NAMES = {"access_token", "api_token", "app_id", "appid", "certificate", "client_secret", "client_token", "jwt"}
SECRET_NAMES |= {"key", "password", "refresh_token", "secret", "service_account", "service_account_info", "tenant_id"}
SECRET_NAMES |= {"token"}
"""The names that Airbyte's acceptance suite takes for those of secrets."""
MAX_DESCRIPTION_CHARACTERS = 170
"""About two lines of Airbyte's form."""


def test_form_has_its_parts() -> None:
    assert list(FORMS) == [
        "config",
        "config.credentials (OAuth2.0 with Refresh Token)",
        "config.credentials (OAuth2.0 Client Credentials)",
        "config.credentials (OAuth2.0 (Legacy))",
        "config.credentials (API Token)",
        "config.chat_credentials",
        "config.custom_fields",
        "config.custom_objects",
        "config.files",
        "config.marketplace",
    ]


@pytest.mark.parametrize("name", FORMS)
def test_options_are_described_in_words_that_the_form_knows(name: str) -> None:
    for option in FORMS[name].values():
        assert set(option) <= WORDS, "a comma in a sentence without quotes makes YAML read two words"
        assert "const" in option or option["title"]


@pytest.mark.parametrize("name", FORMS)
def test_options_have_a_place_of_their_own(name: str) -> None:
    places = [option["order"] for option in FORMS[name].values()]
    assert sorted(places) == list(range(len(places)))


def test_every_option_belongs_to_a_group_and_groups_follow_each_other() -> None:
    groups = [group["id"] for group in FORM["groups"]]
    assert groups == ["account", "auth", "sync", "limits", "advanced"]
    by_place = sorted(OPTIONS.values(), key=lambda option: option["order"])
    assert [group for group in groups for option in by_place if option["group"] == group] == [
        option["group"] for option in by_place
    ]


@pytest.mark.parametrize("name", [name for name in FORMS if name != "config"])
def test_nested_options_have_no_group(name: str) -> None:
    assert [key for key, option in FORMS[name].items() if "group" in option] == []


def test_only_optional_options_are_always_shown() -> None:
    """All other optional options are folded away by the form."""
    assert [key for key, option in OPTIONS.items() if option.get("always_show")] == [
        "credentials",
        "start_date",
        "max_quota_percent",
    ]
    assert FORM["required"] == ["subdomain"]


@pytest.mark.parametrize("name", FORMS)
def test_secrets_are_marked_and_nothing_else_has_a_secrets_name(name: str) -> None:
    named = {key for key, option in FORMS[name].items() if key in SECRET_NAMES and option["type"] == "string"}
    marked = {key for key, option in FORMS[name].items() if option.get("airbyte_secret")}
    assert named <= marked <= named | {"client_id"}


@pytest.mark.parametrize("name", FORMS)
def test_descriptions_are_short_and_say_more_than_the_title(name: str) -> None:
    for key, option in FORMS[name].items():
        if "const" not in option:
            assert option["description"] not in {"", option["title"]}
            assert len(option["description"]) <= MAX_DESCRIPTION_CHARACTERS, key


@pytest.mark.parametrize("name", FORMS)
def test_text_and_numbers_that_must_be_written_have_an_example(name: str) -> None:
    written = {
        key: option
        for key, option in FORMS[name].items()
        if option["type"] in {"string", "integer"} and not {"const", "enum", "airbyte_secret"} & set(option)
    }
    assert [key for key, option in written.items() if not option.get("examples")] == []


def test_patterns_are_explained() -> None:
    options = [option for form in FORMS.values() for option in form.values()]
    assert [option for option in options if ("pattern" in option) != ("pattern_descriptor" in option)] == []
