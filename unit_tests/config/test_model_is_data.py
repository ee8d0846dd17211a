"""A config is data: nothing of it is run, evaluated or obeyed, and what it holds goes to no proxy in clear text."""

import json
import logging
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import requests
import requests_mock
from airbyte_cdk.models import Status
from airbyte_cdk.utils.airbyte_secrets_utils import filter_secrets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from requests_mock import ANY

from source_zendesk_support.api.transport import HttpTransport
from source_zendesk_support.config.model import parse
from source_zendesk_support.entrypoint import ZendeskEntrypoint
from source_zendesk_support.manifest import StreamDefinitions
from source_zendesk_support.source import SourceZendeskSupport
from source_zendesk_support.state.position import Position
from unit_tests.account import NOW, PROOF, Account
from unit_tests.examples import examples
from unit_tests.reading import CONFIG, REFRESH

logger = logging.getLogger("airbyte")
NAMES = (
    "__injected_components_py",
    "__injected_components_py_checksums",
    "__injected_declarative_manifest",
    "__injected_manifest",
    "__command",
    "__should_normalize",
    "__should_migrate",
    "__test_read_config",
    "__airbyte_check_stream_names",
)


def leaves_a_mark(folder: Path) -> dict[str, Any]:
    """A config whose code, if it ran, would leave a file."""
    code = f"import pathlib\npathlib.Path({str(folder / 'mark')!r}).touch()\n"
    injected = {"__injected_components_py": code}
    sums = {"sha256": sha256(code.encode()).hexdigest()}
    return {**CONFIG, **injected, "__injected_components_py_checksums": sums}


