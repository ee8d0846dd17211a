import pytest

from source_zendesk_support.api.responses import retry_after
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
