import pytest

from integration_tests.simulated_account import truth
from integration_tests.simulated_account.bulk_changes import burst, change
from integration_tests.simulated_account.row_changes import add, delete, update
from integration_tests.simulated_account.server_state import ServerState
from unit_tests.simulated_account.api_client import NOW, ApiClient, Record, small_account

STAMP = "2026-11-01T12:00:00Z"


def _reported(server: ServerState, stream: str, since: int | None = None) -> dict[object, Record]:
    records = truth.decoded(truth.records(server.account, stream, since))
    return {record["id"]: record for record in records}


def test_an_updated_ticket_moves_with_its_metrics_and_has_an_audit(server: ServerState) -> None:
    ticket = update(server.account, "tickets", 5, {"priority": "urgent"})
    server.account.clock.shift(61)
    assert (ticket["generated_timestamp"], ticket["updated_at"]) == (NOW, STAMP)
    assert _reported(server, "tickets", NOW) == {5: ticket}
    (metric,) = _reported(server, "ticket_metrics", NOW).values()
    assert (metric["ticket_id"], metric["updated_at"], metric["_ab_updated_at"]) == (5, STAMP, NOW)
    (event,) = _reported(server, "ticket_events", NOW).values()
    assert (event["ticket_id"], event["child_events"][0]["priority"]) == (5, "urgent")


def test_an_added_ticket_has_a_comment_and_metrics(server: ServerState) -> None:
    ticket = add(server.account, "tickets", {"subject": "Neu"})
    server.account.clock.shift(61)
    assert (ticket["id"], ticket["status"], ticket["created_at"]) == (81, "new", STAMP)
    assert ticket["url"].endswith("/tickets/81.json")
    assert [comment["ticket_id"] for comment in _reported(server, "ticket_comments", NOW).values()] == [81]
    assert [metric["ticket_id"] for metric in _reported(server, "ticket_metrics", NOW).values()] == [81]


def test_a_deleted_ticket_leaves_the_lists_and_is_marked_in_the_export(api: ApiClient, server: ServerState) -> None:
    live = next(row.key for row in server.account.table("tickets") if row.state == "live")
    delete(server.account, "tickets", live)
    server.account.clock.shift(61)
    assert _reported(server, "tickets", NOW)[live]["status"] == "deleted"
    assert live in {ticket["id"] for ticket in api.get("deleted_tickets").json["deleted_tickets"]}
    assert live not in {metric["ticket_id"] for metric in _reported(server, "ticket_metrics").values()}
    assert api.get(f"tickets/{live}/comments").status == 404


@pytest.mark.parametrize(
    ("kind", "rows_inside", "holder", "count"),
    [("dynamic_content_items", "dynamic_content_variants", "item_id", 2), ("talk_ivrs", "talk_ivr_menus", "ivr_id", 1)],
)
def test_an_added_row_shares_none_of_the_rows_inside_it(
    server: ServerState, kind: str, rows_inside: str, holder: str, count: int
) -> None:
    added = add(server.account, kind, {})["id"]
    rows = truth.decoded(truth.records(server.account, rows_inside))
    own = [row["id"] for row in rows if row[holder] == added]
    assert len(set(own)) == len(own) == count
    assert not set(own) & {row["id"] for row in rows if row[holder] != added}


@pytest.mark.parametrize(
    ("fields", "event"),
    [
        ({"body": "▇▇"}, {"event_type": "CommentRedactionEvent", "via": "Web service", "via_reference_id": None}),
        ({"public": False}, None),
    ],
)
def test_a_changed_comment_has_an_event_and_is_served_as_it_is_now(
    api: ApiClient, server: ServerState, fields: Record, event: Record | None
) -> None:
    comment = list(_reported(server, "ticket_comments").values())[7]
    update(server.account, "ticket_comments", comment["id"], fields)
    server.account.clock.shift(61)
    (reported,) = _reported(server, "ticket_events", NOW).values()
    children = [{name: value for name, value in child.items() if name != "id"} for child in reported["child_events"]]
    assert children == ([event | {"comment_id": str(comment["id"])}] if event else [])
    assert reported["updater_id"] > 0
    (now,) = (
        c for c in api.get(f"tickets/{comment['ticket_id']}/comments").json["comments"] if c["id"] == comment["id"]
    )
    assert fields.items() <= now.items()
    assert now["created_at"] == comment["created_at"]
    assert _reported(server, "ticket_comments", NOW) == {comment["id"]: now | {"ticket_id": comment["ticket_id"]}}


