"""OAuth tokens that end: fetched once for all streams, handed on before use, renewed in the middle of a run."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from integration_tests.command_output import CommandOutput, Json
from integration_tests.connector import Connector
from integration_tests.credentials import CLIENT_CREDENTIALS, REFRESH
from integration_tests.in_process import run
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.test_access_check import refreshes

LATER = "2099-01-01T00:00:00Z"
PAST = "2020-01-01T00:00:00Z"


def signed_in(account: SimulatedAccount, folder: Path, credentials: Json, **config: Any) -> Connector:
    return Connector(account.config(credentials=credentials, **config), folder)


def saved(output: CommandOutput) -> Json:
    """The config of the only CONTROL message."""
    (control,) = output.of("CONTROL")
    assert control["type"] == "CONNECTOR_CONFIG"
    config: Json = control["connectorConfig"]["config"]
    return config


def test_all_streams_share_one_refresh(account: SimulatedAccount, tmp_path: Path) -> None:
    output = signed_in(account, tmp_path, REFRESH, num_workers=16).read()
    assert (output.exit_code, refreshes(account)) == (0, 1)
    assert len(output.rows("tickets")) == len(account.truth("tickets"))


def test_new_tokens_go_out_before_they_are_used_and_the_next_run_resumes_with_them(
    account: SimulatedAccount, tmp_path: Path
) -> None:
    connector = signed_in(account, tmp_path, REFRESH, page_size=100)
    first = connector.read("groups")
    config = saved(first)
    kinds = [message["type"] for message in first.messages]
    assert kinds.index("CONTROL") < kinds.index("RECORD")
    assert config == connector.config | {"credentials": config["credentials"]}
    assert config["credentials"]["refresh_token"] != REFRESH["refresh_token"]
    assert config["credentials"]["token_expiry_date"] > "2026"
    second = Connector(config, tmp_path).read("groups")
    assert (second.exit_code, second.of("CONTROL"), refreshes(account)) == (0, [], 1)


def test_the_config_file_is_replaced_with_its_mode(account: SimulatedAccount, tmp_path: Path) -> None:
    connector = signed_in(account, tmp_path, REFRESH)
    arguments = connector.arguments(["groups"], None)
    path = tmp_path / "config.json"
    path.chmod(0o640)
    output = run(*arguments)
    assert json.loads(path.read_text("utf-8")) == saved(output)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(file.name for file in tmp_path.iterdir()) == ["catalog.json", "config.json"]
    assert run(*arguments).exit_code == 0
    assert refreshes(account) == 1


def test_a_token_withdrawn_in_the_middle_is_renewed_once(account: SimulatedAccount, tmp_path: Path) -> None:
    account.set_credentials(bearers={"withdrawn": {"role": "admin", "expires": 1.0}})
    credentials = REFRESH | {"access_token": "withdrawn", "token_expiry_date": LATER}
    output = signed_in(account, tmp_path, credentials, num_workers=16).read()
    assert (output.exit_code, refreshes(account), output.errors) == (0, 1, [])


def test_a_read_renews_only_a_token_that_has_ended_and_before_its_first_call(
    account: SimulatedAccount, tmp_path: Path
) -> None:
    account.set_credentials(bearers={"valid": {"role": "admin"}})
    for expiry in (LATER, "", None, "soon"):
        credentials = REFRESH | {"access_token": "valid", "token_expiry_date": expiry}
        output = signed_in(account, tmp_path, credentials).read("groups")
        assert (output.exit_code, refreshes(account), output.of("CONTROL")) == (0, 0, [])
    account.forget_requests()
    ended = REFRESH | {"access_token": "valid", "token_expiry_date": PAST}
    output = signed_in(account, tmp_path, ended).read("groups")
    assert (output.exit_code, refreshes(account), len(output.of("CONTROL"))) == (0, 1, 1)
    assert account.requests()[0]["path"] == "/oauth/tokens"
    assert all(call["status"] == 200 for call in account.requests())


def test_client_credentials_need_nothing_stored(account: SimulatedAccount, tmp_path: Path) -> None:
    connector = signed_in(account, tmp_path, CLIENT_CREDENTIALS, num_workers=16)
    for _ in range(2):
        output = connector.read("groups", "tickets", "users")
        assert (output.exit_code, output.of("CONTROL"), output.errors) == (0, [], [])
    assert refreshes(account) == 2


@pytest.mark.parametrize(
    ("change", "said", "remedy"),
    [
        ({"refresh_token": "used-up"}, "invalid_grant", "Authenticate again"),
        ({"client_secret": "not-it"}, "invalid_client", "client secret"),
    ],
)
def test_a_refused_refresh_says_which_error_and_what_to_do(
    account: SimulatedAccount, tmp_path: Path, change: Json, said: str, remedy: str
) -> None:
    connector = signed_in(account, tmp_path, REFRESH | change)
    check, discover, read = connector.check(), connector.discover(), connector.read("groups", "tickets", "brands")
    for words in (check.verdict["message"], discover.errors[0]["message"], str(read.errors)):
        assert said in words
        assert remedy in words
    assert refreshes(account) == 3
    assert (discover.exit_code, read.exit_code) == (1, 1)
    assert discover.of("CATALOG") == []  # one without custom fields would drop the columns of the user's tables
    assert {error["failure_type"] for error in read.errors} == {"config_error"}


def test_chat_does_not_renew_the_main_token(account: SimulatedAccount, tmp_path: Path) -> None:
    credentials = REFRESH | {"access_token": "simulated-access-token", "token_expiry_date": LATER}
    output = signed_in(account, tmp_path, credentials).read("chats", "chat_agents", "groups")
    assert (output.exit_code, refreshes(account)) == (0, 0)
    assert len(output.warnings) == 2
