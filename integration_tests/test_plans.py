"""What the plan or the role does not allow: one warning and an empty stream, or an error where every plan has it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from integration_tests.accounts import running_account
from integration_tests.command_output import CommandOutput, Json
from integration_tests.conftest import connector_of
from integration_tests.connector import Connector
from integration_tests.simulated_account import SimulatedAccount

ISO = "2026-05-01T00:00:00Z"
EPOCH = "1777593600"


@dataclass(frozen=True)
class GatedStream:
    """A stream whose endpoint is refused in one shape, the words that say what it needs, and its saved state."""

    stream: str
    path: str
    shape: str
    needs: str
    state: Json


GATES = [
    GatedStream("audit_logs", "audit_logs", "403_object", "audit log (Enterprise)", {"created_at": ISO}),
    GatedStream("custom_roles", "custom_roles", "403_string", "custom roles (Enterprise)", {"updated_at": ISO}),
    GatedStream("sla_policies", "slas/policies", "403_description", "service level agreements", {"updated_at": ISO}),
    GatedStream("trigger_categories", "trigger_categories", "403_errors", "see triggers", {"updated_at": ISO}),
    GatedStream(
        "satisfaction_ratings", "satisfaction_ratings", "403_object", "satisfaction ratings", {"updated_at": EPOCH}
    ),
    GatedStream("group_sla_policies", "group_slas/policies", "403_html", "group service level", {"updated_at": ISO}),
    GatedStream("ticket_forms", "ticket_forms", "404_record", "ticket forms", {"updated_at": ISO}),
    GatedStream(
        "account_attributes", "routing/attributes", "404_endpoint", "skills-based routing", {"updated_at": ISO}
    ),
    GatedStream("dynamic_content_items", "dynamic_content/items", "404_errors", "dynamic content", {"updated_at": ISO}),
    GatedStream("categories", "help_center/categories", "404_empty", "Guide", {"updated_at": ISO}),
    GatedStream("topics", "community/topics", "404_html", "Gather", {"updated_at": ISO}),
    GatedStream("talk_calls", "talk", "403_object", "Talk", {"updated_at": EPOCH}),
]


@pytest.fixture(scope="module")
def gated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandOutput]:
    with running_account(tickets=100) as account:
        account.set_plan(gates={gate.path: gate.shape for gate in GATES})
        connector = connector_of(account, tmp_path_factory.mktemp("gated"))
        names = [gate.stream for gate in GATES]
        yield connector.read(*names, "groups", state={gate.stream: gate.state for gate in GATES})


def test_gated_streams_are_complete_and_empty_with_one_warning_and_keep_their_state(gated: CommandOutput) -> None:
    assert (gated.exit_code, gated.errors, len(gated.warnings)) == (0, [], len(GATES))
    assert gated.statuses["groups"] == ["STARTED", "RUNNING", "COMPLETE"]
    for gate in GATES:
        assert (gate, gated.rows(gate.stream), gated.states[gate.stream]) == (gate, [], gate.state)
        assert gated.statuses[gate.stream] == ["STARTED", "COMPLETE"]
        (reported,) = [text for text in gated.warnings if f"Stream {gate.stream}:" in text]
        assert gate.needs in reported


def test_streams_of_one_refused_endpoint_share_one_warning(account: SimulatedAccount, connector: Connector) -> None:
    account.set_plan(gates={"guide": "404_empty", "side_conversations": "403_object"})
    children = ["article_attachments", "article_comment_votes", "article_comments", "article_votes"]
    conversations = ["side_conversation_events", "side_conversations"]
    output = connector.read(*children, *conversations)
    assert (output.exit_code, output.records) == (0, {})
    assert len(output.warnings) == 2
    assert all(any(name in text for text in output.warnings) for name in [*children, *conversations])


BASE = {
    "groups": "groups",
    "macros": "macros",
    "organizations": "incremental/organizations",
    "tags": "tags",
    "ticket_comments": "incremental/ticket_events",
    "ticket_events": "incremental/ticket_events",
    "ticket_fields": "ticket_fields",
    "ticket_metric_events": "incremental/ticket_metric_events",
    "ticket_metrics": "incremental/tickets/cursor",
    "tickets": "incremental/tickets/cursor",
    "user_identities": "incremental/users/cursor",
    "users": "incremental/users/cursor",
}


def test_a_refusal_of_the_base_product_needs_an_administrator_and_others_finish(
    account: SimulatedAccount, tmp_path: Path
) -> None:
    account.set_plan(gates=dict.fromkeys(BASE.values(), "403_object"))
    output = connector_of(account, tmp_path, exports="always").read(*BASE, "brands")
    assert output.exit_code == 1
    assert output.statuses["brands"] == ["STARTED", "RUNNING", "COMPLETE"]
    for stream in BASE:
        assert output.statuses[stream] == ["STARTED", "INCOMPLETE"]
        errors = output.errors_of(stream)
        assert {error["failure_type"] for error in errors} == {"config_error"}
        assert all(stream in error["message"] and "administrator" in error["message"] for error in errors)


def test_a_refused_parent_is_skipped_with_one_warning(account: SimulatedAccount, connector: Connector) -> None:
    parents = {row["source_id"] for row in account.truth("article_comments")}
    refused = min(parents)
    for shape in ("403_object", "403_errors", "404_record", "422_record"):
        account.set_plan(refused={"articles": {str(refused): shape}})
        output = connector.read("article_comments")
        assert (output.exit_code, output.statuses["article_comments"]) == (0, ["STARTED", "RUNNING", "COMPLETE"])
        assert {row["source_id"] for row in output.rows("article_comments")} == parents - {refused}
        (reported,) = output.warnings
        assert "article_comments" in reported
        assert "denied access to 1 parents" in reported


def test_chat_is_not_available_to_the_main_credentials(account: SimulatedAccount, tmp_path: Path) -> None:
    output = Connector(account.config(), tmp_path).read("chats", "chat_agents", "groups")
    assert (output.exit_code, output.errors, len(output.warnings)) == (0, [], 2)
    assert output.statuses["chats"] == output.statuses["chat_agents"] == ["STARTED", "COMPLETE"]
    assert "oauth/tokens" not in account.counts()
