"""A host of a few lines, for answers that no Zendesk account gives."""

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson

from integration_tests.command_output import Json
from integration_tests.credentials import BEARER


@dataclass(frozen=True)
class HostResponse:
    """An answer; a body that is no bytes is sent as JSON."""

    status: int
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ScriptedHost:
    """A host that answers; `seen` holds path and headers of every call."""

    address: str
    seen: list[tuple[str, Mapping[str, str]]]

    def config(self, scheme: str = "http", **config: Any) -> Json:
        """A config with which the connector talks to it."""
        return {"subdomain": "acme", "credentials": BEARER, "base_url": f"{scheme}://{self.address}", **config}


class _Server(ThreadingHTTPServer):
    request_queue_size = 64


@contextmanager
def scripted_host(
    response: Callable[[str], HostResponse], certified: ssl.SSLContext | None = None
) -> Iterator[ScriptedHost]:
    """A host that gives each path its answer, over TLS if it has a certificate."""
    seen: list[tuple[str, Mapping[str, str]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            seen.append((self.path.partition("?")[0], dict(self.headers)))
            found = response(self.path)
            body = found.body if isinstance(found.body, bytes) else orjson.dumps(found.body)
            self.send_response(found.status)
            for name, value in {"Content-Type": "application/json", **found.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):  # it may not be wanted to its end
                self.wfile.write(body)

        do_POST = do_GET  # noqa: N815  the module's own spelling

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with _Server(("127.0.0.1", 0), Handler) as server:
        if certified:
            server.socket = certified.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield ScriptedHost(f"127.0.0.1:{server.server_port}", seen)
        server.shutdown()
