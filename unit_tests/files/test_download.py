"""One file: what is slow, what is interrupted, what comes from which host."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from source_zendesk_support.api.file_transfer import OpenFile
from source_zendesk_support.config.model import FileOptions
from source_zendesk_support.files.declared_files import DeclaredFiles
from source_zendesk_support.files.download import Download
from source_zendesk_support.files.file_selection import FileSelection
from source_zendesk_support.files.staging import StagingFolder
from source_zendesk_support.pacing import Pacing
from source_zendesk_support.progress import SyncProgress
from unit_tests.files.attachments import attachment

DECLARED = DeclaredFiles("ticket_attachments", "content_url", ("id", "file_name"), "attachments/{id}", "attachment")


class ScriptedTransfer:
    """Opens files whose chunks come when a clock says so."""

    def __init__(self, chunks: Callable[[], Iterator[bytes]]) -> None:
        self.opened = self.closed = 0
        self._chunks = chunks

    def open(self, url: str, stream: str) -> OpenFile:
        self.opened += 1
        return OpenFile(self._chunks(), "text/plain", self.close)

    def close(self) -> None:
        self.closed += 1


class Client:
    """What a download needs of it."""

    progress = SyncProgress()


def download(transfer: ScriptedTransfer, folder: Path, clock: Callable[[], float] = lambda: 0.0) -> Download:
    selection = FileSelection(FileOptions(), DECLARED.url)
    anything: Any = Client()
    parts = (cast("Any", transfer), StagingFolder(str(folder)), selection)
    return Download(DECLARED, anything, anything, *parts, pacing=Pacing(wait_factor=0), clock=clock)


@pytest.mark.parametrize(
    ("seconds", "failure"),
    [
        (6.0, ""),  # ten times six are sixty seconds, which is the time of grace
        (9.0, ""),  # 100,000 bytes in 90 seconds
        (101.0, "the file arrives too slowly"),
    ],
)
def test_file_that_arrives_too_slowly_is_given_up(tmp_path: Path, seconds: float, failure: str) -> None:
    now = [0.0]

    def chunks() -> Iterator[bytes]:
        for _ in range(10):
            now[0] += seconds
            yield bytes(10_000)

    transfer = ScriptedTransfer(chunks)
    outcome = download(transfer, tmp_path, lambda: now[0]).of(attachment(800, size=100_000))
    assert outcome.failure == failure
    assert transfer.opened == transfer.closed == (4 if failure else 1)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == (0 if failure else 1)


def test_interrupted_download_stops_and_is_not_tried_again(tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"hel"
        running.end()
        yield b"lo"

    transfer = ScriptedTransfer(chunks)
    running = download(transfer, tmp_path)
    assert running.of(attachment(800)).failure == "the command has ended"
    assert transfer.opened == transfer.closed == 1
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
