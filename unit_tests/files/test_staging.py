from collections.abc import Iterator
from pathlib import Path

import pytest

from source_zendesk_support.errors import TransientFailure
from source_zendesk_support.files.staging import FileTooLarge, StagingError, StagingFolder

PATH = "ticket_attachments/800/a.txt"


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if not path.is_dir())


def cut() -> Iterator[bytes]:
    yield b"hel"
    raise TransientFailure("the connection was lost")


def test_file_has_its_name_once_it_is_complete(tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"hel"
        assert files(tmp_path) == ["a.txt.part"]
        yield b"lo"

    file = StagingFolder(str(tmp_path)).write(PATH, chunks(), 5)
    assert vars(file) == {
        "staging_file_url": f"{tmp_path}/ticket_attachments/800/a.txt",
        "source_file_relative_path": "ticket_attachments/800/a.txt",
        "file_size_bytes": 5,
    }
    assert (tmp_path / PATH).read_bytes() == b"hello"
    assert files(tmp_path) == ["a.txt"]


def test_file_that_is_cut_off_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TransientFailure):
        StagingFolder(str(tmp_path)).write(PATH, cut(), 5)
    assert files(tmp_path) == []


def test_earlier_file_stays_until_the_new_one_is_complete(tmp_path: Path) -> None:
    staging = StagingFolder(str(tmp_path))
    staging.write(PATH, [b"old"], 5)
    with pytest.raises(TransientFailure):
        staging.write(PATH, cut(), 5)
    assert (tmp_path / PATH).read_bytes() == b"old"
    staging.write(PATH, [b"new"], 5)
    assert (tmp_path / PATH).read_bytes() == b"new"


def test_file_that_is_too_large_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileTooLarge):
        StagingFolder(str(tmp_path)).write(PATH, [b"hello", b"!"], 5)
    assert files(tmp_path) == []


def test_part_of_a_killed_sync_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "ticket_attachments/800").mkdir(parents=True)
    (tmp_path / f"{PATH}.part").write_bytes(b"much more than that")
    StagingFolder(str(tmp_path)).write(PATH, [b"hello"], 5)
    assert (tmp_path / PATH).read_bytes() == b"hello"
    assert files(tmp_path) == ["a.txt"]


def test_link_in_the_place_of_the_part_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "staging/ticket_attachments/800").mkdir(parents=True)
    (tmp_path / f"staging/{PATH}.part").symlink_to(tmp_path / "victim")
    (tmp_path / "victim").write_text("kept")
    StagingFolder(f"{tmp_path}/staging").write(PATH, [b"hello"], 5)
    assert (tmp_path / "victim").read_text() == "kept"
    assert (tmp_path / "staging" / PATH).read_bytes() == b"hello"


def test_folder_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "staging").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "staging/ticket_attachments").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StagingError, match="a link leads out of it"):
        StagingFolder(f"{tmp_path}/staging").write(PATH, [b"hello"], 5)
    assert files(tmp_path / "elsewhere") == []


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "staging").write_text("a file")
    with pytest.raises(StagingError, match=r"staging: Not a directory|staging: File exists"):
        StagingFolder(f"{tmp_path}/staging").write(PATH, [b"hello"], 5)
