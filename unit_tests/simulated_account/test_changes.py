import pytest

from integration_tests.simulated_account import truth
from integration_tests.simulated_account.changes import add, delete, update
from integration_tests.simulated_account.sweeps import burst, change
from integration_tests.simulated_account.world import World
from unit_tests.simulated_account.asking import NOW, Api, Record, small_world

STAMP = "2026-11-01T12:00:00Z"


def _told(world: World, stream: str, since: int | None = None) -> dict[object, Record]:
    records = truth.decoded(truth.records(world.account, stream, since))
    return {record["id"]: record for record in records}


def test_an_updated_ticket_moves_with_its_metrics_and_has_an_audit(world: World) -> None:
    ticket = update(world.account, "tickets", 5, {"priority": "urgent"})
    world.account.clock.shift(61)
    assert (ticket["generated_timestamp"], ticket["updated_at"]) == (NOW, STAMP)
    assert _told(world, "tickets", NOW) == {5: ticket}
    (metric,) = _told(world, "ticket_metrics", NOW).values()
    assert (metric["ticket_id"], metric["updated_at"], metric["_ab_updated_at"]) == (5, STAMP, NOW)
    (event,) = _told(world, "ticket_events", NOW).values()
    assert (event["ticket_id"], event["child_events"][0]["priority"]) == (5, "urgent")


def test_an_added_ticket_has_a_comment_and_metrics(world: World) -> None:
    ticket = add(world.account, "tickets", {"subject": "Neu"})
    world.account.clock.shift(61)
    assert (ticket["id"], ticket["status"], ticket["created_at"]) == (81, "new", STAMP)
    assert ticket["url"].endswith("/tickets/81.json")
    assert [comment["ticket_id"] for comment in _told(world, "ticket_comments", NOW).values()] == [81]
    assert [metric["ticket_id"] for metric in _told(world, "ticket_metrics", NOW).values()] == [81]


def test_a_deleted_ticket_leaves_the_lists_and_is_marked_in_the_export(api: Api, world: World) -> None:
    live = next(row.key for row in world.account.table("tickets") if row.state == "live")
    delete(world.account, "tickets", live)
    world.account.clock.shift(61)
    assert _told(world, "tickets", NOW)[live]["status"] == "deleted"
    assert live in {ticket["id"] for ticket in api.get("deleted_tickets").json["deleted_tickets"]}
    assert live not in {metric["ticket_id"] for metric in _told(world, "ticket_metrics").values()}
    assert api.get(f"tickets/{live}/comments").status == 404


@pytest.mark.parametrize(
    ("fields", "event"),
    [
        ({"body": "▇▇"}, {"event_type": "CommentRedactionEvent", "via": "Web service", "via_reference_id": None}),
        ({"public": False}, None),
    ],
)
def test_a_changed_comment_is_told_by_an_event_and_served_as_it_is_now(
    api: Api, world: World, fields: Record, event: Record | None
) -> None:
    comment = list(_told(world, "ticket_comments").values())[7]
    update(world.account, "ticket_comments", comment["id"], fields)
    world.account.clock.shift(61)
    (told,) = _told(world, "ticket_events", NOW).values()
    children = [{name: value for name, value in child.items() if name != "id"} for child in told["child_events"]]
    assert children == ([event | {"comment_id": str(comment["id"])}] if event else [])
    assert told["updater_id"] > 0
    (now,) = (
        c for c in api.get(f"tickets/{comment['ticket_id']}/comments").json["comments"] if c["id"] == comment["id"]
    )
    assert fields.items() <= now.items()
    assert now["created_at"] == comment["created_at"]
    assert _told(world, "ticket_comments", NOW) == {comment["id"]: now | {"ticket_id": comment["ticket_id"]}}


def test_a_redacted_attachment_is_named(world: World) -> None:
    comment = next(c for c in _told(world, "ticket_comments").values() if c["attachments"])
    gone = comment["attachments"][0] | {"deleted": True, "file_name": "redacted.txt"}
    update(world.account, "ticket_comments", comment["id"], {"attachments": [gone]})
    world.account.clock.shift(61)
    (event,) = _told(world, "ticket_events", NOW).values()
    (child,) = event["child_events"]
    assert child["attachment_id"] == str(gone["id"])
    assert "comment_id" not in child
    assert _told(world, "ticket_attachments", NOW)[gone["id"]]["file_name"] == "redacted.txt"


def test_a_new_comment_moves_its_ticket(world: World) -> None:
    comment = add(world.account, "ticket_comments", {"ticket_id": 9, "body": "Noch etwas"})
    world.account.clock.shift(61)
    assert comment["html_body"].count("Noch etwas") == 1
    assert list(_told(world, "tickets", NOW)) == [9]


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
def test_some_rows_are_marked_when_they_are_deleted(world: World, stream: str, mark: tuple[str, object]) -> None:
    row = next(row for row in world.account.table(stream).by_key() if row.state == "live")
    delete(world.account, stream, row.key)
    assert _told(world, stream, NOW)[row.key][mark[0]] == mark[1]


def test_a_deleted_user_is_listed_among_the_deleted_and_has_no_identities(api: Api, world: World) -> None:
    user = world.account.table("users").by_key()[-1].key
    delete(world.account, "users", user)
    assert user in {row["id"] for row in api.get("deleted_users").json["deleted_users"]}
    assert user not in {row["user_id"] for row in _told(world, "user_identities").values()}


def test_what_is_below_a_row_vanishes_with_it(world: World) -> None:
    article = next(row.parent for row in world.account.table("article_comments").by_key())
    assert article is not None
    delete(world.account, "articles", article)
    for stream in ("article_attachments", "article_comments", "article_votes"):
        assert article not in {row.parent for row in world.account.table(stream)}


def test_a_changed_side_conversation_is_an_event(world: World) -> None:
    conversation = world.account.table("side_conversations").by_key()[0].key
    update(world.account, "side_conversations", conversation, {"state": "open"})
    (event,) = _told(world, "side_conversation_events", NOW).values()
    assert event["side_conversation_id"] == conversation


def test_a_burst_shares_one_second(world: World) -> None:
    keys = burst(world.account, "organizations", 50, at=NOW - 900)
    fresh = _told(world, "organizations", NOW - 900)
    assert set(keys) <= set(fresh)
    assert {fresh[key]["updated_at"] for key in keys} == {"2026-11-01T11:45:00Z"}


def test_what_has_no_row_or_no_kind_is_a_key_error(world: World) -> None:
    for act in (lambda: update(world.account, "groups", 1, {}), lambda: delete(world.account, "nothing", 1)):
        with pytest.raises(KeyError):
            act()


def test_a_change_of_everything_takes_twenty_minutes_and_tells_what_it_touched() -> None:
    world = small_world(tickets=120)
    before = world.account.clock.now()
    touched = change(world.account, 0.02, seed=3)
    assert world.account.clock.now() == before + 1200
    for stream in ("tickets", "users", "organizations", "chats", "ticket_comments"):
        assert set(touched[stream]) <= set(_told(world, stream, int(before))), stream


def test_the_same_change_is_made_for_the_same_seed() -> None:
    first, second = (change(small_world().account, 0.05, seed=9) for _ in range(2))
    assert first == second


def test_a_changed_identity_moves_its_user(world: World) -> None:
    identity = update(world.account, "user_identities", world.account.table("user_identities").by_key()[0].key, {})
    assert list(_told(world, "users", NOW)) == [identity["user_id"]]
