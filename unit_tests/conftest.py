import gc
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests_mock
from airbyte_cdk.utils.airbyte_secrets_utils import update_secrets
from hypothesis import HealthCheck, settings

from source_zendesk_support import command
from source_zendesk_support.api import client, clock
from source_zendesk_support.rate_limits import budget
from unit_tests.account import NOW, Account, Reply
from unit_tests.cdk_work_once import cdk_work_once
from unit_tests.clocks import FakeThreading, FakeTime
from unit_tests.command_files import CommandFiles
from unit_tests.examples import FACTOR, examples

# A busy machine is slow, and slowness proves nothing: no deadline, and no complaint about it.
SLOW = [HealthCheck.too_slow]
settings.register_profile(
    "house", examples(200), deadline=None, suppress_health_check=SLOW, derandomize=FACTOR <= 1, database=None
)
settings.load_profile("house")


@pytest.fixture(scope="session", autouse=True)
def _work_done_once() -> Iterator[None]:
    gc.freeze()  # the CDK is a million objects; a collection that looks at them costs more than most tests
    gc.set_threshold(50_000)
    with cdk_work_once():
        yield


@pytest.fixture
def local_time(monkeypatch: pytest.MonkeyPatch) -> FakeTime:
    """This machine's clock, as right as the server's; it moves only by sleeping."""
    fake = FakeTime(NOW)
    for module in (budget, clock, client):
        monkeypatch.setattr(module, "time", fake)
    return fake


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch, local_time: FakeTime) -> list[float]:
    """Seconds that calls have waited for their limits."""
    fake = FakeThreading(local_time)
    monkeypatch.setattr(budget, "threading", fake)
    return fake.waited


@pytest.fixture
def account(waits: list[float]) -> Iterator[Account]:
    """The account acme, which knows nothing but what a test tells it; while it is there, no time passes by itself."""
    with requests_mock.Mocker() as mocker:
        yield Account(mocker)


@pytest.fixture(scope="module")
def no_waits() -> Iterator[None]:
    """Time passes only in sleep; one clock for all generated cases."""
    fake = FakeTime(NOW)
    with pytest.MonkeyPatch.context() as patch:
        for module in (budget, clock, client):
            patch.setattr(module, "time", fake)
        patch.setattr(budget, "threading", FakeThreading(fake))
        yield


@pytest.fixture
def votes_by_parent(account: Account) -> None:
    """Zendesk does not serve the list of all votes."""
    account.on("/api/v2/help_center/votes.json", *[Reply({"error": "RecordNotFound"}, status=404)] * 40)


@pytest.fixture
def restored_logging() -> Iterator[None]:
    """Undo what a command does to the process it runs in."""
    root, filters = logging.getLogger(), {name: logging.getLogger(name).filters[:] for name in command.FILTERED_LOGGERS}
    handlers, level = root.handlers[:], logging.getLogger("airbyte").level
    yield
    root.handlers = handlers
    logging.getLogger("airbyte").setLevel(level)
    for name, before in filters.items():
        logging.getLogger(name).filters = before
    update_secrets([])


@pytest.fixture
def files(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], restored_logging: None) -> CommandFiles:
    """Commands in this process."""
    return CommandFiles(tmp_path, capfdbinary)