@pytest.mark.parametrize("allowed", ["true", "false", None])
def test_code_in_a_config_does_not_run(
    allowed: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("AIRBYTE_ENABLE_UNSAFE_CODE", raising=False)
    if allowed is not None:
        monkeypatch.setenv("AIRBYTE_ENABLE_UNSAFE_CODE", allowed)
    config = leaves_a_mark(tmp_path)
    source = SourceZendeskSupport(config=config)
    assert len(source.streams(config)) > 60
    assert list(tmp_path.iterdir()) == []
    (reported,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert "__injected_components_py, __injected_components_py_checksums" in reported
    assert "pathlib" not in reported


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", ["x", {"streams": []}, True, ["tickets"]], ids=str)
def test_commands_in_a_config_change_nothing(name: str, value: Any, caplog: pytest.LogCaptureFixture) -> None:
    plain, odd = SourceZendeskSupport(config=CONFIG), SourceZendeskSupport(config={**CONFIG, name: value})
    assert name in caplog.text
    assert odd.resolved_manifest == plain.resolved_manifest
    assert odd.spec(logger) == plain.spec(logger)
    assert parse({**CONFIG, name: value}) == parse(CONFIG)


def test_a_config_that_is_handed_back_keeps_all_that_its_user_wrote(account: Account, tmp_path: Path) -> None:
    account.on("/oauth/tokens", {"access_token": "access-2", "refresh_token": "refresh-2", "expires_in": 3600})
    written = {**leaves_a_mark(tmp_path), "credentials": REFRESH, "note": "mine"}
    source = SourceZendeskSupport(config=written)
    saved: list[dict[str, Any]] = []
    source.save_config = saved.append
    source.check(logger, source.configure(written, str(tmp_path)))
    (config,) = saved
    tokens = {"access_token": "access-2", "refresh_token": "refresh-2"}
    assert config["credentials"].items() >= tokens.items()
    assert {**config, "credentials": REFRESH} == written


def test_a_migrated_config_keeps_all_that_its_user_wrote(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    written = {**leaves_a_mark(tmp_path), "num_workers": 0, "note": "mine"}
    SourceZendeskSupport(config=written)
    control = json.loads(capsys.readouterr().out)["control"]
    assert control["connectorConfig"]["config"] == {**written, "num_workers": 2}
    assert written["num_workers"] == 0


TEMPLATE = "{{ 7*7 }}"


@pytest.mark.parametrize("field", ["subdomain", "start_date", "num_workers", "base_url", "max_quota_percent"])
def test_a_template_in_a_setting_is_refused_as_it_is_written(field: str, tmp_path: Path) -> None:
    config = {**CONFIG, field: TEMPLATE}
    status = SourceZendeskSupport(config=config).check(logger, config)
    assert status.status == Status.FAILED
    assert field in str(status.message)
    assert "49" not in str(status.message)


def authorization_of(email: str) -> str:
    config = parse({**CONFIG, "credentials": {"credentials": "api_token", "email": email, "api_token": "made-up"}})
    request = StreamDefinitions(config.declarative()).pages("groups").page_request(Position(0), NOW)
    prepared = requests.Request("GET", "https://acme.zendesk.com", auth=request.auth).prepare()
    return str(prepared.headers["Authorization"])


@pytest.mark.parametrize("email", [TEMPLATE, "{% raw %}", "{{ config }}", "{# x #}"])
def test_a_template_in_credentials_is_sent_as_it_is_written(email: str) -> None:
    assert authorization_of(email) == f"Basic {b64encode(f'{email}/token:made-up'.encode()).decode()}"


@pytest.mark.parametrize("path", ["/{{7*7}}", "/{{config['subdomain']}}"])
def test_a_template_in_a_proxys_path_is_no_template(path: str) -> None:
    config = parse({**CONFIG, "base_url": f"https://proxy.example{path}"})
    request = StreamDefinitions(config.declarative()).pages("groups").page_request(Position(0), NOW)
    assert request.url == f"https://proxy.example{path}/api/v2/groups"


@settings(examples(60), suppress_health_check=list(HealthCheck))
@given(
    odd=st.dictionaries(
        st.sampled_from(NAMES) | st.text(max_size=8).map("__{}".format),
        st.recursive(st.text(max_size=5) | st.booleans() | st.integers(), st.lists, max_leaves=3),
        max_size=4,
    )
)
def test_whatever_stands_under_such_names_is_ignored(odd: dict[str, Any]) -> None:
    source = SourceZendeskSupport(config={**CONFIG, **odd})
    assert source.configure({}, "") == {**CONFIG, **odd}
    assert parse(source.configure({}, "")) == parse(CONFIG)


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy"])
@pytest.mark.parametrize("host", ["http://127.0.0.1:8080", "http://localhost:8080", "https://localhost:8443"])
def test_credentials_go_to_no_proxy_in_clear_text(
    variable: str, host: str, requests_mock: requests_mock.Mocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "http://proxy.example:3128")
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    requests_mock.register_uri(ANY, ANY, json={})
    connection = HttpTransport()
    connection.get(f"{host}/api/v2/groups", {}, lambda request: request)  # type: ignore[arg-type]
    connection.post(f"{host}/oauth/tokens", {"client_secret": "secret"})
    assert [dict(request.proxies) for request in requests_mock.request_history] == [{}, {}]


@pytest.mark.parametrize(
    "address", ["http://jo:pass%40word@proxy.example:3128", "jo:pass%40word@proxy.example", "socks5://jo:pass%40word@p"]
)
def test_the_password_of_a_proxy_is_not_shown(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", address)
    ZendeskEntrypoint.set_up_secret_filter(CONFIG, {})
    header = b64encode(b"jo:pass@word").decode()
    for text in (f"cannot connect to {address}", "password pass@word", f"Proxy-Authorization: Basic {header}"):
        shown = filter_secrets(text)
        assert "pass" not in shown.removeprefix("password")
        assert header not in shown
    ZendeskEntrypoint.set_up_secret_filter({}, {})


def test_the_account_of_the_config_is_requested_although_another_is_injected(account: Account) -> None:
    account.on(PROOF, {"settings": {}})
    config = {**CONFIG, "__injected_declarative_manifest": {"definitions": {"base_url": "https://evil.example"}}}
    SourceZendeskSupport(config=config).check(logger, config)
    assert account.hosts == {"acme.zendesk.com"}
