"""Proxies, certificates, names and limits that are wrong: one sentence says what to do, and shows no password."""

import errno
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from airbyte_cdk.models import FailureType
from airbyte_cdk.utils.airbyte_secrets_utils import filter_secrets, update_secrets
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.api.transport import HttpTransport
from source_zendesk_support.errors import TransientFailure
from unit_tests.api.raw_server import CUT, EARLY, no_auth, raw_server

URL = "https://acme.invalid/api/v2/groups"
VARIABLES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy")


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in (*VARIABLES, "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    yield
    update_secrets([])


def met(url: str = URL) -> Exception:
    """What a call raises."""
    with pytest.raises((AirbyteTracedException, TransientFailure)) as raised:
        HttpTransport().get(url, {}, no_auth)  # type: ignore[arg-type]
    return raised.value


@pytest.mark.parametrize(
    "proxy",
    [
        *(
            "http://",
            "http://user:hunter22@",
            "://",
            "http:/127.0.0.1:1",
            "ftp://127.0.0.1:1",
            "http://user:hunter22@127.0.0.1:99999",
        ),
        *("http://user:hunter22@[::1", "http://user:hunter22@127.0.0.1:port", f"http://{'a' * 300}:1", " http://a:1"),
        *("gopher://user:hunter22@127.0.0.1", "http://user:hunter22@a..b:1"),
    ],
)
def test_a_malformed_proxy_is_a_configuration_error(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    error = met()
    assert isinstance(error, AirbyteTracedException)
    assert error.failure_type is FailureType.config_error
    assert str(error) == (
        "The proxy address in the environment is malformed. Correct HTTPS_PROXY (http://host:port), or add Zendesk's "
        "host to NO_PROXY."
    )


@pytest.mark.parametrize("proxy", ["socks5://user:hunter22@127.0.0.1:1080", "socks5h://127.0.0.1:1080"])
def test_a_socks_proxy_is_a_configuration_error(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    error = met()
    assert isinstance(error, AirbyteTracedException)
    assert str(error).startswith("The proxy 127.0.0.1:1080 is a SOCKS proxy, which this connector does not support.")


@pytest.mark.parametrize("path", ["", "/", "/path"])
def test_a_proxy_that_refuses_connections_is_named_without_its_password(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:hunter22@127.0.0.1:1{path}")
    error = met()
    assert isinstance(error, TransientFailure)
    assert str(error) == "the proxy 127.0.0.1:1 cannot be used: the connection was refused"
    assert filter_secrets("hunter22") == "****"


def test_a_proxy_without_an_address_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid:3128")
    assert str(met()) == "the proxy proxy.invalid:3128 cannot be used: the host name could not be resolved"


ANSWERS = [
    (b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", "requires credentials"),
    (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "refused the connection (HTTP 403)"),
    (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "refused the connection (HTTP 502)"),
    (b"HTTP/1.1 200 OK\r\n\r\nplain text where TLS should begin", "the TLS connection failed"),
    (b"garbage\r\n\r\n", "the connection was lost"),
    (b"", "the connection was lost"),
]


@pytest.mark.parametrize(("response", "words"), ANSWERS)
def test_response_of_a_proxy_is_reported(response: bytes, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with raw_server(response + CUT) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//user:hunter22@"))
        error = met()
    assert words in str(error)
    assert "hunter22" not in str(error)
    assert isinstance(error, AirbyteTracedException) is (words == "requires credentials")


def test_a_host_that_speaks_no_tls_may_do_so_later() -> None:
    with raw_server(EARLY + b"HTTP/1.1 200 OK\r\n\r\n") as server:
        error = met(f"{server.url.replace('http:', 'https:')}/api/v2/groups")
    assert isinstance(error, TransientFailure)
    assert "the TLS connection failed (WRONG_VERSION_NUMBER)" in str(error)


@pytest.mark.parametrize("content", [None, b"", b"garbage", b"-----BEGIN CERTIFICATE-----\nabc\n"])
@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_broken_bundle_of_certificates_is_a_configuration_error(
    content: bytes | None, variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "bundle.pem"
    if content is not None:
        bundle.write_bytes(content)
    monkeypatch.setenv(variable, str(bundle))
    error = met()
    assert isinstance(error, AirbyteTracedException)
    assert error.failure_type is FailureType.config_error
    assert str(error).startswith(f"The CA bundle {bundle} (REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE) cannot be used: ")


def test_a_name_without_an_address_says_so() -> None:
    assert str(met()) == "the host name could not be resolved"


@pytest.mark.parametrize("host", [f"{'a' * 64}.example", "a..example"])
def test_a_name_that_cannot_be_one_is_a_configuration_error(host: str) -> None:
    error = met(f"https://{host}/api/v2/groups")
    assert isinstance(error, AirbyteTracedException)
    assert str(error) == f"{host} is not a valid host name. Check the subdomain or base_url."


def test_too_many_open_files_say_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(socket, "socket", refused)
    error = met("https://127.0.0.1:1/api/v2/groups")
    assert isinstance(error, TransientFailure)
    assert str(error) == (
        "this process has reached its limit of open files and connections; raise the limit (ulimit -n) or lower "
        "num_workers"
    )
