"""Accounts and connectors; an account starts in a third of a second, so most tests have one of their own."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integration_tests.accounts import running_account
from integration_tests.connector import Connector
from integration_tests.simulated_account import SimulatedAccount
from unit_tests.cdk_work_once import cdk_work_once

for _ignored in (signal.SIGHUP, signal.SIGQUIT):  # by nohup and background shells, and so by all processes of the tests
    signal.signal(_ignored, signal.SIG_DFL)
CHAT = {"credentials": "access_token", "access_token": "simulated-chat-token"}


@pytest.fixture(scope="session", autouse=True)
def _work_done_once() -> Iterator[None]:
    """Commands in this process share what the CDK makes of the manifest; processes of their own do not."""
    with cdk_work_once():
        yield


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marks by which a test or a module changes its account and its config."""
    config.addinivalue_line("markers", "account(**options): options of the simulated account")
    config.addinivalue_line("markers", "config(**fields): fields of the connector's config")


@pytest.fixture
def account(request: pytest.FixtureRequest) -> Iterator[SimulatedAccount]:
    """A small account whose clock stands still, unless a mark says otherwise."""
    with running_account(**_marked(request, "account")) as running:
        yield running


@pytest.fixture
def connector(request: pytest.FixtureRequest, account: SimulatedAccount, tmp_path: Path) -> Connector:
    """The connector of that account, with the config fields of the mark."""
    return connector_of(account, tmp_path, **_marked(request, "config"))


def _marked(request: pytest.FixtureRequest, name: str) -> dict[str, Any]:
    """The arguments of all marks of that name; those of the test count before those of its module."""
    marks = reversed(list(request.node.iter_markers(name)))
    return {key: value for mark in marks for key, value in mark.kwargs.items()}


def connector_of(account: SimulatedAccount, folder: Path, **config: Any) -> Connector:
    """A connector that reads an account."""
    return Connector(account.config(chat_credentials=CHAT, **config), folder)
