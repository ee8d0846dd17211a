"""Files of the command line in every encoding, and what is no file of JSON."""

import json
import os
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from airbyte_cdk.utils.traced_exception import AirbyteTracedException
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support import json_files
from source_zendesk_support.json_files import read_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")


@given(
    value=JSON,
    encoding=st.sampled_from(ENCODINGS),
    around=st.sampled_from(["", " ", "\n", "\r\n"]),
    write=st.sampled_from([json.dumps, partial(json.dumps, ensure_ascii=False)]),
)
def test_every_value_is_read_in_every_encoding(
    tmp_path_factory: pytest.TempPathFactory, value: Any, encoding: str, around: str, write: Any
) -> None:
    path = tmp_path_factory.getbasetemp() / "value.json"
    path.write_bytes((write(value) + around).encode(encoding))
    assert read_json(str(path), "config") == value


@pytest.mark.parametrize("zeros", range(1, 9))
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_zeros_behind_the_text_do_no_harm(tmp_path: Path, encoding: str, zeros: int) -> None:
    path = tmp_path / "value.json"
    path.write_bytes('{"a": [1]}'.encode(encoding) + b"\0" * (zeros * 4))
    assert read_json(str(path), "config") == {"a": [1]}


@pytest.mark.parametrize(
    "content", [b"", b"\0", b"\xef\xbb\xbf", b"\xff\xfe", b"{", b"\xc3\x28", b'"\xff"', b"\xff\xfe{"]
)
def test_what_is_no_json_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "value.json"
    path.write_bytes(content)
    with pytest.raises(AirbyteTracedException, match=r"The catalog file .*value\.json is not valid JSON\."):
        read_json(str(path), "catalog")


def test_a_file_that_is_too_large_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_files, "MAX_FILE_BYTES", 2**20)
    path = tmp_path / "value.json"
    path.write_bytes(b"[" + b" " * 2**20 + b"]")
    with pytest.raises(AirbyteTracedException, match=r"is larger than 1 MiB\. Is it the right one"):
        read_json(str(path), "state")


def test_a_pipe_is_read_once() -> None:
    reading, writing = os.pipe()
    os.write(writing, b'{"a": 1}')
    os.close(writing)
    assert read_json(f"/dev/fd/{reading}", "config") == {"a": 1}
    os.close(reading)
