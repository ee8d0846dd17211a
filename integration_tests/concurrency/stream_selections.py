"""Which streams are read together: every subset of those that share pages, and catalogs by chance."""

from dataclasses import dataclass, field
from itertools import combinations
from random import Random

from integration_tests.command_output import Json
from integration_tests.connector import discovered
from integration_tests.states.saved_states import key_of

WORKERS = (2, 3, 4, 8, 40)

SHARING = (
    ("tickets", "ticket_metrics"),
    ("ticket_events", "ticket_comments", "ticket_attachments"),
    ("users", "user_identities"),
    ("side_conversation_events", "side_conversations"),
    ("chat_banned_ips", "chat_banned_visitors"),
    ("article_attachments", "article_comments", "article_comment_votes", "article_votes"),
    ("posts", "post_comments", "post_comment_votes", "post_votes"),
    ("ticket_fields", "user_fields", "organization_fields", "tickets", "users", "organizations"),
)
"""Streams of one walk; of pages that are kept for each other; and of definitions that others wait for."""

SET_APART = (
    *("articles", "organizations", "side_conversation_events", "side_conversations", "ticket_attachments"),
    *("ticket_comments", "ticket_events", "ticket_metrics", "tickets", "user_identities", "users"),
)
"""Streams that a state may set apart, in time, from others of their walk."""


@dataclass(frozen=True)
class StreamSelection:
    """What is selected, in order; which of it is read whole; and from when the others go on, in epoch seconds."""

    streams: tuple[str, ...]
    whole: frozenset[str] = frozenset()
    since: dict[str, int] = field(default_factory=dict)

    @property
    def states(self) -> dict[str, Json]:
        """The states that say so."""
        return {stream: {key_of(stream): str(since)} for stream, since in self.since.items()}


def subsets() -> list[tuple[str, ...]]:
    """Every choice of one stream or more of each group of streams that share pages."""
    found = (some for group in SHARING for size in range(1, len(group) + 1) for some in combinations(group, size))
    return list(dict.fromkeys(found))


def random_selection(seed: int, times: range) -> StreamSelection:
    """A catalog: streams that share pages are selected more often, in any order, and stand apart in time."""
    rng = Random(seed)
    sharing = {stream for group in SHARING for stream in group}
    names = [stream for stream in discovered() if rng.random() < (0.7 if stream in sharing else rng.random() * 0.6)]
    names = names or ["tickets"]
    rng.shuffle(names)
    whole = frozenset(stream for stream in names if rng.random() < 0.2)
    apart = [stream for stream in names if stream in SET_APART and stream not in whole and rng.random() < 0.5]
    return StreamSelection(tuple(names), whole, {stream: rng.choice(times) for stream in apart})


def shuffled(streams: tuple[str, ...], seed: int) -> StreamSelection:
    """These streams in another order."""
    names = list(streams)
    Random(seed).shuffle(names)
    return StreamSelection(tuple(names))
