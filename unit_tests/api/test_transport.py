import pytest
import requests_mock

from source_zendesk_support.api.transport import HttpTransport
from source_zendesk_support.errors import TransientFailure
from unit_tests.api.raw_server import no_auth, raw_server

URL = "https://acme.zendesk.com/api/v2/groups"


@pytest.mark.parametrize("excepted", ["", "zendesk.com"])
def test_every_call_goes_through_the_proxy_that_the_environment_names(
    excepted: str, requests_mock: requests_mock.Mocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"https_proxy": "http://proxy.example:3128", "no_proxy": excepted}.items():
        monkeypatch.setenv(name, value)
    requests_mock.get(URL, json={})
    connection = HttpTransport()
    for _ in range(2):
        connection.get(URL, {}, no_auth)  # type: ignore[arg-type]
    used = [request.proxies.get("https") for request in requests_mock.request_history]
    assert used == [None if excepted else "http://proxy.example:3128"] * 2


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_certificates_are_those_that_the_environment_names(
    name: str, requests_mock: requests_mock.Mocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.setenv(name, "/etc/own.pem")
    requests_mock.get(URL, json={})
    HttpTransport().get(URL, {}, no_auth)  # type: ignore[arg-type]
    assert requests_mock.request_history[0].verify == "/etc/own.pem"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (b"Content-Length: 5\r\n", b"hello"),
        (b"Transfer-Encoding: chunked\r\n", b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"),
        (b"Connection: close\r\n", b"hello:cut"),
    ],
)
def test_file_is_read_as_it_arrives(head: bytes, body: bytes) -> None:
    with raw_server(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + body) as server:
        connection = HttpTransport()
        assert b"".join(connection.chunks(connection.opened(server.url, None))) == b"hello"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (b"Content-Length: 6\r\n", b"hello:cut"),
        (b"Transfer-Encoding: chunked\r\n", b"2\r\nhe\r\n3\r\nl:cut"),
        (b"Transfer-Encoding: chunked\r\n", b"2\r\nhe\r\n:cut"),
    ],
)
def test_file_that_is_cut_off_is_a_failure(head: bytes, body: bytes) -> None:
    with raw_server(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + body) as server:
        connection = HttpTransport()
        with pytest.raises(TransientFailure, match="the connection was lost"):
            list(connection.chunks(connection.opened(server.url, None)))


def test_file_is_not_read_on_once_the_command_has_ended() -> None:
    with raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello") as server:
        connection = HttpTransport()
        response = connection.opened(server.url, None)
        connection.closed = True
        with pytest.raises(TransientFailure, match="the command has ended"):
            list(connection.chunks(response))
