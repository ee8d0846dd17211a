"""The life of each ticket, told once: its record, audits, comments and metrics are all rendered from it."""

from dataclasses import dataclass, field
from random import Random

from .account_data import AccountData
from .account_ids import AccountIds, account_ids_of
from .event_times import QUIET, event_times
from .tables import ARCHIVED, DELETED, LIVE
from .timestamps import DAY, HOUR, MINUTE

ARCHIVE_AFTER = 120 * DAY
"""Days after which a closed ticket is archived (docs/zendesk-api.md#tickets (2))."""


@dataclass(slots=True)
class TicketReply:
    """One comment: when (Unix seconds), by whom, and whether the requester may see it."""

    at: int
    author: int
    public: bool
    agent: bool


@dataclass(slots=True)
class TicketTimeline:
    """One ticket's life; all times are Unix seconds, None for what has not happened."""

    number: int
    created: int
    requester: int
    requester_number: int
    organization: int | None
    agent: int
    group: int
    channel: str
    robot: bool
    replies: list[TicketReply] = field(default_factory=list)
    assigned: int | None = None
    solved: int | None = None
    closed: int | None = None
    deleted: int | None = None
    archived: bool = False
    status: str = "new"
    updated: int = 0
    generated: int = 0

    @property
    def state(self) -> str:
        """Whether the ticket is live, archived or deleted."""
        if self.status == "deleted":
            return DELETED
        return ARCHIVED if self.archived else LIVE


_CHANNELS = ("email", "email", "email", "web", "web", "api", "voice", "native_messaging", "chat", "follow_up")


def ticket_timelines(account: AccountData) -> list[TicketTimeline]:
    """The timelines of all tickets, in order of creation."""
    ids, rng = account.shared("ids", account_ids_of), account.random("tickets")
    last = account.made_at - QUIET
    created = event_times(rng, account.options.tickets, account.made_at)
    reported = [_timeline(ids, rng, n, at, last) for n, at in enumerate(created)]
    if len(reported) > 3:
        _delete_lately(reported[-3], last)
    return reported


def _delete_lately(timeline: TicketTimeline, last: int) -> None:
    """However small the account, one ticket has been deleted in the last thirty days."""
    timeline.deleted = timeline.updated = timeline.generated = last
    timeline.status, timeline.archived = "deleted", False


def _timeline(ids: AccountIds, rng: Random, n: int, created: int, last: int) -> TicketTimeline:
    caller = ids.end_user_number(rng)
    agent = int(rng.random() * ids.agents)
    timeline = TicketTimeline(
        number=n + 1,
        created=created,
        requester=ids.user(caller),
        requester_number=caller,
        organization=ids.organization_of(caller),
        agent=ids.user(agent),
        group=ids.group_of(agent),
        channel=rng.choice(_CHANNELS),
        robot=n % 25 == 24,
    )
    _converse(timeline, rng, last)
    _finish(timeline, rng, last)
    _stamp(timeline, rng, last)
    return timeline


def _converse(timeline: TicketTimeline, rng: Random, last: int) -> None:
    at = timeline.created
    timeline.replies.append(TicketReply(at, timeline.requester, public=True, agent=False))
    for turn in range(rng.randrange(4)):
        at += int(rng.lognormvariate(4.2 - turn * 0.2, 1.1) * MINUTE) + 30
        if at > last:
            return
        if timeline.assigned is None:
            timeline.assigned = at
        agent = turn % 2 == 0
        timeline.replies.append(
            TicketReply(at, timeline.agent if agent else timeline.requester, rng.random() < 0.85 or not agent, agent)
        )
        timeline.status = "pending" if agent else "open"


def _finish(timeline: TicketTimeline, rng: Random, last: int) -> None:
    at = timeline.replies[-1].at + int(rng.lognormvariate(6.5, 1.0) * MINUTE)
    if rng.random() < 0.93 and at < last:
        timeline.assigned = timeline.assigned or timeline.created + rng.randrange(60, 7200)
        timeline.solved, timeline.status = max(at, timeline.assigned), "solved"
        closed = timeline.solved + 4 * DAY
        if closed < last:
            timeline.closed, timeline.status = closed, "closed"
    elif len(timeline.replies) > 2 and rng.random() < 0.3:
        timeline.status = "hold"
    if rng.random() < 0.02:
        timeline.deleted, timeline.status = min(last, timeline.replies[-1].at + rng.randrange(20 * DAY)), "deleted"


def _stamp(timeline: TicketTimeline, rng: Random, last: int) -> None:
    known = [timeline.replies[-1].at, timeline.assigned, timeline.solved, timeline.closed, timeline.deleted]
    timeline.updated = min(last, max(at for at in known if at))
    system = rng.randrange(30 * DAY) if rng.random() < 0.08 else rng.randrange(3)
    timeline.generated = min(last, timeline.updated + system)
    timeline.archived = bool(timeline.closed and not timeline.deleted and last - timeline.closed > ARCHIVE_AFTER)


def first_reply_minutes(timeline: TicketTimeline) -> int | None:
    """Minutes from creation to the first public answer of an agent."""
    for reply in timeline.replies:
        if reply.agent and reply.public:
            return (reply.at - timeline.created) // MINUTE
    return None


def business(minutes: int | None) -> int | None:
    """Business minutes for calendar minutes: eight hours of each day, roughly."""
    if minutes is None:
        return None
    full, rest = divmod(minutes, 24 * 60)
    return full * 8 * 60 + min(rest, 8 * HOUR // MINUTE)
