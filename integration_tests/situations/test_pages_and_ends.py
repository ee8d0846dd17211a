"""Pages, ends of lists and deletion marks."""

from typing import Any

import pytest

from integration_tests.command_output import Json, failed_as
from integration_tests.connector import Connector
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.situations import JUNE, JUNE_1, MAY, Response, assert_complete, exported, ids, line, listed

SIDE_EVENTS = "tickets/side_conversations/events"
CALLS = "channels/voice/stats/incremental/calls"
PAST_MAY = {"updated_at": JUNE, "v": 1}
JUNE_3 = "2024-06-03T00:00:00Z"


def at(second: int, *keys: int) -> list[Json]:
    """Rows of a second after ``JUNE``."""
    return [{"id": key, "created_at": f"2024-06-01T00:00:0{second}Z", "ticket_id": 7} for key in keys]


def side_events(*rows: Json, end: int) -> Json:
    return {"events": list(rows), "end_time": JUNE_1 + end, "next_page": "https://acme.zendesk.com/more"}


def starts(account: SimulatedAccount) -> list[int]:
    """The starts of an export's requests, in seconds after ``JUNE``."""
    return [int(call["query"]["start_time"]) - JUNE_1 for call in account.requests()]


@pytest.mark.parametrize(
    ("first", "level", "count"), [((), "WARN", 100), ((), "INFO", 5), ((1, 2), "WARN", 5)], ids=["100", "few", "capped"]
)
def test_second_that_fills_a_page_is_stepped_over_and_named(
    account: SimulatedAccount, connector: Connector, first: tuple[int, ...], level: str, count: int
) -> None:
    """The side conversation events of one second are more than Zendesk hands out at once."""
    full = at(1, *range(10, 10 + count))
    pages = [line(SIDE_EVENTS, side_events(*full, end=1), start_time=str(JUNE_1 + 1))]
    pages += [line(SIDE_EVENTS, side_events(*at(7, 999), end=7), start_time=str(JUNE_1 + second)) for second in (2, 7)]
    before = [*at(0, *first), *full][:count] if first else full
    account.set_responses(*pages, line(SIDE_EVENTS, side_events(*before, end=1)))
    state = {"side_conversation_events": {"created_at": JUNE, "v": 1}}
    output = connector.read("side_conversation_events", state=state)
    assert (output.exit_code, output.errors) == (0, [])
    assert ids(output, "side_conversation_events") == [*first, *(row["id"] for row in full), 999]
    (reported,) = [log for log in output.of("LOG") if "the second 2024-06-01T00:00:01Z" in log["message"]]
    words = "has more rows than the 100 that" if count == 100 else f"may have more rows than the {count} of its page"
    assert (reported["level"], words in reported["message"]) == (level, True)


def test_known_second_that_fills_a_page_holds_no_later_sync(account: SimulatedAccount, connector: Connector) -> None:
    known = at(0, *range(100))
    account.set_responses(
        line(SIDE_EVENTS, side_events(*known, end=0), start_time=str(JUNE_1)),
        line(SIDE_EVENTS, side_events(*at(3, 500), end=3)),
    )
    state = {"created_at": JUNE, "ids": [0, *[1] * 99], "v": 1}  # each id after the first as its distance
    output = connector.read("side_conversation_events", state={"side_conversation_events": state})
    assert (output.exit_code, ids(output, "side_conversation_events")) == (0, [500])
    assert starts(account) == [0, 1, 3]


def test_talk_that_repeats_its_last_second_costs_one_call(account: SimulatedAccount, connector: Connector) -> None:
    rows = [{"id": second, "updated_at": f"2024-06-01T00:00:0{second}Z"} for second in (0, 2, 5)]
    page = {"calls": rows, "end_time": JUNE_1 + 5, "next_page": "https://acme.zendesk.com/more", "count": 3}
    account.set_responses(line(CALLS, page | {"calls": rows[2:]}, start_time=str(JUNE_1 + 5)), line(CALLS, page))
    first = connector.read("talk_calls")
    assert ids(first, "talk_calls") == [0, 2, 5]
    account.forget_requests()
    second = connector.read("talk_calls", state=first.states)
    assert (second.exit_code, second.rows("talk_calls"), starts(account)) == (0, [], [5])
    assert_complete(second, "talk_calls")


@pytest.mark.parametrize("cap", [2, 9])
def test_metric_events_of_short_pages_arrive(account: SimulatedAccount, connector: Connector, cap: int) -> None:
    """Each sync looks back to the same first page, all of whose rows are known."""
    rows = [{"id": key, "time": f"2024-06-01T00:00:{key:02}Z", "ticket_id": 7} for key in range(12)]
    path = "incremental/ticket_metric_events"
    pages = {
        start: {"ticket_metric_events": rows[start : start + cap], "end_time": JUNE_1 + start + cap - 1}
        for start in range(12)
    }
    last = {key: page | {"end_time": JUNE_1 + 11} for key, page in pages.items() if key + cap > 12}
    account.set_responses(
        *(line(path, page, start_time=str(JUNE_1 + start)) for start, page in (pages | last).items()),
        line(path, pages[0]),
    )
    first = connector.read("ticket_metric_events")
    assert ids(first, "ticket_metric_events") == list(range(cap))
    second = connector.read("ticket_metric_events", state=first.states)
    assert ids(second, "ticket_metric_events") == list(range(cap, 12))
    assert_complete(second, "ticket_metric_events")


