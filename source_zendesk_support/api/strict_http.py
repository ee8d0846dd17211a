"""HTTP connections on which a response always belongs to its request.

On a connection that is kept alive, both sides must agree where a response ends. ``http.client`` treats an interim
response other than 100 (such as 103 Early Hints) as the final one, trusts the first of several lengths, and drops bytes
after a body. Each of these assigns one request's response to another. So interim responses are skipped, contradictory
ones are rejected, and a connection in doubt is closed, not reused.
"""

from __future__ import annotations

import io
import re
import socket
import ssl
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse, parse_headers
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ProtocolError
from urllib3.util.wait import wait_for_read

MAX_INTERIM_RESPONSES = 20
"""Maximum number of interim responses before the final one."""
NEW_CONNECTION_PAUSE_SECONDS = 0.01
"""Time to wait for a server that sends data first; once per connection, not per call."""
_NO_BODY = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})
_HTTP_1_1 = 11
_LENGTH = re.compile(r"[0-9]{1,15}")


class CountedReader(io.BufferedReader):
    """Reads a response; when closed, records whether more data has arrived than was read.

    Args:
        raw: the socket as a file.
        sock: the socket.

    Attributes:
        surplus: whether bytes followed the response.
    """

    surplus = False

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        super().__init__(raw)
        self._socket = sock

    def close(self) -> None:
        """Record unread bytes, then close; the socket stays open for its connection."""
        if not self.closed:
            self.surplus = self._has_more()
        super().close()

    def _has_more(self) -> bool:
        try:
            timeout = self._socket.gettimeout()
            self._socket.settimeout(0)
            try:
                return bool(self.peek(1))
            finally:
                self._socket.settimeout(timeout)
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        except (OSError, ValueError):  # broken, or closed by the server
            return True


class FinalResponse(HTTPResponse):
    """The final response to a request, read only if its length is unambiguous."""

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        file: Any = self.fp
        self._reader = CountedReader(file.detach(), sock)
        self.fp = self._reader

    @property
    def is_spent(self) -> bool:
        """Whether it was read completely and nothing followed it."""
        return self.isclosed() and not self._reader.surplus

    def begin(self) -> None:
        """Read the head.

        Raises:
            http.client.HTTPException: its headers contradict each other.
        """
        super().begin()
        lengths = {part.strip() for value in self._all("content-length") for part in value.split(",")}
        codings = [part.strip().lower() for value in self._all("transfer-encoding") for part in value.split(",")]
        if len(lengths) > 1 or not all(map(_LENGTH.fullmatch, lengths)):
            raise HTTPException("contradictory lengths")
        if codings and codings != ["chunked"]:
            raise HTTPException("a transfer coding that is not chunked")
        if lengths and not codings and self.status not in _NO_BODY:
            self.length = int(lengths.pop())
        if (lengths and codings) or self.status in _NO_BODY or self.version < _HTTP_1_1:
            self.will_close = True

    def _all(self, name: str) -> list[str]:
        return [str(value) for value in self.headers.get_all(name, [])]

    def _read_status(self) -> tuple[str, int, str]:
        """The status line of the final response; the standard library skips only 100."""
        for _ in range(MAX_INTERIM_RESPONSES + 1):
            line: tuple[str, int, str] = super()._read_status()  # type: ignore[misc]  # private, so without a type
            if line[1] >= HTTPStatus.OK or line[1] == HTTPStatus.SWITCHING_PROTOCOLS:
                break
            parse_headers(self.fp)
        if line[1] < HTTPStatus.OK:
            raise HTTPException("no final response")
        return line


class _StrictConnection(HTTPConnection):
    """Shared by plain and TLS connections."""

    _latest: FinalResponse | None = None

    def response_class(self, sock: socket.socket, *args: Any, **options: Any) -> FinalResponse:  # type: ignore[override]
        """Create a response, like the standard library's attribute of that name."""
        self._latest = FinalResponse(sock, *args, **options)
        return self._latest

    @property
    def is_connected(self) -> bool:
        """Whether it may be reused; otherwise urllib3 closes and replaces it."""
        return super().is_connected and (self._latest is None or self._latest.is_spent)

    def connect(self) -> None:
        """Connect and forget the previous response."""
        super().connect()
        self._latest = None

    def endheaders(self, *args: Any, **options: Any) -> None:
        """Send the request, unless data has arrived before it.

        Raises:
            urllib3.exceptions.ProtocolError: earlier data would be taken for this request's response.
        """
        if self.sock is None:
            self.connect()
        if _has_unread_bytes(self.sock, 0.0 if self._latest else NEW_CONNECTION_PAUSE_SECONDS):
            self.close()
            raise ProtocolError("bytes came before the request was sent")
        super().endheaders(*args, **options)


class _PlainConnection(_StrictConnection):
    pass


class _TlsConnection(_StrictConnection, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class StrictHttpAdapter(HTTPAdapter):
    """The adapter of ``requests`` with these connections, also behind a proxy."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Called by ``requests`` when it is made."""
        super().init_poolmanager(*args, **options)
        _use(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **options: Any) -> ProxyManager:
        """Called by ``requests`` for each proxy."""
        manager: ProxyManager = super().proxy_manager_for(*args, **options)
        if type(manager) is ProxyManager:  # a SOCKS manager has its own connections
            _use(manager)
        return manager


def _use(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}


def _has_unread_bytes(sock: Any, timeout: float) -> bool:
    """Whether there is data to read or the server has closed. With TLS, only application data counts."""
    if not wait_for_read(sock, timeout=timeout):
        return False
    timeout = sock.gettimeout()
    sock.settimeout(0)
    try:
        sock.recv(1)
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    finally:
        sock.settimeout(timeout)
    return True
