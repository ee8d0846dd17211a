from dataclasses import replace

from source_zendesk_support.api.request import PageResponse
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.state.position import Position
from unit_tests.account import NOW
from unit_tests.components.parts import pages_of


def serve(rules: PagedRetriever, size: int) -> None:
    """A page of this size was served in time."""
    request = rules.page_request(Position(0), NOW)
    served = replace(request, params={**request.params, "page[size]": size})
    rules.read(PageResponse({"groups": []}, NOW, served), Position(0))


def size_of(rules: PagedRetriever) -> int:
    return int(rules.page_request(Position(0), NOW).params["page[size]"])


def test_page_that_was_halved_stays_small_and_creeps_back_up() -> None:
    rules = pages_of("groups")
    serve(rules, 25)
    for _ in range(9):
        assert size_of(rules) == 25
        serve(rules, 25)
    serve(rules, 25)
    assert size_of(rules) == 50
    for _ in range(10):
        serve(rules, 50)
    assert size_of(rules) == 100


def test_token_is_taken_and_the_host_of_a_link_is_not() -> None:
    link = "https://elsewhere.example/api/v2/anything?page=7&per_page=100"
    rules = pages_of("talk_phone_numbers")
    turn = rules.next_page({"phone_numbers": [{"id": 1}], "next_page": link}, 100)
    assert turn == (False, "7")
    request = rules.page_request(Position(0, token="7"), NOW)
    assert request.url == "https://acme.zendesk.com/api/v2/channels/voice/phone_numbers"


def test_row_time_of_any_notation_is_read() -> None:
    rules = pages_of("groups")
    assert rules.time_of({"updated_at": "2024-06-01T00:00:00Z"}) == 1717200000
    assert rules.time_of({"updated_at": 1717200000}) == 1717200000
    assert rules.time_of({"updated_at": None}) is None
    assert rules.time_of({"updated_at": "soon"}) is None
    assert rules.time_of({}) is None


def test_optional_parameter_is_dropped_once() -> None:
    rules = pages_of("tickets")
    assert rules.drop_optional_param() == "support_type_scope"
    assert rules.drop_optional_param() is None
    assert "support_type_scope" not in rules.page_request(Position(1), NOW).params
    assert pages_of("macros").drop_optional_param() is None
