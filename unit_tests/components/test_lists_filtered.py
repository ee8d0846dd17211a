"""Lists that Zendesk filters by time: complete also if the filter is refused, or means something else."""

from typing import Any

import pytest

from unit_tests.account import Account, Reply, cursor_page
from unit_tests.reading import State, read

SURVEYS = "/api/v2/guide/survey_responses"
ACTIVITIES = "/api/v2/activities"
JUNE_3 = "2024-06-03T00:00:00Z"
ALL_SURVEYS = f"{SURVEYS}?filter[created_at_start]=1704067200000&page[size]=50"
SURVEYS_SINCE_MARCH = f"{SURVEYS}?filter[created_at_start]=1709596800000&page[size]=50"
"""90 days before June 3, in milliseconds."""
ACTIVITIES_SINCE_JUNE_2 = f"{ACTIVITIES}?page[size]=100&since=2024-06-02T00:00:00Z"


def surveys(*rows: tuple[str, str | None]) -> dict[str, Any]:
    return cursor_page("survey_responses", ({"id": key, "expires_at": expires} for key, expires in rows))


def activities(*rows: tuple[int, str]) -> dict[str, Any]:
    return cursor_page("activities", ({"id": key, "updated_at": time} for key, time in rows))


def test_survey_that_can_still_be_answered_is_emitted_in_each_sync(account: Account) -> None:
    """It is noon on June 10."""
    rows = surveys(("expired", "2024-06-09T00:00:00Z"), ("open", "2024-07-01T00:00:00Z"))
    account.on(ALL_SURVEYS, rows)
    outcome = read("csat_survey_responses")
    assert outcome.ids() == ["expired", "open"]
    assert outcome.state() == {"expires_at": "2024-06-10T12:00:00Z", "v": 1}
    account.on(f"{SURVEYS}?filter[created_at_start]=1710244800000&page[size]=50", rows)
    assert read("csat_survey_responses", saved=outcome.state()).ids() == ["open"]


def test_survey_without_an_end_is_always_emitted(account: Account) -> None:
    account.on(SURVEYS_SINCE_MARCH, surveys(("endless", None)))
    outcome = read("csat_survey_responses", saved={"expires_at": JUNE_3, "v": 1})
    assert outcome.ids() == ["endless"]
    assert outcome.state() == {"expires_at": JUNE_3, "v": 1}


def test_state_of_a_version_that_read_all_surveys_leads_to_a_first_sync(account: Account) -> None:
    account.on(ALL_SURVEYS, surveys(("a", JUNE_3)))
    outcome = read("csat_survey_responses", saved={"__ab_no_cursor_state_message": True})
    assert outcome.ids() == ["a"]
    assert outcome.state() == {"expires_at": JUNE_3, "ids": ["a"], "v": 1}


FILTERED: dict[str, tuple[str, str, str, Any, State, list[Any]]] = {
    "csat_survey_responses": (
        SURVEYS_SINCE_MARCH,
        f"{SURVEYS}?page[size]=50",
        "filter[created_at_start]",
        surveys(("old", "2024-05-01T00:00:00Z"), ("new", "2024-06-05T00:00:00Z")),
        {"expires_at": "2024-06-05T00:00:00Z", "ids": ["new"], "v": 1},
        ["new"],
    ),
    "ticket_activities": (
        ACTIVITIES_SINCE_JUNE_2,
        f"{ACTIVITIES}?page[size]=100",
        "since",
        activities((1, "2024-05-20T00:00:00Z"), (2, "2024-06-05T00:00:00Z")),
        {"updated_at": "2024-06-05T00:00:00Z", "ids": [2], "v": 1},
        [2],
    ),
}
"""The filtered list, the whole list, the filter, the rows, and what is emitted of them after June 3."""


@pytest.mark.parametrize("refused", [0, 400, 422])
@pytest.mark.parametrize("stream", FILTERED)
def test_list_is_complete_if_the_filter_is_refused_or_ignored(account: Account, stream: str, *, refused: int) -> None:
    filtered, whole, param, rows, state, ids = FILTERED[stream]
    refusal = Reply({"error": "InvalidParameter"}, status=refused)
    account.on(filtered, *{0: [rows], 400: [refusal], 422: [refusal, refusal]}[refused])  # a 422 must be repeated
    account.on(whole, rows)
    outcome = read(stream, saved={next(iter(state)): JUNE_3, "v": 1})
    assert outcome.ids() == ids
    assert outcome.state() == state
    warning = f"Stream {stream}: Zendesk rejected the parameter {param}; continuing without it."
    assert outcome.warnings == ([warning] if refused else [])


def test_bookmark_of_an_earlier_connector_is_where_activities_resume(account: Account) -> None:
    account.on(ACTIVITIES_SINCE_JUNE_2, activities((2, "2024-06-05T00:00:00Z")))
    outcome = read("ticket_activities", saved={"updated_at": JUNE_3})
    assert outcome.ids() == [2]
