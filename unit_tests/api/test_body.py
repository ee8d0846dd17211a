import gzip
import io
import zlib
from typing import Any

import pytest
import requests_mock
from airbyte_cdk.models import FailureType
from airbyte_cdk.utils.traced_exception import AirbyteTracedException
from urllib3 import HTTPResponse

from source_zendesk_support.api.body import SizeLimitedBody
from source_zendesk_support.api.transport import HttpTransport
from source_zendesk_support.errors import ResponseTooLarge
from unit_tests.api.raw_server import no_auth
from unit_tests.components.parts import request_of, zendesk_of

MIB = 2**20
BOMB = gzip.compress(b" " * (129 * MIB), 1)
"""Half a megabyte that unpacks to one MiB too much."""
URL = "https://acme.zendesk.com/api/v2/groups"


class CountedBytes(io.BytesIO):
    """The bytes of an answer; counts how many of them were taken."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        part = super().read(size)
        self.taken += len(part)
        return part


def compressed(content: bytes, encoding: str) -> bytes:
    """The content as a server sends it under that encoding."""
    if encoding == "gzip, gzip":
        return gzip.compress(gzip.compress(content, 1), 1)
    if encoding == "gzip":
        return gzip.compress(content, 1)
    return zlib.compress(content, 1) if encoding == "deflate" else content


def raw(content: bytes, encoding: str) -> tuple[HTTPResponse, CountedBytes]:
    wire = CountedBytes(content)
    headers = {"Content-Encoding": encoding} if encoding else {}
    return HTTPResponse(wire, headers=headers, preload_content=False), wire


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "gzip, gzip", ""])
def test_body_up_to_the_bound_comes_complete(encoding: str) -> None:
    content = bytes(range(256)) * 4096
    response, _ = raw(compressed(content, encoding), encoding)
    body = SizeLimitedBody(response, MIB)
    assert b"".join(body.stream(10_240, decode_content=True)) == content
    assert body.status == 0


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "gzip, gzip", ""])
def test_body_beyond_the_bound_is_refused_before_it_is_unpacked(encoding: str) -> None:
    response, wire = raw(compressed(b" " * (64 * MIB), encoding), encoding)
    parts: list[bytes] = []
    with pytest.raises(ResponseTooLarge, match="larger than 1 MiB"):
        parts.extend(SizeLimitedBody(response, MIB).stream(10_240, decode_content=True))
    assert MIB - 10_240 <= sum(map(len, parts)) <= MIB
    assert wire.closed
    assert encoding or wire.taken < 2 * MIB


@pytest.mark.parametrize("status", [200, 401, 429, 500])
def test_no_answer_escapes_the_bound(status: int, requests_mock: requests_mock.Mocker) -> None:
    requests_mock.get(URL, content=BOMB, headers={"Content-Encoding": "gzip"}, status_code=status)
    with pytest.raises(ResponseTooLarge, match="larger than 128 MiB"):
        HttpTransport().get(URL, {}, no_auth)[1].decompress()  # type: ignore[arg-type]


def test_token_endpoint_does_not_escape_it(requests_mock: requests_mock.Mocker) -> None:
    requests_mock.post("https://acme.zendesk.com/oauth/tokens", content=BOMB, headers={"Content-Encoding": "gzip"})
    with pytest.raises(ResponseTooLarge):
        HttpTransport().post("https://acme.zendesk.com/oauth/tokens", {})


def test_page_of_25_megabytes_is_read(requests_mock: requests_mock.Mocker) -> None:
    page = b'{"groups": ["' + b"x" * 25_000_000 + b'"]}'
    requests_mock.get(URL, content=gzip.compress(page, 1), headers={"Content-Encoding": "gzip"})
    assert HttpTransport().get(URL, {}, no_auth)[1].decompress() == page  # type: ignore[arg-type]


@pytest.mark.usefixtures("local_time", "waits")
def test_smaller_page_is_requested_if_one_is_too_large(requests_mock: requests_mock.Mocker) -> None:
    def reply(request: Any, context: Any) -> bytes:
        if request.qs["page[size]"] == ["100"]:
            context.headers["Content-Encoding"] = "gzip"
            return BOMB
        return b'{"groups": [{"id": 1}], "meta": {"has_more": false}}'

    requests_mock.get(URL, content=reply)
    response = zendesk_of().page(request_of("groups"))
    assert response.envelope["groups"] == [{"id": 1}]
    assert [request.qs["page[size]"] for request in requests_mock.request_history] == [["100"], ["50"]]


@pytest.mark.usefixtures("local_time", "waits")
def test_stream_fails_at_once_where_no_page_is_smaller(requests_mock: requests_mock.Mocker) -> None:
    requests_mock.get(
        "https://acme.zendesk.com/api/v2/account/settings", content=BOMB, headers={"Content-Encoding": "gzip"}
    )
    with pytest.raises(AirbyteTracedException) as raised:
        zendesk_of().page(request_of("account_settings"))
    assert raised.value.failure_type == FailureType.transient_error
    assert raised.value.message == (
        "Stream account_settings: the first page could not be read after 1 attempts: the response is larger than 128 "
        "MiB. All earlier pages are saved; the next sync resumes there."
    )
    assert requests_mock.call_count == 1
