"""Satisfaction ratings of the older survey, their reasons, and the answers to the newer one.

Facts: docs/zendesk-api.md#ratings-and-surveys.
"""

from collections.abc import Mapping

from .account import Account
from .kinds import KINDS, number_of, row_of
from .pieces import HOME
from .rows import Record, Row
from .stamps import DAY, HOUR, MINUTE, iso, iso_millis
from .stories import Story, stories_of

_REASONS = ("Some other reason", "The issue took too long to resolve", "The issue was not resolved", "Old reason")


def rating_of(story: Story) -> Record | None:
    """The rating of the ticket.

    Of every fourth solved one a vote, of the next one an unanswered offer, else nothing.
    """
    if not story.solved or story.deleted or story.number % 4 > 1:
        return None
    offered, number = story.number % 4 == 1, number_of("satisfaction_ratings", story.number)
    bad = story.number % 16 == 0
    voted = min(story.generated, story.solved + 5 * HOUR)
    return {
        "url": f"{HOME}/api/v2/satisfaction_ratings/{number}.json",
        "id": number,
        "assignee_id": story.agent,
        "group_id": story.group,
        "requester_id": story.requester,
        "ticket_id": story.number,
        "score": "offered" if offered else "bad" if bad else "good",
        "comment": None if offered else "Took a while 😕" if bad else "Great help!" if story.number % 8 == 0 else None,
        "reason": _REASONS[1] if bad else None,
        "reason_id": number_of("satisfaction_reasons", 1) if bad else None,
        "reason_code": 5 if bad else 0,
        "created_at": iso(story.solved),
        "updated_at": iso(story.solved if offered else max(story.solved, voted)),
    }


def make_ratings(account: Account) -> Mapping[str, list[Row]]:
    """All ratings of tickets."""
    ratings = (rating_of(story) for story in account.keep("stories", stories_of))
    return {"satisfaction_ratings": [row_of(KINDS["satisfaction_ratings"], rating) for rating in ratings if rating]}


def make_reasons(account: Account) -> Mapping[str, list[Row]]:
    """The reasons that a bad rating can name; the last one is deleted."""
    return {"satisfaction_reasons": [_reason(account, n, text) for n, text in enumerate(_REASONS)]}


def _reason(account: Account, n: int, text: str) -> Row:
    number = number_of("satisfaction_reasons", n)
    record = {
        "url": f"{account.home}/satisfaction_reasons/{number}.json",
        "id": number,
        "reason_code": (0, 5, 6, 1000)[n],
        "value": text,
        "raw_value": text,
        "created_at": iso(account.made_at - 300 * DAY),
        "updated_at": iso(account.made_at - (30 + n) * DAY),
        "deleted_at": iso(account.made_at - 33 * DAY) if n == 3 else None,
    }
    return row_of(KINDS["satisfaction_reasons"], record)


def make_surveys(account: Account) -> Mapping[str, list[Row]]:
    """Answers to the newer survey: of every tenth solved ticket."""
    told = [story for story in account.keep("stories", stories_of) if story.solved and story.number % 10 == 3]
    return {"csat_survey_responses": [_survey(story) for story in told]}


def _survey(story: Story) -> Row:
    at = min(story.generated, (story.solved or 0) + 2 * HOUR)
    zrn = f"zrn:zendesk:support:{HOME[8:12]}:ticket:{story.number}"
    record = {
        "id": f"01J{at:010d}{story.number:013d}",
        "responder_id": str(story.requester),
        "expires_at": iso_millis(at + 28 * DAY),
        "subject_zrns": [zrn],
        "subjects": [{"id": str(story.number), "type": "ticket", "zrn": zrn}],
        "survey": {"id": "01HSURVEY00000000000000001", "version": 2, "state": "enabled"},
        "answers": [_scale(story, at), _open(story, at), _closed(story, at)],
    }
    return row_of(KINDS["csat_survey_responses"], record)


def _answer(kind: str, question: str, at: int) -> Record:
    return {
        "type": kind,
        "question": {"id": f"01HQ{kind[:6].upper()}", "version": 1, "type": kind, "headline": question},
        "created_at": iso_millis(at),
        "updated_at": iso_millis(at + MINUTE),
    }


def _scale(story: Story, at: int) -> Record:
    rating = story.number % 5 + 1
    category = "bad" if rating < 3 else "neutral" if rating == 3 else "good"
    return _answer("rating_scale", "How was it?", at) | {"rating": rating, "rating_category": category}


def _open(story: Story, at: int) -> Record:
    if story.number % 20 == 3:
        return _answer("open_ended", "What can we do better?", at) | {"value": "Answer in Polish, please 🇵🇱"}
    return _answer("open_ended", "What can we do better?", at) | {"type": "skipped"}


def _closed(story: Story, at: int) -> Record:
    return _answer("closed_ended", "What was it about?", at) | {"selections": [{"id": f"choice{story.number % 3}"}]}
