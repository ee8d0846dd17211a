"""One account for all situations, which behaves as usual at the beginning of each test."""

from collections.abc import Iterator

import pytest

from integration_tests.accounts import running_account
from integration_tests.simulated_account import SimulatedAccount


@pytest.fixture(scope="session")
def shared_account() -> Iterator[SimulatedAccount]:
    with running_account(tickets=20) as running:
        yield running


@pytest.fixture
def account(shared_account: SimulatedAccount) -> SimulatedAccount:
    """The account, of whose rows no test may change any."""
    for verb in ("responses", "behavior", "faults", "odd_responses", "plan", "credentials"):
        shared_account.call(f"set_{verb}")
    shared_account.forget_requests()
    return shared_account
