"""Answers with status 400: what the walk does about them, and states that the server's clock gives the lie to."""

import pytest

from unit_tests.account import NEWEST_TICKET, NOW, Account, Reply
from unit_tests.clocks import FakeTime
from unit_tests.reading import read
from unit_tests.walk.responses import ALL, FIRST, JUNE_1, JUNE_3, TICKETS, tickets

SAVED = {"generated_timestamp": str(JUNE_1), "cursor": "c9", "v": 1}


def test_unknown_parameter_is_dropped_once_with_a_warning(account: Account) -> None:
    bare = f"{TICKETS}?per_page=1000&start_time=1704067200"
    account.on(FIRST, Reply({"error": "InvalidParameter"}, status=400))
    account.on(bare, tickets((1, JUNE_1), end=False))
    account.on(f"{TICKETS}?cursor=c1&per_page=1000", tickets((2, JUNE_3)))
    outcome = read("tickets")
    assert account.requested == [FIRST, bare, f"{TICKETS}?cursor=c1&per_page=1000"]
    assert outcome.warnings == [
        "Stream tickets: Zendesk rejected the parameter support_type_scope; continuing without it."
    ]


def test_forgotten_cursor_resumes_by_time_with_one_warning(account: Account) -> None:
    """With the parameter: without it, AI agents' tickets would be missing from what is read by time."""
    by_cursor = f"{TICKETS}?cursor=c9"
    by_time = f"{TICKETS}?per_page=1000&start_time={JUNE_1}&support_type_scope=all"
    account.on(f"{by_cursor}&{ALL}", Reply({"error": "InvalidCursor"}, status=400))
    account.on(f"{by_cursor}&per_page=1000", Reply({"error": "InvalidCursor"}, status=400))
    account.on(by_time, tickets((1, JUNE_1)))
    outcome = read("tickets", saved=SAVED)
    assert account.requested[-1] == by_time
    assert outcome.ids() == [1]
    (reported,) = outcome.warnings
    assert reported == (
        "Stream tickets: Zendesk no longer accepts the saved cursor (HTTP 400 InvalidCursor); resuming by time, from "
        "2024-06-01T00:00:00Z."
    )


def test_forgotten_cursor_and_unknown_parameter_are_both_got_over(account: Account) -> None:
    by_cursor = f"{TICKETS}?cursor=c9"
    for url in (f"{by_cursor}&{ALL}", f"{by_cursor}&per_page=1000"):
        account.on(url, Reply({"error": "Bad"}, status=400))
    account.on(
        f"{TICKETS}?per_page=1000&start_time={JUNE_1}&support_type_scope=all", Reply({"error": "Bad"}, status=400)
    )
    account.on(f"{TICKETS}?per_page=1000&start_time={JUNE_1}", tickets((1, JUNE_1)))
    outcome = read("tickets", saved=SAVED)
    assert outcome.ids() == [1]
    assert [warning.split(": ")[1][:24] for warning in outcome.warnings] == [
        "Zendesk no longer accept",
        "Zendesk rejected the par",
    ]


def test_new_cursor_that_is_refused_does_not_send_the_walk_round_for_ever(account: Account) -> None:
    by_time = f"{TICKETS}?per_page=1000&start_time={JUNE_1}&support_type_scope=all"
    for cursor in ("c9", "c1"):
        for more in (ALL, "per_page=1000"):
            account.on(f"{TICKETS}?cursor={cursor}&{more}", Reply({"error": "InvalidCursor"}, status=400))
    account.on(by_time, *[tickets((1, JUNE_1), end=False)] * 2)
    outcome = read("tickets", saved=SAVED, fails=True)
    assert account.requested.count(by_time) == 1
    kind, message = outcome.errors[0]
    assert kind == "transient_error"
    assert message == (
        "Stream tickets: Zendesk rejects a cursor it has just issued (HTTP 400 InvalidCursor). All earlier pages are "
        "saved; the next sync resumes there."
    )


def test_list_whose_second_page_is_refused_is_read_again_once(account: Account) -> None:
    page = {"macros": [{"id": 1}], "meta": {"has_more": True, "after_cursor": "p2"}}
    account.on("/api/v2/macros?page[size]=100", *[page] * 9)
    account.on("/api/v2/macros?page[after]=p2&page[size]=100", *[Reply({"error": "Bad"}, status=400)] * 9)
    outcome = read("macros", fails=True)
    assert len(account.requested) == 4
    assert outcome.errors[0][0] == "transient_error"


