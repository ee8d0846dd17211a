"""Config, checks, saved states, secrets and tokens."""

import json
from pathlib import Path
from typing import Any

import pytest

from integration_tests.command_output import CommandOutput, Json
from integration_tests.conftest import connector_of
from integration_tests.connector import Connector
from integration_tests.credentials import REFRESH
from integration_tests.in_process import run
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.situations import JUNE, JUNE_1, Response, assert_complete, ids, line, listed
from integration_tests.test_access_check import refreshes

TOKENS = "/oauth/tokens"


@pytest.mark.parametrize("start", ["1970-01-01T00:00:00Z", "1969-07-20T00:00:00Z", 0])
def test_start_date_at_the_epoch_reads_everything(account: SimulatedAccount, tmp_path: Path, start: Any) -> None:
    output = connector_of(account, tmp_path, start_date=start).read("tickets", "organizations")
    assert_complete(output, "tickets", "organizations")
    for stream in ("tickets", "organizations"):
        assert len(output.rows(stream)) == len(account.truth(stream))
    assert {call["query"]["start_time"] for call in account.requests() if "start_time" in call["query"]} == {"1"}


@pytest.mark.parametrize("workers", ["0", 0, 0.0, -5, 1])
def test_too_few_workers_read_all_the_same(account: SimulatedAccount, tmp_path: Path, workers: Any) -> None:
    connector = connector_of(account, tmp_path, num_workers=workers)
    assert connector.check().verdict["status"] == "SUCCEEDED"
    output = connector.read("tickets", "groups", "macros")
    assert (output.exit_code, output.errors) == (0, [])
    assert len(output.rows("groups")) == len(account.truth("groups"))


@pytest.mark.config(start_date="1970-01-01T00:00:00Z")
def test_first_pass_from_1970_resumes_at_its_page(account: SimulatedAccount, connector: Connector) -> None:
    page = listed("macros", {"id": 1, "updated_at": JUNE}, meta={"has_more": True, "after_cursor": "p2"})
    account.set_responses(line("macros", Response(503), page__after="p2"), line("macros", page))
    first = connector.read("macros")
    assert (first.exit_code, first.states["macros"]["next"]) == (1, "p2")
    account.set_responses(line("macros", listed("macros", {"id": 2, "updated_at": JUNE}), page__after="p2"))
    account.forget_requests()
    second = connector.read("macros", state=first.states)
    assert (second.exit_code, ids(second, "macros")) == (0, [2])
    assert [call["query"]["page[after]"] for call in account.requests()] == ["p2"]


def test_wrong_credentials_are_reported_before_what_passes(account: SimulatedAccount, connector: Connector) -> None:
    account.set_responses(
        line("users/me", Response(503)),
        line("audit_logs", Response(503)),
        line("account/settings", Response(401, body={"error": "Couldn't authenticate you"})),
    )
    verdict = connector.check().verdict
    assert (verdict["status"], "Check your credentials" in verdict["message"]) == ("FAILED", True)


BLOB: Json = {"updated_at": str(JUNE_1), "v": 1}
CAMEL = {"streamDescriptor": {"name": "organizations"}, "streamState": BLOB}
STREAM = {"stream_descriptor": {"name": "organizations"}, "stream_state": BLOB}
PRINTED = json.dumps({"type": "STATE", "state": {"type": "STREAM", "stream": STREAM}})
UNDERSTOOD = {
    "Airbyte's UI": json.dumps([CAMEL]),
    "in an object": json.dumps({"streamState": [CAMEL]}),
    "as JSON text": json.dumps(json.dumps([CAMEL])),
    "printed": f'{{"type":"LOG","log":{{"level":"INFO","message":"x"}}}}\n{PRINTED}\n',
    "printed and cut off": f'{PRINTED}\n{{"type":"RECORD","record":{{"str',
    "with streams that are gone": json.dumps([CAMEL, {"streamDescriptor": {"name": "gone"}, "streamState": BLOB}]),
}


@pytest.mark.parametrize("shape", UNDERSTOOD)
def test_pasted_state_is_resumed_from(account: SimulatedAccount, connector: Connector, shape: str) -> None:
    output = connector.read_state_file("organizations", UNDERSTOOD[shape])
    assert (output.exit_code, output.errors) == (0, [])
    assert account.requests()[0]["query"]["start_time"] == str(JUNE_1)
    gone = [warning for warning in output.warnings if "streams that do not exist here: gone" in warning]
    assert len(output.warnings) == len(gone) == (shape == "with streams that are gone")


