"""Files of attachments: from the account to the staging folder, whatever happens on the way."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from airbyte_cdk.sources.utils import files_directory

from integration_tests.command_output import CommandOutput, Json
from integration_tests.configured_catalog import configured
from integration_tests.conftest import connector_of
from integration_tests.connector import Connector, discovered
from integration_tests.processes import measured
from integration_tests.scripted_host import HostResponse, scripted_host
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.simulated_account.files import file_bytes

STREAMS = ("ticket_attachments", "article_attachments")
ALL: dict[str, Any] = {"files": {"download": True}}
FILES_OF_TICKETS = "attachments/token"
MEGABYTES = int(os.environ.get("LARGE_FILE_MEGABYTES", "256"))
"""Size of the large file; 1000 was measured by hand."""
MEMORY_KILOBYTES = 150 * 1024


pytestmark = [pytest.mark.account(tickets=12), pytest.mark.config(**ALL)]
"""A dozen tickets have about thirty files."""


@pytest.fixture
def staging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Airbyte's staging folder, for commands in this process and for processes of their own."""
    folder = tmp_path / "staging"
    folder.mkdir()
    monkeypatch.setattr(files_directory, "AIRBYTE_STAGING_DIRECTORY", str(folder))
    monkeypatch.setenv("AIRBYTE_STAGING_DIRECTORY", str(folder))
    return folder


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


def test_every_row_with_a_file_brings_it(account: SimulatedAccount, connector: Connector, staging: Path) -> None:
    output = connector.read(*STREAMS)
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
    account: SimulatedAccount, connector: Connector, staging: Path
) -> None:
    account.set_behavior(files_elsewhere=True)
    output = connector.read(*STREAMS)
    assert output.warnings == []
    check_files(references(output), with_files(account, *STREAMS), staging)


def test_expired_urls_are_replaced(account: SimulatedAccount, connector: Connector, staging: Path) -> None:
    account.set_behavior(file_urls_expire=True)
    output = connector.read(*STREAMS)
    assert output.warnings == []
    rows = with_files(account, *STREAMS)
    check_files(references(output), rows, staging)
    counts = account.counts()
    assert counts["/api/v2/attachments/{attachment_id}"] == len(with_files(account, "ticket_attachments"))


def test_faults_that_pass_lose_no_file(account: SimulatedAccount, connector: Connector, staging: Path) -> None:
    faults = ("503", "429", "reset_body", "reset", "500", "reset_body")
    account.set_faults(
        script=[{"fault": name, "path": FILES_OF_TICKETS, "call": 3 * n + 1} for n, name in enumerate(faults)]
    )
    output = connector.read("ticket_attachments")
    assert (output.exit_code, output.warnings) == (0, [])
    check_files(references(output), with_files(account, "ticket_attachments"), staging)


def test_file_that_fails_comes_with_the_next_sync(
    account: SimulatedAccount, connector: Connector, staging: Path
) -> None:
    photos = {"fault": "500", "path": FILES_OF_TICKETS, "times": 1000, "match": {"name": "photo.jpg"}}
    account.set_faults(script=[photos])
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


@pytest.mark.account(tickets=60)
def test_killed_sync_is_resumed_without_losing_a_file(
    account: SimulatedAccount, connector: Connector, staging: Path
) -> None:
    account.set_behavior(rows_at_once=50)
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
    page, file = HostResponse(200, _page(name, 5)), HostResponse(200, b"hello")
    with scripted_host(lambda requested: file if requested.startswith("/attachments/") else page) as host:
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


def test_large_file_is_never_in_memory(staging: Path, tmp_path: Path) -> None:
    size = MEGABYTES * 1_000_000
    page = HostResponse(200, _page("large.zip", size))
    file = HostResponse(200, bytes(size), {"Content-Type": "application/zip"})
    with scripted_host(lambda path: page if "ticket_events" in path else file) as host:
        output, kilobytes = measured(*Connector(host.config(**ALL), tmp_path).arguments(("ticket_attachments",), None))
    assert output.exit_code == 0
    assert references(output)[800]["file_size_bytes"] == size
    assert (staging / "ticket_attachments/800/large.zip").stat().st_size == size
    assert kilobytes < MEMORY_KILOBYTES
