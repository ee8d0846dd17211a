"""Promises that the engine does not keep yet; a test moves to its own file when it passes."""

import pytest
import requests
import requests_mock
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.components.bucket import Bucket, Reading
from unit_tests.account import Account, Reply
from unit_tests.components.parts import ask_of, zendesk_of

GROUPS = "/api/v2/groups?page[size]=100"
PAGE = {"groups": [{"id": 1}], "meta": {"has_more": False}}
TICKETS = "/api/v2/incremental/tickets/cursor"

pytestmark = pytest.mark.usefixtures("local_time", "waits")


def test_page_that_times_out_is_halved_until_it_is_served(account: Account) -> None:
    query = "start_time=1704067200&support_type_scope=all"
    for size in (1000, 500, 250):
        account.on(f"{TICKETS}?per_page={size}&{query}", Reply({}, status=504))
    account.on(f"{TICKETS}?per_page=125&{query}", {"tickets": [], "after_cursor": "c", "end_of_stream": True})
    answer = zendesk_of().page(ask_of("tickets"))
    assert [url.partition("&")[0] for url in account.asked] == [
        f"{TICKETS}?per_page={size}" for size in (1000, 500, 250, 125)
    ]
    assert answer.ask.params["per_page"] == 125


def test_page_is_never_smaller_than_the_floor(account: Account) -> None:
    for size in (100, 50, 25):
        account.on(f"/api/v2/groups?page[size]={size}", *[Reply({}, status=504)] * 5)
    with pytest.raises(AirbyteTracedException):
        zendesk_of().page(ask_of("groups"))
    assert [url.rpartition("=")[2] for url in account.asked] == ["100", "50", "25", "25", "25", "25", "25"]


def test_time_out_asks_for_a_smaller_page() -> None:
    with requests_mock.Mocker() as mocker:
        mocker.get(requests_mock.ANY, [{"exc": requests.exceptions.ReadTimeout}, {"json": PAGE}])
        zendesk_of().page(ask_of("groups"))
        assert [request.qs["page[size]"] for request in mocker.request_history] == [["100"], ["50"]]


def test_late_answer_does_not_look_like_a_new_window() -> None:
    """The second call's answer says that nothing is left; the first one's, two seconds late, must not undo that."""
    limit = Bucket("incremental-exports", 10, 60.0, 1.0)
    limit.take(100.0)
    limit.take(100.0)
    limit.observe(Reading(10, 0, 60), 100.0)
    limit.observe(Reading(10, 1, 60), 102.0)
    assert limit.left == 0
