"""The form that users fill in, as the manifest declares it."""

from collections.abc import Iterator
from typing import Any

import pytest

from source_zendesk_support.manifest import load_manifest

WORDS = {"airbyte_hidden", "airbyte_secret", "const", "default", "description", "enum", "examples", "format"}
WORDS |= {"maximum", "minimum", "order", "pattern", "pattern_descriptor", "title", "type", "additionalProperties"}
WORDS |= {"oneOf", "properties", "required"}


def forms(name: str, schema: Any) -> Iterator[tuple[str, Any]]:
    """Each object of the form, by its path."""
    if "properties" in schema:
        yield name, schema["properties"]
        for key, part in schema["properties"].items():
            yield from forms(f"{name}.{key}", part)
    for part in schema.get("oneOf", []):
        yield from forms(f"{name} ({part['title']})", part)


FORMS = dict(forms("config", load_manifest()["spec"]["connection_specification"]))


def test_form_has_its_parts() -> None:
    assert list(FORMS) == [
        "config",
        "config.credentials (OAuth2.0 with Refresh Token)",
        "config.credentials (OAuth2.0 Client Credentials)",
        "config.credentials (OAuth2.0 (Legacy))",
        "config.credentials (API Token)",
        "config.chat_credentials",
        "config.custom_fields",
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
