"""The audits of tickets, with the comments in them, made of the timelines."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import count
from random import Random

from .account_data import AccountData
from .audits import rows_of
from .invented_text import BROWSER, CITY, html, paragraph
from .make_chats import chat_events
from .make_tickets import via_of
from .record_kinds import number_of
from .shared_objects import attachment, merge, messaging, plain, rule
from .tables import Record, TableRow
from .ticket_timelines import TicketReply, TicketTimeline, ticket_timelines
from .timestamps import iso


class AuditNumbers:
    """Hands out rising ids of audits, events and attachments."""

    def __init__(self) -> None:
        self._places: defaultdict[str, Iterator[int]] = defaultdict(count)

    def next(self, kind: str) -> int:
        return number_of(kind, next(self._places[kind]))


def make_audits(account: AccountData) -> Mapping[str, list[TableRow]]:
    """Audits, ticket events and comments."""
    rng, numbers = account.random("audits"), AuditNumbers()
    made: dict[str, list[TableRow]] = {"ticket_audits": [], "ticket_events": [], "ticket_comments": []}
    for timeline in account.shared("timelines", ticket_timelines):
        scope = "ai_agent" if timeline.robot else "agent"
        for audit in _audits(rng, numbers, timeline):
            for kind, rows in rows_of(audit, timeline.state, scope).items():
                made[kind] += rows
    return made


def _audits(rng: Random, numbers: AuditNumbers, timeline: TicketTimeline) -> list[Record]:
    audits = [_audit(rng, numbers, timeline, reply, n) for n, reply in enumerate(timeline.replies)]
    ends = ((timeline.solved, "open", "solved"), (timeline.closed, "solved", "closed"))
    for at, old, new in (*ends, (timeline.deleted, "open", "deleted")):
        if at:
            audits.append(_status_audit(rng, numbers, timeline, at, old, new))
    return audits


def _frame(rng: Random, numbers: AuditNumbers, timeline: TicketTimeline, at: int, author: int, via: Record) -> Record:
    return {
        "id": numbers.next("ticket_audits"),
        "ticket_id": timeline.number,
        "created_at": iso(min(at, timeline.generated)),
        "author_id": author,
        "metadata": _metadata(rng, timeline, via["channel"]),
        "events": [],
        "via": via,
    }


def _metadata(rng: Random, timeline: TicketTimeline, channel: str) -> Record:
    city, _, country, latitude, longitude = rng.choice(CITY)
    system: Record = {"client": rng.choice(BROWSER), "ip_address": f"203.0.113.{rng.randrange(256)}"}
    system |= {"location": f"{city}, {country}", "latitude": latitude, "longitude": longitude}
    metadata: Record = {"system": system, "custom": {}}
    if channel == "email":
        name = f"{timeline.number}/{rng.getrandbits(32):08x}"
        system |= {
            "message_id": f"<{name}@mail.example>",
            "raw_email_identifier": f"{name}.eml",
            "json_email_identifier": f"{name}.json",
        }
        metadata |= {
            "flags": [11],
            "flags_options": {"11": {"trusted": False, "message": {"user": "unknown"}}},
            "trusted": False,
        }
    if timeline.number % 20 == 0:
        metadata |= {"custom": {"source": "shop"}, "notifications_suppressed_for": [timeline.agent]}
    return metadata


def _audit(rng: Random, numbers: AuditNumbers, timeline: TicketTimeline, reply: TicketReply, n: int) -> Record:
    via = via_of(rng, timeline, "Follow-up") if n == 0 else _reply_via(rng, timeline, n)
    audit = _frame(rng, numbers, timeline, reply.at, reply.author, via)
    audit["events"].append(_comment(rng, numbers, timeline, reply, audit))
    if n == 0:
        audit["events"][0]["via"] = via
        audit["events"] += [*_creation(numbers, timeline), *chat_events(timeline)]
    elif reply.agent:
        audit["events"] += _response(numbers, timeline, n)
    return audit


def _reply_via(rng: Random, timeline: TicketTimeline, n: int) -> Record:
    if timeline.number % 60 == 0 and n == 1:
        return merge([max(1, timeline.number - 2), max(1, timeline.number - 1)])
    if timeline.number % 45 == 2:
        return rule(number_of("triggers", 1), "Answer at night")
    return messaging(timeline.number, "Acme") if timeline.number % 30 == 1 else plain(rng.choice(("web", "api", "web")))


def _event(numbers: AuditNumbers, kind: str, **more: object) -> Record:
    return {"id": numbers.next("ticket_comments"), "type": kind, **more}


def _comment(rng: Random, numbers: AuditNumbers, timeline: TicketTimeline, reply: TicketReply, audit: Record) -> Record:
    voice = timeline.channel == "voice" and reply.at == timeline.created
    body = paragraph(rng)
    many = rng.choice((0, 0, 0, 0, 0, 1, 1, 2))
    files = [attachment(rng, numbers.next("ticket_attachments"), inline=n == 1) for n in range(many)]
    comment = _event(numbers, "VoiceComment" if voice else "Comment", author_id=reply.author, body=body)
    comment |= {
        "html_body": html(body),
        "plain_body": body,
        "public": reply.public,
        "attachments": files,
        "audit_id": audit["id"],
    }
    return comment | _voice(rng, timeline) if voice else comment


def _voice(rng: Random, timeline: TicketTimeline) -> Record:
    caller, line = f"+49151{rng.randrange(10**7):07d}", "+49301234567"
    data = {
        "from": caller,
        "to": line,
        "call_id": number_of("talk_calls", timeline.number),
        "recording_url": f"https://acme.zendesk.com/api/v2/channels/voice/calls/{timeline.number}/twilio/recording",
        "started_at": iso(timeline.created),
        "call_duration": rng.randrange(20, 1800),
        "answered_by_id": timeline.agent,
        "answered_by_name": "Agent",
        "transcription_text": paragraph(rng),
        "transcription_status": "completed",
        "location": "Berlin, Germany",
    }
    pretty = {"formatted_from": f"{caller[:4]} {caller[4:]}", "formatted_to": "+49 30 1234567"}
    return {"data": data, "transcription_visible": True, "created_at": iso(timeline.created)} | pretty


def _creation(numbers: AuditNumbers, timeline: TicketTimeline) -> list[Record]:
    trigger = rule(number_of("triggers", 0), "Notify requester")
    return [
        _event(numbers, "Create", field_name="status", value="new"),
        _event(numbers, "Create", field_name="requester_id", value=str(timeline.requester)),
        _event(numbers, "Create", field_name="tags", value=["new_ticket", "auto"]),
        _event(numbers, "Create", field_name=str(number_of("ticket_fields", 8)), value=f"A-{timeline.number}"),
        _event(
            numbers, "Notification", subject="We got it", body="Thanks!", recipients=[timeline.requester], via=trigger
        ),
    ]


def _response(numbers: AuditNumbers, timeline: TicketTimeline, n: int) -> list[Record]:
    events = [_event(numbers, "Change", field_name="status", value="pending", previous_value="open")]
    if timeline.number % 8 == 0:
        macro = number_of("macros", timeline.number % 5)
        events.append(
            _event(numbers, "AgentMacroReference", macro_id=macro, macro_title="Close nicely", macro_deleted=False)
        )
    if timeline.number % 12 == 0:
        events.append(
            _event(numbers, "External", resource="https://hooks.acme.example/1", body="ticket changed", trusted=True)
        )
    if timeline.number % 14 == 0:
        events.append(_event(numbers, "Change", field_name="tags", value=["a", "b"], previous_value=["a"]))
    if timeline.number % 9 == 0:
        events.append(_schedule_assignment(numbers, n))
    return events


def _schedule_assignment(numbers: AuditNumbers, n: int) -> Record:
    """The ticket's second schedule is assigned with its first answer, its first one with every later answer."""
    before, after = (number_of("schedules", place) for place in ((0, 1) if n == 1 else (1, 0)))
    known = {"id": numbers.next("schedule_assignments"), "type": "ScheduleAssignment"}
    return known | {"previous_schedule_id": before, "new_schedule_id": after}


def _status_audit(rng: Random, numbers: AuditNumbers, timeline: TicketTimeline, at: int, old: str, new: str) -> Record:
    via = rule(number_of("automations", 0), "Close tickets") if new == "closed" else plain("web")
    audit = _frame(rng, numbers, timeline, at, -1 if new == "closed" else timeline.agent, via)
    audit["events"].append(_event(numbers, "Change", field_name="status", value=new, previous_value=old, via=via))
    return audit
