import pytest
import requests_mock

from source_zendesk_support.api.transport import HttpTransport
from unit_tests.api.raw_server import no_auth

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
