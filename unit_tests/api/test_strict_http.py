"""Each answer belongs to its request, whatever a server or a proxy sends on a connection that is kept alive."""

import gzip
import select
from dataclasses import replace

import pytest
from airbyte_cdk.utils.traced_exception import AirbyteTracedException
from urllib3.exceptions import ProtocolError

from source_zendesk_support.api.strict_http import StrictHttpAdapter
from source_zendesk_support.api.transport import HttpTransport
from source_zendesk_support.errors import EndpointUnavailable, TransientFailure
from unit_tests.api.raw_server import CUT, EARLY, RawServer, no_auth, raw_server, response
from unit_tests.clocks import FakeTime
from unit_tests.components.parts import request_of, zendesk_of

A, B, C = b'{"stream": "a"}', b'{"stream": "b"}', b'{"stream": "c"}'
PACKED = gzip.compress(A, mtime=0)
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </x.css>; rel=preload\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
PROCESSING = b"HTTP/1.1 102 Processing\r\nX-Progress: 1\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"


def read(server: RawServer, connection: HttpTransport, path: str) -> bytes:
    return connection.get(f"{server.url}/{path}", {}, no_auth)[1].decompress()  # type: ignore[arg-type]


def test_connection_is_kept_alive() -> None:
    with raw_server(response(A), response(B)) as server:
        connection = HttpTransport()
        assert [read(server, connection, "a"), read(server, connection, "b")] == [A, B]
        assert server.connections == 1


