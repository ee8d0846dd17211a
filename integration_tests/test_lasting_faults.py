"""Troubles that stay: a stream ends INCOMPLETE at its last whole page, the others finish, the next sync goes on."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from integration_tests.accounts import running_account
from integration_tests.conftest import connector_of
from integration_tests.output import Json, Output
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.truths import differing, keyed


@dataclass(frozen=True)
class Broken:
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


BROKEN = [
    Broken(("macros",), "macros", "500", 2, 100, "the page at "),
    Broken(("tickets", "ticket_metrics"), "incremental/tickets/cursor", "reset", 2, 1000, "the page at "),
    Broken(("users", "user_identities"), "incremental/users/cursor", "html", 1, 0, "start_time 1577836800"),
    Broken(("ticket_metric_events",), "incremental/ticket_metric_events", "truncated", 2, 1000, "the page from 20"),
    Broken(("organizations",), "incremental/organizations", "no_key", 1, 0, "the page from 2020-01-01T00:00:00Z"),
    Broken(("groups",), "groups", "503", 1, 0, "the first page"),
    Broken(("talk_calls",), "channels/voice/stats/incremental/calls", "429", 1, 0, "the page from 2020-01-01"),
]
STREAMS = [(broken, stream) for broken in BROKEN for stream in broken.streams]
WHOLE = ["brands", "tags", "custom_roles", "article_comments"]


@dataclass(frozen=True)
class Syncs:
    """A sync with lasting troubles, the next one without, and the account."""

    account: SimulatedAccount
    first: Output
    second: Output


@pytest.fixture(scope="module")
def syncs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Syncs]:
    with running_account(tickets=1100) as account:
        account.set_faults(script=[broken.step for broken in BROKEN])
        connector = connector_of(account, tmp_path_factory.mktemp("broken"))
        names = [stream for broken in BROKEN for stream in broken.streams]
        first = connector.read(*names, *WHOLE)
        account.set_faults()
        yield Syncs(account, first, connector.read(*names, state=first.states))


@pytest.mark.parametrize(("broken", "stream"), STREAMS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_lasting_fault_ends_its_stream_incomplete(syncs: Syncs, broken: Broken, stream: str) -> None:
    statuses = ["STARTED", "RUNNING", "INCOMPLETE"] if broken.rows else ["STARTED", "INCOMPLETE"]
    assert syncs.first.statuses[stream] == statuses
    error = syncs.first.errors_of(stream)[0]
    assert error["failure_type"] == "transient_error"
    assert stream in error["message"]
    assert broken.where in error["message"]


@pytest.mark.parametrize(("broken", "stream"), STREAMS, ids=lambda value: value if isinstance(value, str) else "")
def test_the_state_is_that_of_the_last_whole_page(syncs: Syncs, broken: Broken, stream: str) -> None:
    counted = sum(count for name, _, count in syncs.first.checkpoints if name == stream)
    assert counted == len(syncs.first.rows(stream))
    if stream != "ticket_metrics":
        assert counted == broken.rows


@pytest.mark.parametrize("stream", WHOLE)
def test_other_streams_complete(syncs: Syncs, stream: str) -> None:
    assert syncs.first.statuses[stream] == ["STARTED", "RUNNING", "COMPLETE"]
    truth = keyed(stream, syncs.account.truth(stream))
    assert differing(stream, keyed(stream, syncs.first.rows(stream)), truth) == {}


def test_a_sync_that_is_not_whole_fails(syncs: Syncs) -> None:
    assert syncs.first.exit_code == 1


@pytest.mark.parametrize("stream", [stream for _, stream in STREAMS])
def test_the_next_sync_brings_the_rest_and_only_the_rest(syncs: Syncs, stream: str) -> None:
    first, second = keyed(stream, syncs.first.rows(stream)), keyed(stream, syncs.second.rows(stream))
    assert syncs.second.exit_code == 0
    assert first.keys() & second.keys() == set()
    assert differing(stream, {**first, **second}, keyed(stream, syncs.account.truth(stream))) == {}
