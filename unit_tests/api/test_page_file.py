"""Kept pages: in a file without a name, and fetched again if there is no such file."""

import errno
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.api.body import CompressedBody
from source_zendesk_support.api.page_cache import PageCache
from source_zendesk_support.api.page_file import PageFile
from source_zendesk_support.api.request import PageResponse
from unit_tests.components.parts import request_of


@given(pieces=st.lists(st.binary(max_size=50), max_size=20))
def test_every_piece_comes_back_as_it_was_stored(pieces: list[bytes]) -> None:
    file = PageFile()
    places = [file.add(piece) for piece in pieces]
    assert [file.get(*place) for place in reversed(places)] == pieces[::-1]


def test_the_folder_stays_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    file = PageFile()
    assert file.get(*file.add(b"a page")) == b"a page"
    assert list(tmp_path.iterdir()) == []


class Fetched:
    """Stands where Zendesk is fetched from, and counts."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, request: Any) -> Any:
        self.count += 1
        return PageResponse({}, 1, request, body=CompressedBody(b"{}"))


def test_a_page_is_fetched_once() -> None:
    kept, fetched = PageCache(lambda body, _request: (body.raw, None)), Fetched()
    kept.page(request_of("groups"), fetched)
    assert kept.page(request_of("groups"), fetched).envelope == b"{}"
    assert fetched.count == 1


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO])
def test_a_page_that_cannot_be_stored_is_fetched_again_with_one_warning(
    number: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: Any) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "pwrite", full)
    kept, fetched = PageCache(lambda body, _request: (body.raw, None)), Fetched()
    for _ in range(3):
        kept.page(request_of("groups"), fetched)
    assert fetched.count == 3
    (warning,) = [record.getMessage() for record in caplog.records]
    assert f"The temporary folder cannot store pages that several streams share ({os.strerror(number)})" in warning


def test_a_page_that_can_no_longer_be_read_is_fetched_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, fetched = PageCache(lambda body, _request: (body.raw, None)), Fetched()
    kept.page(request_of("groups"), fetched)
    monkeypatch.setattr(os, "pread", lambda *_: b"")
    kept.page(request_of("groups"), fetched)
    assert fetched.count == 2


def test_without_a_temp_folder_every_page_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(**_: Any) -> None:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "TemporaryFile", nowhere)
    kept, fetched = PageCache(lambda body, _request: (body.raw, None)), Fetched()
    for _ in range(2):
        kept.page(request_of("groups"), fetched)
    assert fetched.count == 2
