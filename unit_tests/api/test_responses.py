import pytest
import requests

from source_zendesk_support.api.responses import RetryAfterBackoffStrategy, retry_after
from unit_tests.account import DATE


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30.0),
        ("1.5", 1.5),
        ("0", 0.0),
        ("-5", 0.0),
        ("Mon, 10 Jun 2024 12:00:17 GMT", 17.0),
        ("Mon, 10 Jun 2024 11:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, DATE) == seconds


@pytest.mark.parametrize("value", ["nan", "inf"])
def test_retry_after_is_always_a_time_that_can_be_waited(value: str) -> None:
    wait = retry_after(value, DATE)
    assert wait is None or 0 <= wait < float("inf")


def test_strategy_reads_the_answer() -> None:
    response = requests.Response()
    response.headers["Retry-After"] = "12"
    assert RetryAfterBackoffStrategy().backoff_time(response, 1) == 12.0


@pytest.mark.parametrize("met", [None, requests.ConnectionError()])
def test_call_without_an_answer_names_no_time(met: requests.RequestException | None) -> None:
    assert RetryAfterBackoffStrategy().backoff_time(met, 1) is None
