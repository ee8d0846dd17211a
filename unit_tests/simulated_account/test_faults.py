from collections import Counter

import orjson
import pytest

from integration_tests.simulated_account.faults import PAGE, PASSING, STATUS, FaultPlan, faults_from
from integration_tests.simulated_account.server_state import ServerState
from unit_tests.simulated_account.api_client import ApiClient, ApiReply

PATH = "incremental/users/cursor"


def _hit(api: ApiClient, fault: str, **more: object) -> ApiReply:
    api.server.faults = faults_from({"script": [{"fault": fault, "path": PATH, **more}]})
    reply = api.get(PATH, start_time=0, per_page=9)
    assert api.server.journal.calls[-1]["fault"] == fault
    assert len(api.get(PATH, start_time=0, per_page=9).json["users"]) == 9
    return reply


@pytest.mark.parametrize("status", sorted(STATUS))
def test_a_status_fault_hits_once_and_is_over(api: ApiClient, status: str) -> None:
    assert _hit(api, status).status == int(status)


@pytest.mark.parametrize(("requested", "sent"), [("3", "3"), ("0.5", "0.5"), ("", None)])
def test_a_retry_after_is_sent_as_it_was_set(api: ApiClient, requested: str, sent: str | None) -> None:
    assert _hit(api, "429", retry_after=requested).headers.get("Retry-After") == sent


def test_a_script_counts_the_calls_that_it_concerns(api: ApiClient, server: ServerState) -> None:
    line = {"fault": "500", "path": "macros", "call": 2, "times": 2, "match": {"per_page": "7"}}
    server.faults = faults_from({"script": [line]})
    requested = ["macros", "macros?per_page=7", "groups?per_page=7", *["macros?per_page=7"] * 3]
    assert [api.get(path).status for path in requested] == [200, 200, 200, 500, 500, 200]


def test_an_unknown_fault_is_not_taken() -> None:
    with pytest.raises(ValueError, match="unknown fault"):
        faults_from({"script": [{"fault": "earthquake"}]})


def test_a_truncated_answer_is_no_json_with_status_200(api: ApiClient) -> None:
    reply = _hit(api, "truncated")
    assert reply.status == 200
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(reply.body)


def test_the_records_key_can_be_missing(api: ApiClient) -> None:
    assert "users" not in _hit(api, "no_key").json


def test_the_last_page_can_come_again_before_the_next_one(api: ApiClient, server: ServerState) -> None:
    first = api.get(PATH, start_time=0, per_page=9).json
    server.faults = faults_from({"script": [{"fault": "repeat_page"}]})
    second = api.get(first["after_url"]).json
    assert second["users"][:9] == first["users"]
    assert len(second["users"]) == 18


@pytest.mark.parametrize(("fault", "field"), [("no_id", "id"), ("null_cursor", "updated_at")])
def test_a_row_can_lack_its_key_or_its_cursor(api: ApiClient, fault: str, field: str) -> None:
    users = _hit(api, fault).json["users"]
    assert [user.get(field) is None for user in users].count(True) == 1


def test_links_can_be_missing_or_lead_elsewhere(api: ApiClient) -> None:
    assert "after_url" not in _hit(api, "no_links").json
    foreign = _hit(api, "foreign_link").json["after_url"]
    assert foreign.startswith("https://elsewhere.example/api/v2/incremental/users/cursor?")
    api.server.faults = faults_from({"script": [{"fault": "foreign_link"}]})
    links = api.get("macros?page[size]=5").json["links"]
    assert links["next"].startswith("https://elsewhere.example/")


def test_half_a_surrogate_pair_can_stand_in_a_text(api: ApiClient) -> None:
    body = _hit(api, "lone_surrogate").body
    assert b"\\ud83d" in body
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(body)


def test_pages_above_a_size_time_out(api: ApiClient, server: ServerState) -> None:
    server.faults = FaultPlan(largest_page=250, slow_paths=(PATH,))
    assert api.get(PATH, start_time=0, per_page=251).status == 504
    assert api.get(PATH, start_time=0, per_page=250).status == 200
    assert api.get("incremental/organizations", start_time=0, per_page=1000).status == 200


def test_chance_hits_the_same_calls_for_the_same_seed() -> None:
    def hits(seed: int) -> list[str | None]:
        faults = FaultPlan(rate=0.3, seed=seed)
        found = [faults.next("tags", {}) for _ in range(200)]
        return [fault.name if fault else None for fault in found]

    assert hits(1) == hits(1) != hits(2)
    kinds = Counter(hits(1))
    assert 40 <= 200 - kinds[None] <= 80
    assert set(kinds) - {None} <= set(PASSING)


def test_chance_never_hits_more_often_in_a_row_than_allowed() -> None:
    faults = FaultPlan(rate=1.0, in_a_row=2)
    assert [faults.next("tags", {}) is None for _ in range(6)] == [False, False, True] * 2


def test_page_faults_leave_answers_without_rows_alone(api: ApiClient, server: ServerState) -> None:
    for fault in sorted(PAGE - {"no_key", "empty_object"}):
        server.faults = faults_from({"script": [{"fault": fault}]})
        assert api.get("incremental/organizations", start_time=1793534000).status == 200
