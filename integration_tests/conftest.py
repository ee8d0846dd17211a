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


@pytest.fixture
def account() -> Iterator[SimulatedAccount]:
    """A small account whose clock stands still."""
    with running_account() as running:
        yield running


@pytest.fixture
def connector(account: SimulatedAccount, tmp_path: Path) -> Connector:
    """The connector of that account."""
    return connector_of(account, tmp_path)


def connector_of(account: SimulatedAccount, folder: Path, **config: Any) -> Connector:
    """A connector that reads an account."""
    return Connector(account.config(chat_credentials=CHAT, **config), folder)
