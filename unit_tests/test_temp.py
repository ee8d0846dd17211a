import shutil
import stat
from pathlib import Path

import pytest

from source_zendesk_support.temp import remove, temp_folder


def test_the_folder_is_private_and_goes() -> None:
    with temp_folder() as folder:
        assert stat.S_IMODE(Path(folder).stat().st_mode) == 0o700
        Path(folder, "pages.sqlite").write_text("a page")
    assert not Path(folder).exists()


def test_a_file_that_appears_meanwhile_goes_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, rmtree, attempts = tmp_path / "pages", shutil.rmtree, list[int]()

    def thwarted(path: str, *, ignore_errors: bool) -> None:
        rmtree(path, ignore_errors=ignore_errors)
        attempts.append(1)
        if len(attempts) < 3:
            folder.mkdir()
            (folder / "pages.sqlite-journal").write_text("a worker's")

    folder.mkdir()
    monkeypatch.setattr(shutil, "rmtree", thwarted)
    remove(str(folder))
    assert (len(attempts), folder.exists()) == (3, False)