@pytest.mark.parametrize(
    "interim",
    [HINTS, CONTINUE, PROCESSING, HINTS * 2, HINTS + CONTINUE + PROCESSING, CONTINUE * 20, b"HTTP/1.1 199 X\r\n\r\n"],
    ids=["103", "100", "102", "two 103", "all", "many 100", "unknown"],
)
def test_interim_answers_are_skipped(interim: bytes) -> None:
    with raw_server(interim + response(A), interim + response(B), response(C)) as server:
        connection = HttpTransport()
        assert [read(server, connection, path) for path in "abc"] == [A, B, C]
        assert server.requests == ["/a", "/b", "/c"]


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(HINTS * 21 + response(A), id="interim answers without end"),
        pytest.param(CONTINUE * 21 + response(A), id="100 without end"),
        pytest.param(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n" + response(A), id="another protocol"),
        pytest.param(response(A, "Content-Length: 3"), id="two lengths"),
        pytest.param(response(A, "Content-Length: 99"), id="two lengths, the other greater"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 15, 3\r\n\r\n" + A, id="two lengths in one header"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n" + A, id="negative length"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 1e1\r\n\r\n" + A, id="length that is none"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n" + A, id="endless length"),
        pytest.param(response(A, length=len(A) + 9) + CUT, id="shorter than its length"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n" + A, id="another coding"),
        pytest.param(CHUNKED + b"\r\nf\r\n" + A + CUT, id="chunks without end"),
        pytest.param(CHUNKED + b"\r\nzz\r\n" + A + b"\r\n0\r\n\r\n", id="chunk size that is none"),
        pytest.param(CHUNKED + b"\r\n-5\r\n" + A + b"\r\n0\r\n\r\n", id="negative chunk size"),
        pytest.param(CHUNKED + b"\r\n" + b"f" * 70_000 + b"\r\n", id="endless chunk size"),
        pytest.param(b"HTTP/1.1 OK\r\n\r\n" + A, id="status line without status"),
        pytest.param(b"nonsense\r\n\r\n", id="no status line"),
        pytest.param(b"HTTP/3.0 200 OK\r\n\r\n" + A, id="unknown protocol"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", id="endless header"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 200 + b"\r\n", id="200 headers"),
        pytest.param(CUT, id="nothing"),
    ],
)
def test_answer_that_contradicts_itself_is_no_answer_and_ends_its_connection(broken: bytes) -> None:
    with raw_server(response(A), broken, response(B), response(C)) as server:
        connection = HttpTransport()
        assert read(server, connection, "a") == A
        with pytest.raises(TransientFailure):
            read(server, connection, "b")
        assert [read(server, connection, "b"), read(server, connection, "c")] == [B, C]
        assert server.connections == 2


@pytest.mark.parametrize(
    "surplus",
    [
        pytest.param(response(A) + response(C), id="a second answer"),
        pytest.param(response(A) + b"\r\n", id="a blank line"),
        pytest.param(response(A + b'{"x": 1}', length=len(A)), id="longer than its length"),
        pytest.param(CHUNKED + b"Content-Length: 3\r\n\r\nf\r\n" + A + b"\r\n0\r\n\r\n", id="length and chunks"),
        pytest.param(CHUNKED + b"\r\nf\r\n" + A + b"\r\n0\r\n\r\nmore", id="more behind the last chunk"),
        pytest.param(response(A, "Connection: close"), id="closed as announced"),
    ],
)
def test_connection_is_not_used_again_behind_a_doubtful_end(surplus: bytes) -> None:
    with raw_server(surplus, response(B)) as server:
        connection = HttpTransport()
        assert [read(server, connection, "a"), read(server, connection, "b")] == [A, B]
        assert server.connections == 2


def test_one_length_twice_is_one_length() -> None:
    with raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 15, 15\r\n\r\n" + A + CUT, response(B)) as server:
        connection = HttpTransport()
        assert [read(server, connection, "a"), read(server, connection, "b")] == [A, B]


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_body_of_an_answer_that_has_none_is_no_other_answer(status: str) -> None:
    with raw_server(response(response(C), status=status), response(B)) as server:
        connection = HttpTransport()
        assert read(server, connection, "a") == b""
        assert read(server, connection, "b") == B
        assert server.connections == 2


def test_request_is_not_sent_where_an_answer_is_already_there() -> None:
    with raw_server(EARLY + response(C)) as server:
        connection = StrictHttpAdapter().poolmanager.connection_from_url(server.url)._new_conn()
        connection.connect()
        select.select([connection.sock], [], [])
        with pytest.raises(ProtocolError, match="bytes came before the request was sent"):
            connection.request("GET", "/a")
        assert server.requests == []


def test_two_streams_on_one_connection_get_their_own_rows(local_time: FakeTime, waits: list[float]) -> None:
    """Read through the client that all streams share, with everything that may desynchronise it in between."""
    groups = [b'{"groups": [{"id": %d}], "meta": {"has_more": false}}' % key for key in range(4)]
    tags = [b'{"tags": [{"name": "%d"}], "meta": {"has_more": false}}' % key for key in range(4)]
    replies = [
        HINTS + response(groups[0]),
        response(tags[0]) + response(tags[3]),
        response(groups[1], "Content-Length: 2"),
    ]
    replies += [HINTS * 2 + response(groups[1]), response(tags[1]) + HINTS, response(groups[2]), response(tags[2])]
    with raw_server(*replies) as server:
        zendesk = zendesk_of()
        for key in range(3):
            for stream, found in (("groups", {"id": key}), ("tags", {"name": str(key)})):
                request = replace(request_of(stream), url=f"{server.url}/api/v2/{stream}", row_fields=())
                answered = zendesk.page(request)
                answered.release()
                assert answered.envelope[stream] == [found]
    assert server.requests.count("/api/v2/groups?page%5Bsize%5D=100&exclude_deleted=false") == 4


@pytest.mark.parametrize(
    "location",
    ["http://[", "https://xn--/", "https://..", "//", "\x01", "ü" * 300, "https://[::1/", "http://a:b:c/", "x" * 9_000],
)
def test_broken_location_is_an_answer_like_any_other(location: str) -> None:
    with raw_server(response(b"", f"Location: {location}", status="302 Found"), response(A)) as server:
        connection = HttpTransport()
        found, _ = connection.get(f"{server.url}/a", {}, no_auth)  # type: ignore[arg-type]
        assert found.status_code == 302
        assert read(server, connection, "a") == A


@pytest.mark.parametrize("encoding", ["GZIP", " gzip ", "x-gzip", "gzip"])
def test_packed_answer_is_unpacked_however_its_packing_is_written(encoding: str) -> None:
    for padding in (b"", b"\0" * 700):
        body = gzip.compress(A, mtime=0) + padding
        with raw_server(response(body, f"Content-Encoding: {encoding}")) as server:
            assert read(server, HttpTransport(), "a") == A


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("br", A),
        ("zstd", A),
        ("compress", A),
        ("nonsense, gzip", A),
        ("gzip", A),
        ("deflate", A),
        ("gzip", PACKED[:-4]),
        ("gzip", PACKED + b"more"),
        ("gzip, gzip", PACKED),
    ],
)
def test_answer_that_cannot_be_unpacked_is_no_answer(encoding: str, body: bytes) -> None:
    with raw_server(response(body, f"Content-Encoding: {encoding}")) as server, pytest.raises(TransientFailure):
        read(server, HttpTransport(), "a")


@pytest.mark.parametrize("charset", ["nonsense", "utf-8; charset=utf-16", "\x01", "idna", "base64", "'"])
@pytest.mark.parametrize("status", ["401 No", "403 No", "429 No", "500 No"])
def test_odd_charset_of_an_error_is_no_fault_of_ours(
    charset: str, status: str, local_time: FakeTime, waits: list[float]
) -> None:
    body = b'{"error": "busy", "n": ' + b"[" * 5_000 + b"]" * 5_000 + b', "big": ' + b"9" * 5_000 + b"}"
    refusal = response(body, f"Content-Type: application/json; charset={charset}", status=status)
    with raw_server(*[refusal] * 7) as server:
        request = replace(request_of("groups"), url=f"{server.url}/api/v2/groups", attempts=1)
        with pytest.raises((AirbyteTracedException, EndpointUnavailable)):
            zendesk_of().page(request)
