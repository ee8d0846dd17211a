import threading
from pathlib import Path

import pytest
from airbyte_cdk.sources.utils import files_directory

from source_zendesk_support.files import download


class NoWaits(threading.Event):
    """An event for which nobody waits."""

    def wait(self, timeout: float | None = None) -> bool:
        """Return at once."""
        return self.is_set()


@pytest.fixture
def staging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Airbyte's staging folder; a failed download is tried again at once."""
    monkeypatch.setattr(files_directory, "AIRBYTE_STAGING_DIRECTORY", str(tmp_path))
    monkeypatch.setattr(download, "Event", NoWaits)
    return tmp_path