REFUSED = {
    "Singer": '{"bookmarks": {"tickets": {"updated_at": "2024-06-01"}}}',
    "catalog": '{"streams": [{"stream": {"name": "tickets"}, "sync_mode": "incremental"}]}',
    "config": '{"subdomain": "acme", "credentials": {"api_token": "hunter22"}}',
    "log": '{"type": "LOG", "log": {"level": "INFO", "message": "hunter22"}}',
    "somewhere": '{"somewhere": 12}',
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_state_costs_no_request(account: SimulatedAccount, connector: Connector, kind: str) -> None:
    output = connector.read_state_file("organizations", REFUSED[kind])
    (error,) = output.errors
    assert (output.exit_code, output.records) == (1, {})
    assert (error["failure_type"], account.requests()) == ("config_error", [])
    assert "hunter22" not in str(output.messages)
    assert kind.lower() in error["message"].lower()


@pytest.mark.parametrize("name", ["__injected_components_py", "__injected_manifest", "__command"])
def test_code_and_commands_in_a_config_do_nothing(account: SimulatedAccount, tmp_path: Path, name: str) -> None:
    mark = tmp_path / "mark"
    code = f"import pathlib; pathlib.Path({str(mark)!r}).touch()"
    output = connector_of(account, tmp_path, **{name: code}).read("groups")
    assert (output.exit_code, len(output.rows("groups"))) == (0, len(account.truth("groups")))
    assert not mark.exists()
    assert [warning for warning in output.warnings if name in warning] != []


def quoted(secret: str) -> list[str]:
    """A secret in every form in which a server may quote it."""
    return [secret, secret.replace("+", "%2B"), json.dumps(secret), repr(secret), secret.replace("&", "&amp;")]


def test_secret_that_a_server_quotes_is_masked(account: SimulatedAccount, tmp_path: Path) -> None:
    """In each form, in a long text that is cut off in the middle of it, and beside a person's address."""
    secret = "a+b&c'd-simulated-secret"
    config = account.config(credentials={"credentials": "oauth2.0", "access_token": secret})
    account.set_credentials(bearers={secret: {"role": "admin"}})
    for text in (*quoted(secret), "x" * 485 + secret, f"person@mail.example may not use {secret}"):
        account.set_responses(line("audit_logs", Response(403, text=text, headers={"Content-Type": "text/plain"})))
        output = Connector(config, tmp_path).read("audit_logs")
        reported = str(output.messages) + output.stderr
        assert output.exit_code == 1
        assert [form for form in quoted(secret) if form in reported] == []
        assert "simulated-secret" not in reported
        assert "person@mail.example" not in reported


def signed_in(account: SimulatedAccount, folder: Path) -> tuple[CommandOutput, Json]:
    """A sync with a refresh token, and the credentials that it leaves in its config file."""
    output = Connector(account.config(credentials=REFRESH), folder).read("groups")
    credentials: Json = json.loads((folder / "config.json").read_text("utf-8"))["credentials"]
    return output, credentials


@pytest.mark.parametrize("lifetime", ["1e308", "1" + "0" * 18, "NaN", "9" * 5000, '"soon"', "-1", "[]", "null"])
def test_odd_lifetime_of_a_token_costs_nothing(account: SimulatedAccount, tmp_path: Path, lifetime: str) -> None:
    account.set_credentials(bearers={"issued": {"role": "admin"}})
    text = f'{{"access_token":"issued","refresh_token":"next","expires_in":{lifetime}}}'
    account.set_responses(line(TOKENS, Response(text=text)))
    output, credentials = signed_in(account, tmp_path)
    assert (output.exit_code, len(output.rows("groups"))) == (0, len(account.truth("groups")))
    assert (credentials["access_token"], credentials["refresh_token"]) == ("issued", "next")


GRANT = '{"refresh_token":"next","access_token":'
CUT: dict[str, Response] = {
    "a blank in it": Response(text=GRANT + '"is sued"}'),
    "an accent in it": Response(text=GRANT + '"issu\\u00e9d"}'),
    "missing": Response(text='{"refresh_token":"next"}'),
    "cut off": Response(text=GRANT + '"iss'),
    "UTF-16": Response(text='{"refresh_token":"next"}', encoding="utf-16"),
    "BOM": Response(text='{"refresh_token":"next"}', encoding="utf-8-sig"),
}


@pytest.mark.parametrize("kind", CUT)
def test_refresh_token_of_an_unusable_grant_is_stored_and_used(
    account: SimulatedAccount, tmp_path: Path, kind: str
) -> None:
    account.set_credentials(bearers={"issued": {"role": "admin"}}, refresh_tokens=["next"])
    right = {"access_token": "issued", "refresh_token": "last", "expires_in": 7200}
    account.set_responses(line(TOKENS, CUT[kind], right))
    output, credentials = signed_in(account, tmp_path)
    assert (output.exit_code, credentials["refresh_token"], refreshes(account)) == (0, "last", 2)


@pytest.mark.parametrize("flag", ["--manifest-path", "--components-path"])
def test_code_of_the_command_line_costs_no_request(account: SimulatedAccount, connector: Connector, flag: str) -> None:
    output = run(*connector.arguments(("groups",), None), flag, "/nowhere")
    (error,) = output.errors
    assert (output.exit_code, error["failure_type"], account.requests()) == (1, "config_error", [])
