"""Requests for files: who gets credentials, which limits count, which responses are read."""

from urllib.parse import urljoin

import pytest
import requests_mock

from source_zendesk_support.api.authenticators import ConfigBearerAuthenticator
from source_zendesk_support.api.file_transfer import FileTransfer
from source_zendesk_support.api.transport import HttpTransport
from source_zendesk_support.errors import FileRefused, TransientFailure
from source_zendesk_support.manifest import StreamDefinitions
from source_zendesk_support.progress import SyncProgress
from source_zendesk_support.rate_limits.budget import Budget

FILE = "https://acme.zendesk.com/attachments/token/800/?name=a.txt"
SIGN_IN = ConfigBearerAuthenticator({"token": "secret"}, ["token"])
MARKETPLACE = {"X-Zendesk-Marketplace-Name": "Acme Sync"}


class Opened:
    """A transfer, and its budget with one slot."""

    def __init__(self, base_url: str = "https://acme.zendesk.com") -> None:
        self.budget = Budget(StreamDefinitions({}).limits, 1)
        connection = HttpTransport(MARKETPLACE)
        self.transfer = FileTransfer(self.budget, SyncProgress(), connection, SIGN_IN, base_url, "acme")

    def content(self, url: str) -> bytes:
        return b"".join(self.transfer.open(url, "ticket_attachments").chunks)


def test_transfer_holds_no_slot_and_counts_toward_its_own_limit(requests_mock: requests_mock.Mocker) -> None:
    requests_mock.get(FILE, content=b"hello")
    opened = Opened()
    file = opened.transfer.open(FILE, "ticket_attachments")
    opened.budget.acquire([])  # would wait forever if the file held the only slot
    assert b"".join(file.chunks) == b"hello"
    assert opened.budget.left(["attachments", "account"]) == {"attachments": 2499, "account": 200}


def test_file_is_requested_as_it_is_and_without_compression(requests_mock: requests_mock.Mocker) -> None:
    requests_mock.get(FILE, content=b"hello", headers={"Content-Type": "Text/Plain; charset=utf-8"})
    file = Opened().transfer.open(FILE, "ticket_attachments")
    assert file.content_type == "text/plain"
    [request] = requests_mock.request_history
    assert request.url == FILE
    assert {name: request.headers[name] for name in ("Accept", "Accept-Encoding", "Authorization")} == {
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Authorization": "Bearer secret",
    }


@pytest.mark.parametrize(
    ("base_url", "requested"),
    [
        ("https://proxy.example/zendesk", "https://proxy.example/zendesk/attachments/token/800/?name=a.txt"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/attachments/token/800/?name=a.txt"),
    ],
)
def test_accounts_own_urls_are_requested_from_the_host_that_replaces_it(
    requests_mock: requests_mock.Mocker, base_url: str, requested: str
) -> None:
    requests_mock.get(requested, content=b"hello")
    opened = Opened(base_url)
    assert opened.content(FILE) == b"hello"
    assert requests_mock.request_history[0].headers["Authorization"] == "Bearer secret"
    assert opened.budget.left(["attachments"]) == {"attachments": 2499}


@pytest.mark.parametrize(
    "location",
    [
        "https://files.example/a",
        "//files.example/a",
        "https://acme.zendesk.com.files.example/a",
        "https://acme.zendesk.com:8443/a",
        "https://acme.zendesk.com@files.example/a",
        "https://support.zendesk.com/a",
    ],
)
def test_other_host_gets_nothing_that_names_the_account(requests_mock: requests_mock.Mocker, location: str) -> None:
    requests_mock.get(FILE, status_code=302, headers={"Location": location})
    requests_mock.get(urljoin(FILE, location), content=b"hello")
    assert Opened().content(FILE) == b"hello"
    own, foreign = requests_mock.request_history
    assert own.headers["X-Zendesk-Marketplace-Name"] == "Acme Sync"
    assert not {"Authorization", "Cookie", "Referer", "X-Zendesk-Marketplace-Name"} & set(foreign.headers)


def test_redirect_back_to_the_account_is_signed_again(requests_mock: requests_mock.Mocker) -> None:
    back = "https://acme.zendesk.com/hc/article_attachments/800"
    requests_mock.get("https://files.example/a", status_code=307, headers={"Location": back})
    requests_mock.get(back, content=b"hello")
    assert Opened().content("https://files.example/a") == b"hello"
    sent = [request.headers.get("Authorization") for request in requests_mock.request_history]
    assert sent == [None, "Bearer secret"]


@pytest.mark.parametrize(
    "url",
    ["http://acme.zendesk.com/a", "http://127.0.0.1/a", "ftp://files.example/a", "file:///etc/passwd", "/a", "a", ""],
)
def test_nothing_but_https_is_requested(requests_mock: requests_mock.Mocker, url: str) -> None:
    with pytest.raises(TransientFailure, match="its URL is not an https address"):
        Opened().content(url)
    assert requests_mock.request_history == []


@pytest.mark.parametrize("url", ["https://[::1/a", "https://files.example:99999/a"])
def test_url_that_cannot_be_read_is_a_failure(url: str) -> None:
    with pytest.raises(TransientFailure, match="its URL cannot be read"):
        Opened().content(url)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_refusal_differs_from_a_failure(requests_mock: requests_mock.Mocker, status: int) -> None:
    requests_mock.get(FILE, status_code=status)
    with pytest.raises(FileRefused) as refused:
        Opened().content(FILE)
    assert refused.value.status == status


@pytest.mark.parametrize("status", [204, 206, 408, 429, 500, 503])
def test_failure_may_pass(requests_mock: requests_mock.Mocker, status: int) -> None:
    requests_mock.get(FILE, status_code=status, headers={"Retry-After": "7"})
    with pytest.raises(TransientFailure) as failure:
        Opened().content(FILE)
    assert (str(failure.value), failure.value.wait) == (f"HTTP {status}", 7.0)
