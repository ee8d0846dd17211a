"""Commands as the console entry point runs them: arguments in, lines and an exit code out."""

import json
from typing import Any

import pytest

from source_zendesk_support import command
from unit_tests.account import FORBIDDEN, PROOF, SETTINGS, Account, Reply
from unit_tests.command_files import GROUPS, ROW, CommandFiles, errors_in, of_type
from unit_tests.reading import CONFIG


@pytest.mark.usefixtures("restored_logging")
@pytest.mark.parametrize("verb", ["check", "discover", "read"])
@pytest.mark.parametrize(
    "options", [["--manifest-path"], ["--components-path"], ["--manifest-path", "--components-path"]]
)
def test_manifest_or_code_of_the_command_line_is_refused(
    verb: str, options: list[str], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """The CDK's parser knows these options; ignored, somebody would believe that their manifest has run."""
    given = [part for option in options for part in (option, "")]
    code = command.run([verb, "--config", "nowhere", *(["--catalog", "nowhere"] if verb == "read" else []), *given])
    (line,) = capfdbinary.readouterr().out.splitlines()
    error = json.loads(line)["trace"]["error"]
    assert (code, error["failure_type"]) == (1, "config_error")
    assert error["message"] == (f"This connector runs only its own manifest. Remove {' and '.join(options)}.")


def assert_check_fails(files: CommandFiles, words: str) -> None:
    _, lines = files.run("check", config=CONFIG)
    status = of_type("CONNECTION_STATUS", lines)[0]["connectionStatus"]
    assert status["status"] == "FAILED"
    assert words in status["message"]
    assert "made-up" not in json.dumps(lines)


def test_spec_needs_nothing(files: CommandFiles) -> None:
    code, lines = files.run("spec")
    spec = of_type("SPEC", lines)[0]["spec"]["connectionSpecification"]
    assert code == 0
    assert spec["required"] == ["subdomain"]
    assert spec["title"] == "Source Zendesk Support Spec"


EXPORT = "/api/v2/incremental/tickets/cursor"
PROBES = {
    "/api/v2/audit_logs": "audit_logs",
    "/api/v2/slas/policies": "sla_policies",
    "/api/v2/ticket_forms": "ticket_forms",
    "/api/v2/business_hours/schedules": "schedules",
    "/api/v2/routing/attributes": "attributes",
    "/api/v2/guide/survey_responses": "survey_responses",
    "/api/v2/help_center/categories.json": "categories",
    "/api/v2/community/topics.json": "topics",
    "/api/v2/channels/voice/phone_numbers": "phone_numbers",
}


def test_check_says_who_we_are_and_what_is_missing(files: CommandFiles, account: Account) -> None:
    account.on(PROOF, SETTINGS)
    account.on("/api/v2/users/me", {"user": {"id": 7, "role": "admin", "suspended": False, "verified": True}})
    account.on(EXPORT, {"tickets": [], "end_of_stream": True})
    for path, records in PROBES.items():
        account.on(path, {records: []})
    account.on("/api/v2/chat/departments", FORBIDDEN)
    code, lines = files.run("check", config=CONFIG)
    assert (code, len(account.requested)) == (0, 13)
    assert account.requested[0] == PROOF
    assert "/api/v2/users/me" in account.requested
    assert of_type("CONNECTION_STATUS", lines)[0]["connectionStatus"] == {
        "status": "SUCCEEDED",
        "message": "Signed in to acme.zendesk.com as user 7 (role: admin). The exports are open. "
        "Not available to this user or plan: "
        "chat_account, chat_agent_events, chat_agent_timeline, chat_agents, chat_banned_ips, chat_banned_visitors, "
        "chat_conversions, chat_department_events, chat_departments, chat_goals, "
        "chat_roles, chat_routing_settings, chat_shortcuts, chat_skills, chat_triggers, chats (needs Chat, and an "
        "OAuth token of Chat (chat_credentials); Zendesk answered HTTP 403 "
        "Forbidden).",
    }


@pytest.mark.parametrize(
    ("user", "words"),
    [
        ({"id": None, "role": "end-user"}, "treated the request as anonymous"),
        ({}, "treated the request as anonymous"),
        ([], "treated the request as anonymous"),
        ({"id": 7, "role": "end-user"}, "is an end user, who cannot read this data"),
        ({"id": 7, "role": "admin", "suspended": True}, "is suspended. Lift the suspension"),
        ({"id": 7, "role": "admin", "verified": False}, "has not verified their email address"),
        (
            {"id": 7, "role": "agent"},
            "to administrators only and denied them (HTTP 403 Forbidden) to this user, whose role is agent",
        ),
    ],
)
def test_check_proves_who_has_signed_in(user: Any, words: str, files: CommandFiles, account: Account) -> None:
    account.on(PROOF, SETTINGS)
    account.on("/api/v2/users/me", {"user": user})
    account.on(EXPORT, FORBIDDEN)
    assert_check_fails(files, words)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply({"error": "Couldn't authenticate you"}, status=401), "Check your credentials"),
        (Reply(b"<html>", status=404, headers={"Content-Type": "text/html"}), "There is no Zendesk account"),
        (Reply(b"<html>", status=200, headers={"Content-Type": "text/html"}), "There is no Zendesk account"),
        (Reply({}, status=302, headers={"Location": "https://www.zendesk.com"}), "There is no Zendesk account"),
        (Reply({"error": "Forbidden"}, status=403), "denied access to the account's settings"),
        (Reply(b"", status=403), "denied access to the account's settings (HTTP 403)"),
        (Reply({"error": "API token access is disabled"}, status=401), "API tokens is switched off in this account"),
        (Reply({"error": "Missing the following required scopes: read"}, status=403), "lacks a scope"),
        (Reply(b"", status=401), "Check your credentials"),
    ],
)
def test_check_says_what_is_wrong(reply: Reply, words: str, files: CommandFiles, account: Account) -> None:
    account.on(PROOF, reply)
    account.on("/api/v2/users/me", {"user": {"id": 7, "role": "agent"}})
    assert_check_fails(files, words)


