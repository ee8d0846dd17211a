"""Times leave in one notation, whichever they come in."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.components.iso_times import IsoTimes

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=ZONES)  # noqa: DTZ001  zones are drawn


def written(value: Any) -> Any:
    row = {"created_at": value, "other": value}
    IsoTimes(fields=["created_at", "received_at"]).transform(row)
    assert row["other"] == value
    assert "received_at" not in row
    return row["created_at"]


@pytest.mark.parametrize(
    ("came", "leaves"),
    [
        ("2025-04-22 09:24:26+00:00", "2025-04-22T09:24:26Z"),
        ("2025-04-22T09:24:26Z", "2025-04-22T09:24:26Z"),
        ("2025-04-22T09:24:26.250Z", "2025-04-22T09:24:26.250Z"),
        ("2025-04-22T09:24:26.000Z", "2025-04-22T09:24:26.000Z"),
        ("2025-04-22 09:24:26.5+00:00", "2025-04-22T09:24:26.5Z"),
        ("2025-04-22T11:24:26+02:00", "2025-04-22T09:24:26Z"),
        ("2025-04-22 09:24:26", "2025-04-22T09:24:26Z"),
        ("yesterday", "yesterday"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00"),
        ("", ""),
        (None, None),
        (1745313866, 1745313866),
    ],
)
def test_a_time_leaves_as_iso_in_utc(came: Any, leaves: Any) -> None:
    assert written(came) == leaves


@given(MOMENTS, st.sampled_from([" ", "T"]))
def test_no_time_moves(moment: datetime, between: str) -> None:
    leaves = written(moment.isoformat(between))
    assert leaves.endswith("Z")
    assert datetime.fromisoformat(leaves) == moment.astimezone(UTC)
