from typing import Any
from urllib.parse import urlsplit

import pytest
from airbyte_cdk.models import FailureType
from airbyte_cdk.utils.traced_exception import AirbyteTracedException
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.config.model import Config, parse
from source_zendesk_support.config.subdomain import parse_subdomain
from unit_tests.reading import CONFIG

TOKEN = {"credentials": "api_token", "email": "jo@example.com", "api_token": "made-up"}


def config(**changes: Any) -> Config:
    return parse({**CONFIG, **changes})


def problem(**changes: Any) -> str:
    with pytest.raises(AirbyteTracedException) as raised:
        config(**changes)
    assert raised.value.failure_type == FailureType.config_error
    return str(raised.value.message)


PASTED = ["https://acme.zendesk.com/agent/home?x=1", "HTTPS://Acme.Zendesk.com/agent", "https://acme.zendesk.com/"]


@pytest.mark.parametrize("typed", ["acme", " ACME ", "acme.zendesk.com", "https://acme.zendesk.com", *PASTED])
def test_subdomain_is_understood_however_it_was_pasted(typed: str) -> None:
    assert config(subdomain=typed).subdomain == "acme"


UNCLEAR = ["", " ", "a cme", "-acme", "acme\u200b", "ac\nme", "acme/..", "https://["]
ELSEWHERE = ["acme.example.com", "acme.zendesk.com.evil.example", "https://evil.example/acme.zendesk.com"]


@pytest.mark.parametrize("typed", [*UNCLEAR, *ELSEWHERE, "https://acme@evil.example"])
def test_what_names_no_account_is_refused_by_field(typed: str) -> None:
    assert problem(subdomain=typed).startswith("The configuration is not valid: subdomain: ")


@given(typed=st.text() | st.builds("https://{}.zendesk.com/{}".format, st.text(max_size=12), st.text(max_size=12)))
def test_no_input_leads_to_another_host(typed: str) -> None:
    try:
        bare = parse_subdomain(typed)
    except ValueError:
        return
    assert urlsplit(f"https://{bare}.zendesk.com/api").hostname == f"{bare}.zendesk.com"


@given(
    raw=st.fixed_dictionaries(
        {},
        optional={
            name: st.none()
            | st.booleans()
            | st.integers()
            | st.floats()
            | st.text()
            | st.just(TOKEN)
            | st.dictionaries(st.sampled_from(["credentials", "email", "api_token", "access_token"]), st.text())
            for name in [*CONFIG, "chat_credentials", "num_workers", "max_quota_percent", "base_url", "page_size"]
        },
    )
)
def test_any_input_is_a_config_or_a_config_error(raw: dict[str, Any]) -> None:
    try:
        host = urlsplit(parse({**CONFIG, **raw}).declarative()["base_url"]).hostname or ""
    except AirbyteTracedException as error:
        assert error.failure_type == FailureType.config_error  # noqa: PT017  a config is right, too
        return
    assert host.endswith(".zendesk.com") or raw["base_url"]


def test_templates_see_plain_values() -> None:
    assert config().declarative() == {
        "base_url": "https://acme.zendesk.com",
        "subdomain": "acme",
        "credentials": TOKEN,
        "chat_credentials": TOKEN,
        "start_date": 1704067200,
        "metric_events_lookback_minutes": 30,
    }


def test_chat_has_its_own_token_where_one_is_given() -> None:
    chat = config(chat_credentials={"access_token": "of-chat"}).declarative()["chat_credentials"]
    assert chat == {"credentials": "oauth2.0", "access_token": "of-chat"}


