"""The spec as a form, rendered by json-editor in a headless browser. `make form` sets up what this needs."""

from pathlib import Path
from typing import Any

import pytest

from integration_tests.form.__main__ import PICTURE, origin
from integration_tests.form.browser import browser, read_page
from integration_tests.form.form_page import library, report, write_page

API_TOKEN = {"credentials": "api_token", "email": "you@acme.com", "api_token": "token"}
CLIENT = {"credentials": "oauth2_client_credentials", "client_id": "id"}
CONFIGS = {
    "nothing": {},
    "a subdomain": {"subdomain": "acme"},
    "an API token": {"subdomain": "acme", "credentials": API_TOKEN},
    "a client": {"subdomain": "acme", "credentials": CLIENT | {"client_secret": "secret"}},
    "a client without secret": {"subdomain": "acme", "credentials": CLIENT},
    "a day": {"subdomain": "acme", "start_date": "2026-01-31"},
    "a second": {"subdomain": "acme", "start_date": "2026-01-31T00:00:00Z"},
    "no date": {"subdomain": "acme", "start_date": "yesterday"},
    "numbers outside their ranges": {"subdomain": "acme", "max_quota_percent": 0, "num_workers": 41},
}


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the page reports of its form, or a reason to skip."""
    script, program = library(), browser()
    if script is None:
        pytest.skip("json-editor is not set up: run `make form`")
    if program is None:
        pytest.skip("no browser is installed: install Debian's package chromium")
    page: Path = tmp_path_factory.mktemp("form") / "form.html"
    write_page(script, page, CONFIGS)
    return report(read_page(program, page))


def test_form_first_shows_what_most_users_need(form: dict[str, Any]) -> None:
    assert form["folded"] == [
        "# Account",
        "Subdomain * [text]",
        "# Authentication",
        "Authentication",
        "Client ID * [password]",
        "Client Secret * [password]",
        "Refresh Token * [password]",
        "Access Token [password]",
        "Token Expiry Date [text]",
        "> Optional fields",
        "# What to sync",
        "Start Date [text]",
        "> Optional fields",
        "# API limits",
        "Share of the API limits [text]",
        "> Optional fields",
        "# Advanced",
        "> Optional fields",
    ]


def test_all_other_options_are_folded_away_in_their_group(form: dict[str, Any]) -> None:
    """The authentication is then the last choice, and `airbyte_hidden` options are nowhere."""
    assert form["unfolded"] == [
        "# Account",
        "Subdomain * [text]",
        "# Authentication",
        "Authentication",
        "Email * [text]",
        "API Token * [password]",
        "> Optional fields",
        "Chat",
        "Chat Access Token [password]",
        "# What to sync",
        "Start Date [text]",
        "> Optional fields",
        "Custom fields",
        "Typed columns [checkbox]",
        "Names of ticket columns [select-one]",
        "Labels [checkbox]",
        "Custom objects",
        "A table for each object [checkbox]",
        "Mark deleted rows [checkbox]",
        "Audits of archived tickets [checkbox]",
        "Lookback of ticket metric events [text]",
        "# API limits",
        "Share of the API limits [text]",
        "> Optional fields",
        "Number of concurrent threads [text]",
        "First sync of tickets [select-one]",
        "# Advanced",
        "> Optional fields",
        "Use of the incremental exports [select-one]",
        "Files of attachments",
        "Largest file in MB [text]",
        "Content types",
        "Always download [checkbox]",
    ]


def test_each_authentication_has_its_own_fields_and_secrets_are_masked(form: dict[str, Any]) -> None:
    assert {choice: titles[1:] for choice, titles in form["choices"].items()} == {
        "OAuth2.0 with Refresh Token": [
            "Client ID * [password]",
            "Client Secret * [password]",
            "Refresh Token * [password]",
            "Access Token [password]",
            "Token Expiry Date [text]",
        ],
        "OAuth2.0 Client Credentials": ["Client ID * [password]", "Client Secret * [password]"],
        "OAuth2.0 (Legacy)": ["Access Token * [password]", "Client ID [password]", "Client Secret [password]"],
        "API Token": ["Email * [text]", "API Token * [password]"],
    }


def test_form_has_the_defaults(form: dict[str, Any]) -> None:
    assert form["defaults"] == {
        "custom_fields": {"expand": True, "naming": "id", "labels": False},
        "custom_objects": {"tables": False},
        "tombstones": False,
        "ticket_audits_archived": False,
        "metric_events_lookback_minutes": 30,
        "max_quota_percent": 100,
        "num_workers": 4,
        "first_sync": "exports",
        "exports": "auto",
        "files": {"max_megabytes": 1000, "content_types": [], "download": False},
    }


def test_form_says_which_values_are_wrong(form: dict[str, Any]) -> None:
    assert form["errors"] == {
        "nothing": ["root: required"],
        "a subdomain": [],
        "an API token": [],
        "a client": [],
        "a client without secret": ["root.credentials: oneOf"],
        "a day": [],
        "a second": [],
        "no date": ["root.start_date: pattern"],
        "numbers outside their ranges": ["root.max_quota_percent: minimum", "root.num_workers: maximum"],
    }


@pytest.mark.usefixtures("form")
def test_picture_is_of_this_form() -> None:
    assert origin() in PICTURE.read_bytes(), "the spec has changed since: run `make form`"
