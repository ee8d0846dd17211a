import contextlib
import re
from dataclasses import replace
from typing import Any

import pytest
import requests
import requests_mock
from airbyte_cdk.models import FailureType
from airbyte_cdk.utils.traced_exception import AirbyteTracedException
from requests.auth import HTTPBasicAuth

from source_zendesk_support.api.transport import HttpTransport
from source_zendesk_support.errors import BadRequest, EndpointUnavailable
from source_zendesk_support.state.position import Position
from unit_tests.account import NOW, Account, Reply
from unit_tests.clocks import FakeTime
from unit_tests.components.parts import request_of, zendesk_of

GROUPS = "/api/v2/groups?exclude_deleted=false&page[size]=100"
PAGE = {"groups": [{"id": 1}], "meta": {"has_more": False}}
TICKETS = "/api/v2/incremental/tickets/cursor"

pytestmark = pytest.mark.usefixtures("local_time", "waits")


def failure(account: Account, *replies: Any, stream: str = "groups", url: str = GROUPS) -> AirbyteTracedException:
    account.on(url, *replies)
    with pytest.raises(AirbyteTracedException) as raised:
        zendesk_of().page(request_of(stream))
    return raised.value


def test_page_is_decoded_and_stamped_with_server_time(account: Account, local_time: FakeTime) -> None:
    local_time.advance(7200)  # this machine's clock is two hours ahead
    account.on(GROUPS, PAGE)
    response = zendesk_of().page(request_of("groups"))
    assert response.envelope == PAGE
    assert response.requested_at == NOW


def test_request_names_the_client_and_what_it_accepts() -> None:
    with requests_mock.Mocker() as mocker:
        mocker.get("https://acme.zendesk.com/api/v2/groups", json=PAGE)
        zendesk_of().page(request_of("groups"))
        request = mocker.last_request
    assert request is not None
    assert request.headers["Authorization"] == "Basic am9AZXhhbXBsZS5jb20vdG9rZW46bWFkZS11cA=="
    assert request.headers["Accept"] == "application/json"
    assert request.timeout == (10.0, 60.0)


def test_cookies_are_not_kept(account: Account) -> None:
    account.on(GROUPS, Reply(PAGE, headers={"Set-Cookie": "session=1"}), PAGE)
    zendesk = zendesk_of()
    zendesk.page(request_of("groups"))
    assert len(zendesk._connection._session.cookies) == 0


@pytest.mark.parametrize("status", [408, 409, 500, 502, 503, 504, 520, 521, 522, 523, 524])
def test_server_trouble_is_retried(status: int, account: Account) -> None:
    account.on(GROUPS, Reply({}, status=status), PAGE)
    account.on("/api/v2/groups?exclude_deleted=false&page[size]=50", PAGE)
    assert zendesk_of().page(request_of("groups")).envelope == PAGE
    assert len(account.requested) == 2


@pytest.mark.parametrize(
    "body",
    [
        b'{"groups": [{"id": 1}',
        b"",
        b"<html>Down for maintenance</html>",
        b'"groups"',
        b"{}",
        b'{"groups": null}',
        b'{"groups": 5}',
        b'{"groups": [{}], "meta": {"has_more": false}}',
        b'{"groups": [{"name": "no id"}], "meta": {"has_more": false}}',
        b'{"groups": [{"id": 1}], "meta": {"has_more": true, "after_cursor": null}}',
        b'{"groups": [{"id": NaN}], "meta": {"has_more": false}}',
    ],
)
def test_response_that_is_no_complete_page_is_requested_again(body: bytes, account: Account) -> None:
    account.on(GROUPS, Reply(body), PAGE)
    assert zendesk_of().page(request_of("groups")).envelope == PAGE
    assert account.requested == [GROUPS, GROUPS]


def test_page_that_never_comes_complete_is_a_transient_error_with_stream_and_place(account: Account) -> None:
    error = failure(account, *[Reply(b'{"groups": [')] * 7)
    assert account.requested == [GROUPS] * 7
    assert error.failure_type == FailureType.transient_error
    assert error.message == (
        "Stream groups: the first page could not be read after 7 attempts: the JSON is truncated or malformed. All "
        "earlier pages are saved; the next sync resumes there."
    )


def test_retries_wait_longer_and_longer(account: Account, local_time: FakeTime) -> None:
    failure(account, *[Reply({}, status=500)] * 7)
    assert len(local_time.slept) == 6
    most = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]
    assert all(limit / 2 <= slept <= limit for slept, limit in zip(local_time.slept, most, strict=True))


def test_unavailable_server_gets_the_time_that_it_names(account: Account, local_time: FakeTime) -> None:
    account.on(GROUPS, Reply({}, status=503, headers={"Retry-After": "17"}), PAGE)
    zendesk_of().page(request_of("groups"))
    assert local_time.slept == [17.0]


