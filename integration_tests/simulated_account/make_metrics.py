"""Metric sets and metric events of tickets (docs/zendesk-api.md#ticket-metrics)."""

from collections.abc import Iterator, Mapping

from .account import Account
from .kinds import KINDS, number_of, row_of
from .rows import DELETED, Record, Row
from .stamps import MINUTE, iso
from .stories import Story, business, first_reply_minutes, stories_of


def make_metrics(account: Account) -> Mapping[str, list[Row]]:
    """The metric set of every ticket that is not deleted."""
    told = account.keep("stories", stories_of)
    kept = [story for story in told if story.state != DELETED]
    return {
        "ticket_metrics": [row_of(KINDS["ticket_metrics"], metric_of(account, story), story.state) for story in kept]
    }


def _minutes(value: int | None) -> Record:
    return {"calendar": value, "business": business(value)}


def _between(start: int, end: int | None) -> Record:
    return _minutes(None if end is None else (end - start) // MINUTE)


def _moment(at: int | None) -> str | None:
    return None if at is None else iso(at)


def metric_of(account: Account, story: Story) -> Record:
    """One ticket's metric set."""
    number = number_of("ticket_metrics", story.number)
    reply = first_reply_minutes(story)
    return {
        "url": f"{account.home}/ticket_metrics/{number}.json",
        "id": number,
        "ticket_id": story.number,
        "created_at": iso(story.created),
        "updated_at": iso(story.updated),
        "group_stations": 1 if story.assigned else 0,
        "assignee_stations": 1 if story.assigned else 0,
        "reopens": 1 if story.number % 13 == 0 else 0,
        "replies": sum(1 for said in story.replies if said.agent and said.public),
        "assignee_updated_at": _moment(story.replies[-1].at),
        "requester_updated_at": iso(max(said.at for said in story.replies if not said.agent)),
        "status_updated_at": iso(story.closed or story.solved or story.replies[-1].at),
        "custom_status_updated_at": iso(story.closed or story.solved or story.replies[-1].at),
        "initially_assigned_at": _moment(story.assigned),
        "assigned_at": _moment(story.assigned),
        "solved_at": _moment(story.solved),
        "latest_comment_added_at": iso(story.replies[-1].at),
    } | _durations(story, reply)  # fmt: skip


def _durations(story: Story, reply: int | None) -> Record:
    waited = sum(max(0, b.at - a.at) for a, b in zip(story.replies, story.replies[1:], strict=False)) // MINUTE
    return {
        "reply_time_in_minutes": _minutes(reply),
        "reply_time_in_seconds": {name: value and value * MINUTE for name, value in _minutes(reply).items()},
        "first_resolution_time_in_minutes": _between(story.created, story.solved),
        "full_resolution_time_in_minutes": _between(story.created, story.solved),
        "agent_wait_time_in_minutes": _minutes(waited // 3 if story.assigned else None),
        "requester_wait_time_in_minutes": _minutes(waited if story.assigned else None),
        "on_hold_time_in_minutes": _minutes(60 if story.status == "hold" else 0),
    }


def make_metric_events(account: Account) -> Mapping[str, list[Row]]:
    """The metric events of all tickets; ids rise with the ticket."""
    kind = KINDS["ticket_metric_events"]
    rows: list[Row] = []
    for story in account.keep("stories", stories_of):
        for event in _events(story):
            event["id"] = number_of(kind.name, len(rows))
            rows.append(row_of(kind, event))
    return {kind.name: rows}


def _events(story: Story) -> Iterator[Record]:
    yield _event(story, "reply_time", 0, "measure", story.created)
    yield _event(story, "reply_time", 1, "activate", story.created)
    yield _event(story, "reply_time", 1, "apply_sla", story.created) | {"sla": _sla(story)}
    reply = first_reply_minutes(story)
    if reply is not None:
        at = story.created + reply * MINUTE
        if reply > 120:
            yield _event(story, "reply_time", 1, "breach", story.created + 120 * MINUTE) | {
                "deleted": story.number % 9 == 0
            }
        yield _event(story, "reply_time", 1, "fulfill", at)
        yield _event(story, "reply_time", 1, "update_status", at) | {"status": _minutes(reply)}
        yield _event(story, "requester_wait_time", 1, "pause", at)
    if story.assigned:
        yield _event(story, "group_ownership_time", 1, "apply_group_sla", story.assigned) | {"group_sla": _sla(story)}
    if story.solved:
        yield _event(story, "resolution_time", 1, "fulfill", story.solved)


def _event(story: Story, metric: str, instance: int, kind: str, at: int) -> Record:
    return {
        "id": 0,
        "ticket_id": story.number,
        "metric": metric,
        "instance_id": instance,
        "type": kind,
        "time": iso(min(at, story.generated)),
    }


def _sla(story: Story) -> Record:
    policy = {"id": number_of("sla_policies", story.number % 3), "title": "Gold", "description": "Paying customers"}
    return {"target": 120, "target_in_seconds": 7200, "business_hours": story.number % 2 == 0, "policy": policy}
