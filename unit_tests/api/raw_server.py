"""A server that sends exactly the given bytes, for tests of what goes over a connection."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import requests

EARLY = b"early:"
"""A reply that begins with this is sent as soon as the connection stands, before any request."""
CUT = b":cut"
"""A reply that ends with this ends with the connection."""


class RawServer:
    """One reply a request, in order, whatever the connection; `connections` counts these."""

    def __init__(self, replies: Sequence[bytes]) -> None:
        self.connections = 0
        self.requests: list[str] = []
        self._replies = list(replies)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._response, args=(connection,), daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _response(self, connection: socket.socket) -> None:
        with connection:
            if self._replies and self._replies[0].startswith(EARLY):
                connection.sendall(self._replies.pop(0).removeprefix(EARLY))
            while head := _request(connection):
                self.requests.append(head.split(b" ")[1].decode())
                if not self._replies:
                    return
                reply = self._replies.pop(0)
                connection.sendall(reply.removesuffix(CUT))
                if reply.endswith(CUT):
                    return


def _request(connection: socket.socket) -> bytes:
    head = b""
    try:
        while b"\r\n\r\n" not in head:
            part = connection.recv(65_536)
            if not part:
                return b""
            head += part
    except OSError:
        return b""
    return head


@contextmanager
def raw_server(*replies: bytes) -> Iterator[RawServer]:
    server = RawServer(replies)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()


def response(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """An answer whose Content-Length is right, unless another is given."""
    size = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {size}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Credentials that add nothing."""
    return request