@pytest.mark.parametrize(
    ("credentials", "kind"),
    [
        ({"email": "jo@example.com", "api_token": "made-up"}, "api_token"),
        ({"access_token": "made-up"}, "oauth2.0"),
        ({"credentials": "oauth2.0", "access_token": "made-up", "client_id": "x"}, "oauth2.0"),
    ],
)
def test_credentials_are_recognised_with_and_without_their_const(credentials: dict[str, str], kind: str) -> None:
    assert config(credentials=credentials).credentials.credentials == kind


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"credentials": {"credentials": "api_token", "email": "jo@example.com"}}, "credentials.api_token: "),
        ({"credentials": {"credentials": "api_token", "api_token": "x"}}, "credentials.email: "),
        ({"credentials": {"credentials": "password"}}, "credentials: "),
        ({"credentials": None}, "credentials: "),
        ({"start_date": "soon"}, "start_date: 'soon' is not a date; write it like 2024-01-31T00:00:00Z"),
        ({"start_date": 10**400}, "start_date: "),
        ({"start_date": "9999-01-01T00:00:00Z"}, "start_date: 9999-01-01T00:00:00Z is in the future"),
        ({"num_workers": 41}, "num_workers: "),
        ({"num_workers": "many"}, "num_workers: "),
        ({"max_quota_percent": 0}, "max_quota_percent: "),
        ({"max_quota_percent": 101}, "max_quota_percent: "),
        ({"metric_events_lookback_minutes": 121}, "metric_events_lookback_minutes: "),
        ({"custom_fields": {"naming": "key"}}, "custom_fields.naming: "),
        ({"custom_fields": {"expand": "maybe"}}, "custom_fields.expand: "),
        ({"custom_fields": True}, "custom_fields: "),
        ({"base_url": "ftp://proxy.example"}, "base_url: not a URL"),
        ({"base_url": "proxy"}, "base_url: not a URL"),
        ({"base_url": "https://a..b"}, "base_url: not a URL"),
        ({"base_url": "https://exa mple.com"}, "base_url: not a URL"),
        ({"base_url": "https://proxy.example:99999"}, "base_url: not a URL"),
        ({"base_url": f"https://{'a' * 64}.example"}, "base_url: not a URL"),
        ({"start_date": "20240131"}, "start_date: '20240131' is not a date; write it like 2024-01-31T00:00:00Z"),
        ({"start_date": 20240131}, "start_date: '20240131' is not a date"),
        (
            {"credentials": {**TOKEN, "api_token": "two words"}},
            "credentials.api_token: it contains an invalid character",
        ),
        ({"credentials": {**TOKEN, "api_token": " "}}, "credentials.api_token: Value should have at least 1 item"),
        ({"base_url": "http://proxy.example"}, "base_url: http would send the credentials in clear text; use https"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_bad_value_is_reported_by_field(changes: dict[str, Any], field: str) -> None:
    assert problem(**changes).startswith(f"The configuration is not valid: {field}")


def test_missing_fields_are_all_named() -> None:
    with pytest.raises(AirbyteTracedException) as raised:
        parse({})
    assert raised.value.message is not None
    assert "subdomain: Field required" in raised.value.message
    assert "credentials: Field required" in raised.value.message


def test_secret_is_in_no_message() -> None:
    secret = "hunter2-hunter2"
    message = problem(credentials={"credentials": "api_token", "email": 5, "api_token": secret}, num_workers=secret)
    assert secret not in message
    assert secret not in repr(config(credentials={**TOKEN, "api_token": secret}))


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({}, (True, "id", False)),
        ({"custom_fields": {}}, (True, "id", False)),
        ({"custom_fields": {"naming": "title", "labels": True}}, (True, "title", True)),
        ({"custom_fields": {"expand": False, "unknown": 1}}, (False, "id", False)),
    ],
)
def test_custom_fields_are_expanded_under_their_ids_by_default(
    given: dict[str, Any], meant: tuple[bool, str, bool]
) -> None:
    fields = config(**given).custom_fields
    assert (fields.expand, fields.naming, fields.labels) == meant


@pytest.mark.parametrize(
    "start_date",
    [
        *("2024-01-01T00:00:00Z", "2024-01-01T00:00:00+00:00", "2024-01-01T00:00:00", "2024-01-01T00:00:00+0000"),
        *("2024-01-01T02:30:00+02:30", "2024-01-01", 1704067200, "1704067200"),
    ],
)
def test_start_date_is_understood_in_any_notation(start_date: object) -> None:
    assert config(start_date=start_date).start_date == 1704067200


@pytest.mark.parametrize(
    ("base_url", "host"),
    [
        ("https://proxy.example:8443/zendesk/", "https://proxy.example:8443/zendesk"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:8080/", "http://localhost:8080"),
        ("", "https://acme.zendesk.com"),
    ],
)
def test_base_url_replaces_the_host(base_url: str, host: str) -> None:
    assert config(base_url=base_url).declarative()["base_url"] == host


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("acme/agent", "a path (/)"),
        ("acme.zendesk.com/", "a path (/)"),
        ("acme:443", "a port (:)"),
        ("https://acme.zendesk.com:8443/", "a port (:)"),
        ("jo@acme", "a user part (@)"),
        ("https://jo@acme.zendesk.com", "a user part (@)"),
        ("acme#top", "a #"),
        ("acme?x", "a query (?)"),
        ("http://acme.zendesk.com", "give an https:// address"),
        ("support.acme.com", "'support.acme.com' is not a Zendesk host"),
        ("https://acme", "'acme' is not a Zendesk host"),
        ("ac\tme", "invisible characters"),
    ],
)
def test_the_reason_is_given_why_it_names_no_account(typed: str, reason: str) -> None:
    assert reason in problem(subdomain=typed)


@pytest.mark.parametrize("key", ["application_id", "app_id"])
def test_a_marketplace_app_names_itself(key: str) -> None:
    named = config(marketplace={"name": "Acme Sync", "organization_id": 12, key: "34"})
    assert named.marketplace.headers() == {
        "X-Zendesk-Marketplace-Name": "Acme Sync",
        "X-Zendesk-Marketplace-Organization-Id": "12",
        "X-Zendesk-Marketplace-App-Id": "34",
    }
    assert config().marketplace.headers() == {}
    assert "marketplace.name" in problem(marketplace={"name": "two\r\nlines"})


def test_fields_of_older_connectors_are_tolerated() -> None:
    old = {"page_size": 100, "ignore_pagination": False, "ticket_search_lookback_days": 0, "subscription_tier": "team"}
    assert config(**old) == config()


def test_what_was_copied_along_with_a_token_does_no_harm() -> None:
    copied = config(credentials={**TOKEN, "email": " jo@example.com ", "api_token": "made-up\r\n"})
    assert copied.declarative()["credentials"] == TOKEN


@pytest.mark.parametrize(
    "emptied", [None, {}, {"access_token": None}, {"access_token": ""}, {"access_token": " "}, {"access_token": "  "}]
)
def test_emptied_chat_credentials_are_none(emptied: Any) -> None:
    assert config(chat_credentials=emptied).chat_credentials.access_token is None


def test_emptied_options_are_as_absent() -> None:
    assert config(custom_fields=None, marketplace=None) == config()
    assert config(marketplace={"name": " Acme "}).marketplace.headers() == {"X-Zendesk-Marketplace-Name": "Acme"}
