import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from integration_tests.simulated_account import truth
from integration_tests.simulated_account.server_state import ServerState
from integration_tests.simulated_account.timestamps import epoch
from unit_tests.simulated_account.api_client import NOW, Record, small_account

SEEDS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "seed_tables.json").read_text(encoding="utf-8"))


def _reported(server: ServerState, stream: str) -> list[Record]:
    return truth.decoded(truth.records(server.account, stream))


def _values(records: Iterable[Any], path: str) -> list[Any]:
    found = list(records)
    for part in path.split("."):
        name = part.removesuffix("[]")
        values = [record[name] for record in found if isinstance(record, dict) and record.get(name) is not None]
        found = [item for value in values for item in value] if part.endswith("[]") else values
    return [value for value in found if value not in ("", [], {})]


@pytest.mark.parametrize("stream", sorted(SEEDS))
def test_every_column_of_the_seeds_has_a_value_somewhere(unchanged: ServerState, stream: str) -> None:
    records, seed = _reported(unchanged, stream), SEEDS[stream]
    paths = [*seed["columns"], *seed.get("nested_paths", [])]
    assert [path for path in paths if not _values(records, path)] == []


def test_custom_fields_of_every_type_carry_values_of_their_type(unchanged: ServerState) -> None:
    types = {field["id"]: field["type"] for field in _reported(unchanged, "ticket_fields")}
    seen: dict[str, set[type]] = {}
    for ticket in _reported(unchanged, "tickets"):
        assert ticket["fields"] == ticket["custom_fields"]
        for field in ticket["custom_fields"]:
            if field["value"] is not None:
                seen.setdefault(types[field["id"]], set()).add(type(field["value"]))
    texts = ("text", "textarea", "regexp", "partialcreditcard", "date", "tagger")
    expected = {name: {str} for name in texts} | {"integer": {int}, "lookup": {str}, "decimal": {float}}
    assert seen == expected | {"checkbox": {bool}, "multiselect": {list}}


def test_users_and_organizations_carry_maps_of_custom_values(unchanged: ServerState) -> None:
    keys = {field["key"] for field in _reported(unchanged, "user_fields")}
    dates = [user["user_fields"]["since_date"] for user in _reported(unchanged, "users")]
    assert {frozenset(user["user_fields"]) for user in _reported(unchanged, "users")} == {frozenset(keys)}
    assert all(date is None or date.endswith("T00:00:00+00:00") for date in dates)
    assert any(dates)


def test_ids_need_more_than_thirty_two_bits_and_do_not_repeat(unchanged: ServerState) -> None:
    for stream in truth.streams(unchanged.account):
        key = unchanged.account.streams[stream].primary_key if stream in unchanged.account.streams else ("id",)
        ids = [tuple(record[name] for name in key) for record in _reported(unchanged, stream)] if key else []
        assert len(set(ids)) == len(ids), stream
    assert min(user["id"] for user in _reported(unchanged, "users")) > 2**32


def test_tickets_are_live_archived_and_deleted_and_of_every_status(unchanged: ServerState) -> None:
    assert {row.state for row in unchanged.account.table("tickets")} == {"live", "archived", "deleted"}
    statuses = {ticket["status"] for ticket in _reported(unchanged, "tickets")}
    assert statuses >= {"open", "pending", "solved", "closed", "deleted"}


def test_nothing_is_younger_than_ten_minutes(unchanged: ServerState) -> None:
    for name in unchanged.account.kinds():
        youngest = max((row.at for row in unchanged.account.table(name)), default=0)
        assert youngest <= NOW - 600, name


def test_a_week_has_a_pattern_and_the_year_is_full(unchanged: ServerState) -> None:
    created = [epoch(ticket["created_at"]) for ticket in _reported(unchanged, "tickets")]
    weekend = sum(1 for at in created if (at // 86400 + 3) % 7 >= 5)
    assert weekend / len(created) < 0.2
    assert NOW - min(created) > 400 * 86400


def test_the_same_options_make_the_same_account() -> None:
    first, second, other = small_account(30), small_account(30), small_account(30, seed=8)
    for stream in truth.streams(first.account):
        assert truth.records(first.account, stream) == truth.records(second.account, stream), stream
    assert truth.records(first.account, "tickets") != truth.records(other.account, "tickets")


@pytest.mark.parametrize("tickets", [0, 1, 4])
def test_the_smallest_accounts_can_be_made(tickets: int) -> None:
    server = small_account(tickets)
    assert len(_reported(server, "tickets")) == tickets
    assert {len(_reported(server, stream)) for stream in ("groups", "macros")} == {7, 120}
