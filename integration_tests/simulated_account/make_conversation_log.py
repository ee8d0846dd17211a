"""Messages of the conversations of messaging tickets: of customers, bots and agents, with files and redactions."""

from collections.abc import Iterator, Mapping
from random import Random

from .account_data import AccountData
from .conversation_log import LOG, MESSAGING_CHANNELS
from .invented_text import paragraph, person
from .record_kinds import KINDS, row_of
from .shared_objects import attachment
from .tables import Record, TableRow
from .ticket_timelines import TicketTimeline, ticket_timelines
from .timestamps import iso

REDACTED = {"type": "text", "text": "▇▇▇"}
_LONG = 130
"""Messages of the first conversation, which has more than one page."""
_FILES = 900_000_000
"""The first id of a message's file is that far from the first of a comment's."""


def make_conversation_log(account: AccountData) -> Mapping[str, list[TableRow]]:
    """The messages; comments are added to them when a log is requested."""
    rng, rows = account.random("conversations"), list[TableRow]()
    for timeline in account.shared("timelines", ticket_timelines):
        if timeline.channel == "native_messaging":
            for message in _messages(rng, timeline, len(rows)):
                row = row_of(KINDS[LOG], message, timeline.state)
                row.parent = timeline.number
                rows.append(row)
    return {LOG: rows}


def _messages(rng: Random, timeline: TicketTimeline, before: int) -> Iterator[Record]:
    count = 3 + timeline.number % 5 if before else _LONG
    for n in range(count):
        yield _message(rng, timeline, n, before + n)
    yield _ended(rng, timeline)


def _message(rng: Random, timeline: TicketTimeline, n: int, number: int) -> Record:
    """The n-th message; of two seconds that have the same, the log tells in its own order."""
    at = min(timeline.created + n // 2, timeline.generated)
    files = [attachment(rng, _FILES + number * 2)] if n % 4 == 3 else []
    return {
        "id": _ulid(rng),
        "type": "Messaging::ConversationMessage",
        "created_at": iso(at).replace("T", " ").replace("Z", "+00:00"),
        "received_at": iso(at),
        "reference": f"zen:sunco:conversation_message:{rng.getrandbits(96):024x}",
        "author": _author(rng, timeline, n),
        "content": REDACTED if n % 7 == 5 else {"type": "text", "text": paragraph(rng), "actions": []},
        "attachments": files,
        "metadata": {"public": True, "system": {}, "custom": {}, "ticket_version": "1"},
        "source": {"type": MESSAGING_CHANNELS[timeline.number % 3]},
    }


def _author(rng: Random, timeline: TicketTimeline, n: int) -> Record:
    kind = ("user", "bot", "agent")[n % 3]
    number = {"user": timeline.requester, "bot": -1, "agent": timeline.agent}[kind]
    name = "Acme Bot" if kind == "bot" else person(rng)
    sunco = f"{rng.getrandbits(96):024x}" if kind != "agent" else None
    return {
        "type": kind,
        "display_name": name,
        "avatar_url": None,
        "zen:support:user_id": number,
        "zen:sunco:user_id": sunco,
    }


def _ended(rng: Random, timeline: TicketTimeline) -> Record:
    """An event of a type that no document names: nobody says anything in it."""
    return {
        "id": _ulid(rng),
        "type": "Messaging::ConversationEnded",
        "created_at": iso(timeline.generated),
        **dict.fromkeys(("received_at", "reference", "author", "content", "attachments", "metadata")),
        "source": {"type": MESSAGING_CHANNELS[timeline.number % 3]},
    }


def _ulid(rng: Random) -> str:
    return "01" + "".join(rng.choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=24))
