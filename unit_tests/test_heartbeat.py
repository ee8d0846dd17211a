import pytest
from airbyte_cdk.models import AirbyteMessage, Type

from source_zendesk_support import heartbeat
from source_zendesk_support.heartbeat import Heartbeat
from unit_tests.clocks import FakeTime

STATE = AirbyteMessage(type=Type.STATE)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeTime:
    fake = FakeTime(0)
    monkeypatch.setattr(heartbeat, "time", fake)
    return fake


def test_state_is_repeated_after_two_minutes_of_silence(clock: FakeTime) -> None:
    sent: list[AirbyteMessage] = []
    pulse = Heartbeat(sent.append, lambda: [STATE, STATE])
    clock.advance(119)
    pulse.repeat_if_silent()
    assert sent == []
    clock.advance(1)
    pulse.repeat_if_silent()
    pulse.repeat_if_silent()
    assert sent == [STATE]
    clock.advance(120)
    pulse.repeat_if_silent()
    assert sent == [STATE, STATE]


def test_record_puts_the_next_repetition_off(clock: FakeTime) -> None:
    sent: list[AirbyteMessage] = []
    pulse = Heartbeat(sent.append, lambda: [STATE])
    clock.advance(119)
    pulse.beat()
    clock.advance(119)
    pulse.repeat_if_silent()
    assert sent == []


def test_nothing_is_said_where_nothing_is_under_way(clock: FakeTime) -> None:
    sent: list[AirbyteMessage] = []
    pulse = Heartbeat(sent.append, list)
    clock.advance(1000)
    pulse.repeat_if_silent()
    assert sent == []
