"""Zero, false and empty are values: no setting and no time falls back to a default because it is falsy."""

from typing import Any

import pytest
from airbyte_cdk.utils.traced_exception import AirbyteTracedException
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.config.model import parse
from source_zendesk_support.manifest import StreamDefinitions
from source_zendesk_support.progress import SyncProgress
from source_zendesk_support.rate_limits.bucket import Bucket, RateLimitReading
from source_zendesk_support.rate_limits.budget import Budget
from source_zendesk_support.state.legacy_state import load_position
from source_zendesk_support.state.position import Position, StateFormat
from unit_tests.account import NOW, Account, cursor_page
from unit_tests.components.parts import pages_of, stanzas, turn
from unit_tests.reading import CONFIG, REFRESH, read

EARLIEST_START_SECONDS = [0, "0", 0.0, "1970-01-01T00:00:00Z", "1970-01-01", "1970-01-01T05:00:00+05:00"]
EARLIEST_START_SECONDS += ["1970-01-01T00:00:00.0Z"]
BEFORE = ["1970-01-01T00:00:00+05:00", "1969-12-31T23:59:59Z", "1900-01-01", -1, "-86400", "0001-01-01T00:00:00Z"]
LIST = StateFormat("updated_at", "%Y-%m-%dT%H:%M:%SZ")
EXPORT = StateFormat("generated_timestamp", "%s", "cursor")


def rules(stream: str, **changes: Any) -> PagedRetriever:
    return StreamDefinitions(parse({**CONFIG, **changes}).declarative()).pages(stream)


def first_request(stream: str, **changes: Any) -> dict[str, Any]:
    pages = rules(stream, **changes)
    return dict(pages.page_request(pages.begin(Position(pages.start)), NOW).params)


@pytest.mark.parametrize("start_date", [*EARLIEST_START_SECONDS, *BEFORE], ids=str)
def test_a_start_date_at_or_before_the_epoch_means_everything(start_date: Any) -> None:
    assert parse({**CONFIG, "start_date": start_date}).start_date == 0
    assert first_request("tickets", start_date=start_date)["start_time"] == 1
    assert first_request("organizations", start_date=start_date)["start_time"] == 1
    assert first_request("satisfaction_ratings", start_date=start_date)["start_time"] == 1
    assert first_request("audit_logs", start_date=start_date)["filter[created_at][]"][0] == "1970-01-01T00:00:01Z"
    assert rules("groups", start_date=start_date).start == 0


@pytest.mark.parametrize("start_date", [None, ""])
def test_no_start_date_means_two_years(start_date: Any) -> None:
    assert parse({**CONFIG, "start_date": start_date}).start_date is None
    assert rules("groups", start_date=start_date).start > 1_600_000_000


@pytest.mark.parametrize("start_date", [False, [], {}], ids=str)
def test_what_is_no_date_is_no_missing_one(start_date: Any) -> None:
    with pytest.raises(AirbyteTracedException, match="start_date: "):
        parse({**CONFIG, "start_date": start_date})


def test_without_lookback_requests_begin_at_the_bookmark() -> None:
    for minutes, start in ((0, 1717200000), (1, 1717199940), (30, 1717198200)):
        pages = rules("ticket_metric_events", metric_events_lookback_minutes=minutes)
        assert pages.page_request(pages.begin(Position(1717200000)), NOW).params["start_time"] == start


@pytest.mark.parametrize("workers", [0, "0", 0.0, 1, "1", 2, -5, "-5"], ids=str)
def test_too_few_workers_become_two(workers: Any) -> None:
    assert parse({**CONFIG, "num_workers": workers}).num_workers == 2


def test_the_smallest_share_of_a_limit_is_not_all_of_it() -> None:
    config = parse({**CONFIG, "max_quota_percent": 1})
    budget = Budget(stanzas().limits, 2, config.max_quota_percent / 100)
    assert budget.left(["account"]) == {"account": 2}
    with pytest.raises(AirbyteTracedException, match="max_quota_percent: "):
        parse({**CONFIG, "max_quota_percent": 0})


def test_what_is_switched_off_stays_off() -> None:
    off = {"expand": False, "labels": False}
    config = parse({**CONFIG, "custom_fields": off, "ticket_audits_archived": False})
    assert (config.custom_fields.expand, config.custom_fields.labels, config.ticket_audits_archived) == (False,) * 3


