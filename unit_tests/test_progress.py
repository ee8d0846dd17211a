import pytest

from source_zendesk_support.progress import SyncProgress


@pytest.fixture(autouse=True)
def _every_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "airbyte")


def test_start_is_reported_with_its_time_and_limits(caplog: pytest.LogCaptureFixture) -> None:
    SyncProgress().started("tags", "2024-01-01T00:00:00Z", ["account", "incremental-exports"])
    assert caplog.messages == ["Stream tags: reading from 2024-01-01T00:00:00Z; limits: account, incremental-exports"]


def test_refused_parents_are_summed_up_in_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    tally = SyncProgress()
    tally.ended("article_votes", 3)
    tally.ended("tags", 0)
    assert caplog.messages == ["Stream article_votes: Zendesk denied access to 3 parents; their records are skipped."]


def test_table_has_one_line_a_stream_in_order() -> None:
    counts = SyncProgress()
    tally = counts.of("users")
    tally.rows, tally.calls, tally.retries, tally.waited, tally.pages = 12, 3, 1, 41.4, 2
    counts.of("tags").gated = True
    counts.ended("users", 2)
    counts.ended("tags", 0)
    heading, *lines = counts.table().splitlines()
    assert heading == "stream  rows  pages  calls  retries  waited s  skipped parents  gated  seconds"
    assert [line.split()[:-1] for line in lines] == [
        ["tags", "0", "0", "0", "0", "0", "0", "yes"],
        ["users", "12", "2", "3", "1", "41", "2"],
    ]
