"""What users bring, paste and get wrong: configs in every known form, and the words that tell of the others."""

import json
import socket
from pathlib import Path

import pytest

from integration_tests.command_output import Json, failed_as
from integration_tests.configured_catalog import configured, unknown
from integration_tests.conftest import connector_of
from integration_tests.connector import Connector, discovered
from integration_tests.credentials import API_TOKEN, CLIENT
from integration_tests.in_process import run
from integration_tests.simulated_account import SimulatedAccount

API = {"email": "admin@acme.example", "api_token": "simulated-token"}
BEARER = {"access_token": "simulated-access-token"}
REFRESH = CLIENT | {"refresh_token": "simulated-refresh-token"}
SAVED: dict[str, Json] = {
    "Support, API token": {"credentials": API_TOKEN},
    "Support, legacy OAuth": {"credentials": {"credentials": "oauth2.0", **BEARER, **CLIENT}},
    "Support, no const": {"credentials": REFRESH},
    "Support before 1.0": {"auth_method": {"auth_method": "access_token", **BEARER}},
    "Talk, API token": {"credentials": {"auth_type": "api_token", **API}, "subscription_tier": "team"},
    "Talk, legacy": {"email": "admin@acme.example", "access_token": "simulated-token"},
    "copied with blanks": {"credentials": {"credentials": "oauth2.0", "access_token": " simulated-access-token\n"}},
    "pasted address": {
        "subdomain": " https://ACME.zendesk.com/agent/filters/1 ",
        "start_date": "2024-01-31T10:00:00.123+05:30",
        "credentials": API_TOKEN,
    },
}


@pytest.mark.parametrize("form", SAVED.values(), ids=SAVED.keys())
def test_a_config_is_understood(account: SimulatedAccount, tmp_path: Path, form: Json) -> None:
    config = {name: value for name, value in account.config().items() if name != "credentials"} | form
    assert Connector(config, tmp_path).check().verdict["status"] == "SUCCEEDED"


def test_tokens_are_handed_back_in_todays_form(account: SimulatedAccount, tmp_path: Path) -> None:
    config = account.config(credentials={"auth_type": "oauth2_refresh", **REFRESH}, subscription_tier="team")
    (control,) = Connector(config, tmp_path).check().of("CONTROL")
    given = control["connectorConfig"]["config"]
    assert given.keys() == config.keys()
    assert given["credentials"].keys() == {"credentials", *REFRESH, "access_token", "token_expiry_date"}
    assert given["credentials"]["credentials"] == "oauth2_refresh"


@pytest.mark.parametrize("command", ["check", "discover", "read"])
def test_a_config_that_is_no_json_object_is_a_configuration_error(tmp_path: Path, command: str) -> None:
    path, catalog = tmp_path / "config.json", tmp_path / "catalog.json"
    catalog.write_text(json.dumps(configured([discovered()["groups"]])), "utf-8")
    for text in (None, "", "{", "[]", '"acme"', "\x00"):
        if text is not None:
            path.write_text(text, "utf-8")
        output = run(command, "--config", str(path), *(["--catalog", str(catalog)] if command == "read" else []))
        (error,) = output.errors
        assert (output.exit_code, error["failure_type"], str(path) in error["message"]) == (1, "config_error", True)


def test_wrong_fields_are_named_by_every_command_and_cost_no_call(account: SimulatedAccount, tmp_path: Path) -> None:
    wrong: list[tuple[Json, str]] = [
        ({"credentials": None}, "credentials"),
        ({"subdomain": None}, "subdomain"),
        ({"subdomain": "acme.zendesk.com:443"}, "subdomain: it contains a port (:)"),
        ({"credentials": {"credentials": "api_token", "email": "a@b.example"}}, "api_token"),
        ({"credentials": {"credentials": "oauth2.0", "access_token": "hun\nter2"}}, "copy it again"),
        ({"credentials": {"credentials": "magic", "api_token": "hunter2"}}, "credentials"),
        ({"start_date": "31.01.2024"}, "'31.01.2024' is not a date; write it like 2024-01-31T00:00:00Z"),
        ({"start_date": "2999-01-01"}, "is in the future"),
        ({"num_workers": "many"}, "num_workers"),
        ({"base_url": "http://proxy.example"}, "base_url"),
    ]
    for change, words in wrong:
        connector = connector_of(account, tmp_path, **change)
        check, read = connector.check(), connector.read("groups")
        assert (check.verdict["status"], words in check.verdict["message"]) == ("FAILED", True), change
        assert (read.exit_code, read.errors[0]["failure_type"]) == (1, "config_error")
        assert words in read.errors[0]["message"]
        assert "ter2" not in json.dumps([*check.messages, *read.messages])
        assert account.requests() == []


def test_unknown_streams_are_named_and_the_others_are_read(account: SimulatedAccount, connector: Connector) -> None:
    advice = {"no_such_thing": "misspelled", "tickets_search": "use tickets"}
    output = connector.read("groups", "tickets", more=[unknown(name) for name in advice])
    assert output.exit_code == 1
    for name, words in advice.items():
        assert {error["failure_type"] for error in output.errors_of(name)} == {"config_error"}
        assert all(name in error["message"] and words in error["message"] for error in output.errors_of(name))
    for stream in ("groups", "tickets"):
        assert output.statuses[stream] == ["STARTED", "RUNNING", "COMPLETE"]
        assert len(output.rows(stream)) == len(account.truth(stream))


def test_a_host_that_does_not_answer_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        host = f"127.0.0.1:{taken.getsockname()[1]}"
        connector = Connector({"subdomain": "acme", "credentials": API_TOKEN, "base_url": f"http://{host}"}, tmp_path)
        assert f"{host} does not answer" in connector.check().verdict["message"]
        output = connector.read("groups", "tickets")
    for stream in ("groups", "tickets"):
        assert output.statuses[stream] == ["STARTED", "INCOMPLETE"]
        assert f"{host} does not answer" in failed_as(output, stream, "transient_error")


def test_the_spec_needs_only_the_subdomain() -> None:
    (spec,) = run("spec").of("SPEC")
    assert spec["connectionSpecification"]["required"] == ["subdomain"]
