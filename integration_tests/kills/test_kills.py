"""SIGKILL at any moment: what is on stdout suffices to go on, and nothing that a STATE covers is sent again."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random
from subprocess import Popen

import pytest

from integration_tests.conftest import NOW, connector_of
from integration_tests.connector import Connector, discovered
from integration_tests.destination import Destination
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.truths import differing, keyed, told

KILLS = 25
LARGEST_PAGE = 1000
PER_ROW = {"user_identities": 3}
"""A page holds users; each has some identities."""
JOINING = {"tickets", "ticket_metrics", "users", "user_identities"}
"""Streams of one walk; one that stands ahead of the other joins at its own second, whose rows come again."""


@pytest.fixture(scope="module")
def large() -> Iterator[SimulatedAccount]:
    with SimulatedAccount.running(tickets=2000, now=NOW, frozen=True) as account:
        yield account


def test_twenty_five_kills_in_a_row_lose_nothing_and_repeat_only_open_pages(
    large: SimulatedAccount, tmp_path: Path
) -> None:
    connector, arrived, moments = connector_of(large, tmp_path), Destination(), Random(25)
    for _ in range(KILLS):
        with connector.reading(state=arrived.states) as process:
            assert killed_after(process, arrived, moments.randint(150, 2500)), "it ended before it could be killed"
        assert more_than_a_page(arrived) == []
    last = connector.read(state=arrived.states)
    for message in last.messages:
        arrived.take(message)
    assert last.exit_code == 0
    assert set(arrived.needless) <= JOINING
    assert len(arrived.needless) <= KILLS
    truth = told(large)
    assert {name: wrong for name in discovered() if (wrong := differing(name, arrived.rows[name], truth[name]))} == {}


def more_than_a_page(arrived: Destination) -> list[str]:
    """The streams of which more rows are not covered by a STATE than one page can hold."""
    resumable = [name for name in arrived.open if discovered()[name]["is_resumable"]]
    return [name for name in resumable if len(arrived.open[name]) > LARGEST_PAGE * PER_ROW.get(name, 1)]


def killed_after(process: "Popen[str]", arrived: Destination, lines: int) -> bool:
    """Take so many lines, kill the process, and take what else it had written; whether it was still alive."""
    out = process.stdout or iter(())
    for line in islice(out, lines):
        arrived.take(json.loads(line))
    alive = process.poll() is None
    process.kill()
    for line in out:
        if line.endswith("\n"):
            arrived.take(json.loads(line))
    return alive


@pytest.fixture
def slow() -> Iterator[SimulatedAccount]:
    with SimulatedAccount.running(tickets=1500, now=NOW, frozen=True) as account:
        account.set_limits(enabled=True, totals={"incremental-exports": 1})
        yield account


def test_a_page_is_checkpointed_while_the_walk_waits_for_its_limit(slow: SimulatedAccount, tmp_path: Path) -> None:
    connector, arrived = connector_of(slow, tmp_path), Destination()
    with connector.reading("tickets", "ticket_metrics") as process:
        for line in process.stdout or ():
            arrived.take(json.loads(line))
            if {"tickets", "ticket_metrics"} <= arrived.states.keys():
                break
        assert slow.counts() == {"/api/v2/incremental/tickets/cursor": 1}
        assert process.poll() is None
    assert len(arrived.rows["tickets"]) == 1000
    assert_resumed(connector, slow, arrived)


def assert_resumed(connector: Connector, account: SimulatedAccount, arrived: Destination) -> None:
    """From its states on, the rest comes, and only the rest."""
    account.set_limits(enabled=False)
    rest = connector.read("tickets", "ticket_metrics", state=arrived.states)
    assert rest.exit_code == 0
    for stream in ("tickets", "ticket_metrics"):
        known, more = arrived.rows[stream], keyed(stream, rest.rows(stream))
        assert known.keys() & more.keys() == set()
        assert differing(stream, {**known, **more}, keyed(stream, account.truth(stream))) == {}
