"""Redactions, references and embedded values."""

from typing import Any

import pytest

from integration_tests.command_output import CommandOutput, Json
from integration_tests.configured_catalog import configured
from integration_tests.connector import Connector
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.situations import JUNE, JUNE_1, MAY, Response, assert_complete, exported, ids, line, listed

EVENTS = "incremental/ticket_events"
PLAIN = {"id": 699, "type": "Comment", "body": "untouched", "created_at": MAY, "public": True}
HOLDER = {**PLAIN, "id": 700, "body": "▇▇▇", "attachments": [{"id": 800, "file_name": "redacted.txt"}, {"id": 801}]}
PRIVATE = {**PLAIN, "id": 701, "body": "note", "public": False}


def event(*children: Any, ticket: int = 7, **more: Any) -> Json:
    stamp = {"timestamp": JUNE_1, "created_at": JUNE, "updater_id": 30, "event_type": "Audit"}
    return {"id": 9, "ticket_id": ticket, **stamp, "child_events": list(children), **more}


def redaction(kind: str, **named: Any) -> Json:
    """As Zendesk has sent it in October 2026."""
    return {"event_type": f"{kind}RedactionEvent", "id": 1, "via": "Web service", "via_reference_id": None, **named}


def synced(account: SimulatedAccount, connector: Connector, *events: Json) -> CommandOutput:
    """A sync of these events, of whose tickets three comments are shown."""
    comments = line("tickets/*/comments", listed("comments", PLAIN, HOLDER, PRIVATE))
    account.set_responses(line(EVENTS, exported("ticket_events", *events)), comments)
    output = connector.read("ticket_comments", "ticket_attachments")
    assert (output.exit_code, output.errors) == (0, [])
    return output


def reread(account: SimulatedAccount) -> list[str]:
    return [call["path"] for call in account.requests() if call["path"].endswith("/comments")]


@pytest.mark.parametrize("named", [{"comment_id": "700"}, {"comment_id": 700}, {"comment": {"id": "700"}}])
def test_comment_that_a_redaction_names_comes_again(
    account: SimulatedAccount, connector: Connector, named: Json
) -> None:
    output = synced(account, connector, event(redaction("Comment", **named)))
    assert (ids(output, "ticket_comments"), ids(output, "ticket_attachments")) == ([700], [800, 801])
    assert output.rows("ticket_comments")[0]["body"] == "▇▇▇"
    assert (output.warnings, reread(account)) == ([], ["/api/v2/tickets/7/comments"])


@pytest.mark.parametrize("kind", ["Comment", "Attachment", "ChatMessage"])
def test_redaction_of_nothing_named_brings_all_comments_again(
    account: SimulatedAccount, connector: Connector, kind: str
) -> None:
    output = synced(account, connector, event(redaction(kind)))
    assert (ids(output, "ticket_comments"), ids(output, "ticket_attachments")) == ([699, 700, 701], [800, 801])


def test_redacted_comment_that_is_not_there_is_warned_of(account: SimulatedAccount, connector: Connector) -> None:
    gone = redaction("Comment", comment_id="702"), redaction("Attachment", attachment_id="802")
    output = synced(account, connector, event(*gone))
    assert output.rows("ticket_comments") == []
    assert output.warnings == [
        f"Stream {stream}: {count} redacted comments or attachments were not found in their tickets, so the rows "
        "emitted for them earlier are not replaced."
        for stream, count in (("ticket_comments", 2), ("ticket_attachments", 2))
    ]


@pytest.mark.parametrize("time", [None, "soon"])
def test_redaction_without_a_time_is_followed(account: SimulatedAccount, connector: Connector, time: Any) -> None:
    named = redaction("Comment", comment_id="700")
    output = synced(account, connector, event(named, timestamp=time), event(named, id=10, timestamp=time))
    assert (ids(output, "ticket_comments"), len(reread(account))) == ([700], 1)


def orphans(column: str) -> list[Json]:
    """A child that says nothing of its parent, one that says null, and one that says something else."""
    return [{"id": 1, "updated_at": JUNE}, {"id": 2, "updated_at": JUNE, column: None}, {"id": 3, column: 99}]


CHILDREN: dict[str, tuple[str, list[tuple[Any, Any]]]] = {
    "article_attachments": ("article_id", [(1, 100), (2, 100), (3, 99)]),
    "article_comments": ("source_id", [(1, 100), (2, 100), (3, 99)]),
    "article_votes": ("item_id", [(1, 100), (2, 100), (3, 99)]),
    "post_comments": ("post_id", [(1, 200), (2, 200), (3, 99)]),
    "post_votes": ("item_id", [(1, 200), (2, 200), (3, 99)]),
    "schedule_holidays": ("schedule_id", [(1, 300), (2, 300), (3, 99)]),
    "side_conversations": ("ticket_id", [(1, 7), (2, 7), (3, 99)]),
    "ticket_audits": ("ticket_id", [(1, 8), (2, 8), (3, 99)]),
    "ticket_attachments": ("comment_id", [(50, 5), (51, 5), (52, 99)]),
    "ticket_comments": ("ticket_id", [(5, 7)]),
    "ticket_metrics": ("ticket_id", [(60, 8)]),
    "user_identities": ("user_id", [(70, 10), (71, 10)]),
}
"""For each child stream: the column of its parent, and each row's id with the expected value of that column."""


