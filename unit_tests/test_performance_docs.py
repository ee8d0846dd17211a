"""The times of docs/performance.md are those that the manifest's limits make."""

import re
from math import ceil
from pathlib import Path

import pytest

from source_zendesk_support.manifest import load_manifest

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"^\| ([\d,]+) \| ([\d,]+) \| ([\dhmin ]+) \| ([\dhmin ]+) \|$", re.MULTILINE)
PLAN = re.compile(r"^\| [A-Z][^|]+ \| ([\d,]+) \| ([\dhmin ]+) \| ([\dhmin ]+) \|$", re.MULTILINE)
HIGH_VOLUME = 3
"""Times the documented limit; https://developer.zendesk.com/api-reference/introduction/rate-limits/"""


def limit(bucket: str) -> int:
    (policy,) = (policy for policy in load_manifest()["api_budget"]["policies"] if policy["bucket"] == bucket)
    assert policy["rates"][0]["interval"] == "PT1M"
    return int(policy["rates"][0]["limit"])


def section(heading: str) -> str:
    """From a table's head to the blank line behind it."""
    text = (ROOT / "docs" / "performance.md").read_text("utf-8")
    return text[text.index(f"| {heading} |") :].partition("\n\n")[0]


def duration(calls: int, a_minute: int) -> str:
    hours, minutes = divmod(ceil(calls / a_minute), 60)
    return " ".join(f"{count} {unit}" for count, unit in ((hours, "h"), (minutes, "min")) if count)


def number(text: str) -> int:
    return int(text.replace(",", ""))


@pytest.mark.parametrize(
    ("rows", "bucket"), [("tickets", "incremental-exports"), ("users", "incremental-exports-cursor")]
)
def test_times_of_exports_follow_from_their_limit(rows: str, bucket: str) -> None:
    found = ROW.findall(section(rows))
    assert len(found) >= 3
    for count, calls, time, high_volume in found:
        assert number(calls) == number(count) // 1000
        assert time == duration(number(calls), limit(bucket))
        assert high_volume == duration(number(calls), limit(bucket) * HIGH_VOLUME)


def test_times_of_plans_follow_from_their_limits() -> None:
    found = PLAN.findall(section("plan"))
    assert [number(a_minute) for a_minute, _, _ in found] == [200, 400, 700, 2500]
    assert number(found[0][0]) == limit("account") == limit("help-center") == limit("chat")
    for a_minute, thousand, many in found:
        assert (thousand, many) == (duration(1_000, number(a_minute)), duration(100_000, number(a_minute)))
