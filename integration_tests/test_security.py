"""What the connector leaves behind, whom it believes, and how much it takes in."""

import gzip
import json
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from integration_tests.command_output import CommandOutput
from integration_tests.conftest import connector_of
from integration_tests.connector import PROGRAM, Connector
from integration_tests.credentials import REFRESH
from integration_tests.processes import DEADLINE_SECONDS, ROOT, finished_program, measured, running, wait_until
from integration_tests.scripted_host import HostResponse, ScriptedHost, scripted_host
from integration_tests.simulated_account import SimulatedAccount

MIB = 2**20
GZIP = b"\x1f\x8b"
WATCHED = (sys.executable, "-m", "integration_tests.file_access_audit")
BOMB = gzip.compress(b" " * (16 * MIB), 9) * 64
"""A megabyte that unpacks to a gigabyte."""


class SandboxFolders:
    """The places that a process might write to: a home, a working folder, a folder of files, and a temp folder."""

    def __init__(self, folder: Path) -> None:
        self.notes = folder / "notes"
        self.notes.touch()
        self.home, self.work, self.files, self.temp = (folder / name for name in ("home", "work", "files", "temp"))
        for place in (self.home, self.work, self.files, self.temp):
            place.mkdir()

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
        return finished_program(*WATCHED, str(self.notes), *command, cwd=self.work, env=self.environment)

    def noted(self) -> list[tuple[str, str]]:
        return [tuple(json.loads(line)) for line in self.notes.read_text("utf-8").splitlines()]

    def left(self) -> list[str]:
        """Everything in the places that must stay empty."""
        return [str(path) for place in (self.home, self.work, self.temp) for path in place.rglob("*")]


@pytest.fixture
def folders(tmp_path: Path) -> SandboxFolders:
    return SandboxFolders(tmp_path)


def test_nothing_is_written_outside_of_the_temp_folder(account: SimulatedAccount, folders: SandboxFolders) -> None:
    connector = connector_of(account, folders.files)
    read = connector.arguments((), None)
    before = {path: path.read_bytes() for path in folders.files.iterdir()}
    for command in (["spec"], ["check", *read[1:3]], ["discover", *read[1:3]], read):
        output = folders.run(*command)
        assert output.exit_code == 0
        assert [(event, path) for event, path in folders.noted() if not within(folders.temp, path)] == []
        assert folders.left() == []
        assert {path: path.read_bytes() for path in folders.files.iterdir()} == before
    assert {"tickets", "article_comments", "chats"} <= set(output.records)
    assert folders.noted() != []


def test_the_watch_sees_what_is_written(folders: SandboxFolders) -> None:
    program = (
        "import os, sqlite3, subprocess, sys; from integration_tests.file_access_audit import *; sys.addaudithook("
    )
    program += "lambda event, details: note(event, details, lambda *noted: print(*noted, file=sys.stderr)));"
    program += "open('a', 'w'); os.mkdir('b'); os.open('c', os.O_RDWR | os.O_CREAT); sqlite3.connect('d'); open('a');"
    program += "subprocess.run(['true'])"
    command, places = [sys.executable, "-c", program], {"cwd": folders.work, "env": folders.environment}
    done = subprocess.run(command, capture_output=True, text=True, check=True, **places)  # type: ignore[call-overload]
    seen = [line for line in done.stderr.splitlines() if "/dev/" not in line]
    assert seen[:5] == ["open a", "os.mkdir b", "open c", "sqlite3.connect d", "subprocess.Popen true"]


def test_only_a_rotated_refresh_token_is_written_to_the_config(
    account: SimulatedAccount, folders: SandboxFolders
) -> None:
    connector = Connector(account.config(credentials=REFRESH), folders.files)
    output = folders.run(*connector.arguments(("tags",), None))
    assert output.exit_code == 0
    outside = {path for _, path in folders.noted() if not within(folders.temp, path)}
    config = folders.files / "config.json"
    assert str(config) in outside
    assert all(path.startswith((str(config), f"{folders.files}/.config.json.")) for path in outside)
    assert folders.left() == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_kept_pages_have_no_name_and_go_with_the_process(
    number: signal.Signals, account: SimulatedAccount, folders: SandboxFolders
) -> None:
    path = "help_center/articles/{parent_id}/comments"
    account.set_faults(script=[{"fault": "stall", "path": path, "times": 1000, "seconds": 600.0}])
    connector = Connector(account.config(num_workers=2), folders.files)
    command = [*PROGRAM, *connector.arguments(("articles", "article_comments"), None)]
    with running(*command, cwd=folders.work, env=folders.environment) as process:
        assert b"articles" in kept_pages(folders.temp, process)
        assert folders.left() == []
        process.send_signal(number)
        process.communicate(timeout=DEADLINE_SECONDS)
    assert process.returncode == (-number if number == signal.SIGKILL else 128 + number)
    assert folders.left() == []


def within(folder: Path, path: str) -> bool:
    """Whether a path is in a folder; a file without a name is opened by that of its folder."""
    return path == str(folder) or path.startswith(f"{folder}/")


def kept_pages(folder: Path, process: subprocess.Popen[bytes]) -> bytes:
    """The kept pages of a sync under way: a file that only its process can see.

    A file of a few bytes is tempfile's own, which tries whether the folder can be used.
    """
    found = b""

    def are_there() -> bool:
        nonlocal found
        with suppress(OSError):
            contents = [_content(path, folder) for path in Path(f"/proc/{process.pid}/fd").iterdir()]
            found = max(contents, key=len)
        return len(found) > LONGEST_TRIAL_BYTES

    wait_until(are_there, process)
    return gzip.decompress(found) if found[:2] == GZIP else found


LONGEST_TRIAL_BYTES = 16


def _content(descriptor: Path, folder: Path) -> bytes:
    with suppress(OSError):
        return descriptor.read_bytes() if str(descriptor.readlink()).startswith(f"{folder}/") else b""
    return b""


@pytest.fixture
def bombing() -> Iterator[ScriptedHost]:
    with scripted_host(lambda _path: HostResponse(200, BOMB, {"Content-Encoding": "gzip"})) as host:
        yield host


def test_a_decompression_bomb_ends_the_stream_and_not_the_memory(bombing: ScriptedHost, tmp_path: Path) -> None:
    connector = Connector(bombing.config(), tmp_path)
    output, kilobytes = measured(*connector.arguments(("account_settings",), None))
    assert (output.exit_code, output.records) == (1, {})
    reported = {(error["failure_type"], "larger than 128 MiB" in error["message"]) for error in output.errors}
    assert ("transient_error", True) in reported
    assert kilobytes < 600 * 1024  # the bomb has a million
    assert len(bombing.seen) == 1


def test_a_decompression_bomb_fails_the_check(bombing: ScriptedHost, tmp_path: Path) -> None:
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
def posing(certificate: Path) -> Iterator[ScriptedHost]:
    """A host with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with scripted_host(lambda _path: HostResponse(404, b"{}"), context) as host:
        yield host


def test_a_certificate_is_believed_only_if_the_user_trusts_it(
    posing: ScriptedHost, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connector = Connector(posing.config("https"), tmp_path)
    verdict = connector.check().verdict
    assert verdict["status"] == "FAILED"
    assert "The TLS certificate of 127.0.0.1" in verdict["message"]
    assert posing.seen == []
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    assert "no Zendesk account" in connector.check().verdict["message"]
    assert "Bearer simulated-access-token" in {headers["Authorization"] for _, headers in posing.seen}