@pytest.mark.config(ticket_audits_archived=True)
def test_reference_that_is_null_is_what_the_row_was_read_from(account: SimulatedAccount, connector: Connector) -> None:
    attachments = [{"id": 50, "comment_id": None}, {"id": 51}, {"id": 52, "comment_id": 99}]
    comment = {"id": 5, "event_type": "Comment", "ticket_id": None, "attachments": attachments}
    ticket = {"id": 8, "status": "closed", "generated_timestamp": JUNE_1, "metric_set": {"id": 60, "ticket_id": None}}
    side = {"id": "e1", "ticket_id": 7, "created_at": JUNE}
    account.set_responses(
        line("help_center/articles", listed("articles", {"id": 100, "updated_at": MAY})),
        line("help_center/articles/100/attachments", listed("article_attachments", *orphans("article_id"))),
        line("help_center/articles/100/comments", listed("comments", *orphans("source_id"))),
        line("help_center/articles/100/votes", listed("votes", *orphans("item_id"))),
        line("help_center/votes", Response(403, body={"error": "Forbidden"})),
        line("community/posts", listed("posts", {"id": 200, "updated_at": MAY})),
        line("community/posts/200/comments", listed("comments", *orphans("post_id"))),
        line("community/posts/200/votes", listed("votes", *orphans("item_id"))),
        line("business_hours/schedules", {"schedules": [{"id": 300}]}),
        line("business_hours/schedules/300/holidays", {"holidays": orphans("schedule_id")}),
        line("tickets/side_conversations/events", {"events": [side], "end_time": JUNE_1, "next_page": None}),
        line("tickets/7/side_conversations", {"side_conversations": orphans("ticket_id"), "next_page": None}),
        line("ticket_audits", {"audits": [], "before_cursor": None}),
        line("tickets/8/audits", {"audits": orphans("ticket_id"), "next_page": None}),
        line(EVENTS, exported("ticket_events", event(comment))),
        line("incremental/tickets/cursor", exported("tickets", ticket)),
        line(
            "incremental/users/cursor",
            exported("users", {"id": 10, "updated_at": JUNE}, identities=[{"id": 70, "user_id": None}, {"id": 71}]),
        ),
    )
    output = connector.read(*CHILDREN)
    assert_complete(output, *CHILDREN)
    for stream, (column, expected) in CHILDREN.items():
        assert (stream, [(row["id"], row[column]) for row in output.rows(stream)]) == (stream, expected)


def odd_fields(*values: Any) -> Json:
    return exported("tickets", {"id": 1, "generated_timestamp": JUNE_1, "custom_fields": list(values)})


def test_odd_custom_value_costs_only_itself(account: SimulatedAccount, connector: Connector) -> None:
    definitions = [{"id": 101, "type": "text"}, {"id": 102, "type": "text"}]
    keep = {"id": 101, "value": "keep"}
    account.set_responses(
        line("ticket_fields", listed("ticket_fields", *definitions)),
        line("incremental/tickets/cursor", odd_fields(keep, {"id": 102}, None)),
    )
    output = connector.read_catalog(configured([connector.discover().streams["tickets"]]))
    (row,) = output.rows("tickets")
    assert (row["custom_field_101"], row["custom_fields"]) == ("keep", [keep, {"id": 102}, None])
    assert output.warnings == [
        (
            "Stream tickets: 2 embedded values did not match Zendesk's documentation (custom_fields: 2). They were "
            "skipped; everything else was read."
        )
    ]


def test_odd_definition_of_a_field_costs_only_its_column(account: SimulatedAccount, connector: Connector) -> None:
    odd: list[Any] = [{"id": {"a": 1}, "type": "text"}, {"id": "x1", "type": "text"}, {"id": 5, "type": ["text"]}]
    odd += [{"id": 6, "type": "text", "title": {"en": "T"}}, {"id": "9", "type": "integer", "title": "Sum"}, None]
    odd += [{"id": 8, "type": "tagger", "custom_field_options": {"value": 1}}]
    account.set_responses(line("ticket_fields", listed("ticket_fields", *odd)))
    output = connector.discover()
    properties = output.streams["tickets"]["json_schema"]["properties"]
    columns = [name for name in properties if name.startswith("custom_field_")]
    assert (output.exit_code, columns) == (0, ["custom_field_6", "custom_field_8", "custom_field_9"])


def test_identity_and_metric_set_beside_the_page_are_sent(account: SimulatedAccount, connector: Connector) -> None:
    users = [{"id": key, "updated_at": JUNE} for key in (10, 11)]
    tickets = [{"id": key, "generated_timestamp": JUNE_1} for key in (1, 2)]
    metrics = [None, {"id": 20, "ticket_id": "2"}, {"id": 40, "ticket_id": 4}]
    account.set_responses(
        line("incremental/users/cursor", exported("users", *users, identities=[{"id": 1, "user_id": 12}])),
        line("incremental/tickets/cursor", exported("tickets", *tickets, metric_sets=metrics)),
    )
    output = connector.read("user_identities", "ticket_metrics", "users", "tickets")
    assert (output.exit_code, ids(output, "user_identities"), ids(output, "ticket_metrics")) == (0, [1], [20, 40])


@pytest.mark.parametrize("odd", [{"id": 7}, [7], True, 2**63 - 1, "7"])
def test_id_of_any_kind_is_sent_once(account: SimulatedAccount, connector: Connector, odd: Any) -> None:
    row = {"id": odd, "updated_at": JUNE}
    account.set_responses(line("incremental/organizations", exported("organizations", row)))
    first = connector.read("organizations")
    assert (first.exit_code, first.rows("organizations")) == (0, [row])
    again = connector.read("organizations", state=first.states)
    assert (again.exit_code, again.rows("organizations"), again.errors) == (0, [], [])
