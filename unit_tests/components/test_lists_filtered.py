"""Lists that Zendesk filters by time: complete also if the filter is refused, or means something else."""

from typing import Any

import pytest

from unit_tests.account import Account, Reply
from unit_tests.reading import read

SURVEYS = "/api/v2/guide/survey_responses"
ACTIVITIES = "/api/v2/activities"
JUNE_3 = "2024-06-03T00:00:00Z"
SURVEYS_SINCE_MARCH = f"{SURVEYS}?filter[created_at_start]=1709596800000&page[size]=50"
"""90 days before June 3, in milliseconds."""
ACTIVITIES_SINCE_JUNE_2 = f"{ACTIVITIES}?page[size]=100&since=2024-06-02T00:00:00Z"


def surveys(*rows: tuple[str, str | None]) -> dict[str, Any]:
    found = [{"id": key, "expires_at": expires} for key, expires in rows]
    return {"survey_responses": found, "meta": {"has_more": False, "after_cursor": None}}


def activities(*rows: tuple[int, str]) -> dict[str, Any]:
    found = [{"id": key, "updated_at": time} for key, time in rows]
    return {"activities": found, "meta": {"has_more": False, "after_cursor": None}}


def refusals(status: int) -> list[Reply]:
    """A 422 counts only if it is repeated."""
    return [Reply({"error": "InvalidParameter"}, status=status)] * {400: 1, 422: 2}[status]


def test_survey_that_can_still_be_answered_is_emitted_in_each_sync(account: Account) -> None:
    """It is noon on June 10."""
    first = f"{SURVEYS}?filter[created_at_start]=1704067200000&page[size]=50"
    rows = surveys(("expired", "2024-06-09T00:00:00Z"), ("open", "2024-07-01T00:00:00Z"))
    account.on(first, rows)
    outcome = read("csat_survey_responses")
    assert outcome.ids() == ["expired", "open"]
    state = outcome.state()
    assert state == {"expires_at": "2024-06-10T12:00:00Z", "v": 1}
    account.on(f"{SURVEYS}?filter[created_at_start]=1710244800000&page[size]=50", rows)
    again = read("csat_survey_responses", saved=state)
    assert again.ids() == ["open"]


def test_survey_without_an_end_is_always_emitted(account: Account) -> None:
    account.on(SURVEYS_SINCE_MARCH, surveys(("endless", None)))
    outcome = read("csat_survey_responses", saved={"expires_at": JUNE_3, "v": 1})
    assert outcome.ids() == ["endless"]
    assert outcome.state() == {"expires_at": JUNE_3, "v": 1}


def test_state_of_a_version_that_read_all_surveys_leads_to_a_first_sync(account: Account) -> None:
    account.on(f"{SURVEYS}?filter[created_at_start]=1704067200000&page[size]=50", surveys(("a", JUNE_3)))
    outcome = read("csat_survey_responses", saved={"__ab_no_cursor_state_message": True})
    assert outcome.ids() == ["a"]
    assert outcome.state() == {"expires_at": JUNE_3, "ids": ["a"], "v": 1}


@pytest.mark.parametrize("refused", [0, 400, 422])
def test_surveys_are_complete_if_the_filter_is_refused_or_ignored(account: Account, *, refused: int) -> None:
    rows = surveys(("old", "2024-05-01T00:00:00Z"), ("new", "2024-06-05T00:00:00Z"))
    if refused:
        account.on(SURVEYS_SINCE_MARCH, *refusals(refused))
        account.on(f"{SURVEYS}?page[size]=50", rows)
    else:
        account.on(SURVEYS_SINCE_MARCH, rows)
    outcome = read("csat_survey_responses", saved={"expires_at": JUNE_3, "v": 1})
    assert outcome.ids() == ["new"]
    warning = (
        "Stream csat_survey_responses: Zendesk rejected the parameter filter[created_at_start]; continuing without it."
    )
    assert outcome.warnings == ([warning] if refused else [])


@pytest.mark.parametrize("refused", [0, 400, 422])
def test_activities_are_complete_if_the_filter_is_refused_or_ignored(account: Account, *, refused: int) -> None:
    rows = activities((1, "2024-05-20T00:00:00Z"), (2, "2024-06-05T00:00:00Z"))
    if refused:
        account.on(ACTIVITIES_SINCE_JUNE_2, *refusals(refused))
        account.on(f"{ACTIVITIES}?page[size]=100", rows)
    else:
        account.on(ACTIVITIES_SINCE_JUNE_2, rows)
    outcome = read("ticket_activities", saved={"updated_at": JUNE_3, "v": 1})
    assert outcome.ids() == [2]
    assert outcome.state() == {"updated_at": "2024-06-05T00:00:00Z", "ids": [2], "v": 1}


def test_bookmark_of_an_earlier_connector_is_where_activities_resume(account: Account) -> None:
    account.on(ACTIVITIES_SINCE_JUNE_2, activities((2, "2024-06-05T00:00:00Z")))
    outcome = read("ticket_activities", saved={"updated_at": JUNE_3})
    assert outcome.ids() == [2]
