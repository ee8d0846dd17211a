"""What a user may get wrong, and the words that tell."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from integration_tests.command_output import Json
from integration_tests.configured_catalog import configured, unknown
from integration_tests.conftest import connector_of
from integration_tests.connector import Connector, discovered
from integration_tests.in_process import run
from integration_tests.simulated_account import SimulatedAccount

TOKEN = {"credentials": "api_token", "email": "admin@acme.example", "api_token": "simulated-token"}


@pytest.mark.parametrize("text", [None, "", "{", "[]", '"acme"', "\x00"])
@pytest.mark.parametrize("command", ["check", "discover", "read"])
def test_a_config_that_is_no_json_object_is_a_configuration_error(
    tmp_path: Path, command: str, text: str | None
) -> None:
    path, catalog = tmp_path / "config.json", tmp_path / "catalog.json"
    catalog.write_text(json.dumps(configured([discovered()["groups"]])), "utf-8")
    if text is not None:
        path.write_text(text, "utf-8")
    output = run(command, "--config", str(path), *(["--catalog", str(catalog)] if command == "read" else []))
    assert output.exit_code == 1
    (error,) = output.errors
    assert error["failure_type"] == "config_error"
    assert str(path) in error["message"]


FIELDS: list[tuple[Json, str]] = [
    ({"subdomain": "acme"}, "credentials"),
    ({"credentials": TOKEN}, "subdomain"),
    ({"subdomain": "a/b", "credentials": TOKEN}, "subdomain"),
    ({"subdomain": "acme", "credentials": {"credentials": "api_token", "email": "a@b.example"}}, "api_token"),
    ({"subdomain": "acme", "credentials": {"credentials": "oauth2.0"}}, "access_token"),
    ({"subdomain": "acme", "credentials": {"credentials": "magic"}}, "credentials"),
    ({"subdomain": "acme", "credentials": TOKEN, "start_date": "soon"}, "start_date"),
    ({"subdomain": "acme", "credentials": TOKEN, "num_workers": "many"}, "num_workers"),
    ({"subdomain": "acme", "credentials": TOKEN, "base_url": "http://proxy.example"}, "base_url"),
]


@pytest.mark.parametrize(("config", "field"), FIELDS)
def test_a_wrong_config_names_the_field(tmp_path: Path, config: Json, field: str) -> None:
    connector = Connector(config, tmp_path)
    read = connector.read("groups")
    assert (read.exit_code, read.errors[0]["failure_type"]) == (1, "config_error")
    assert field in read.errors[0]["message"]
    assert "simulated-token" not in str(read.messages)


def test_check_names_the_wrong_field(tmp_path: Path) -> None:
    assert "credentials" in told(Connector({"subdomain": "acme"}, tmp_path))


def told(connector: Connector) -> str:
    """What a failing check says, as its verdict or as an error."""
    output = connector.check()
    verdicts: list[Any] = output.of("CONNECTION_STATUS")
    assert all(verdict["status"] == "FAILED" for verdict in verdicts)
    assert verdicts or output.exit_code == 1
    return " ".join(part["message"] for part in [*verdicts, *output.errors])


@pytest.mark.parametrize(("name", "advice"), [("no_such_thing", "misspelt"), ("tickets_search", "use tickets")])
def test_an_unknown_stream_is_named_and_the_others_are_read(
    account: SimulatedAccount, connector: Connector, name: str, advice: str
) -> None:
    output = connector.read("groups", "tickets", more=[unknown(name)])
    assert output.exit_code == 1
    assert {error["failure_type"] for error in output.errors_of(name)} == {"config_error"}
    assert all(name in error["message"] and advice in error["message"] for error in output.errors_of(name))
    for stream in ("groups", "tickets"):
        assert output.statuses[stream] == ["STARTED", "RUNNING", "COMPLETE"]
        assert len(output.rows(stream)) == len(account.truth(stream))


def test_a_host_that_does_not_answer_is_named(account: SimulatedAccount, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        host = f"127.0.0.1:{taken.getsockname()[1]}"
        connector = connector_of(account, tmp_path, base_url="")
        connector.config["base_url"] = f"http://{host}"
        assert host in told(connector)
        output = connector.read("groups", "tickets")
    assert output.exit_code == 1
    for stream in ("groups", "tickets"):
        assert output.statuses[stream] == ["STARTED", "INCOMPLETE"]
        error = output.errors_of(stream)[0]
        assert error["failure_type"] == "transient_error"
        assert f"{host} does not answer" in error["message"]


def test_the_spec_needs_only_the_subdomain() -> None:
    (spec,) = run("spec").of("SPEC")
    assert spec["connectionSpecification"]["required"] == ["subdomain"]
