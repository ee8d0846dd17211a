"""Files of attachments: from the account to the staging folder, whatever happens on the way."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson
import pytest
from airbyte_cdk.sources.utils import files_directory

from integration_tests.accounts import running_account
from integration_tests.command_output import CommandOutput, Json, parsed_messages
from integration_tests.configured_catalog import configured
from integration_tests.conftest import connector_of
from integration_tests.connector import PROGRAM, Connector, discovered
from integration_tests.credentials import BEARER
from integration_tests.scripted_host import HostResponse, scripted_host
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.simulated_account.files import file_bytes
from integration_tests.test_security import MEASURE

STREAMS = ("ticket_attachments", "article_attachments")
ALL: dict[str, Any] = {"files": {"download": True}}
FILES_OF_TICKETS = "attachments/token"
MEGABYTES = int(os.environ.get("LARGE_FILE_MEGABYTES", "256"))
"""Size of the large file; 1000 was measured by hand."""
MEMORY_KILOBYTES = 150 * 1024


@pytest.fixture
def staging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Airbyte's staging folder, for commands in this process and for processes of their own."""
    folder = tmp_path / "staging"
    folder.mkdir()
    monkeypatch.setattr(files_directory, "AIRBYTE_STAGING_DIRECTORY", str(folder))
    monkeypatch.setenv("AIRBYTE_STAGING_DIRECTORY", str(folder))
    return folder


@pytest.fixture
def account() -> Iterator[SimulatedAccount]:
    """An account with a dozen tickets, which have about thirty files."""
    with running_account(tickets=12) as running:
        yield running


def references(*outputs: CommandOutput) -> dict[int, Json]:
    """The file references of all records that have one, by the records' ids."""
    records = [record for output in outputs for record in output.of("RECORD")]
    return {record["data"]["id"]: record["file_reference"] for record in records if record.get("file_reference")}


def with_files(account: SimulatedAccount, *streams: str) -> dict[int, Json]:
    """The rows that have a file, by their ids."""
    rows = [row for stream in streams for row in account.truth(stream)]
    return {row["id"]: row for row in rows if row["content_url"] and not row.get("deleted")}


def check_files(found: Mapping[int, Json], rows: Mapping[int, Json], staging: Path) -> None:
    """Compare references and files with the rows that have a file."""
    assert found.keys() == rows.keys()
    for key, file in found.items():
        path = Path(file["staging_file_url"])
        assert path == staging / file["source_file_relative_path"]
        content = path.read_bytes()
        assert file["file_size_bytes"] == len(content)
        assert content == file_bytes(key, rows[key]["size"] or 0)
    written = {str(path) for path in staging.rglob("*") if path.is_file()}
    assert written == {file["staging_file_url"] for file in found.values()}


def test_every_row_with_a_file_brings_it(account: SimulatedAccount, staging: Path, tmp_path: Path) -> None:
    output = connector_of(account, tmp_path, **ALL).read(*STREAMS)
    assert (output.exit_code, output.warnings) == (0, [])
    rows = with_files(account, *STREAMS)
    assert len(rows) > 20
    check_files(references(output), rows, staging)
    for stream in STREAMS:
        assert {row["id"] for row in output.rows(stream)} == {row["id"] for row in account.truth(stream)}
    assert not [path for path in account.counts() if "attachment_id" in path]


def test_catalog_includes_files_of_a_stream(account: SimulatedAccount, staging: Path, tmp_path: Path) -> None:
    catalog = configured([discovered()[stream] for stream in STREAMS])
    assert [stream["stream"]["is_file_based"] for stream in catalog["streams"]] == [True, True]
    catalog["streams"][0]["include_files"] = True
    output = connector_of(account, tmp_path).read_catalog(catalog)
    check_files(references(output), with_files(account, "ticket_attachments"), staging)
    assert output.rows("article_attachments")


def test_redirect_to_another_host_carries_no_credentials(
    account: SimulatedAccount, staging: Path, tmp_path: Path
) -> None:
    account.set_behavior(files_elsewhere=True)
    output = connector_of(account, tmp_path, **ALL).read(*STREAMS)
    assert output.warnings == []
    check_files(references(output), with_files(account, *STREAMS), staging)


def test_expired_urls_are_replaced(account: SimulatedAccount, staging: Path, tmp_path: Path) -> None:
    account.set_behavior(file_urls_expire=True)
    output = connector_of(account, tmp_path, **ALL).read(*STREAMS)
    assert output.warnings == []
    rows = with_files(account, *STREAMS)
    check_files(references(output), rows, staging)
    counts = account.counts()
    assert counts["/api/v2/attachments/{attachment_id}"] == len(with_files(account, "ticket_attachments"))


def test_faults_that_pass_lose_no_file(account: SimulatedAccount, staging: Path, tmp_path: Path) -> None:
    faults = ("503", "429", "reset_body", "reset", "500", "reset_body")
    account.set_faults(
        script=[{"fault": name, "path": FILES_OF_TICKETS, "call": 3 * n + 1} for n, name in enumerate(faults)]
    )
    output = connector_of(account, tmp_path, **ALL).read("ticket_attachments")
    assert (output.exit_code, output.warnings) == (0, [])
    check_files(references(output), with_files(account, "ticket_attachments"), staging)


