"""The audits of tickets, with the comments in them, rendered from the stories."""

from collections.abc import Mapping
from random import Random

from .account import Account
from .audits import rows_of
from .kinds import number_of
from .make_tickets import via_of
from .pieces import attachment, merge, messaging, plain, rule
from .rows import Record, Row
from .stamps import iso
from .stories import Reply, Story, stories_of
from .text import BROWSER, CITY, html, paragraph


class _Numbers:
    """Hands out rising ids of audits, events and attachments."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def next(self, kind: str) -> int:
        self._given[kind] = self._given.get(kind, -1) + 1
        return number_of(kind, self._given[kind])


def make_audits(account: Account) -> Mapping[str, list[Row]]:
    """Audits, ticket events and comments."""
    rng, numbers = account.random("audits"), _Numbers()
    made: dict[str, list[Row]] = {"ticket_audits": [], "ticket_events": [], "ticket_comments": []}
    for story in account.keep("stories", stories_of):
        scope = "ai_agent" if story.robot else "agent"
        for audit in _audits(rng, numbers, story):
            for kind, rows in rows_of(audit, story.state, scope).items():
                made[kind] += rows
    return made


def _audits(rng: Random, numbers: _Numbers, story: Story) -> list[Record]:
    audits = [_audit(rng, numbers, story, reply, n) for n, reply in enumerate(story.replies)]
    if story.solved:
        audits.append(_status_audit(rng, numbers, story, story.solved, "open", "solved"))
    if story.closed:
        audits.append(_status_audit(rng, numbers, story, story.closed, "solved", "closed"))
    if story.deleted:
        audits.append(_status_audit(rng, numbers, story, story.deleted, "open", "deleted"))
    return audits


def _frame(rng: Random, numbers: _Numbers, story: Story, at: int, author: int, via: Record) -> Record:
    return {
        "id": numbers.next("ticket_audits"),
        "ticket_id": story.number,
        "created_at": iso(min(at, story.generated)),
        "author_id": author,
        "metadata": _metadata(rng, story, via["channel"]),
        "events": [],
        "via": via,
    }


def _metadata(rng: Random, story: Story, channel: str) -> Record:
    city, _, country, latitude, longitude = rng.choice(CITY)
    system: Record = {"client": rng.choice(BROWSER), "ip_address": f"203.0.113.{rng.randrange(256)}"}
    system |= {"location": f"{city}, {country}", "latitude": latitude, "longitude": longitude}
    metadata: Record = {"system": system, "custom": {}}
    if channel == "email":
        name = f"{story.number}/{rng.getrandbits(32):08x}"
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
    if story.number % 20 == 0:
        metadata |= {"custom": {"source": "shop"}, "notifications_suppressed_for": [story.agent]}
    return metadata


def _audit(rng: Random, numbers: _Numbers, story: Story, reply: Reply, n: int) -> Record:
    via = via_of(rng, story, "Follow-up") if n == 0 else _reply_via(rng, story, n)
    audit = _frame(rng, numbers, story, reply.at, reply.author, via)
    audit["events"].append(_comment(rng, numbers, story, reply, audit))
    if n == 0:
        audit["events"][0]["via"] = via
        audit["events"] += _creation(numbers, story)
    elif reply.agent:
        audit["events"] += _answer(numbers, story, n)
    return audit


def _reply_via(rng: Random, story: Story, n: int) -> Record:
    if story.number % 60 == 0 and n == 1:
        return merge([max(1, story.number - 2), max(1, story.number - 1)])
    if story.number % 45 == 2:
        return rule(number_of("triggers", 1), "Answer at night")
    return messaging(story.number, "Acme") if story.number % 30 == 1 else plain(rng.choice(("web", "api", "web")))


def _event(numbers: _Numbers, kind: str, **more: object) -> Record:
    return {"id": numbers.next("ticket_comments"), "type": kind, **more}


def _comment(rng: Random, numbers: _Numbers, story: Story, reply: Reply, audit: Record) -> Record:
    voice = story.channel == "voice" and reply.at == story.created
    body = paragraph(rng)
    files = [_file(rng, numbers, n) for n in range(rng.choice((0, 0, 0, 0, 0, 1, 1, 2)))]
    comment = _event(numbers, "VoiceComment" if voice else "Comment", author_id=reply.author, body=body)
    comment |= {
        "html_body": html(body),
        "plain_body": body,
        "public": reply.public,
        "attachments": files,
        "audit_id": audit["id"],
    }
    return comment | _voice(rng, story) if voice else comment


def _file(rng: Random, numbers: _Numbers, n: int) -> Record:
    number = numbers.next("ticket_attachments")
    return attachment(rng, number, inline=n == 1)


def _voice(rng: Random, story: Story) -> Record:
    caller, line = f"+49151{rng.randrange(10**7):07d}", "+49301234567"
    data = {
        "from": caller,
        "to": line,
        "call_id": number_of("talk_calls", story.number),
        "recording_url": f"https://acme.zendesk.com/api/v2/channels/voice/calls/{story.number}/twilio/recording",
        "started_at": iso(story.created),
        "call_duration": rng.randrange(20, 1800),
        "answered_by_id": story.agent,
        "answered_by_name": "Agent",
        "transcription_text": paragraph(rng),
        "transcription_status": "completed",
        "location": "Berlin, Germany",
    }
    pretty = {"formatted_from": f"{caller[:4]} {caller[4:]}", "formatted_to": "+49 30 1234567"}
    return {"data": data, "transcription_visible": True, "created_at": iso(story.created)} | pretty


def _creation(numbers: _Numbers, story: Story) -> list[Record]:
    trigger = rule(number_of("triggers", 0), "Notify requester")
    return [
        _event(numbers, "Create", field_name="status", value="new"),
        _event(numbers, "Create", field_name="requester_id", value=str(story.requester)),
        _event(numbers, "Create", field_name="tags", value=["new_ticket", "auto"]),
        _event(numbers, "Create", field_name=str(number_of("ticket_fields", 8)), value=f"A-{story.number}"),
        _event(numbers, "Notification", subject="We got it", body="Thanks!", recipients=[story.requester], via=trigger),
    ]


def _answer(numbers: _Numbers, story: Story, n: int) -> list[Record]:
    events = [_event(numbers, "Change", field_name="status", value="pending", previous_value="open")]
    if story.number % 8 == 0:
        macro = number_of("macros", story.number % 5)
        events.append(
            _event(numbers, "AgentMacroReference", macro_id=macro, macro_title="Close nicely", macro_deleted=False)
        )
    if story.number % 12 == 0:
        events.append(
            _event(numbers, "External", resource="https://hooks.acme.example/1", body="ticket changed", trusted=True)
        )
    if story.number % 14 == 0:
        events.append(_event(numbers, "Change", field_name="tags", value=["a", "b"], previous_value=["a"]))
    return events


def _status_audit(rng: Random, numbers: _Numbers, story: Story, at: int, old: str, new: str) -> Record:
    via = rule(number_of("automations", 0), "Close tickets") if new == "closed" else plain("web")
    audit = _frame(rng, numbers, story, at, -1 if new == "closed" else story.agent, via)
    audit["events"].append(_event(numbers, "Change", field_name="status", value=new, previous_value=old, via=via))
    return audit
