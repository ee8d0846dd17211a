from source_zendesk_support.api.clock import ServerClock
from unit_tests.account import DATE, NOW
from unit_tests.clocks import FakeTime


def test_local_time_holds_until_the_first_answer(local_time: FakeTime) -> None:
    clock = ServerClock()
    local_time.advance(30)
    assert (clock.known, clock.now()) == (False, NOW + 30)


def test_server_time_is_learnt_from_the_date_header(local_time: FakeTime) -> None:
    clock = ServerClock()
    local_time.advance(7200)
    clock.update({"Date": DATE}, local_time.time(), local_time.time())
    assert (clock.known, clock.now()) == (True, NOW)
    local_time.advance(5)
    assert clock.now() == NOW + 5


def test_moment_of_sending_is_seconds_before_the_answer(local_time: FakeTime) -> None:
    clock = ServerClock()
    clock.update({"Date": DATE}, local_time.time(), local_time.time() + 3)
    assert clock.at(local_time.time()) == NOW - 3


def test_answer_without_a_readable_date_changes_nothing(local_time: FakeTime) -> None:
    clock = ServerClock()
    clock.update({}, local_time.time(), local_time.time())
    clock.update({"Date": "yesterday"}, local_time.time(), local_time.time())
    assert clock.known is False


def test_time_of_a_request_comes_from_its_response(local_time: FakeTime) -> None:
    clock = ServerClock()
    sent = local_time.time()
    clock.update({"Date": "Fri, 01 Jan 2100 00:00:00 GMT"}, sent, sent)  # meanwhile, a machine whose clock is wrong
    assert clock.update({"Date": DATE}, sent, sent + 3) == NOW - 3
    assert clock.update({}, sent, sent + 3) == NOW - 3
