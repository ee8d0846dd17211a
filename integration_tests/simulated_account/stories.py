"""The life of each ticket, told once: its record, audits, comments and metrics are all rendered from it."""

from dataclasses import dataclass, field
from random import Random

from .account import Account
from .cast import Cast, cast_of
from .rows import ARCHIVED, DELETED, LIVE
from .spread import QUIET, moments
from .stamps import DAY, HOUR, MINUTE

ARCHIVE_AFTER = 120 * DAY
"""Days after which a closed ticket is archived (docs/zendesk-api.md#tickets (2))."""


@dataclass(slots=True)
class Reply:
    """One comment: when (Unix seconds), by whom, and whether the requester may see it."""

    at: int
    author: int
    public: bool
    agent: bool


@dataclass(slots=True)
class Story:
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
    replies: list[Reply] = field(default_factory=list)
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


def stories_of(account: Account) -> list[Story]:
    """All stories of the account, in order of creation."""
    cast, rng = account.keep("cast", cast_of), account.random("tickets")
    last = account.made_at - QUIET
    created = moments(rng, account.options.tickets, account.made_at)
    told = [_story(cast, rng, n, at, last) for n, at in enumerate(created)]
    if len(told) > 3:
        _delete_lately(told[-3], last)
    return told


def _delete_lately(story: Story, last: int) -> None:
    """However small the account, one ticket has been deleted in the last thirty days."""
    story.deleted = story.updated = story.generated = last
    story.status, story.archived = "deleted", False


def _story(cast: Cast, rng: Random, n: int, created: int, last: int) -> Story:
    who = cast.end_user_number(rng)
    agent = int(rng.random() * cast.agents)
    story = Story(
        number=n + 1,
        created=created,
        requester=cast.user(who),
        requester_number=who,
        organization=cast.organization_of(who),
        agent=cast.user(agent),
        group=cast.group_of(agent),
        channel=rng.choice(_CHANNELS),
        robot=n % 25 == 24,
    )
    _converse(story, rng, last)
    _finish(story, rng, last)
    _stamp(story, rng, last)
    return story


def _converse(story: Story, rng: Random, last: int) -> None:
    at = story.created
    story.replies.append(Reply(at, story.requester, public=True, agent=False))
    for turn in range(rng.randrange(4)):
        at += int(rng.lognormvariate(4.2 - turn * 0.2, 1.1) * MINUTE) + 30
        if at > last:
            return
        if story.assigned is None:
            story.assigned = at
        agent = turn % 2 == 0
        story.replies.append(
            Reply(at, story.agent if agent else story.requester, rng.random() < 0.85 or not agent, agent)
        )
        story.status = "pending" if agent else "open"


def _finish(story: Story, rng: Random, last: int) -> None:
    at = story.replies[-1].at + int(rng.lognormvariate(6.5, 1.0) * MINUTE)
    if rng.random() < 0.93 and at < last:
        story.assigned = story.assigned or story.created + rng.randrange(60, 7200)
        story.solved, story.status = max(at, story.assigned), "solved"
        closed = story.solved + 4 * DAY
        if closed < last:
            story.closed, story.status = closed, "closed"
    elif len(story.replies) > 2 and rng.random() < 0.3:
        story.status = "hold"
    if rng.random() < 0.02:
        story.deleted, story.status = min(last, story.replies[-1].at + rng.randrange(20 * DAY)), "deleted"


def _stamp(story: Story, rng: Random, last: int) -> None:
    known = [story.replies[-1].at, story.assigned, story.solved, story.closed, story.deleted]
    story.updated = min(last, max(at for at in known if at))
    system = rng.randrange(30 * DAY) if rng.random() < 0.08 else rng.randrange(3)
    story.generated = min(last, story.updated + system)
    story.archived = bool(story.closed and not story.deleted and last - story.closed > ARCHIVE_AFTER)


def first_reply_minutes(story: Story) -> int | None:
    """Minutes from creation to the first public answer of an agent."""
    for reply in story.replies:
        if reply.agent and reply.public:
            return (reply.at - story.created) // MINUTE
    return None


def business(minutes: int | None) -> int | None:
    """Business minutes for calendar minutes: eight hours of each day, roughly."""
    if minutes is None:
        return None
    full, rest = divmod(minutes, 24 * 60)
    return full * 8 * 60 + min(rest, 8 * HOUR // MINUTE)
