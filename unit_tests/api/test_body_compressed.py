import gzip
from typing import Any

import pytest
import requests
import requests_mock

from source_zendesk_support.api.body import CompressedBody
from source_zendesk_support.errors import MalformedResponse, ResponseTooLarge

URL = "https://acme.zendesk.com/x"
PACKED = gzip.compress(b'{"groups": []}', mtime=0)


def answered(**response: Any) -> CompressedBody:
    with requests_mock.Mocker() as mocker:
        mocker.get(URL, **response)
        return CompressedBody.of(requests.get(URL, stream=True, timeout=1))


def test_packed_page_stays_packed_and_knows_its_size() -> None:
    body = answered(content=PACKED, headers={"Content-Encoding": "gzip"})
    assert (body.raw, body.compressed, body.size) == (PACKED, True, 14)
    assert body.decompress() == b'{"groups": []}'


def test_page_that_came_unpacked_is_taken_as_it_is() -> None:
    body = answered(content=b'{"groups": []}')
    assert (body.compressed, body.size, body.decompress()) == (False, 14, b'{"groups": []}')


def test_refusal_is_decompressed_before_it_is_classified() -> None:
    body = answered(status_code=403, content=PACKED, headers={"Content-Encoding": "gzip"})
    assert body.compressed is False


@pytest.mark.parametrize(
    "raw",
    [PACKED[:-9], PACKED[:4], b"no gzip", PACKED[:12] + b"x" + PACKED[13:], b"", PACKED + b"x", PACKED + PACKED[:-9]],
    ids=["text cut", "head cut", "something else", "another byte", "nothing", "more behind it", "second member cut"],
)
def test_damaged_page_is_malformed(raw: bytes) -> None:
    with pytest.raises(MalformedResponse, match="the compressed response is truncated or corrupt"):
        CompressedBody(raw, compressed=True).decompress()


def test_packed_page_may_have_several_members() -> None:
    assert CompressedBody(PACKED * 2, compressed=True).decompress() == b'{"groups": []}' * 2


def test_members_are_bounded_together() -> None:
    with pytest.raises(ResponseTooLarge, match="larger than 0 MiB"):
        CompressedBody(PACKED * 3, compressed=True).decompress(max_bytes=41)
