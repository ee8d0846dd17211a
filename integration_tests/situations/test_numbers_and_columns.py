"""Numbers, cursors, types and columns."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from integration_tests.command_output import Json
from integration_tests.configured_catalog import configured
from integration_tests.connector import Connector, discovered
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.situations import JUNE, JUNE_1, Response, assert_complete, exported, ids, line, listed

LONG = "9" * 5000
NUMBERS = ("100000000000000000001", "0.12345678901234567891", f"1E+{'9' * 20}", "-1E-400", LONG)


def record_lines(connector: Connector, *streams: str) -> list[str]:
    """The RECORD messages of a process, as they were written."""
    with connector.reading(*streams) as process:
        lines = [text for text in process.stdout or () if text.startswith('{"type":"RECORD"')]
        assert process.wait() == 0
    return lines


def test_number_that_no_type_holds_leaves_digit_for_digit_from_every_place(
    account: SimulatedAccount, connector: Connector
) -> None:
    """In a row, in the raw custom fields, inside and beside the rows, in a comment that is read again, in a child."""
    numbers = f"[{','.join(NUMBERS)}]"
    metric, redaction = f'{{"id":3,"odd":{numbers}}}', '{"event_type":"CommentRedactionEvent","comment_id":"700"}'
    fields = f'[{{"id":1,"value":{NUMBERS[0]}}}]'
    ticket = f'"id":1,"generated_timestamp":{JUNE_1},"odd":{numbers},"custom_fields":{fields},"metric_set":{metric}'
    event = f'"id":9,"ticket_id":7,"timestamp":{JUNE_1},"child_events":[{redaction}]'
    ends = '"after_cursor":"c1","end_of_stream":true,"end_time":1717200000'
    identity, schedule = f'{{"id":4,"user_id":10,"odd":{numbers}}}', NUMBERS[0]
    texts = {
        "incremental/tickets/cursor": f'{{"tickets":[{{{ticket}}}],{ends}}}',
        "incremental/ticket_events": f'{{"ticket_events":[{{{event}}}],{ends}}}',
        "tickets/7/comments": f'{{"comments":[{{"id":700,"type":"Comment","odd":{numbers}}}]}}',
        "incremental/users/cursor": f'{{"users":[{{"id":10,"odd":{numbers}}}],"identities":[{identity}],{ends}}}',
        "business_hours/schedules": f'{{"schedules":[{{"id":{schedule}}}]}}',
        f"business_hours/schedules/{schedule}/holidays": f'{{"holidays":[{{"id":11,"odd":{numbers}}}]}}',
    }
    account.set_responses(*(line(path, Response(text=text)) for path, text in texts.items()))
    streams = ("tickets", "ticket_metrics", "ticket_comments", "users", "user_identities", "schedule_holidays")
    lines = record_lines(connector, *streams)
    assert sorted(json.loads(text.replace(LONG, "9"))["record"]["stream"] for text in lines) == sorted(streams)
    for text in lines:
        assert f'"odd":{numbers}' in text.replace(" ", "")
    assert sum(f'"custom_fields":{fields}' in text for text in lines) == 1
    assert sum(f'"schedule_id":{schedule}' in text for text in lines) == 1


def test_id_above_64_bits_is_stored_and_sent_once(account: SimulatedAccount, connector: Connector) -> None:
    row = '{"id":100000000000000000001,"updated_at":"2024-06-01T00:00:00Z"}'
    text = f'{{"organizations":[{row}],"end_time":{JUNE_1},"end_of_stream":true}}'
    account.set_responses(line("incremental/organizations", Response(text=text)))
    first = connector.read("organizations")
    assert ids(first, "organizations") == [100000000000000000001]
    assert first.states["organizations"]["ids"] == ["100000000000000000001"]
    assert connector.read("organizations", state=first.states).records == {}


def test_broken_unicode_changes_no_number_beside_it(account: SimulatedAccount, connector: Connector) -> None:
    text = f'{{"groups":[{{"id":1,"name":"half \\ud83d","odd":{NUMBERS[1]}}}],"meta":{{"has_more":false}}}}'
    account.set_responses(line("groups", Response(text=text)))
    (reported,) = record_lines(connector, "groups")
    assert f'"odd":{NUMBERS[1]}' in reported.replace(" ", "")
    assert json.loads(reported)["record"]["data"]["name"] == "half \ufffd"


SECRETS = ("1e5", "1_000", "0x1f", "None", "'quoted'", "{{x}}", "{%if%}", "back\\slash", "%41")


@pytest.mark.parametrize("secret", SECRETS)
def test_secret_that_looks_like_something_else_signs_in(account: SimulatedAccount, tmp_path: Path, secret: str) -> None:
    """The account accepts only these very tokens; the last one is renewed in the run."""
    account.set_credentials(
        api_tokens=[secret], bearers={secret: {"role": "admin"}}, clients={secret: secret}, refresh_tokens=[secret]
    )
    refresh = {"client_id": secret, "client_secret": secret, "refresh_token": secret, "access_token": "ended"}
    for credentials in (
        {"credentials": "api_token", "email": "admin@acme.example", "api_token": secret},
        {"credentials": "oauth2.0", "access_token": secret},
        {"credentials": "oauth2_refresh", **refresh},
    ):
        output = Connector(account.config(credentials=credentials), tmp_path).read("groups")
        assert (output.exit_code, output.errors) == (0, [])
        assert len(output.rows("groups")) == len(account.truth("groups"))


@pytest.mark.parametrize("parent", ["1e5", "0x1f", "007", "{{x}}", "a?b", "../users"])
def test_id_of_a_parent_is_one_segment_of_the_path(
    account: SimulatedAccount, connector: Connector, parent: str
) -> None:
    account.set_responses(
        line("business_hours/schedules", {"schedules": [{"id": parent}, {"id": ".."}]}),
        line(f"business_hours/schedules/{parent}/holidays", {"holidays": [{"id": 1}]}),
    )
    output = connector.read("schedule_holidays")
    assert (output.exit_code, output.rows("schedule_holidays")) == (0, [{"id": 1, "schedule_id": parent}])
    assert len(account.requests()) == 2


COMMENT = {"id": 6, "event_type": "Comment", "via": "Web service"}
EVENT = {"id": 5, "ticket_id": 7, "timestamp": JUNE_1, "child_events": [COMMENT]}
RECORDED: dict[str, tuple[str, Any]] = {
    "csat_survey_responses": ("guide/survey_responses", listed("survey_responses", {"id": "s", "responder_id": "12"})),
    "chat_departments": ("chat/departments", [{"id": 2, "enabled": True}]),
    "macros": ("macros", listed("macros", {"id": 3, "permissions": {"can_edit": True}})),
    "ticket_audits": ("ticket_audits", {"audits": [{"id": 4, "events": [{"id": 1, "body": ["a"]}]}]}),
    "ticket_comments": ("incremental/ticket_events", exported("ticket_events", EVENT)),
}


def test_types_that_were_recorded_arrive_and_fit_the_schema(account: SimulatedAccount, connector: Connector) -> None:
    account.set_responses(*(line(path, page) for path, page in RECORDED.values()))
    output = connector.read(*RECORDED)
    assert_complete(output, *RECORDED)
    for stream in RECORDED:
        (row,) = output.rows(stream)
        assert list(Draft7Validator(discovered()[stream]["json_schema"]).iter_errors(row)) == []
    assert output.rows("csat_survey_responses")[0]["responder_id"] == "12"
    assert output.rows("chat_departments")[0]["enabled"] is True


def test_lookup_of_a_ticket_and_definitions_on_pages_have_columns(
    account: SimulatedAccount, connector: Connector
) -> None:
    """The account lists its ticket fields on pages, which is documented nowhere."""
    host = "https://acme.zendesk.com/api/v2/ticket_fields.json?page=2"
    lookup = {"id": 101, "type": "lookup", "title": "Device", "relationship_target_type": "zen:user"}
    ticket = {"id": 1, "generated_timestamp": JUNE_1, "custom_fields": [{"id": 101, "value": "10"}]}
    account.set_responses(
        line("ticket_fields", {"ticket_fields": [{"id": 102, "type": "text"}], "next_page": None}, page="2"),
        line("ticket_fields", {"ticket_fields": [lookup], "next_page": host}),
        line("incremental/tickets/cursor", exported("tickets", ticket)),
    )
    found = connector.discover().streams
    properties = found["tickets"]["json_schema"]["properties"]
    assert [name for name in properties if name.startswith("custom_field_")] == ["custom_field_101", "custom_field_102"]
    assert properties["custom_field_101"]["type"] == ["null", "string"]
    (row,) = connector.read_catalog(configured([found["tickets"]])).rows("tickets")
    assert row["custom_field_101"] == "10"


def test_key_without_a_column_is_named_without_its_value(account: SimulatedAccount, connector: Connector) -> None:
    rows: list[Json] = [{"id": 1, "updated_at": JUNE}, {"id": 2, "shade": "unheard", "aura": "unheard"}]
    account.set_responses(line("groups", listed("groups", *rows)))
    output = connector.read("groups")
    assert output.rows("groups") == rows
    reported = [message for message in output.log.splitlines() if re.search(r"\baura\b", message)]
    assert (len(reported), "aura, shade" in reported[0], "unheard" in output.log) == (1, True, False)
    assert output.warnings == []
