"""Side conversations and their events, of every twentieth ticket that is not deleted: the example rows, told as one."""

from collections.abc import Mapping
from random import Random
from uuid import UUID

from .account_data import AccountData
from .record_kinds import KINDS, row_of
from .tables import DELETED, Record, TableRow
from .ticket_timelines import TicketTimeline, ticket_timelines
from .timestamps import HOUR, iso_millis

_STEPS = ("create", "reply", "update")


def make_side_conversations(account: AccountData) -> Mapping[str, list[TableRow]]:
    """Conversations and events; the ids are UUIDs."""
    rng = account.random("side conversations")
    conversations: list[TableRow] = []
    events: list[TableRow] = []
    for timeline in account.shared("timelines", ticket_timelines):
        if timeline.number % 20 == 0 and timeline.state != DELETED:
            for _ in range(1 + timeline.number % 40 // 20):
                conversation, reported = _reported(account, rng, timeline)
                conversations.append(row_of(KINDS["side_conversations"], conversation, timeline.state))
                events += [row_of(KINDS["side_conversation_events"], event, timeline.state) for event in reported]
    return {"side_conversations": conversations, "side_conversation_events": events}


def _uuid(rng: Random) -> str:
    return str(UUID(int=rng.getrandbits(128), version=1))


def _reported(account: AccountData, rng: Random, timeline: TicketTimeline) -> tuple[Record, list[Record]]:
    number = _uuid(rng)
    start = min(timeline.created + HOUR, timeline.generated) + rng.random()
    times = [iso_millis(min(start + step * HOUR, timeline.generated + rng.random())) for step in range(3)]
    own: Record = {"id": number, "url": f"{account.home}/tickets/{timeline.number}/side_conversations/{number}"}
    own |= {"ticket_id": timeline.number, "created_at": times[0], "message_added_at": times[1]}
    own |= {"updated_at": times[-1], "state_updated_at": times[-1]}
    conversation = account.streams["side_conversations"].example | own
    return conversation, [_event(account, rng, conversation, *step) for step in zip(_STEPS, times, strict=True)]


def _event(account: AccountData, rng: Random, conversation: Record, step: str, at: str) -> Record:
    number, example = _uuid(rng), account.streams["side_conversation_events"].example
    own: Record = {"id": number, "url": f"{conversation['url']}/events/{number}", "type": step, "created_at": at}
    own |= {"side_conversation_id": conversation["id"], "ticket_id": conversation["ticket_id"]}
    if step == "update":
        own |= {"message": None, "updates": {"state": "closed", "subject": None}}
    return example | own
