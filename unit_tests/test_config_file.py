"""A config with new tokens: a CONTROL message, then the file, whole or not at all."""

import json
import logging
import stat
from pathlib import Path
from typing import Any

import pytest
from airbyte_cdk.models import AirbyteMessage

from source_zendesk_support.config_file import ConfigFile

CONFIG = {"subdomain": "acme", "credentials": {"refresh_token": "new"}}


def test_the_file_is_replaced_after_the_message(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text("{}")
    path.chmod(0o604)
    seen: list[tuple[Any, str]] = []

    def send(message: AirbyteMessage) -> None:
        assert message.control
        assert message.control.connectorConfig
        seen.append((message.control.connectorConfig.config, path.read_text()))

    ConfigFile(str(path), send).save(CONFIG)
    assert seen == [(CONFIG, "{}")]
    assert json.loads(path.read_text()) == CONFIG
    assert stat.S_IMODE(path.stat().st_mode) == 0o604
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "secret.json", tmp_path / "config.json"
    target.write_text("{}")
    link.symlink_to(target)
    ConfigFile(str(link), lambda _message: None).save(CONFIG)
    assert link.is_symlink()
    assert json.loads(target.read_text()) == CONFIG


def test_one_warning_where_the_file_cannot_be_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "config.json"
    path.write_text("{}")

    def busy(*_: Any) -> None:
        raise OSError(16, "Device or resource busy")

    monkeypatch.setattr(Path, "replace", busy)
    sent: list[AirbyteMessage] = []
    kept = ConfigFile(str(path), sent.append)
    with caplog.at_level(logging.WARNING, "airbyte"):
        kept.save(CONFIG)
        kept.save(CONFIG)
    assert len(sent) == 2
    assert path.read_text() == "{}"
    assert list(tmp_path.iterdir()) == [path]
    (warning,) = [record.getMessage() for record in caplog.records]
    assert "cannot be replaced (Device or resource busy)" in warning
    assert "CONTROL" in warning
    assert "new" not in warning.split("needs the new one")[0]
