"""Metric sets and metric events of tickets (docs/zendesk-api.md#ticket-metrics)."""

from collections.abc import Iterator, Mapping

from .account_data import AccountData
from .record_kinds import KINDS, number_of, row_of
from .tables import DELETED, Record, TableRow
from .ticket_timelines import TicketTimeline, business, first_reply_minutes, ticket_timelines
from .timestamps import MINUTE, iso


def make_metrics(account: AccountData) -> Mapping[str, list[TableRow]]:
    """The metric set of every ticket that is not deleted."""
    reported = account.shared("timelines", ticket_timelines)
    kept = [timeline for timeline in reported if timeline.state != DELETED]
    return {
        "ticket_metrics": [
            row_of(KINDS["ticket_metrics"], metric_of(account, timeline), timeline.state) for timeline in kept
        ]
    }


def _minutes(value: int | None) -> Record:
    return {"calendar": value, "business": business(value)}


def _between(start: int, end: int | None) -> Record:
    return _minutes(None if end is None else (end - start) // MINUTE)


def _event_time(at: int | None) -> str | None:
    return None if at is None else iso(at)


def metric_of(account: AccountData, timeline: TicketTimeline) -> Record:
    """One ticket's metric set."""
    number = number_of("ticket_metrics", timeline.number)
    reply = first_reply_minutes(timeline)
    return {
        "url": f"{account.home}/ticket_metrics/{number}.json",
        "id": number,
        "ticket_id": timeline.number,
        "created_at": iso(timeline.created),
        "updated_at": iso(timeline.updated),
        "group_stations": 1 if timeline.assigned else 0,
        "assignee_stations": 1 if timeline.assigned else 0,
        "reopens": 1 if timeline.number % 13 == 0 else 0,
        "replies": sum(1 for said in timeline.replies if said.agent and said.public),
        "assignee_updated_at": _event_time(timeline.replies[-1].at),
        "requester_updated_at": iso(max(said.at for said in timeline.replies if not said.agent)),
        "status_updated_at": iso(timeline.closed or timeline.solved or timeline.replies[-1].at),
        "custom_status_updated_at": iso(timeline.closed or timeline.solved or timeline.replies[-1].at),
        "initially_assigned_at": _event_time(timeline.assigned),
        "assigned_at": _event_time(timeline.assigned),
        "solved_at": _event_time(timeline.solved),
        "latest_comment_added_at": iso(timeline.replies[-1].at),
    } | _durations(timeline, reply)  # fmt: skip


def _durations(timeline: TicketTimeline, reply: int | None) -> Record:
    waited = sum(max(0, b.at - a.at) for a, b in zip(timeline.replies, timeline.replies[1:], strict=False)) // MINUTE
    return {
        "reply_time_in_minutes": _minutes(reply),
        "reply_time_in_seconds": {name: value and value * MINUTE for name, value in _minutes(reply).items()},
        "first_resolution_time_in_minutes": _between(timeline.created, timeline.solved),
        "full_resolution_time_in_minutes": _between(timeline.created, timeline.solved),
        "agent_wait_time_in_minutes": _minutes(waited // 3 if timeline.assigned else None),
        "requester_wait_time_in_minutes": _minutes(waited if timeline.assigned else None),
        "on_hold_time_in_minutes": _minutes(60 if timeline.status == "hold" else 0),
    }


def make_metric_events(account: AccountData) -> Mapping[str, list[TableRow]]:
    """The metric events of all tickets; ids rise with the ticket."""
    kind = KINDS["ticket_metric_events"]
    rows: list[TableRow] = []
    for timeline in account.shared("timelines", ticket_timelines):
        for event in _events(timeline):
            event["id"] = number_of(kind.name, len(rows))
            rows.append(row_of(kind, event))
    return {kind.name: rows}


def _events(timeline: TicketTimeline) -> Iterator[Record]:
    yield _event(timeline, "reply_time", 0, "measure", timeline.created)
    yield _event(timeline, "reply_time", 1, "activate", timeline.created)
    yield _event(timeline, "reply_time", 1, "apply_sla", timeline.created) | {"sla": _sla(timeline)}
    reply = first_reply_minutes(timeline)
    if reply is not None:
        at = timeline.created + reply * MINUTE
        if reply > 120:
            yield _event(timeline, "reply_time", 1, "breach", timeline.created + 120 * MINUTE) | {
                "deleted": timeline.number % 9 == 0
            }
        yield _event(timeline, "reply_time", 1, "fulfill", at)
        yield _event(timeline, "reply_time", 1, "update_status", at) | {"status": _minutes(reply)}
        yield _event(timeline, "requester_wait_time", 1, "pause", at)
    if timeline.assigned:
        yield _event(timeline, "group_ownership_time", 1, "apply_group_sla", timeline.assigned) | {
            "group_sla": _sla(timeline)
        }
    if timeline.solved:
        yield _event(timeline, "resolution_time", 1, "fulfill", timeline.solved)


def _event(timeline: TicketTimeline, metric: str, instance: int, kind: str, at: int) -> Record:
    return {
        "id": 0,
        "ticket_id": timeline.number,
        "metric": metric,
        "instance_id": instance,
        "type": kind,
        "time": iso(min(at, timeline.generated)),
    }


def _sla(timeline: TicketTimeline) -> Record:
    policy = {"id": number_of("sla_policies", timeline.number % 3), "title": "Gold", "description": "Paying customers"}
    return {"target": 120, "target_in_seconds": 7200, "business_hours": timeline.number % 2 == 0, "policy": policy}