def test_read_writes_records_then_state_with_its_count(files: CommandFiles, account: Account) -> None:
    account.on(GROUPS, {"groups": [ROW], "meta": {"has_more": False}})
    code, lines = files.read()
    assert code == 0
    assert [line["record"]["data"] for line in of_type("RECORD", lines)] == [ROW]
    state = of_type("STATE", lines)[0]["state"]
    assert state["stream"]["stream_state"] == {"updated_at": "2024-06-01T00:00:00Z", "ids": [1], "v": 1}
    assert state["sourceStats"] == {"recordCount": 1.0}
    kinds = [line["type"] for line in lines if line["type"] in {"RECORD", "STATE"}]
    assert kinds == ["RECORD", "STATE", "STATE"]


def test_read_resumes_from_a_state_file(files: CommandFiles, account: Account) -> None:
    account.on(GROUPS, {"groups": [ROW], "meta": {"has_more": False}})
    stream = {"stream_descriptor": {"name": "groups"}, "stream_state": {"updated_at": "2024-06-02T00:00:00Z"}}
    code, lines = files.read(state=[{"type": "STREAM", "stream": stream}])
    assert code == 0
    assert of_type("RECORD", lines) == []


def test_failed_stream_ends_in_exit_code_1_with_one_explanation(files: CommandFiles, account: Account) -> None:
    account.on(GROUPS, Reply({"error": "Couldn't authenticate you"}, status=401))
    code, lines = files.read()
    assert code == 1
    errors = errors_in(lines)
    assert "Check your credentials" in errors[0]["message"]
    assert errors[0]["failure_type"] == "config_error"
    assert "Traceback" not in json.dumps(of_type("LOG", lines))


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("{", "is not valid JSON"),
        ("[]", "does not contain a JSON object"),
        ({"subdomain": "acme"}, "credentials: Field required"),
        ({**CONFIG, "subdomain": "acme.example.com"}, "subdomain: "),
        ({**CONFIG, "max_quota_percent": "many"}, "max_quota_percent: "),
    ],
)
def test_bad_config_is_a_config_error_in_words(config: Any, words: str, files: CommandFiles) -> None:
    code, lines = files.read(config)
    error = errors_in(lines)[0]
    assert (code, error["failure_type"]) == (1, "config_error")
    assert words in error["message"]
    assert "made-up" not in json.dumps(lines)


@pytest.mark.usefixtures("restored_logging")
def test_missing_config_file_is_named(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert command.run(["check", "--config", "nowhere.json"]) == 1
    assert b"The config file nowhere.json cannot be read: No such file or directory." in capfdbinary.readouterr().out


@pytest.mark.parametrize(
    ("status", "kind"), [(401, "config_error"), (503, "transient_error"), (400, "system_error"), (403, "config_error")]
)
def test_the_sum_of_a_sync_is_of_its_streams_kind(
    status: int, kind: str, files: CommandFiles, account: Account
) -> None:
    account.on(PROOF, SETTINGS)
    account.on(GROUPS, *[Reply({"error": "Odd"}, status=status)] * 9)
    _, lines = files.read()
    errors = errors_in(lines)
    assert [error["failure_type"] for error in errors] == [kind, kind]
    assert errors[-1]["message"] == "Failed streams: groups. Their errors are above; all other streams completed."


@pytest.mark.parametrize("starvation", [MemoryError(), SystemError("error return without exception set")])
def test_lack_of_memory_is_reported_even_without_memory_for_the_message(
    files: CommandFiles, monkeypatch: pytest.MonkeyPatch, starvation: Exception
) -> None:
    def is_out_of_memory(*_: Any) -> None:
        raise starvation

    monkeypatch.setattr(command, "_source", is_out_of_memory)
    monkeypatch.setattr(command, "_report", is_out_of_memory)
    code, lines = files.run("check", config=CONFIG)
    assert code == 1
    error = lines[-1]["trace"]["error"]
    assert error["failure_type"] == "transient_error"
    assert error["message"].startswith("The process has run out of memory or threads.")