@pytest.mark.parametrize(
    ("stream", "path", "records", "more"),
    [
        ("custom_roles", "custom_roles", "custom_roles", {"meta": {"has_more": True}}),
        ("sla_policies", "slas/policies", "sla_policies", {"meta": {"has_more": True, "after_cursor": None}}),
        ("macros", "macros", "macros", {"meta": {"has_more": True}, "links": {"next": None}}),
    ],
)
def test_more_without_a_place_to_read_it_from_is_never_complete(
    account: SimulatedAccount, connector: Connector, stream: str, path: str, records: str, more: Json
) -> None:
    account.set_responses(line(path, {records: [{"id": 1, "updated_at": JUNE}], **more}))
    assert failed_as(connector.read(stream), stream, "transient_error")
    assert len(account.requests()) == 7


@pytest.mark.parametrize("first", [1, 0], ids=["exclusive", "inclusive"])
def test_chat_lists_end_at_a_page_without_new_rows(account: SimulatedAccount, connector: Connector, first: int) -> None:
    """At most 10 agents and 3 bans come at once, after the id that is requested or from it on."""
    agents = [[{"id": key} for key in range(max(1, since + first), since + 11)] for since in (0, 10)]
    rest = [[] if first else [{"id": 20}]]
    bans = [{"ip_address": [{"id": 1}], "visitor": [{"id": 2}]}, {"ip_address": [], "visitor": [{"id": 5}]}]
    account.set_responses(
        line("chat/agents", *agents, *rest), line("chat/bans", *bans, {"ip_address": None, "visitor": []})
    )
    output = connector.read("chat_agents", "chat_banned_ips", "chat_banned_visitors")
    assert_complete(output, "chat_agents", "chat_banned_ips", "chat_banned_visitors")
    assert ids(output, "chat_agents") == list(range(1, 21))
    assert (ids(output, "chat_banned_ips"), ids(output, "chat_banned_visitors")) == ([1], [2, 5])
    assert all("limit" not in call["query"] for call in account.requests())


def test_page_size_that_is_refused_is_halved(account: SimulatedAccount, connector: Connector) -> None:
    error = {"code": "InvalidPaginationParameter", "title": "page[size] is too large"}
    refusal, own = Response(400, body={"errors": [error]}), Response()
    sizes = [line(path, refusal, page__size="100") for path in ("macros", "help_center/articles/*/votes")]
    account.set_responses(*sizes, line("macros", own), line("help_center/articles/*/votes", own))
    output = connector.read("macros", "article_votes")
    assert_complete(output, "macros", "article_votes")
    for stream in ("macros", "article_votes"):
        assert sorted(ids(output, stream)) == sorted(row["id"] for row in account.truth(stream))
    sizes_sent = [call["query"]["page[size]"] for call in account.requests() if call["path"] == "/api/v2/macros"]
    assert sizes_sent[0] == "100"
    assert {*sizes_sent[1:]} == {"50"}


def test_numbered_page_that_times_out_is_read_in_smaller_ones(account: SimulatedAccount, connector: Connector) -> None:
    path, rows = "routing/attributes", [{"id": f"a{key}", "updated_at": JUNE} for key in range(150)]
    link = "https://acme.zendesk.com/api/v2/routing/attributes?page={}&per_page={}"
    second = {"attributes": rows[100:], "next_page": None}
    account.set_responses(
        line(path, Response(504), page="2", per_page="100"),
        line(path, second, page="3", per_page="50"),
        line(path, {"attributes": rows[:100], "next_page": link.format(2, 100)}, per_page="100"),
    )
    output = connector.read("account_attributes")
    assert_complete(output, "account_attributes")
    assert ids(output, "account_attributes") == [row["id"] for row in rows]


def test_deleted_groups_are_requested_and_an_account_that_refuses_is_read_without_them(
    account: SimulatedAccount, connector: Connector
) -> None:
    deleted = {"id": 1, "updated_at": JUNE, "deleted": True}
    refusal = Response(400, body={"error": "InvalidParameter"})
    account.set_responses(
        line("groups", listed("groups", deleted), exclude_deleted="false"),
        line("brands", refusal, include_deleted="true"),
        line("brands", listed("brands", {"id": 2, "updated_at": JUNE})),
    )
    output = connector.read("groups", "brands")
    assert (output.exit_code, output.rows("groups"), ids(output, "brands")) == (0, [deleted], [2])
    assert output.warnings == ["Stream brands: Zendesk rejected the parameter include_deleted; continuing without it."]


