"""Troubles that stay: a stream ends INCOMPLETE at its last whole page, the others finish, the next sync goes on."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from integration_tests.accounts import running_account
from integration_tests.command_output import CommandOutput, Json
from integration_tests.conftest import connector_of
from integration_tests.row_comparison import rows_by_key, wrong_rows
from integration_tests.simulated_account import SimulatedAccount


@dataclass(frozen=True)
class LastingFault:
    """A path that fails from its n-th call on, its streams, the rows of the pages before, and the place in words."""

    streams: tuple[str, ...]
    path: str
    fault: str
    call: int
    rows: int
    where: str

    @property
    def step(self) -> Json:
        """The line of the account's script."""
        more = {"retry_after": "0.1"} if self.fault == "429" else {}
        return {"fault": self.fault, "path": self.path, "call": self.call, "times": 1000, **more}


LASTING_FAULTS = [
    LastingFault(("macros",), "macros", "500", 2, 100, "the page at "),
    LastingFault(("tickets", "ticket_metrics"), "incremental/tickets/cursor", "reset", 2, 1000, "the page at "),
    LastingFault(("users", "user_identities"), "incremental/users/cursor", "html", 1, 0, "start_time 1577836800"),
    LastingFault(
        ("ticket_metric_events",), "incremental/ticket_metric_events", "truncated", 2, 1000, "the page from 20"
    ),
    LastingFault(("organizations",), "incremental/organizations", "no_key", 1, 0, "the page from 2020-01-01T00:00:00Z"),
    LastingFault(("groups",), "groups", "503", 1, 0, "the first page"),
    LastingFault(("talk_calls",), "channels/voice/stats/incremental/calls", "429", 1, 0, "the page from 2020-01-01"),
]
STREAMS = [(broken, stream) for broken in LASTING_FAULTS for stream in broken.streams]
WHOLE = ["brands", "tags", "custom_roles", "article_comments"]


@dataclass(frozen=True)
class SyncPair:
    """A sync with lasting troubles, the next one without, and the account."""

    account: SimulatedAccount
    first: CommandOutput
    second: CommandOutput


@pytest.fixture(scope="module")
def syncs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SyncPair]:
    with running_account(tickets=1100) as account:
        account.set_faults(script=[broken.step for broken in LASTING_FAULTS])
        # A web page in the place of an export that lists replace means that it is closed, unless only exports are read.
        connector = connector_of(account, tmp_path_factory.mktemp("broken"), exports="always")
        names = [stream for broken in LASTING_FAULTS for stream in broken.streams]
        first = connector.read(*names, *WHOLE)
        account.set_faults()
        yield SyncPair(account, first, connector.read(*names, state=first.states))


def test_a_lasting_fault_ends_its_stream_incomplete_with_the_state_of_its_last_complete_page(syncs: SyncPair) -> None:
    assert syncs.first.exit_code == 1
    for broken, stream in STREAMS:
        statuses = ["STARTED", "RUNNING", "INCOMPLETE"] if broken.rows else ["STARTED", "INCOMPLETE"]
        assert (stream, syncs.first.statuses[stream]) == (stream, statuses)
        error = syncs.first.errors_of(stream)[0]
        assert error["failure_type"] == "transient_error"
        assert stream in error["message"]
        assert broken.where in error["message"]
        counted = sum(count for name, _, count in syncs.first.checkpoints if name == stream)
        assert counted == len(syncs.first.rows(stream))
        assert stream == "ticket_metrics" or counted == broken.rows


def test_other_streams_complete(syncs: SyncPair) -> None:
    assert wrong_rows(syncs.account, syncs.first, *WHOLE) == {}
    for stream in WHOLE:
        assert syncs.first.statuses[stream] == ["STARTED", "RUNNING", "COMPLETE"]


def test_the_next_sync_brings_the_rest_and_only_the_rest(syncs: SyncPair) -> None:
    assert syncs.second.exit_code == 0
    assert wrong_rows(syncs.account, syncs.first + syncs.second, *(stream for _, stream in STREAMS)) == {}
    for _, stream in STREAMS:
        first, second = (rows_by_key(stream, output.rows(stream)) for output in (syncs.first, syncs.second))
        assert first.keys() & second.keys() == set()
