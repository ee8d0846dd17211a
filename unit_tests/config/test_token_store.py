"""A config with new tokens: into the file, whole or not at all, and out as a CONTROL message whatever becomes of it."""

import errno
import fcntl
import json
import logging
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from airbyte_cdk.models import AirbyteMessage

from source_zendesk_support.config import atomic_file
from source_zendesk_support.config.token_store import ConfigFile, recover_tokens
from source_zendesk_support.output import StdoutClosed
from unit_tests.reading import REFRESH

OLD: dict[str, Any] = {"subdomain": "acme", "credentials": {**REFRESH, "refresh_token": "refresh-1"}}
TOKENS = {"access_token": "access-2", "token_expiry_date": "2024-06-12T12:00:00Z", "refresh_token": "refresh-2"}
NEW = OLD | {"credentials": OLD["credentials"] | TOKENS}


class ControlMessages:
    """Takes CONTROL messages."""

    def __init__(self) -> None:
        self.configs: list[Any] = []

    def __call__(self, message: AirbyteMessage) -> None:
        assert message.control
        assert message.control.connectorConfig
        self.configs.append(message.control.connectorConfig.config)


@pytest.fixture
def sent() -> ControlMessages:
    return ControlMessages()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "config.json"
    found.write_text(json.dumps(OLD))
    return found


def held(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def test_the_file_has_the_tokens_before_the_message_is_sent(path: Path) -> None:
    path.chmod(0o604)
    seen: list[Any] = []
    ConfigFile(str(path), lambda _message: seen.append(held(path)), OLD).save(NEW)
    assert seen == [NEW]
    assert stat.S_IMODE(path.stat().st_mode) == 0o604
    assert list(path.parent.iterdir()) == [path]


def test_a_reader_that_is_gone_does_not_keep_the_tokens_from_the_file(path: Path) -> None:
    def gone(_message: AirbyteMessage) -> None:
        raise StdoutClosed("Broken pipe")

    with pytest.raises(StdoutClosed):
        ConfigFile(str(path), gone, OLD).save(NEW)
    assert held(path) == NEW


def test_a_link_stays_a_link(path: Path, sent: ControlMessages) -> None:
    link = path.parent / "link.json"
    link.symlink_to(path)
    ConfigFile(str(link), sent, OLD).save(NEW)
    assert link.is_symlink()
    assert held(path) == NEW


def test_a_second_name_of_the_file_stays_one(path: Path, sent: ControlMessages) -> None:
    second = path.parent / "second.json"
    second.hardlink_to(path)
    ConfigFile(str(path), sent, OLD).save(NEW)
    assert (held(second), held(path)) == (NEW, NEW)
    assert second.samefile(path)
    assert len(list(path.parent.iterdir())) == 2


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_the_owner_stays(path: Path, sent: ControlMessages) -> None:
    os.chown(path, 12345, 54321)
    path.chmod(0o640)
    ConfigFile(str(path), sent, OLD).save(NEW)
    found = path.stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (12345, 54321, 0o640)
    assert held(path) == NEW


def test_a_file_that_may_not_be_given_away_is_written_into(
    path: Path, sent: ControlMessages, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: Any) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    before = path.stat()
    monkeypatch.setattr(os, "fchmod", forbidden)
    ConfigFile(str(path), sent, OLD).save(NEW)
    assert held(path) == NEW
    assert (path.stat().st_ino, path.stat().st_mode) == (before.st_ino, before.st_mode)
    assert list(path.parent.iterdir()) == [path]


def test_an_edit_during_the_sync_survives(path: Path, sent: ControlMessages) -> None:
    file = ConfigFile(str(path), sent, OLD)
    path.write_text(json.dumps(OLD | {"num_workers": 7, "start_date": "2024-01-01"}))
    file.save(NEW)
    assert held(path) == NEW | {"num_workers": 7, "start_date": "2024-01-01"}
    assert sent.configs == [NEW]


def test_a_second_rotation_replaces_the_first(path: Path, sent: ControlMessages) -> None:
    file = ConfigFile(str(path), sent, OLD)
    third = OLD | {"credentials": OLD["credentials"] | TOKENS | {"refresh_token": "refresh-3"}}
    file.save(NEW)
    file.save(third)
    assert (held(path), sent.configs) == (third, [NEW, third])


REWRITTEN: list[Any] = [
    OLD | {"credentials": OLD["credentials"] | {"refresh_token": "authenticated-again"}},
    OLD | {"credentials": {"credentials": "oauth2.0", "access_token": "other"}},
    {"subdomain": "acme"},
    [],
    "",
    "{",
]


@pytest.mark.parametrize("content", REWRITTEN)
def test_other_credentials_or_half_an_edit_are_left_alone(
    path: Path, sent: ControlMessages, content: Any, caplog: pytest.LogCaptureFixture
) -> None:
    file = ConfigFile(str(path), sent, OLD)
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text)
    file.save(NEW)
    assert path.read_text() == text
    assert sent.configs == [NEW]
    assert "since this run started, it was overwritten with other credentials or invalid JSON" in caplog.text
    assert "refresh-2" not in caplog.text


