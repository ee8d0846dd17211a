"""The chats of chat tickets: events of the audit that a ticket begins with, each with the history of the chat.

Facts: docs/zendesk-api.md#ticket-audits (4).
"""

from random import Random

from .invented_text import paragraph, person
from .record_kinds import number_of
from .tables import Record
from .ticket_timelines import TicketTimeline


def chat_events(timeline: TicketTimeline) -> list[Record]:
    """The events of a ticket's chat; none if the ticket did not come from one. Ids are those of no other event."""
    if timeline.channel != "chat":
        return []
    rng = Random(f"chat {timeline.number}")
    history = _history(rng, timeline)
    started: Record = {
        "chat_id": f"{timeline.created % 10**6:06d}.{rng.getrandbits(48):012x}",
        "visitor_id": _visitor(timeline),
        "user_id": timeline.requester,
        "initiator": 2,
        "authenticated": timeline.number % 2 == 0,
        "backend": "chat",
        "tags": ["shop"] if timeline.number % 3 == 0 else [],
        "webpath": [{"from": "", "title": "Parcels", "to": "https://acme.example/parcels", "timestamp": 0}],
        "history": history,
    }
    ended: Record = {name: started[name] for name in ("chat_id", "visitor_id")} | {"history": []}
    return [
        {"id": number_of("chat_starts", timeline.number), "type": "ChatStartedEvent", "value": started},
        {"id": number_of("chat_ends", timeline.number), "type": "ChatEndedEvent", "value": ended},
    ]


def _visitor(timeline: TicketTimeline) -> str:
    return f"10502823-{timeline.requester_number}"


def _history(rng: Random, timeline: TicketTimeline) -> list[Record]:
    """A visitor who joins, a welcome, questions and answers, a file in some chats, and a visitor who leaves."""
    visitor = {"actor_id": _visitor(timeline), "actor_name": person(rng), "actor_type": "end-user"}
    agent = {"actor_id": f"agent:{timeline.agent}", "actor_name": person(rng), "actor_type": "agent"}
    trigger = {"actor_id": "__trigger", "actor_name": "Welcome"}
    said: list[Record] = [{"type": "ChatJoin", **visitor}, _message(rng, trigger)]
    said += [_message(rng, visitor if turn % 2 == 0 else agent) for turn in range(6 + timeline.number % 4)]
    if timeline.number % 3 == 0:
        link = f"https://acme.zendesk.com/chat/{timeline.number}/photo.png"
        file = {"filename": "photo.png", "mime_type": "image/png", "url": link, "size": rng.randrange(1, 10**6)}
        said.append({"type": "ChatFileAttachment", **visitor, **file})
    said.append({"type": "ChatLeave", **visitor, "reason": "disconnect_user"})
    return [
        {**entry, "chat_index": index, "timestamp": (timeline.created + index) * 1000 + index}
        for index, entry in enumerate(said)
    ]


def _message(rng: Random, author: Record) -> Record:
    return {"type": "ChatMessage", **author, "message": paragraph(rng), "message_id": f"{rng.getrandbits(64):016x}"}
