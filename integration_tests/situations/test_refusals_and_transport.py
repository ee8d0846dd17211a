"""Refusals, proxies and damaged responses."""

from typing import Any

import pytest

from integration_tests.command_output import failed_as
from integration_tests.connector import Connector
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.situations import JUNE, JUNE_1, Response, assert_complete, exported, ids, line, listed

FIREWALL = Response(403, text="<html><body>This site is blocked by the firewall of Acme Corp.</body></html>")
FORBIDDEN = Response(403, body={"error": "Forbidden"})
CLOSED = Response(404, text="<!DOCTYPE html><html><head><title>Zendesk</title></head><body>Closed</body></html>")
GROUP = listed("groups", {"id": 1, "updated_at": JUNE})
LOG = listed("audit_logs", {"id": 2, "created_at": JUNE})


@pytest.mark.parametrize("once", [FIREWALL, FORBIDDEN, Response(404), Response(302, headers={"Location": "/"})])
def test_refusal_that_comes_once_costs_one_call(
    account: SimulatedAccount, connector: Connector, once: Response
) -> None:
    account.set_responses(line("audit_logs", once, LOG), line("account/settings", Response()))
    output = connector.read("audit_logs")
    assert_complete(output, "audit_logs")
    calls = [call["path"] for call in account.requests()]
    assert (ids(output, "audit_logs"), calls.count("/api/v2/audit_logs")) == ([2], 2)


@pytest.mark.parametrize("status", [300, 301, 302, 307, 308, 201, 204, 206])
def test_redirects_and_other_successes_are_never_an_empty_table(
    account: SimulatedAccount, connector: Connector, status: int
) -> None:
    headers = {"Location": "https://elsewhere.example/api/v2/groups?token=abc"} if status >= 300 else {}
    account.set_responses(line("groups", Response(status, text="", headers=headers)))
    reported = failed_as(connector.read("groups"), "groups", "transient_error")
    assert f"HTTP {status}" in reported
    assert "token=abc" not in reported
    if status >= 300:
        assert "redirect to elsewhere.example, which is not followed" in reported


def test_page_of_a_product_that_is_off_empties_its_stream_only(account: SimulatedAccount, connector: Connector) -> None:
    account.set_responses(line("community/topics", CLOSED))
    output = connector.read("topics", "groups")
    assert (output.exit_code, output.errors, output.statuses["topics"]) == (0, [], ["STARTED", "COMPLETE"])
    (reported,) = output.warnings
    assert "Stream topics: " in reported
    assert "/api/v2/account/settings" in account.counts()


def test_foreign_400_gives_up_no_parameter(account: SimulatedAccount, connector: Connector) -> None:
    page = exported("tickets", {"id": 1, "generated_timestamp": JUNE_1})
    account.set_responses(line("incremental/tickets/cursor", Response(400, text="<html>Bad request</html>"), page))
    output = connector.read("tickets")
    assert_complete(output, "tickets")
    assert [call["query"]["support_type_scope"] for call in account.requests()] == ["all", "all"]


@pytest.mark.parametrize("nobody", ["redirect", "html", "html404"])
def test_account_that_is_renamed_during_a_sync_gets_that_reason(
    account: SimulatedAccount, connector: Connector, nobody: str
) -> None:
    account.set_behavior(unknown_subdomain=nobody)
    reported = failed_as(connector.read("audit_logs"), "audit_logs", "config_error")
    assert reported.startswith("There is no Zendesk account under this subdomain")
    assert len(account.requests()) <= 4


INTERIM = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
OK = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
WIRES: dict[str, str] = {
    "two lengths": OK + "Content-Length: {length}\r\nContent-Length: 7\r\n\r\n{body}",
    "a length and chunks": OK + "Content-Length: {length}\r\nTransfer-Encoding: chunked\r\n\r\n{body}",
    "too short": OK + "Content-Length: 99999999\r\n\r\n{body}",
    "no end of its chunks": OK + "Transfer-Encoding: chunked\r\n\r\nffffff\r\n{body}",
}


@pytest.mark.parametrize("before", [INTERIM, INTERIM * 3, "HTTP/1.1 102 Processing\r\n\r\n"])
def test_interim_responses_are_skipped(account: SimulatedAccount, connector: Connector, before: str) -> None:
    account.set_responses(*(line(path, Response(before=before)) for path in ("groups", "macros", "tags")))
    output = connector.read("groups", "macros", "tags")
    assert_complete(output, "groups", "macros", "tags")
    for stream in ("groups", "macros", "tags"):
        assert len(output.rows(stream)) == len(account.truth(stream))


