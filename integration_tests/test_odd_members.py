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


def test_odd_members_cost_only_themselves(account: SimulatedAccount, connector: Connector) -> None:
    account.set_faults(script=[{"fault": "odd_members", "path": path, "times": 9} for path in PATHS])
    found = {stream["name"]: stream for stream in connector.discover().of("CATALOG")[0]["streams"]}
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