def test_a_redacted_attachment_is_named(server: ServerState) -> None:
    comment = next(c for c in _reported(server, "ticket_comments").values() if c["attachments"])
    gone = comment["attachments"][0] | {"deleted": True, "file_name": "redacted.txt"}
    update(server.account, "ticket_comments", comment["id"], {"attachments": [gone]})
    server.account.clock.shift(61)
    (event,) = _reported(server, "ticket_events", NOW).values()
    (child,) = event["child_events"]
    assert child["attachment_id"] == str(gone["id"])
    assert "comment_id" not in child
    assert _reported(server, "ticket_attachments", NOW)[gone["id"]]["file_name"] == "redacted.txt"


def test_a_new_comment_moves_its_ticket(server: ServerState) -> None:
    comment = add(server.account, "ticket_comments", {"ticket_id": 9, "body": "Noch etwas"})
    server.account.clock.shift(61)
    assert comment["html_body"].count("Noch etwas") == 1
    assert list(_reported(server, "tickets", NOW)) == [9]


@pytest.mark.parametrize(
    ("stream", "mark"),
    [
        ("users", ("active", False)),
        ("groups", ("deleted", True)),
        ("brands", ("is_deleted", True)),
        ("organizations", ("deleted_at", STAMP)),
        ("satisfaction_reasons", ("deleted_at", STAMP)),
        ("chats", ("deleted", True)),
    ],
)
def test_some_rows_are_marked_when_they_are_deleted(server: ServerState, stream: str, mark: tuple[str, object]) -> None:
    row = next(row for row in server.account.table(stream).by_key() if row.state == "live")
    delete(server.account, stream, row.key)
    assert _reported(server, stream, NOW)[row.key][mark[0]] == mark[1]


def test_a_deleted_user_is_listed_among_the_deleted_and_has_no_identities(api: ApiClient, server: ServerState) -> None:
    user = server.account.table("users").by_key()[-1].key
    delete(server.account, "users", user)
    assert user in {row["id"] for row in api.get("deleted_users").json["deleted_users"]}
    assert user not in {row["user_id"] for row in _reported(server, "user_identities").values()}


def test_what_is_below_a_row_vanishes_with_it(server: ServerState) -> None:
    article = next(row.parent for row in server.account.table("article_comments").by_key())
    assert article is not None
    delete(server.account, "articles", article)
    for stream in ("article_attachments", "article_comments", "article_votes"):
        assert article not in {row.parent for row in server.account.table(stream)}


def test_a_changed_side_conversation_is_an_event(server: ServerState) -> None:
    conversation = server.account.table("side_conversations").by_key()[0].key
    update(server.account, "side_conversations", conversation, {"state": "open"})
    (event,) = _reported(server, "side_conversation_events", NOW).values()
    assert event["side_conversation_id"] == conversation


def test_a_burst_shares_one_second(server: ServerState) -> None:
    keys = burst(server.account, "organizations", 50, at=NOW - 900)
    fresh = _reported(server, "organizations", NOW - 900)
    assert set(keys) <= set(fresh)
    assert {fresh[key]["updated_at"] for key in keys} == {"2026-11-01T11:45:00Z"}


def test_what_has_no_row_or_no_kind_is_a_key_error(server: ServerState) -> None:
    for act in (lambda: update(server.account, "groups", 1, {}), lambda: delete(server.account, "nothing", 1)):
        with pytest.raises(KeyError):
            act()


def test_a_change_of_everything_takes_twenty_minutes_and_says_what_it_touched() -> None:
    server = small_account(tickets=120)
    before = server.account.clock.now()
    touched = change(server.account, 0.02, seed=3)
    assert server.account.clock.now() == before + 1200
    for stream in ("tickets", "users", "organizations", "chats", "ticket_comments"):
        assert set(touched[stream]) <= set(_reported(server, stream, int(before))), stream


def test_the_same_change_is_made_for_the_same_seed() -> None:
    first, second = (change(small_account().account, 0.05, seed=9) for _ in range(2))
    assert first == second


def test_a_changed_identity_moves_its_user(server: ServerState) -> None:
    identity = update(server.account, "user_identities", server.account.table("user_identities").by_key()[0].key, {})
    assert list(_reported(server, "users", NOW)) == [identity["user_id"]]
