"""Null, words and numbers among what is embedded in rows and pages: nothing beside them is lost."""

from integration_tests.configured_catalog import configured
from integration_tests.connector import Connector
from integration_tests.simulated_account import SimulatedAccount

PATHS = ("incremental/tickets/cursor", "incremental/ticket_events", "incremental/users/cursor", "ticket_fields")
STREAMS = (
    "ticket_attachments",
    "ticket_comments",
    "ticket_events",
    "ticket_metrics",
    "tickets",
    "user_identities",
    "users",
)


SINGLE = {
    "account_settings", "attribute_definitions", "chat_account", "chat_banned_ips", "chat_banned_visitors",
    "chat_routing_settings", "help_center_locales", "talk_account_overview", "talk_agents_overview",
    "talk_current_queue_activity", "talk_settings",
}  # fmt: skip
"""Streams whose page is one row, so that an odd value may be the page itself."""


def test_any_value_inside_of_a_row_costs_only_what_is_embedded_there(
    account: SimulatedAccount, connector: Connector
) -> None:
    """Every tenth value of all streams is any JSON; rows that are lost with their container are counted in a WARN.

    Whether a ticket has a log is such a value, too.
    """
    found = [stream for name, stream in connector.discover().streams.items() if name not in SINGLE]
    right = connector.read_catalog(configured(found))
    account.set_faults(rate=1.0, kinds=["odd_values"], in_a_row=1_000_000)
    output = connector.read_catalog(configured(found))
    assert (output.exit_code, output.errors) == (0, [])
    counts = {each["name"]: (len(right.rows(each["name"])), len(output.rows(each["name"]))) for each in found}
    fewer = {name for name, (before, after) in counts.items() if after != before} - {"ticket_conversation_log"}
    warned = " ".join(output.warnings)
    assert {name for name in fewer if f"Stream {name}: " not in warned} == set()
    assert fewer < {
        "article_translations", "category_translations", "dynamic_content_variants", "organization_field_options",
        "section_translations", "talk_ivr_menus", "talk_ivr_routes", "ticket_attachments", "ticket_chat_events",
        "ticket_chats", "ticket_comments", "ticket_field_options", "ticket_metrics",
        "user_field_options", "user_identities",
    }  # fmt: skip


def test_odd_members_cost_only_themselves(account: SimulatedAccount, connector: Connector) -> None:
    account.set_faults(script=[{"fault": "odd_members", "path": path, "times": 9} for path in PATHS])
    found = connector.discover().streams
    output = connector.read_catalog(configured([found[name] for name in STREAMS]))
    assert (output.exit_code, output.errors) == (0, [])
    for stream in STREAMS:
        assert sorted(row["id"] for row in output.rows(stream)) == sorted(row["id"] for row in account.truth(stream))
    for row in output.rows("tickets"):
        values = {each["id"]: each["value"] for each in row["custom_fields"] if isinstance(each, dict)}
        assert values
        columns = [name for name in row if name.startswith("custom_field_")]
        assert {name: row[name] for name in columns} == {name: values[int(name[13:])] for name in columns}
    assert sorted(message.partition(":")[0] for message in output.warnings) == [
        "Stream ticket_attachments",
        "Stream ticket_comments",
        "Stream tickets",
        "Stream user_identities",
    ]
