"""Tickets as the exports serve them: 2 to 3 KB each."""

from collections.abc import Mapping
from random import Random

from .account_data import AccountData
from .account_ids import AccountIds, account_ids_of
from .conversation_log import MESSAGING_CHANNELS
from .invented_text import SUBJECT, paragraph, person, tags
from .make_fields import custom_values
from .record_kinds import KINDS, number_of, row_of
from .shared_objects import follow_up, mail, messaging, plain
from .tables import Record, TableRow
from .ticket_timelines import TicketTimeline, ticket_timelines
from .timestamps import DAY, iso


def make_tickets(account: AccountData) -> Mapping[str, list[TableRow]]:
    """The tickets: live, archived and deleted ones, of agents and of AI agents."""
    ids, rng = account.shared("ids", account_ids_of), account.random("ticket texts")
    rows = []
    for timeline in account.shared("timelines", ticket_timelines):
        record = _ticket(account, ids, rng, timeline)
        rows.append(row_of(KINDS["tickets"], record, timeline.state, "ai_agent" if timeline.robot else "agent"))
    return {"tickets": rows}


def _ticket(account: AccountData, ids: AccountIds, rng: Random, timeline: TicketTimeline) -> Record:
    gone = timeline.status == "deleted"
    subject = "SCRUBBED" if gone else SUBJECT[timeline.number % len(SUBJECT)]
    values = custom_values(account, rng, timeline.created)
    record = {
        "url": f"{account.home}/tickets/{timeline.number}.json",
        "id": timeline.number,
        "encoded_id": f"{timeline.number * 7919:X}-{timeline.number % 97:02d}",
        "external_id": f"shop-{timeline.number}" if timeline.number % 6 == 0 else None,
        "via": via_of(rng, timeline, subject),
        "created_at": iso(timeline.created),
        "updated_at": iso(timeline.updated),
        "generated_timestamp": timeline.generated,
        "type": rng.choice(("question", "incident", "problem", "task", None)),
        "subject": subject,
        "raw_subject": subject,
        "description": "SCRUBBED" if gone else paragraph(rng, 2, 6),
        "priority": rng.choice(("low", "normal", "normal", "high", "urgent", None)),
        "status": timeline.status,
        "recipient": "support@acme.zendesk.com" if timeline.channel == "email" else None,
        "requester_id": timeline.requester,
        "submitter_id": timeline.requester,
        "assignee_id": timeline.agent if timeline.assigned else None,
        "organization_id": timeline.organization,
        "group_id": timeline.group if timeline.assigned else None,
        "custom_fields": values,
        "fields": values,
    }
    return record | _people(ids, rng, timeline.number) | _marks(account, ids, rng, timeline)


def via_of(rng: Random, timeline: TicketTimeline, subject: str) -> Record:
    """How the ticket came in."""
    match timeline.channel:
        case "email":
            return mail(person(rng), f"customer{timeline.requester_number}@mail.example")
        case "native_messaging":
            channel = MESSAGING_CHANNELS[timeline.number % 3]
            return messaging(timeline.number, person(rng)) | {"channel": channel}
        case "follow_up":
            return follow_up(max(1, timeline.number - 7), subject)
        case _:
            return plain(timeline.channel)


def _people(ids: AccountIds, rng: Random, number: int) -> Record:
    watched = rng.random() < 0.1
    copied = [ids.end_user(rng)] if watched else []
    return {
        "collaborator_ids": copied,
        "follower_ids": [ids.agent(rng)] if watched else [],
        "email_cc_ids": copied,
        "followup_ids": [number + 7] if number % 33 == 0 else [],
        "sharing_agreement_ids": [34_000_000_000_011] if number % 45 == 9 else [],
    }


def _marks(account: AccountData, ids: AccountIds, rng: Random, timeline: TicketTimeline) -> Record:
    return {
        "forum_topic_id": None if timeline.number % 50 else number_of("topics", 0),
        "problem_id": max(1, timeline.number - 3) if timeline.number % 40 == 0 else None,
        "has_incidents": timeline.number % 40 == 37,
        "is_public": True,
        "due_at": iso(timeline.created + 14 * DAY) if timeline.number % 11 == 0 else None,
        "tags": tags(rng),
        "satisfaction_rating": _rating(account, timeline),
        "satisfaction_probability": round(rng.random(), 4) if timeline.number % 3 == 0 else None,
        "ticket_form_id": number_of("ticket_forms", timeline.number % 3),
        "brand_id": number_of("brands", timeline.number % 2),
        "custom_status_id": number_of("custom_statuses", _STATUS_PLACE.get(timeline.status, 4)),
        "allow_channelback": timeline.channel == "native_messaging",
        "allow_attachments": True,
        "from_messaging_channel": timeline.channel == "native_messaging",
        "support_type": "ai_agent" if timeline.robot else "agent",
    }


def _rating(account: AccountData, timeline: TicketTimeline) -> Record:
    if not timeline.solved or timeline.number % 4:
        return {"score": "unoffered"}
    about = {"ticket_id": timeline.number, "requester_id": timeline.requester, "assignee_id": timeline.agent}
    return account.streams["satisfaction_ratings"].example | about


_STATUS_PLACE = {"new": 0, "open": 1, "pending": 2, "hold": 3, "solved": 4, "closed": 4}
