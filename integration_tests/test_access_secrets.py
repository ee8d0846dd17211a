"""However a command fails, and however much it logs, no secret is in what it writes."""

import json
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from integration_tests.command_output import Json
from integration_tests.connector import Connector
from integration_tests.credentials import API_TOKEN, BEARER, REFRESH
from integration_tests.in_process import run
from integration_tests.simulated_account import SimulatedAccount

BASIC = b64encode(b"admin@acme.example/token:simulated-token").decode()
SECRETS = (
    "simulated-token",
    "simulated-access-token",
    "simulated-secret",
    "simulated-refresh-token",
    "simulated-chat-token",
    BASIC,
)
Prepare = Callable[[SimulatedAccount], None]


def nothing(_account: SimulatedAccount) -> None:
    """The account as it is."""


FAILURES: list[tuple[str, Json, Prepare]] = [
    ("nothing wrong, API token", {"credentials": API_TOKEN}, nothing),
    ("nothing wrong, refresh", {"credentials": REFRESH}, nothing),
    ("wrong API token", {"credentials": API_TOKEN | {"email": "nobody@acme.example"}}, nothing),
    ("wrong access token", {"credentials": BEARER}, lambda account: account.set_credentials(bearers={
        "simulated-access-token": {"role": "admin", "expires": 1.0}})),
    ("wrong client", {"credentials": REFRESH | {"client_id": "nobody"}}, nothing),
    ("used refresh token", {"credentials": REFRESH}, lambda account: account.set_credentials(
        clients={"simulated-client": "another"})),
    ("withdrawn token", {"credentials": REFRESH | {"access_token": "simulated-access-token"}},
     lambda account: account.set_credentials(bearers={"simulated-access-token": {"role": "admin", "expires": 1.0}})),
    ("wrong chat token", {"credentials": API_TOKEN}, lambda account: account.set_credentials(chat_tokens={})),
    ("gone account", {"credentials": API_TOKEN}, lambda account: account.set_behavior(unknown_subdomain="redirect")),
    ("gated", {"credentials": BEARER}, lambda account: account.set_plan("team", gates={"groups": "403_html"})),
    ("broken", {"credentials": API_TOKEN}, lambda account: account.set_faults(script=[
        {"fault": "truncated", "path": "groups", "times": 2}, {"fault": "reset", "path": "tags"}])),
    ("bad field", {"credentials": API_TOKEN, "num_workers": "simulated-token"}, nothing),
    ("secret in the subdomain", {"credentials": API_TOKEN, "subdomain": "simulated-token/"}, nothing),
    ("bad option", {"credentials": API_TOKEN | {"credentials": "magic"}}, nothing),
    ("no route", {"credentials": API_TOKEN, "base_url": "http://127.0.0.1:9"}, nothing),
    ("old form", {"credentials": None, "email": "admin@acme.example", "access_token": "simulated-token"}, nothing),
]  # fmt: skip


@pytest.mark.parametrize(("name", "config", "prepare"), FAILURES, ids=[name for name, _, _ in FAILURES])
def test_no_secret_leaves(account: SimulatedAccount, tmp_path: Path, name: str, config: Json, prepare: Prepare) -> None:
    prepare(account)
    chat = {"access_token": "simulated-chat-token"}
    connector = Connector(account.config(chat_credentials=chat, **config), tmp_path)
    read = connector.arguments(["groups", "tags", "audit_logs", "chat_agents"], None)
    check = ["check", *read[1:3]]
    for arguments in (check, [*check, "--debug"], read, [*read, "--debug"]):
        connector.file("config", connector.config)
        assert leaked(arguments) == []


def leaked(arguments: list[str]) -> list[str]:
    """The secrets, those of the config and those that were issued, in what a command writes beside CONTROL."""
    output = run(*arguments)
    control = [message["connectorConfig"]["config"] for message in output.of("CONTROL")]
    issued = [config["credentials"][key] for config in control for key in ("access_token", "refresh_token")]
    others = [message for message in output.messages if message["type"] != "CONTROL"]
    written = json.dumps(others) + output.stderr
    return [secret for secret in (*SECRETS, *issued) if secret in written]
