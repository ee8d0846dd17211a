"""Tickets as the exports serve them: 2 to 3 KB each."""

from collections.abc import Mapping
from random import Random

from .account import Account
from .cast import Cast, cast_of
from .kinds import KINDS, number_of, row_of
from .make_fields import custom_values
from .pieces import follow_up, mail, messaging, plain
from .rows import Record, Row
from .stamps import DAY, iso
from .stories import Story, stories_of
from .text import SUBJECT, paragraph, person, tags


def make_tickets(account: Account) -> Mapping[str, list[Row]]:
    """The tickets: live, archived and deleted ones, of agents and of AI agents."""
    cast, rng = account.keep("cast", cast_of), account.random("ticket texts")
    rows = []
    for story in account.keep("stories", stories_of):
        record = _ticket(account, cast, rng, story)
        rows.append(row_of(KINDS["tickets"], record, story.state, "ai_agent" if story.robot else "agent"))
    return {"tickets": rows}


def _ticket(account: Account, cast: Cast, rng: Random, story: Story) -> Record:
    gone = story.status == "deleted"
    subject = "SCRUBBED" if gone else SUBJECT[story.number % len(SUBJECT)]
    values = custom_values(account, rng, story.created)
    record = {
        "url": f"{account.home}/tickets/{story.number}.json",
        "id": story.number,
        "encoded_id": f"{story.number * 7919:X}-{story.number % 97:02d}",
        "external_id": f"shop-{story.number}" if story.number % 6 == 0 else None,
        "via": via_of(rng, story, subject),
        "created_at": iso(story.created),
        "updated_at": iso(story.updated),
        "generated_timestamp": story.generated,
        "type": rng.choice(("question", "incident", "problem", "task", None)),
        "subject": subject,
        "raw_subject": subject,
        "description": "SCRUBBED" if gone else paragraph(rng, 2, 6),
        "priority": rng.choice(("low", "normal", "normal", "high", "urgent", None)),
        "status": story.status,
        "recipient": "support@acme.zendesk.com" if story.channel == "email" else None,
        "requester_id": story.requester,
        "submitter_id": story.requester,
        "assignee_id": story.agent if story.assigned else None,
        "organization_id": story.organization,
        "group_id": story.group if story.assigned else None,
        "custom_fields": values,
        "fields": values,
    }
    return record | _people(cast, rng, story.number) | _marks(account, cast, rng, story)


def via_of(rng: Random, story: Story, subject: str) -> Record:
    """How the ticket came in."""
    match story.channel:
        case "email":
            return mail(person(rng), f"customer{story.requester_number}@mail.example")
        case "native_messaging":
            return messaging(story.number, person(rng))
        case "follow_up":
            return follow_up(max(1, story.number - 7), subject)
        case _:
            return plain(story.channel)


def _people(cast: Cast, rng: Random, number: int) -> Record:
    watched = rng.random() < 0.1
    copied = [cast.end_user(rng)] if watched else []
    return {
        "collaborator_ids": copied,
        "follower_ids": [cast.agent(rng)] if watched else [],
        "email_cc_ids": copied,
        "followup_ids": [number + 7] if number % 33 == 0 else [],
        "sharing_agreement_ids": [34_000_000_000_011] if number % 45 == 9 else [],
    }


def _marks(account: Account, cast: Cast, rng: Random, story: Story) -> Record:
    return {
        "forum_topic_id": None if story.number % 50 else number_of("topics", 0),
        "problem_id": max(1, story.number - 3) if story.number % 40 == 0 else None,
        "has_incidents": story.number % 40 == 37,
        "is_public": True,
        "due_at": iso(story.created + 14 * DAY) if story.number % 11 == 0 else None,
        "tags": tags(rng),
        "satisfaction_rating": _rating(account, story),
        "satisfaction_probability": round(rng.random(), 4) if story.number % 3 == 0 else None,
        "ticket_form_id": cast.form(story.number % 3),
        "brand_id": cast.brand(story.number % 2),
        "custom_status_id": number_of("custom_statuses", _STATUS_PLACE.get(story.status, 4)),
        "allow_channelback": story.channel == "native_messaging",
        "allow_attachments": True,
        "from_messaging_channel": story.channel == "native_messaging",
        "support_type": "ai_agent" if story.robot else "agent",
    }


def _rating(account: Account, story: Story) -> Record:
    if not story.solved or story.number % 4:
        return {"score": "unoffered"}
    about = {"ticket_id": story.number, "requester_id": story.requester, "assignee_id": story.agent}
    return account.streams["satisfaction_ratings"].example | about


_STATUS_PLACE = {"new": 0, "open": 1, "pending": 2, "hold": 3, "solved": 4, "closed": 4}
