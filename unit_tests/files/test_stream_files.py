"""Files of attachments, from the record to the staging folder and STATE."""

from pathlib import Path
from typing import Any

import pytest

from unit_tests.account import Account, Reply
from unit_tests.files.attachments import BASIC, attachment, has, references, synced

pytestmark = pytest.mark.usefixtures("local_time", "waits")
FILE_800 = "/attachments/token/800/?name=800.txt"
DONE = {"created_at": "2024-05-01T00:00:00Z", "v": 1}


def test_record_carries_the_reference_to_its_file(account: Account, staging: Path) -> None:
    has(account, attachment(800))
    account.on("/attachments/token/800/", Reply(b"hello", headers={"Content-Type": "text/plain"}))
    outcome = synced()
    [record] = outcome.messages
    assert record.file_reference is not None
    assert vars(record.file_reference) == {
        "staging_file_url": str(staging / "ticket_attachments/800/800.txt"),
        "source_file_relative_path": "ticket_attachments/800/800.txt",
        "file_size_bytes": 5,
    }
    assert (staging / "ticket_attachments/800/800.txt").read_bytes() == b"hello"
    assert account.signed[-1] == ("acme.zendesk.com", "/attachments/token/800/", BASIC)
    assert outcome.order == ["ticket_attachments", "ticket_attachments STATE", "ticket_attachments STATE"]
    assert outcome.warnings == []
    assert "Stream ticket_attachments: 1 files with 0.0 MB downloaded." in outcome.infos
