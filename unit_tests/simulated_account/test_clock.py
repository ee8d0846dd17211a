import time

import pytest

from integration_tests.simulated_account.account_clock import AccountClock


def test_a_frozen_clock_moves_only_when_it_is_moved() -> None:
    clock = AccountClock(1000.0, frozen=True)
    clock.shift(5)
    assert clock.now() == 1005
    assert clock.date_header() == "Thu, 01 Jan 1970 00:16:45 GMT"


def test_a_running_clock_keeps_the_pace_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = [50.0]
    monkeypatch.setattr(time, "time", lambda: machine[-1])
    clock = AccountClock(1000.0)
    machine.append(57.0)
    assert clock.now() == 1007
    clock.shift(60)
    assert clock.now() == 1067


def test_without_a_start_the_clock_shows_the_real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 77.0)
    assert AccountClock().now() == 77
