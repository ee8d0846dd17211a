"""What the connector leaves behind, whom it believes, and how much it takes in."""

import gzip
import json
import os
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from integration_tests.command_output import CommandOutput, Json, parsed_messages
from integration_tests.connector import PROGRAM, Connector
from integration_tests.simulated_account import SimulatedAccount

MIB = 2**20
GZIP = b"\x1f\x8b"
WATCHED = (sys.executable, "-m", "integration_tests.file_access_audit")
ROOT = Path(__file__).parent.parent
BOMB = gzip.compress(b" " * (16 * MIB), 9) * 64
"""A megabyte that unpacks to a gigabyte."""
REFRESH = {
    "credentials": "oauth2_refresh",
    "client_id": "simulated-client",
    "client_secret": "simulated-secret",
    "refresh_token": "simulated-refresh-token",
}


class SandboxFolders:
    """The places that a process might write to: a home, a working folder, a folder of files, and a temp folder."""

    def __init__(self, folder: Path) -> None:
        self.notes = folder / "notes"
        self.notes.touch()
        self.home, self.work, self.files, self.temp = (folder / name for name in ("home", "work", "files", "temp"))
        for room in (self.home, self.work, self.files, self.temp):
            room.mkdir()

    @property
    def environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.home),
            "PATH": os.environ["PATH"],
            "PYTHONDONTWRITEBYTECODE": "1",  # the installed package is compiled already; a checkout may not be
            "PYTHONPATH": str(ROOT),
            "TMPDIR": str(self.temp),
        }

    def run(self, *command: str) -> CommandOutput:
        done = subprocess.run(
            [*WATCHED, str(self.notes), *command],
            cwd=self.work,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        return CommandOutput(done.returncode, parsed_messages(done.stdout.splitlines()))

    def noted(self) -> list[tuple[str, str]]:
        return [tuple(json.loads(line)) for line in self.notes.read_text("utf-8").splitlines()]

    def left(self) -> list[str]:
        """Everything in the places that must stay empty."""
        return [str(path) for room in (self.home, self.work, self.temp) for path in room.rglob("*")]


@pytest.fixture
def rooms(tmp_path: Path) -> SandboxFolders:
    return SandboxFolders(tmp_path)


@pytest.mark.parametrize("command", ["spec", "check", "discover", "read"])
def test_nothing_is_written_outside_of_the_temp_folder(
    command: str, account: SimulatedAccount, rooms: SandboxFolders
) -> None:
    connector = Connector(account.config(chat_credentials={"access_token": "simulated-chat-token"}), rooms.files)
    arguments = connector.arguments((), None)
    needed = {"spec": [], "check": arguments[1:3], "discover": arguments[1:3], "read": arguments[1:]}
    before = {path: path.read_bytes() for path in rooms.files.iterdir()}

    output = rooms.run(command, *needed[command])

    assert output.exit_code == 0
    assert command != "read" or {"tickets", "article_comments", "chats"} <= set(output.records)
    outside = [(event, path) for event, path in rooms.noted() if not within(rooms.temp, path)]
    assert outside == []
    assert command != "read" or rooms.noted() != []
    assert rooms.left() == []
    assert {path: path.read_bytes() for path in rooms.files.iterdir()} == before


def test_the_watch_sees_what_is_written(rooms: SandboxFolders) -> None:
    told = "import os, sqlite3, subprocess, sys; from integration_tests.file_access_audit import *; sys.addaudithook("
    told += "lambda event, details: note(event, details, lambda *noted: print(*noted, file=sys.stderr)));"
    told += "open('a', 'w'); os.mkdir('b'); os.open('c', os.O_RDWR | os.O_CREAT); sqlite3.connect('d'); open('a');"
    told += "subprocess.run(['true'])"
    done = subprocess.run(
        [sys.executable, "-c", told], cwd=rooms.work, env=rooms.environment, capture_output=True, text=True, check=True
    )
    seen = [line for line in done.stderr.splitlines() if "/dev/" not in line]
    assert seen[:5] == ["open a", "os.mkdir b", "open c", "sqlite3.connect d", "subprocess.Popen true"]


def test_only_a_rotated_refresh_token_is_written_to_the_config(
    account: SimulatedAccount, rooms: SandboxFolders
) -> None:
    connector = Connector(account.config(credentials=REFRESH), rooms.files)
    output = rooms.run(*connector.arguments(("tags",), None))
    assert output.exit_code == 0
    outside = {path for _, path in rooms.noted() if not within(rooms.temp, path)}
    config = rooms.files / "config.json"
    assert str(config) in outside
    assert all(path.startswith((str(config), f"{rooms.files}/.config.json.")) for path in outside)
    assert rooms.left() == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_kept_pages_have_no_name_and_go_with_the_process(
    number: signal.Signals, account: SimulatedAccount, rooms: SandboxFolders
) -> None:
    stalled = {"fault": "stall", "path": "help_center/articles/{article_id}/comments", "times": 1000, "seconds": 30.0}
    account.set_faults(script=[stalled])
    connector = Connector(account.config(num_workers=2), rooms.files)
    command = [*PROGRAM, *connector.arguments(("articles", "article_comments"), None)]
    codes = [_ended_while_pages_are_kept(command, rooms, number) for _ in range(ATTEMPTS)]
    assert (128 + number if number != signal.SIGKILL else -number) in codes
    assert rooms.left() == []


ATTEMPTS = 4
"""A sync may end before the signal comes."""


def _ended_while_pages_are_kept(command: Sequence[str], rooms: SandboxFolders, number: signal.Signals) -> int:
    """The exit code of a sync that gets a signal once it keeps pages; 0 if it has ended before."""
    with subprocess.Popen(command, cwd=rooms.work, env=rooms.environment, stdout=subprocess.PIPE) as process:
        pages = _appearing(rooms.temp, process)
        if pages:
            assert b"articles" in pages
            assert rooms.left() == []
        process.send_signal(number)
        return process.wait(timeout=60)


def within(folder: Path, path: str) -> bool:
    """Whether a path is in a folder; a file without a name is opened by that of its folder."""
    return path == str(folder) or path.startswith(f"{folder}/")


def _appearing(folder: Path, process: subprocess.Popen[bytes]) -> bytes:
    """The kept pages of a sync under way, once there are some: a file that only its process can see.

    Empty if the sync has ended. A file of a few bytes is tempfile's own, which tries whether the folder can be used.
    """
    while process.poll() is None:
        with suppress(OSError):
            for descriptor in Path(f"/proc/{process.pid}/fd").iterdir():
                content = _content(descriptor, folder)
                if len(content) > LONGEST_TRIAL_BYTES:
                    return gzip.decompress(content) if content[:2] == GZIP else content
        time.sleep(0.02)
    return b""


LONGEST_TRIAL_BYTES = 16


def _content(descriptor: Path, folder: Path) -> bytes:
    with suppress(OSError):
        return descriptor.read_bytes() if str(descriptor.readlink()).startswith(f"{folder}/") else b""
    return b""


class FixedAnswerHost:
    """A host of a few lines that gives every GET the same answer."""

    def __init__(self, status: int, body: bytes, headers: Json, certified: ssl.SSLContext | None = None) -> None:
        seen: list[str | None] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                seen.append(self.headers.get("Authorization"))
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with suppress(OSError):  # it may not be wanted to its end
                    self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.seen = seen
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if certified:
            self.server.socket = certified.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def config(self, scheme: str = "http") -> Json:
        credentials = {"credentials": "oauth2.0", "access_token": "simulated-access-token"}
        url = f"{scheme}://127.0.0.1:{self.server.server_port}"
        return {"subdomain": "acme", "credentials": credentials, "base_url": url}

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def bombing() -> Iterator[FixedAnswerHost]:
    host = FixedAnswerHost(200, BOMB, {"Content-Encoding": "gzip"})
    yield host
    host.close()


def test_a_decompression_bomb_ends_the_stream_and_not_the_memory(bombing: FixedAnswerHost, tmp_path: Path) -> None:
    connector = Connector(bombing.config(), tmp_path)
    command = [*PROGRAM, *connector.arguments(("account_settings",), None)]
    with (tmp_path / "out").open("w+") as out, subprocess.Popen(command, stdout=out) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    output = CommandOutput(process.returncode, parsed_messages((tmp_path / "out").read_text("utf-8").splitlines()))
    assert output.exit_code == 1
    assert output.of("RECORD") == []
    errors = [trace["error"] for trace in output.of("TRACE") if trace["type"] == "ERROR"]
    assert ("transient_error", True) in {
        (error["failure_type"], "larger than 128 MiB" in error["message"]) for error in errors
    }
    assert usage.ru_maxrss < 600 * 1024  # kilobytes; the bomb has a million
    assert len(bombing.seen) == 1


def test_a_decompression_bomb_fails_the_check(bombing: FixedAnswerHost, tmp_path: Path) -> None:
    verdict = Connector(bombing.config(), tmp_path).check().verdict
    assert verdict["status"] == "FAILED"
    assert "larger than 8 MiB" in verdict["message"]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody has vouched for, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def posing(certificate: Path) -> Iterator[FixedAnswerHost]:
    """A host with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    host = FixedAnswerHost(404, b"{}", {}, context)
    yield host
    host.close()


def test_a_host_that_nobody_vouches_for_gets_no_credentials(posing: FixedAnswerHost, tmp_path: Path) -> None:
    verdict = Connector(posing.config("https"), tmp_path).check().verdict
    assert verdict["status"] == "FAILED"
    assert "The TLS certificate of 127.0.0.1" in verdict["message"]
    assert posing.seen == []


def test_a_certificate_that_the_user_trusts_is_accepted(
    posing: FixedAnswerHost, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    verdict = Connector(posing.config("https"), tmp_path).check().verdict
    assert "no Zendesk account" in verdict["message"]
    assert "Bearer simulated-access-token" in posing.seen