MARKED: dict[str, tuple[str, str, Any]] = {
    "groups": ("groups", "deleted", True),
    "brands": ("brands", "is_deleted", True),
    "ticket_forms": ("ticket_forms", "deleted_at", "2024-06-05T00:00:00Z"),
    "satisfaction_reasons": ("reasons", "deleted_at", "2024-06-05T00:00:00Z"),
}


def test_deletion_that_moves_no_time_is_sent_once(account: SimulatedAccount, connector: Connector) -> None:
    pages = []
    for stream, (records, mark, value) in MARKED.items():
        path = {"satisfaction_reasons": "satisfaction_reasons"}.get(stream, records)
        rows = [[{"id": key, "updated_at": MAY, mark: gone} for key in (1, 2)] for gone in (None, value)]
        pages.append(line(path, listed(records, *rows[0]), listed(records, rows[0][0], rows[1][1])))
    account.set_responses(*pages)
    state = {stream: {"updated_at": JUNE_3, "v": 1} for stream in MARKED}
    first = connector.read(*MARKED, state=state)
    second = connector.read(*MARKED, state=first.states)
    third = connector.read(*MARKED, state=second.states)
    assert [first.records, third.records] == [{}, {}]
    assert {stream: ids(second, stream) for stream in MARKED} == {key: [2] for key in MARKED}


def test_organization_that_is_deleted_in_its_known_second_comes_again(
    account: SimulatedAccount, connector: Connector
) -> None:
    row = {"id": 5, "updated_at": JUNE, "deleted_at": None}
    gone = {**row, "deleted_at": JUNE}
    pages = exported("organizations", row), exported("organizations", gone)
    account.set_responses(line("incremental/organizations", *pages))
    first = connector.read("organizations")
    second = connector.read("organizations", state=first.states)
    third = connector.read("organizations", state=second.states)
    assert [output.rows("organizations") for output in (first, second, third)] == [[row], [gone], []]


def ticket_page(cursor: str, *keys: int) -> Json:
    rows = [{"id": key, "generated_timestamp": JUNE_1} for key in keys]
    return exported("tickets", *rows, after_cursor=cursor, end_of_stream=False)


ENDLESS: dict[str, tuple[str, int, list[Json], str]] = {
    "cursors in a circle": (
        "incremental/tickets/cursor",
        9,
        [ticket_page("a", 1), ticket_page("b", 1), *[ticket_page("a", 1)] * 9],
        "Stream tickets: the page at b could not be read after 7 attempts: the page links to a page that was already",
    ),
    "ever new cursors": (
        "incremental/tickets/cursor",
        31,
        [ticket_page("c0", 1), *(ticket_page(f"c{number}") for number in range(1, 40) for _ in range(3))],
        "Stream tickets: 10 consecutive pages, the last of them the page at c9, ",
    ),
    "one page for every start": (
        "incremental/ticket_metric_events",
        0,
        [
            {
                "ticket_metric_events": [{"id": key, "time": JUNE} for key in range(3)],
                "end_time": JUNE_1,
                "end_of_stream": False,
                "next_page": "https://acme.zendesk.com/more",
            }
        ],
        "Stream ticket_metric_events: 10 consecutive pages, the last of them the page from 2024-06-01T00:00:",
    ),
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_export_without_progress_ends_with_its_position(
    account: SimulatedAccount, connector: Connector, kind: str
) -> None:
    path, calls, pages, reported = ENDLESS[kind]
    stream = reported.partition(":")[0].removeprefix("Stream ")
    account.set_responses(line(path, *pages))
    output = connector.read(stream)
    assert failed_as(output, stream, "transient_error").startswith(reported)
    assert len(account.requests()) == calls or not calls
    assert len(output.rows(stream)) >= 1


@pytest.mark.parametrize("updated_at", ["2020-01-01T00:00:00Z", None, "soon"])
def test_side_conversation_of_an_event_comes_whatever_its_own_time(
    account: SimulatedAccount, connector: Connector, updated_at: Any
) -> None:
    rows = [{"id": key, "ticket_id": 7, "updated_at": updated_at} for key in ("s1", "s2")]
    event = {"id": "e1", "ticket_id": 7, "side_conversation_id": "s1", "created_at": JUNE}
    account.set_responses(
        line(SIDE_EVENTS, {"events": [event], "end_time": JUNE_1, "next_page": None}),
        line("tickets/7/side_conversations", {"side_conversations": rows, "next_page": None}),
    )
    output = connector.read("side_conversations", state={"side_conversations": PAST_MAY})
    assert_complete(output, "side_conversations")
    assert (output.rows("side_conversations"), len(account.requests())) == (rows, 2)