def test_absurd_retry_after_is_bounded(account: Account, local_time: FakeTime) -> None:
    account.on(GROUPS, Reply({}, status=503, headers={"Retry-After": "864000"}), PAGE)
    zendesk_of().page(request_of("groups"))
    assert local_time.slept == [60.0]


def test_refusal_for_quota_waits_in_the_bucket(account: Account, local_time: FakeTime, waits: list[float]) -> None:
    account.on(GROUPS, Reply(b"<html>", status=429, headers={"Retry-After": "33"}), PAGE)
    zendesk_of().page(request_of("groups"))
    assert (waits, local_time.slept) == ([33.0], [])


def test_refusal_for_quota_may_come_more_often_than_trouble(account: Account) -> None:
    account.on(GROUPS, *[Reply({}, status=429, headers={"Retry-After": "1"})] * 34, PAGE)
    assert zendesk_of().page(request_of("groups")).envelope == PAGE


def test_endless_refusal_for_quota_is_a_transient_error(account: Account) -> None:
    error = failure(account, *[Reply({}, status=429, headers={"Retry-After": "1"})] * 35)
    assert error.failure_type == FailureType.transient_error
    assert "after 35 attempts: HTTP 429" in (error.message or "")


@pytest.mark.parametrize(
    "error", [requests.exceptions.ConnectionError("reset"), requests.exceptions.ChunkedEncodingError("cut")]
)
def test_broken_connection_is_retried(error: Exception) -> None:
    with requests_mock.Mocker() as mocker:
        mocker.get(requests_mock.ANY, [{"exc": error}, {"json": PAGE}])
        assert zendesk_of().page(request_of("groups")).envelope == PAGE
        assert [request.url for request in mocker.request_history] == [
            "https://acme.zendesk.com/api/v2/groups?page%5Bsize%5D=100&exclude_deleted=false"
        ] * 2


def test_host_that_does_not_answer_is_reported_after_three_attempts() -> None:
    with requests_mock.Mocker() as mocker:
        mocker.get(requests_mock.ANY, exc=requests.exceptions.ConnectTimeout)
        with pytest.raises(AirbyteTracedException) as raised:
            zendesk_of().page(request_of("groups"))
        assert mocker.call_count == 3
    assert raised.value.failure_type == FailureType.transient_error
    assert (raised.value.message or "").startswith("acme.zendesk.com does not answer (")


def test_wrong_certificate_is_a_config_error_at_once() -> None:
    with requests_mock.Mocker() as mocker:
        mocker.get(requests_mock.ANY, exc=requests.exceptions.SSLError)
        with pytest.raises(AirbyteTracedException) as raised:
            zendesk_of().page(request_of("groups"))
        assert mocker.call_count == 1
    assert raised.value.failure_type == FailureType.config_error
    assert "certificate of acme.zendesk.com" in (raised.value.message or "")


def test_unknown_credentials_say_check_your_credentials(account: Account) -> None:
    error = failure(account, Reply({"error": "Couldn't authenticate you"}, status=401))
    assert account.requested == [GROUPS]
    assert error.failure_type == FailureType.config_error
    assert "Check your credentials" in (error.message or "")
    assert "Couldn't authenticate you" in (error.message or "")


@pytest.mark.parametrize("status", [403, 404, 422])
def test_refusal_is_left_to_the_walk(status: int, account: Account) -> None:
    account.on(GROUPS, *[Reply({"error": "Forbidden", "description": "No"}, status=status)] * 2)
    with pytest.raises(EndpointUnavailable) as raised:
        zendesk_of().page(request_of("groups"))
    assert (raised.value.status, raised.value.text, raised.value.html) == (status, "Forbidden No", False)
    assert account.requested == [GROUPS, GROUPS]


def test_zendesks_own_web_page_as_refusal_is_recognised(account: Account) -> None:
    page = b"<!DOCTYPE html><title>Not here | Zendesk</title>"
    account.on(GROUPS, *[Reply(page, status=404, headers={"Content-Type": "text/html"})] * 2)
    with pytest.raises(EndpointUnavailable) as raised:
        zendesk_of().page(request_of("groups"))
    assert (raised.value.text, raised.value.html) == ("", True)


def test_bad_request_is_left_to_the_walk(account: Account) -> None:
    account.on(GROUPS, Reply({"error": "StartTimeTooRecent", "description": "later"}, status=400))
    with pytest.raises(BadRequest, match="StartTimeTooRecent later"):
        zendesk_of().page(request_of("groups"))


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirect_is_never_followed(status: int, account: Account) -> None:
    away = Reply({}, status=status, headers={"Location": "https://evil.example/api/v2/groups?token=abc"})
    error = failure(account, *[away] * 7)
    assert error.failure_type == FailureType.transient_error
    assert f"HTTP {status} redirect to evil.example, which is not followed." in (error.message or "")
    assert account.requested == [GROUPS] * 7
    assert account.hosts == {"acme.zendesk.com"}


