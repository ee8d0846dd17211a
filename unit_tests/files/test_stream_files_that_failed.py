"""Files that could not be downloaded: STATE remembers them, and later syncs try again."""

from pathlib import Path
from typing import Any

from unit_tests.account import Account, Reply
from unit_tests.files.attachments import HELLO, KEPT, WITH, attachment, has, offers, references, synced
from unit_tests.reading import Outcome, read


def failed(tries: int) -> dict[str, Any]:
    return {"created_at": "2024-05-01T00:00:00Z", "v": 1, "failed_files": [{"id": 800, "tries": tries, "row": KEPT}]}


def later_sync(account: Account, tries: int, *replies: Reply) -> Outcome:
    """A sync for which the export has nothing new; attachment 800 has failed so often, and is tried again."""
    account.on("/api/v2/incremental/ticket_events", {"ticket_events": [], "end_of_stream": True, "end_time": None})
    account.on("/api/v2/ticket_audits", {"audits": []})
    account.on("/api/v2/attachments/800", {"attachment": attachment(800)})
    account.on("/attachments/token/800/", *replies)
    return synced(failed(tries))


def test_next_sync_tries_again_and_emits_the_complete_row(account: Account, staging: Path) -> None:
    outcome = later_sync(account, 3, HELLO)
    assert references(outcome) == WITH
    assert outcome.records() == [attachment(800) | KEPT]
    assert "failed_files" not in outcome.state()


def test_file_that_fails_again_emits_nothing_and_is_counted(account: Account, staging: Path) -> None:
    outcome = later_sync(account, 3, *[Reply(b"", status=500)] * 4)
    assert outcome.messages == []
    assert outcome.state()["failed_files"] == [{"id": 800, "tries": 4, "row": KEPT}]


def test_file_is_given_up_after_ten_syncs(account: Account, staging: Path) -> None:
    outcome = later_sync(account, 9, *[Reply(b"", status=500)] * 4)
    assert outcome.warnings[-1] == (
        "Stream ticket_attachments: 1 files are given up, because they have failed in up to 10 syncs, the first one "
        "attachment 800: HTTP 500."
    )
    assert "failed_files" not in outcome.state()


def test_failed_files_are_kept_while_files_are_not_wanted(account: Account, staging: Path) -> None:
    has(account, attachment(900))
    outcome = read("ticket_attachments", saved=failed(3))
    assert outcome.state()["failed_files"] == [{"id": 800, "tries": 3, "row": KEPT}]


def test_stream_ends_if_the_staging_folder_cannot_be_written(account: Account, staging: Path) -> None:
    (staging / "ticket_attachments").write_text("a file, not a folder")
    offers(account, HELLO)
    outcome = read("ticket_attachments", files={"download": True}, fails=True)
    [(kind, message)] = [error for error in outcome.errors if "staging" in error[1]]
    assert kind == "transient_error"
    assert "a file could not be written to the staging folder" in message
    assert outcome.messages == []


def test_stream_ends_if_hundreds_of_files_fail(account: Account, staging: Path) -> None:
    has(account, *[attachment(key, content_url="ftp://files.example/x") for key in range(1, 202)])
    outcome = read("ticket_attachments", files={"download": True}, fails=True)
    [(kind, _)] = [error for error in outcome.errors if "more than 200 files" in error[1]]
    assert kind == "transient_error"


def test_file_that_failed_most_often_makes_room_for_a_new_one(account: Account, staging: Path) -> None:
    has(account, attachment(1000, content_url="ftp://files.example/x"))
    known: list[dict[str, Any]] = [{"id": key, "tries": 3 if key == 7 else 1, "row": {}} for key in range(1, 201)]
    state = {"created_at": "2024-05-01T00:00:00Z", "v": 1, "failed_files": known}
    for key in range(1, 201):
        account.on(f"/api/v2/attachments/{key}", {"attachment": attachment(key, content_url="ftp://files.example/x")})
    outcome = synced(state)
    left = {file["id"]: file["tries"] for file in outcome.state()["failed_files"]}
    assert left == {1000: 1} | {key: 2 for key in range(1, 201) if key != 7}
    assert "Stream ticket_attachments: 1 files are given up" in outcome.warnings[-1]
