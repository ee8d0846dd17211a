"""Answers to a survey may change until it expires: each sync brings them, and no survey that has expired before."""

from typing import Any

from integration_tests.connector import Connector
from integration_tests.simulated_account import SimulatedAccount

SURVEYS = "csat_survey_responses"
IN_A_WEEK = "2026-06-08T12:00:00.000Z"
"""It is noon on June 1."""


def answered(value: str) -> list[dict[str, Any]]:
    return [{"type": "open_ended", "value": value}]


def test_answer_that_changes_arrives_until_its_survey_expires(account: SimulatedAccount, connector: Connector) -> None:
    key = account.add(SURVEYS, expires_at=IN_A_WEEK, answers=answered("good"))["id"]
    first = connector.read(SURVEYS)
    assert len(first.rows(SURVEYS)) == len(account.truth(SURVEYS))
    account.update(SURVEYS, key, expires_at=IN_A_WEEK, answers=answered("bad"))
    account.forget_requests()
    second = connector.read(SURVEYS, state=first.states)
    assert [(row["id"], row["answers"]) for row in second.rows(SURVEYS)] == [(key, answered("bad"))]
    [query] = [call["query"] for call in account.requests() if call["path"].endswith("survey_responses")]
    ninety_days_before = 1_772_539_200_000  # 2026-03-03T12:00:00Z
    assert abs(int(query["filter[created_at_start]"]) - ninety_days_before) < 120_000
    assert (first.exit_code, second.exit_code, second.warnings) == (0, 0, [])
