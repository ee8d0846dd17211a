"""One odd answer never empties a table: what is not a refusal of Zendesk's own fails the stream, after retries."""

from typing import Any

import pytest

from unit_tests.account import FORBIDDEN, PROOF, SETTINGS, Account, Reply
from unit_tests.reading import Outcome, read

HTML = {"Content-Type": "text/html"}
LOGS = "/api/v2/audit_logs"
TOPICS = "/api/v2/community/topics.json"
CLOSED = Reply(b"<html><title>Help Center Closed | Zendesk</title></html>", status=404, headers=HTML)
FIREWALL = Reply(b"<html><title>Access Denied</title>Blocked by the firewall</html>", status=403, headers=HTML)
LOG = {"id": 1, "created_at": "2024-06-01T00:00:00Z"}
PAGE = {"audit_logs": [LOG], "meta": {"has_more": False, "after_cursor": None}}

DOUBTFUL = {
    "firewall 403": FIREWALL,
    "firewall 404": Reply(FIREWALL.body, status=404, headers=HTML),
    "empty 403": Reply(b"", status=403),
    "empty 404": Reply(b"", status=404),
    "plain text 403": Reply(b"IP not allowed", status=403, headers={"Content-Type": "text/plain"}),
    "foreign JSON 403": Reply({"message": "Forbidden"}, status=403),
    "empty 422": Reply(b"", status=422),
    **{f"redirect {status}": Reply(b"", status=status) for status in (300, 301, 302, 303, 304, 305, 307, 308)},
    **{f"success {status}": Reply(PAGE, status=status) for status in (201, 202, 203, 204, 205, 206, 226)},
    "error with 200": Reply({"error": "Forbidden"}),
    "errors with 200": Reply({"errors": [{"code": "Forbidden"}]}),
    "message with 200": Reply({"message": "not now"}),
    "error beside an empty list": Reply({"audit_logs": [], "error": "busy", "meta": {"has_more": False}}),
    "errors beside an empty list": Reply({"audit_logs": [], "errors": ["busy"], "meta": {"has_more": False}}),
    "message beside an empty list": Reply({"audit_logs": [], "message": "busy", "meta": {"has_more": False}}),
    "error beside rows": Reply({**PAGE, "error": "some are missing"}),
    "foreign 400": Reply(b"<html>Bad request</html>", status=400, headers=HTML),
    "empty 400": Reply(b"", status=400),
}


def assert_failed_as_transient(outcome: Outcome, stream: str) -> None:
    assert outcome.records(stream) == []
    assert outcome.statuses(stream) == ["STARTED", "INCOMPLETE"]
    assert {kind for _, kind, _ in outcome.stream_errors} == {"transient_error"}


@pytest.mark.parametrize("reply", DOUBTFUL.values(), ids=DOUBTFUL)
def test_doubtful_answer_that_stays_fails_the_stream(reply: Reply, account: Account) -> None:
    account.on(LOGS, *[reply] * 7)
    account.on(PROOF, SETTINGS)
    outcome = read("audit_logs", fails=True)
    assert_failed_as_transient(outcome, "audit_logs")
    assert len([url for url in account.requested if url.startswith(LOGS)]) == 7
    assert outcome.warnings == []


@pytest.mark.parametrize("reply", DOUBTFUL.values(), ids=DOUBTFUL)
def test_doubtful_answer_that_passes_costs_nothing_but_a_call(reply: Reply, account: Account) -> None:
    account.on(LOGS, reply, PAGE)
    outcome = read("audit_logs")
    assert outcome.records() == [LOG]
    assert (len(account.requested), outcome.warnings, outcome.errors) == (2, [], [])


@pytest.mark.parametrize("first", [FORBIDDEN, CLOSED, Reply({"error": "RecordNotFound"}, status=404)])
def test_refusal_that_is_not_repeated_is_not_believed(first: Reply, account: Account) -> None:
    account.on(LOGS, first, PAGE)
    outcome = read("audit_logs")
    assert outcome.records() == [LOG]
    assert (len(account.requested), outcome.warnings) == (2, [])


def test_two_different_refusals_are_no_repetition(account: Account) -> None:
    account.on(LOGS, FORBIDDEN, Reply({"error": "RecordNotFound"}, status=404), PAGE)
    assert read("audit_logs").records() == [LOG]


def test_refusals_that_change_for_ever_are_a_transient_error(account: Account) -> None:
    account.on(LOGS, *[FORBIDDEN, Reply({"error": "RecordNotFound"}, status=404)] * 4)
    assert_failed_as_transient(read("audit_logs", fails=True), "audit_logs")


def test_page_of_a_product_that_is_off_counts_once_the_account_is_proven_behind_it(account: Account) -> None:
    account.on(TOPICS, CLOSED, CLOSED)
    account.on(LOGS, FORBIDDEN, FORBIDDEN)
    account.on(PROOF, SETTINGS, SETTINGS)
    outcome = read("topics", "audit_logs", num_workers=2)
    assert outcome.statuses("topics") == ["STARTED", "COMPLETE"]
    assert len(outcome.warnings) == 2
    last = max(index for index, url in enumerate(account.requested) if url.startswith(TOPICS))
    assert PROOF in account.requested[last:]