def test_one_warning_if_the_file_cannot_be_replaced(
    path: Path, sent: ControlMessages, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def busy(*_: Any) -> None:
        raise OSError(errno.EBUSY, "Device or resource busy")

    monkeypatch.setattr(Path, "replace", busy)
    file = ConfigFile(str(path), sent, OLD)
    with caplog.at_level(logging.WARNING, "airbyte"):
        file.save(NEW)
        file.save(NEW)
    assert len(sent.configs) == 2
    assert held(path) == OLD
    assert list(path.parent.iterdir()) == [path]
    (warning,) = [record.getMessage() for record in caplog.records]
    assert "cannot be updated (Device or resource busy)" in warning
    assert "CONTROL" in warning
    assert "refresh-2" not in warning


def test_a_full_disk_leaves_the_old_content(path: Path, sent: ControlMessages, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (path.parent / "second.json").hardlink_to(path)  # it must be written into, which is the harder case
    monkeypatch.setattr(os, "fsync", full)
    ConfigFile(str(path), sent, OLD).save(NEW)
    assert held(path) == OLD
    assert sent.configs == [NEW]


def test_a_pipe_is_not_replaced(path: Path, sent: ControlMessages, caplog: pytest.LogCaptureFixture) -> None:
    pipe = path.parent / "pipe"
    os.mkfifo(pipe)
    ConfigFile(str(pipe), sent, OLD).save(NEW)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert sent.configs == [NEW]
    assert "It is no regular file" in caplog.text


def left_over(path: Path, content: str, seconds_before: float = 0) -> Path:
    """The file that a run leaves behind if it is killed while it replaces its config."""
    found = path.parent / f".{path.name}.new-abcd1234"
    found.write_text(content)
    moment = path.stat().st_mtime - seconds_before
    os.utime(found, (moment, moment))
    return found


def test_the_next_run_takes_the_tokens_of_a_run_that_was_killed(path: Path) -> None:
    left_over(path, json.dumps(NEW))
    path.write_text(json.dumps(OLD | {"num_workers": 7}))
    recover_tokens(str(path))
    assert held(path) == NEW | {"num_workers": 7}
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("cut", [1, 10, 100, 200])
def test_a_file_that_was_not_written_to_its_end_is_removed(path: Path, cut: int) -> None:
    left_over(path, json.dumps(NEW)[:cut])
    recover_tokens(str(path))
    assert held(path) == OLD
    assert list(path.parent.iterdir()) == [path]


def test_a_config_that_was_being_written_into_is_restored(path: Path) -> None:
    left_over(path, json.dumps(NEW))
    path.write_text(json.dumps(NEW)[:50])
    recover_tokens(str(path))
    assert held(path) == NEW


def test_tokens_of_another_client_are_not_taken(path: Path) -> None:
    other = NEW | {"credentials": NEW["credentials"] | {"client_id": "another"}}
    left_over(path, json.dumps(other))
    recover_tokens(str(path))
    assert held(path) == OLD
    assert list(path.parent.iterdir()) == [path]


def test_older_tokens_than_the_file_are_not_taken(path: Path) -> None:
    left_over(path, json.dumps(NEW), seconds_before=atomic_file.MAX_LEFTOVER_GAP_SECONDS + 1)
    recover_tokens(str(path))
    assert held(path) == OLD
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_a_living_run_is_writing_is_left_alone(path: Path) -> None:
    other = left_over(path, json.dumps(NEW))
    with other.open("rb") as held_open:
        fcntl.flock(held_open, fcntl.LOCK_EX)
        recover_tokens(str(path))
    assert other.exists()
    assert held(path) == OLD


@pytest.mark.parametrize("name", [".config.json.swp", "config.json~", ".config.json.backup12"])
def test_files_of_other_programs_are_left_alone(path: Path, name: str) -> None:
    (path.parent / name).write_text(json.dumps(NEW))
    recover_tokens(str(path))
    assert (path.parent / name).exists()
    assert held(path) == OLD