@pytest.mark.parametrize(
    "replies", [[PAGE], [Reply({"error": "No"}, status=403)] * 2, [Reply(b"{"), PAGE], [Reply({}, status=400)]]
)
def test_slot_is_free_again_whatever_the_answer(replies: list[Any], account: Account) -> None:
    account.on(GROUPS, *replies)
    account.on(GROUPS, PAGE)
    zendesk = zendesk_of(slots=1)
    with contextlib.suppress(EndpointUnavailable, BadRequest):
        zendesk.page(request_of("groups")).release()
    zendesk.page(request_of("groups"))
    assert zendesk.budget._free == 0


def test_calls_retries_and_waits_are_counted(account: Account) -> None:
    account.on(GROUPS, Reply({}, status=429, headers={"Retry-After": "5"}), Reply({}, status=503), PAGE)
    zendesk = zendesk_of()
    zendesk.page(request_of("groups"))
    tally = zendesk.progress.of("groups")
    assert (tally.calls, tally.retries) == (3, 2)
    assert tally.waited >= 5


def test_page_that_several_streams_walk_is_fetched_once(account: Account) -> None:
    listed = "/api/v2/help_center/articles.json?page[size]=100"
    account.on(listed, {"articles": [{"id": 100}], "meta": {"has_more": False}})
    zendesk = zendesk_of()
    first = zendesk.page(request_of("article_comments", Position(0)))
    second = zendesk.page(request_of("article_votes", Position(5)))
    assert account.requested == [listed]
    assert second.envelope == first.envelope
    assert second.requested_at == first.requested_at


def test_page_from_disk_belongs_to_the_request_that_fetched_it(account: Account) -> None:
    listed = "/api/v2/help_center/articles.json?page[size]="
    account.on(f"{listed}100", Reply({}, status=504))
    account.on(f"{listed}50", {"articles": [{"id": 100}], "meta": {"has_more": False}})
    zendesk = zendesk_of()
    responses = [zendesk.page(request_of(stream, Position(0))) for stream in ("article_comments", "article_votes")]
    assert [response.request.params["page[size]"] for response in responses] == [50, 50]
    assert account.requested == [f"{listed}100", f"{listed}50"]


def test_refusal_of_a_probe_is_not_kept_for_the_streams(account: Account) -> None:
    listed = "/api/v2/help_center/articles.json?page[size]=100"
    account.on(listed, Reply({"error": "Forbidden"}, status=403), {"articles": [], "meta": {"has_more": False}})
    zendesk = zendesk_of()
    with pytest.raises(EndpointUnavailable):
        zendesk.page(replace(request_of("article_comments"), attempts=1))
    assert zendesk.page(request_of("article_comments")).envelope["articles"] == []


def test_page_that_takes_too_long_is_halved_until_it_is_served(account: Account) -> None:
    query = "start_time=1704067200&support_type_scope=all"
    for size in (1000, 500, 250):
        account.on(f"{TICKETS}?per_page={size}&{query}", Reply({}, status=504))
    account.on(f"{TICKETS}?per_page=125&{query}", {"tickets": [], "after_cursor": "c", "end_of_stream": True})
    response = zendesk_of().page(request_of("tickets"))
    assert [url.partition("&")[0] for url in account.requested] == [
        f"{TICKETS}?per_page={size}" for size in (1000, 500, 250, 125)
    ]
    assert response.request.params["per_page"] == 125


def test_page_is_never_smaller_than_the_floor(account: Account) -> None:
    for size in (100, 50, 25):
        account.on(f"/api/v2/groups?exclude_deleted=false&page[size]={size}", *[Reply({}, status=504)] * 5)
    with pytest.raises(AirbyteTracedException):
        zendesk_of().page(request_of("groups"))
    assert [url.rpartition("=")[2] for url in account.requested] == ["100", "50", "25", "25", "25", "25", "25"]


def test_repeated_time_out_requests_a_smaller_page() -> None:
    with requests_mock.Mocker() as mocker:
        late = {"exc": requests.exceptions.ReadTimeout}
        mocker.get(requests_mock.ANY, [late, late, {"json": PAGE}])
        zendesk_of().page(request_of("groups"))
        assert [request.qs["page[size]"] for request in mocker.request_history] == [["100"], ["100"], ["50"]]


def test_every_call_says_who_makes_it() -> None:
    headers = {"X-Zendesk-Marketplace-Name": "Acme Sync"}
    with requests_mock.Mocker() as mocker:
        mocker.get("https://acme.zendesk.com/x", json={})
        HttpTransport(headers).get("https://acme.zendesk.com/x", {}, HTTPBasicAuth("jo", "made-up"))
    sent = mocker.request_history[0].headers
    assert re.fullmatch(r"source-zendesk-support/\d+\.\d+\.\d+", sent["User-Agent"])
    assert sent["X-Zendesk-Marketplace-Name"] == "Acme Sync"