def test_list_that_is_too_long_for_its_paging_is_an_error(account: Account) -> None:
    url = "/api/v2/routing/attributes"
    row = {"id": "a", "updated_at": "2024-06-01T00:00:00Z"}
    following = {"attributes": [row], "next_page": f"https://acme.zendesk.com{url}?page=2"}
    account.on(f"{url}?include=attribute_values&per_page=100", following)
    account.on(
        f"{url}?include=attribute_values&page=2&per_page=100",
        Reply({"errors": [{"code": "InvalidPaginationDepth"}]}, status=400),
    )
    outcome = read("account_attributes", fails=True)
    assert len(account.requested) == 2
    assert outcome.errors[0][0] == "system_error"
    assert "InvalidPaginationDepth" in outcome.errors[0][1]


def test_pass_that_began_in_the_future_is_a_config_error(account: Account) -> None:
    """Its bookmark would end there, and everything until then would be skipped."""
    account.on(
        "/api/v2/groups?exclude_deleted=false&page[after]=p2&page[size]=100",
        {"groups": [], "meta": {"has_more": False}},
    )
    state = {"updated_at": "2024-06-01T00:00:00Z", "next": "p2", "asked": NOW + 301, "v": 1}
    outcome = read("groups", saved=state, fails=True)
    assert outcome.errors[0][0] == "config_error"
    assert outcome.errors[0][1].startswith(
        "The saved state of stream groups is in the future: 2024-06-10T12:05:01Z; the account's clock says "
    )


def test_start_time_too_recent_means_up_to_date(account: Account) -> None:
    account.on(FIRST, Reply({"error": "StartTimeTooRecent", "description": "Too recent"}, status=400))
    outcome = read("tickets")
    assert account.requested == [FIRST]
    assert outcome.statuses() == ["STARTED", "COMPLETE"]
    assert outcome.errors == []


def test_bad_request_without_remedy_is_an_error(account: Account) -> None:
    account.on("/api/v2/macros", *[Reply({"error": "InvalidPaginationParameter"}, status=400)] * 3)
    outcome = read("macros", fails=True)
    assert account.requested == [f"/api/v2/macros?page[size]={size}" for size in (100, 50, 25)]
    assert outcome.errors[0][0] == "system_error"
    assert "Zendesk did not understand the request (HTTP 400 InvalidPaginationParameter)" in outcome.errors[0][1]


TOO_RECENT = Reply({"error": "StartTimeTooRecent", "description": "Too recent start_time"}, status=400)


@pytest.mark.parametrize("ahead", [301, 86_400])
@pytest.mark.parametrize("response", [TOO_RECENT, Reply({"tickets": [], "after_cursor": "c1", "end_of_stream": True})])
def test_state_in_the_future_is_a_config_error(ahead: int, response: Reply, account: Account) -> None:
    account.on(f"{TICKETS}?per_page=1000&start_time={NOW + ahead}&support_type_scope=all", response)
    outcome = read("tickets", saved={"generated_timestamp": str(NOW + ahead)}, fails=True)
    assert outcome.errors[0][0] == "config_error"
    assert outcome.errors[0][1].startswith("The saved state of stream tickets is in the future: 2024-06-1")
    assert outcome.statuses() == ["STARTED", "INCOMPLETE"]


@pytest.mark.parametrize("response", [TOO_RECENT, Reply({"tickets": [], "after_cursor": "c1", "end_of_stream": True})])
def test_state_a_little_ahead_of_the_server_is_taken(response: Reply, account: Account) -> None:
    account.on(f"{TICKETS}?per_page=1000&start_time={NOW + 299}&support_type_scope=all", response)
    state = {"tickets": {"generated_timestamp": str(NOW + 299)}}
    assert read("tickets", state=state).statuses() == ["STARTED", "COMPLETE"]


def test_machine_whose_clock_is_slow_requests_nothing_again(account: Account, local_time: FakeTime) -> None:
    """The bookmark is the server's; before the first answer, nothing else is known of its clock."""
    local_time.advance(-7200)
    url = f"{TICKETS}?per_page=1000&start_time={NOW - 1000}&support_type_scope=all"
    account.on(url, tickets())
    read("tickets", saved={"generated_timestamp": str(NOW - 1000)})
    assert account.requested == [url, NEWEST_TICKET]