@pytest.mark.parametrize("kind", WIRES)
def test_contradictory_response_is_requested_again(account: SimulatedAccount, connector: Connector, kind: str) -> None:
    account.set_responses(line("groups", Response(wire=WIRES[kind]), Response()))
    output = connector.read("groups")
    assert_complete(output, "groups")
    assert (len(output.rows("groups")), len(account.requests())) == (len(account.truth("groups")), 2)


@pytest.mark.parametrize(
    "more",
    [OK + "Content-Length: 2\r\n\r\n{}", "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "xx"],
    ids=["another response", "another status", "too long"],
)
def test_what_follows_a_response_belongs_to_no_other_stream(
    account: SimulatedAccount, connector: Connector, more: str
) -> None:
    wire = OK + "Content-Length: {length}\r\n\r\n{body}" + more
    streams = ("groups", "macros", "tags", "views")
    account.set_responses(*(line(path, Response(wire=wire), Response()) for path in streams))
    output = connector.read(*streams)
    assert_complete(output, *streams)
    for stream in streams:
        assert len(output.rows(stream)) == len(account.truth(stream))


@pytest.mark.parametrize("value", ["nan", "inf", "-1", "1" + "0" * 400, "100, 5", "soon", ""])
def test_odd_limits_open_again(account: SimulatedAccount, connector: Connector, value: str) -> None:
    names = ("X-Rate-Limit", "X-Rate-Limit-Remaining", "ratelimit-reset", "Retry-After", "Zendesk-RateLimit-groups")
    refusal = Response(429, text="", headers=dict.fromkeys(names, value))
    account.set_responses(line("groups", refusal, Response(headers=dict.fromkeys(names[:4], value))))
    output = connector.read("groups", "macros")
    assert (output.exit_code, output.errors) == (0, [])
    assert len(output.rows("groups")) == len(account.truth("groups"))


@pytest.mark.parametrize("cursor", [{"a": 1}, ["c"], True])
def test_cursor_that_is_none_is_a_malformed_page(account: SimulatedAccount, connector: Connector, cursor: Any) -> None:
    rows = {"id": 1, "updated_at": JUNE}
    page = {"macros": [rows], "meta": {"has_more": True, "after_cursor": cursor}, "links": {"next": cursor}}
    account.set_responses(line("macros", page))
    reported = failed_as(connector.read("macros"), "macros", "transient_error")
    assert reported.startswith("Stream macros: ")
    assert "unexpected" not in reported


@pytest.mark.config(exports="always")
def test_export_that_is_missing_for_an_administrator_is_not_blamed_on_the_role(
    account: SimulatedAccount, connector: Connector
) -> None:
    missing = Response(404, body={"error": "InvalidEndpoint", "description": "Not found"})
    account.set_responses(line("incremental/ticket_events", missing))
    reported = failed_as(connector.read("ticket_events"), "ticket_events", "config_error")
    assert reported.startswith("Stream ticket_events: Zendesk denied access (HTTP 404 InvalidEndpoint Not found)")
    assert "the role is not the reason" in reported


@pytest.mark.parametrize(
    ("status", "kind"),
    [(402, "config_error"), (451, "config_error"), (407, "config_error"), (511, "config_error"), (405, "system_error")],
)
def test_status_that_no_retry_cures_is_reported_at_once(
    account: SimulatedAccount, connector: Connector, status: int, kind: str
) -> None:
    account.set_responses(line("groups", Response(status, body={"error": "Why"})))
    reported = failed_as(connector.read("groups"), "groups", kind)
    assert (f"HTTP {status} Why" in reported, len(account.requests())) == (True, 1)


def test_plain_text_reason_is_shown_without_the_secret(account: SimulatedAccount, connector: Connector) -> None:
    reason = "Your address 192.0.2.1 may not use token simulated-token.\nAsk IT. "
    plain = Response(403, text=reason, headers={"Content-Type": "text/plain"})
    account.set_responses(line("audit_logs", plain))
    reported = failed_as(connector.read("audit_logs"), "audit_logs", "transient_error")
    assert "HTTP 403 Your address 192.0.2.1 may not use token ****. Ask IT." in reported


@pytest.mark.parametrize("status", [413, 414, 431])
def test_cursor_that_is_too_long_for_a_url_is_replaced_by_time(
    account: SimulatedAccount, connector: Connector, status: int
) -> None:
    page = exported("tickets", {"id": 1, "generated_timestamp": JUNE_1 + 5})
    account.set_responses(
        line("incremental/tickets/cursor", Response(status, body={}), cursor="long"),
        line("incremental/tickets/cursor", page, start_time=str(JUNE_1)),
    )
    saved = {"generated_timestamp": str(JUNE_1), "cursor": "long", "v": 1}
    output = connector.read("tickets", state={"tickets": saved})
    assert (output.exit_code, ids(output, "tickets"), output.statuses["tickets"][-1]) == (0, [1], "COMPLETE")
