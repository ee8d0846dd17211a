"""Every config shape that was ever saved for one of Airbyte's Zendesk connectors."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.config.migration import migrate_config, with_tokens
from source_zendesk_support.config.model import parse
from unit_tests.examples import json_values

Json = dict[str, Any]
OAUTH = {"client_id": "id", "client_secret": "secret", "refresh_token": "refresh"}
API = {"email": "jo@example.com", "api_token": "made-up"}
NO_KIND = "nothing says what it is"

SHAPES: list[tuple[str, Json, Json]] = [
    ("Support 5.x refresh", {"credentials": {"credentials": "oauth2_refresh", **OAUTH}},
     {"credentials": {"credentials": "oauth2_refresh", **OAUTH}}),
    ("Support 5.x refresh, whole", {"credentials": {"credentials": "oauth2_refresh", **OAUTH, "access_token": "a",
                                                    "token_expiry_date": "2026-01-01T00:00:00Z"}},
     {"credentials": {"credentials": "oauth2_refresh", **OAUTH, "access_token": "a",
                      "token_expiry_date": "2026-01-01T00:00:00Z"}}),
    ("Support API token", {"credentials": {"credentials": "api_token", **API}},
     {"credentials": {"credentials": "api_token", **API}}),
    ("Support access token", {"credentials": {"credentials": "oauth2.0", "access_token": "a", "client_id": "id"}},
     {"credentials": {"credentials": "oauth2.0", "access_token": "a", "client_id": "id"}}),
    ("Support, " + NO_KIND, {"credentials": dict(API)}, {"credentials": {"credentials": "api_token", **API}}),
    ("refresh, " + NO_KIND, {"credentials": dict(OAUTH)}, {"credentials": {"credentials": "oauth2_refresh", **OAUTH}}),
    ("access token, " + NO_KIND, {"credentials": {"access_token": "a"}},
     {"credentials": {"credentials": "oauth2.0", "access_token": "a"}}),
    ("client, " + NO_KIND, {"credentials": {"client_id": "id", "client_secret": "secret"}},
     {"credentials": {"credentials": "oauth2_client_credentials", "client_id": "id", "client_secret": "secret"}}),
    ("Support before 1.0, token", {"auth_method": {"auth_method": "api_token", **API}},
     {"credentials": {"credentials": "api_token", **API}}),
    ("Support before 1.0, OAuth", {"auth_method": {"auth_method": "access_token", "access_token": "a"}},
     {"credentials": {"credentials": "oauth2.0", "access_token": "a"}}),
    ("Talk refresh", {"credentials": {"auth_type": "oauth2_refresh", **OAUTH}},
     {"credentials": {"credentials": "oauth2_refresh", **OAUTH}}),
    ("Talk API token", {"credentials": {"auth_type": "api_token", **API}},
     {"credentials": {"credentials": "api_token", **API}}),
    ("Talk access token", {"credentials": {"auth_type": "oauth2.0", "access_token": "a"}},
     {"credentials": {"credentials": "oauth2.0", "access_token": "a"}}),
    ("Talk legacy", {"email": "jo@example.com", "access_token": "made-up"},
     {"credentials": {"credentials": "api_token", **API}}),
    ("Sunshine", {"credentials": {"auth_method": "api_token", **API}},
     {"credentials": {"credentials": "api_token", **API}}),
    ("Chat access token", {"credentials": {"credentials": "access_token", "access_token": "a"}},
     {"credentials": {"credentials": "oauth2.0", "access_token": "a"}, "chat_credentials": {"access_token": "a"}}),
    ("Chat OAuth", {"credentials": {"credentials": "oauth2.0", "access_token": "a", "refresh_token": "never-used"}},
     {"credentials": {"credentials": "oauth2.0", "access_token": "a", "refresh_token": "never-used"}}),
    ("Chat before 1.0", {"access_token": "a"},
     {"credentials": {"credentials": "oauth2.0", "access_token": "a"}, "chat_credentials": {"access_token": "a"}}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "saved", "today"), SHAPES, ids=[name for name, _, _ in SHAPES])
def test_a_saved_config_is_understood(name: str, saved: Json, today: Json) -> None:
    extra = {"subdomain": "acme", "start_date": "2024-01-01T00:00:00Z", "subscription_tier": "team"}
    assert migrate_config(saved | extra) == today | extra
    assert parse(saved | extra).credentials.credentials == today["credentials"]["credentials"]


@pytest.mark.parametrize(("name", "saved", "today"), SHAPES, ids=[name for name, _, _ in SHAPES])
def test_todays_form_stays_as_it_is(name: str, saved: Json, today: Json) -> None:
    assert migrate_config(today) == today


def test_own_credentials_of_chat_win() -> None:
    chat = {"credentials": "access_token", "access_token": "a"}
    both = migrate_config({"credentials": chat, "chat_credentials": {"access_token": "b"}})
    assert both["chat_credentials"] == {"access_token": "b"}


def test_new_tokens_stand_in_the_users_own_config() -> None:
    saved = {"subdomain": "https://acme.zendesk.com", "page_size": 5, "credentials": {"auth_type": "oauth2_refresh"}}
    tokens = {"access_token": "new", "refresh_token": "newer", "token_expiry_date": "2026-01-01T00:00:00Z"}
    assert with_tokens(saved, tokens) == {
        "subdomain": "https://acme.zendesk.com",
        "page_size": 5,
        "credentials": {"credentials": "oauth2_refresh", **tokens},
    }


ANY = json_values(leaves=4) | st.integers()
NAMES = st.sampled_from(["credentials", "auth_type", "auth_method", "email", "api_token", "access_token", "client_id"])
KINDS = st.sampled_from(["api_token", "access_token", "oauth2.0", "oauth2_refresh", "oauth2_client_credentials"])


@given(raw=st.dictionaries(NAMES, ANY | KINDS | st.dictionaries(NAMES, ANY | KINDS)))
def test_normalising_never_fails_and_is_done_once(raw: Json) -> None:
    assert migrate_config(migrate_config(raw)) == migrate_config(raw)