def test_file_that_fails_comes_with_the_next_sync(account: SimulatedAccount, staging: Path, tmp_path: Path) -> None:
    photos = {"fault": "500", "path": FILES_OF_TICKETS, "times": 1000, "match": {"name": "photo.jpg"}}
    account.set_faults(script=[photos])
    connector = connector_of(account, tmp_path, **ALL)
    first = connector.read("ticket_attachments")
    rows = with_files(account, "ticket_attachments")
    photographs = {key for key, row in rows.items() if row["file_name"] == "photo.jpg"}
    assert photographs
    assert first.exit_code == 0
    assert references(first).keys() == rows.keys() - photographs
    assert {row["id"] for row in first.rows("ticket_attachments")} == rows.keys()
    assert [f"{len(photographs)} files could not be downloaded" in warning for warning in first.warnings] == [True]
    account.set_faults()
    second = connector.read("ticket_attachments", state=first.states)
    again = {row["id"]: row for row in second.rows("ticket_attachments") if row["id"] in photographs}
    assert again == {key: rows[key] | {"timestamp": again[key]["timestamp"]} for key in photographs}
    assert "failed_files" not in second.states["ticket_attachments"]
    check_files(references(first, second), rows, staging)


def test_killed_sync_is_resumed_without_losing_a_file(staging: Path, tmp_path: Path) -> None:
    with running_account(tickets=60) as account:
        account.set_behavior(rows_at_once=50)
        connector = connector_of(account, tmp_path, **ALL)
        first: list[Json] = []
        with connector.reading("ticket_attachments") as process:
            for line in process.stdout or ():
                first.append(json.loads(line))
                kinds = [message["type"] for message in first]
                if "STATE" in kinds and "RECORD" in kinds[kinds.index("STATE") :]:
                    break
        killed = CommandOutput(-9, tuple(first))
        account.forget_requests()
        rest = connector.read("ticket_attachments", state=killed.states)
        assert rest.exit_code == 0
        rows = with_files(account, "ticket_attachments")
        check_files(references(killed, rest), rows, staging)
        repeated = references(killed).keys() & references(rest).keys()
        assert len(references(killed)) - len(repeated) > 0
        files = [call for call in account.requests() if call["path"].startswith("/attachments/")]
        assert len(files) == len(references(rest)) < len(rows)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("../../../etc/passwd", "ticket_attachments/800/.._.._.._etc_passwd"),
        ("/etc/passwd", "ticket_attachments/800/_etc_passwd"),
        ("..", "ticket_attachments/800/file"),
        ("", "ticket_attachments/800/file"),
        ("a\nb.txt", "ticket_attachments/800/a_b.txt"),
        ("請求書.xlsx", "ticket_attachments/800/請求書.xlsx"),
    ],
)
def test_file_has_a_harmless_name_whatever_its_user_chose(name: str, path: str, staging: Path, tmp_path: Path) -> None:
    def response(requested: str) -> HostResponse:
        return (
            HostResponse(200, b"hello") if requested.startswith("/attachments/") else HostResponse(200, _page(name, 5))
        )

    with scripted_host(response) as host:
        output = Connector(host.config(**ALL), tmp_path).read("ticket_attachments")
    assert output.exit_code == 0
    assert [file["source_file_relative_path"] for file in references(output).values()] == [path]
    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".json"] == [staging / path]


def _page(name: str, size: int) -> Json:
    """A page of ticket events with one attachment."""
    file = {"id": 800, "file_name": name, "content_type": "application/zip", "size": size}
    file["content_url"] = "https://acme.zendesk.com/attachments/token/800/"
    comment = {"id": 700, "type": "Comment", "event_type": "Comment", "attachments": [file]}
    event = {"id": 9, "ticket_id": 35, "created_at": "2024-05-01T00:00:00Z", "timestamp": 1714521600}
    event["child_events"] = [comment]
    return {"ticket_events": [event], "end_of_stream": True, "end_time": 1714521600, "count": 1}


class _LargeFile(BaseHTTPRequestHandler):
    """A page with one attachment, and its file, made while it is sent."""

    def do_GET(self) -> None:
        if "ticket_events" in self.path:
            self._send_page()
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/zip")
        self.send_header("Content-Length", str(MEGABYTES * 1_000_000))
        self.end_headers()
        for _ in range(MEGABYTES):
            self.wfile.write(bytes(1_000_000))

    def _send_page(self) -> None:
        body = orjson.dumps(_page("large.zip", MEGABYTES * 1_000_000))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def large_file_host() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _LargeFile) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_large_file_is_never_in_memory(staging: Path, tmp_path: Path) -> None:
    with large_file_host() as address:
        config = {"subdomain": "acme", "credentials": BEARER, "base_url": address, **ALL}
        arguments = Connector(config, tmp_path).arguments(("ticket_attachments",), None)
        command = [sys.executable, "-c", MEASURE, *PROGRAM, *arguments]
        process = subprocess.run(command, capture_output=True, check=False)
    output = CommandOutput(process.returncode, parsed_messages(process.stdout.splitlines()))
    assert output.exit_code == 0
    assert references(output)[800]["file_size_bytes"] == MEGABYTES * 1_000_000
    assert (staging / "ticket_attachments/800/large.zip").stat().st_size == MEGABYTES * 1_000_000
    assert int(process.stderr.split()[-1]) < MEMORY_KILOBYTES