def test_page_of_a_product_that_is_off_does_not_count_where_the_account_cannot_be_proven(account: Account) -> None:
    account.on(TOPICS, CLOSED, CLOSED)
    account.on(PROOF, *[Reply({}, status=503)] * 7)
    outcome = read("topics", fails=True)
    assert outcome.statuses() == ["STARTED", "INCOMPLETE"]
    assert outcome.errors[0][0] == "transient_error"


NOBODY = [Reply(b"", status=302), Reply(b"<html>Nobody</html>", headers=HTML), Reply(b"<html>", 404, HTML), FIREWALL]


@pytest.mark.parametrize("nobody", NOBODY)
def test_wrong_subdomain_is_found_out_after_two_calls(nobody: Reply, account: Account) -> None:
    account.on(LOGS, nobody, nobody)
    account.on(PROOF, nobody, nobody)
    outcome = read("audit_logs", fails=True)
    assert outcome.errors[0][0] == "config_error"
    assert outcome.errors[0][1].startswith("There is no Zendesk account under this subdomain")
    assert len(account.requested) == 4


@pytest.mark.parametrize("reply", [FIREWALL, CLOSED, Reply(b"", status=404), Reply(b"", status=302)])
def test_parent_is_never_skipped_because_of_a_doubtful_refusal(reply: Reply, account: Account) -> None:
    articles = "/api/v2/help_center/articles"
    rows = [{"id": key, "updated_at": "2024-06-01T00:00:00Z"} for key in (100, 200)]
    account.refuse_list_of_votes()
    account.on(f"{articles}.json", {"articles": rows, "meta": {"has_more": False, "after_cursor": None}})
    account.on(f"{articles}/100/votes.json", *[reply] * 7)
    account.on(f"{articles}/200/votes.json", {"votes": [], "meta": {"has_more": False, "after_cursor": None}})
    account.on(PROOF, SETTINGS)
    outcome = read("article_votes", fails=True)
    assert outcome.statuses()[-1] == "INCOMPLETE"
    assert outcome.errors[0][0] == "transient_error"
    assert outcome.warnings == []


def test_refused_parent_costs_one_call(account: Account) -> None:
    articles = "/api/v2/help_center/articles"
    row = {"id": 100, "updated_at": "2024-06-01T00:00:00Z"}
    account.on(f"{articles}.json", {"articles": [row], "meta": {"has_more": False, "after_cursor": None}})
    account.on(f"{articles}/100/votes.json", Reply({"error": "RecordNotFound"}, status=404))
    read("article_votes")
    assert len(account.requested) == 2


@pytest.mark.parametrize("reply", [FIREWALL, Reply(b"", status=401), Reply(b"<html>Sign in</html>", status=401)])
def test_chat_is_not_gated_by_a_doubtful_refusal(reply: Reply, account: Account) -> None:
    account.on("/api/v2/chat/departments", *[reply] * 7)
    account.on(PROOF, SETTINGS)
    assert_failed_as_transient(read("chat_departments", fails=True), "chat_departments")


@pytest.mark.parametrize(
    "body", [{"error": "busy"}, {"errors": ["busy"]}, {"message": "busy"}, {"message": "busy", "status": 500}]
)
def test_error_in_the_place_of_the_only_row_is_no_row(body: Any, account: Account) -> None:
    account.on("/api/v2/chat/account", *[body] * 7)
    assert_failed_as_transient(read("chat_account", fails=True), "chat_account")


def test_a_plain_text_reason_is_shown_without_secrets(account: Account) -> None:
    reason = b"Your address 192.0.2.1\x00 may not use token made-up.\n" + b"Ask IT. " * 100
    account.on(LOGS, *[Reply(reason, status=403, headers={"Content-Type": "text/plain; charset=nonsense"})] * 7)
    account.on(PROOF, SETTINGS)
    message = read("audit_logs", fails=True).stream_errors[0][2]
    assert "HTTP 403 Your address 192.0.2.1 may not use token ****. Ask IT. " in message
    assert len(message) < 600


def test_a_foreign_400_gives_up_no_parameter(account: Account) -> None:
    tickets = "/api/v2/incremental/tickets/cursor"
    account.on(tickets, Reply(b"<html>Bad request</html>", status=400, headers=HTML))
    account.on(tickets, {"tickets": [], "after_cursor": "c1", "end_of_stream": True})
    account.on("/api/v2/tickets", {"tickets": [], "meta": {"has_more": False, "after_cursor": None}})
    outcome = read("tickets")
    assert all("support_type_scope=all" in url for url in account.requested)
    assert (len(account.requested), outcome.warnings) == (3, [])  # the last one compares the empty export with the list