def test_a_marketplace_id_of_zero_is_sent() -> None:
    config = parse({**CONFIG, "marketplace": {"name": "0", "organization_id": 0, "application_id": ""}})
    assert config.marketplace.headers() == {
        "X-Zendesk-Marketplace-Name": "0",
        "X-Zendesk-Marketplace-Organization-Id": "0",
    }


@pytest.mark.parametrize("token", [0, False, [], {}], ids=str)
def test_a_token_that_is_no_text_is_no_missing_one(token: Any) -> None:
    with pytest.raises(AirbyteTracedException, match=r"chat_credentials\.access_token"):
        parse({**CONFIG, "chat_credentials": {"access_token": token}})


@pytest.mark.parametrize(("expiry", "seen"), [(0, 0), ("0", "0"), (None, ""), ("", "")])
def test_a_token_that_ended_at_the_epoch_has_ended(expiry: Any, seen: Any) -> None:
    config = parse({**CONFIG, "credentials": {**REFRESH, "access_token": "a", "token_expiry_date": expiry}})
    assert config.declarative()["credentials"]["token_expiry_date"] == seen


ZERO = Position(bookmark=0, token="p2", high=0, requested_at=0)


@pytest.mark.parametrize("form", [LIST, EXPORT])
def test_zeros_survive_in_a_state(form: StateFormat) -> None:
    written = form.write(ZERO)
    assert (written["high"], written["asked"], written[form.token]) == (0, 0, "p2")
    assert load_position("groups", written, form, NOW) == ZERO


SECONDS = st.integers(0, 2_000_000_000)


@given(
    position=st.builds(
        Position,
        bookmark=SECONDS,
        token=st.none() | st.text(),
        high=st.none() | st.sampled_from([0]) | SECONDS,
        requested_at=st.none() | st.sampled_from([0]) | SECONDS,
        ids=st.frozensets(st.integers(0, 3) | st.integers(-(10**18) + 1, 10**18 - 1)),
        full=st.booleans(),
    ),
    form=st.sampled_from([LIST, EXPORT]),
)
def test_every_position_comes_back_as_it_was(position: Position, form: StateFormat) -> None:
    assert load_position("groups", form.write(position), form, NOW) == position


def test_a_pass_that_was_broken_off_before_2007_resumes_at_its_page() -> None:
    """With a start_date of 1970 a list's bookmark stays there until its first pass has ended."""
    state = {"updated_at": "1970-01-01T00:00:00Z", "next": "p2", "high": 1700000000, "asked": NOW - 60, "v": 1}
    position = load_position("groups", state, LIST, 0)
    assert (position.bookmark, position.token) == (0, "p2")
    assert pages_of("groups").begin(position).token == "p2"


@pytest.mark.parametrize("state", [0, "", False, []], ids=str)
def test_a_state_that_is_falsy_is_not_taken_for_none(state: Any) -> None:
    with pytest.raises(AirbyteTracedException, match="cannot be understood"):
        load_position("groups", state, LIST, NOW)


@pytest.mark.parametrize("archived", [0, "", False, []], ids=str)
def test_the_state_of_a_second_walk_that_is_falsy_is_not_taken_for_none(archived: Any, account: Account) -> None:
    state = {"created_at": "2024-06-01T00:00:00Z", "v": 1, "archived": archived}
    outcome = read("ticket_audits", saved=state, fails=True, ticket_audits_archived=True)
    assert account.requested == []
    assert "cannot be understood" in outcome.errors[0][1]


def test_a_pass_that_began_at_zero_keeps_its_beginning() -> None:
    """The bookmark must not pass it, whatever later pages say about the time."""
    position = Position(bookmark=0, token="p2", requested_at=0)
    page = cursor_page("groups", [{"id": 1, "updated_at": "2024-06-01T00:00:00Z"}], "x")
    _, after = turn(pages_of("groups"), position, page)
    assert after.requested_at == 0


def test_a_window_that_began_at_zero_has_begun() -> None:
    """Seconds of a monotonic clock may begin there."""
    bucket = Bucket("help-center", 10, 60.0, 1.0)
    bucket.count_call(0.0)
    bucket.count_call(30.0)
    bucket.update(RateLimitReading(total=10, remaining=0), 31.0)
    assert bucket.wait(31.0) == pytest.approx(60.25 - 31.0)


def test_a_stream_at_the_epoch_is_reported_with_its_place(caplog: pytest.LogCaptureFixture) -> None:
    progress = SyncProgress()
    progress.of("groups").last_logged_at -= 3600
    with caplog.at_level("INFO"):
        progress.page("groups", 0, {})
    assert ", at 1970-01-01T00:00:00Z" in caplog.text
