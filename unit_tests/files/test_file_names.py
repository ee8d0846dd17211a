from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.files.file_names import safe_name

ODD = st.text(st.sampled_from("./\\: \0\n~%aé\u202e\ud800"), max_size=12)


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("invoice.pdf", "invoice.pdf"),
        ("facture_été.pdf", "facture_été.pdf"),
        ("請求書.xlsx", "請求書.xlsx"),
        ("1e5", "1e5"),
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("..\\..\\x", ".._.._x"),
        ("/etc/passwd", "_etc_passwd"),
        ("C:\\x.txt", "C__x.txt"),
        ("a\0b\nc", "a_b_c"),
        ("invoice\u202efdp.exe", "invoice_fdp.exe"),
        ("e\u0301.txt", "\u00e9.txt"),
        ("con.txt", "_con.txt"),
        (" x. ", "x"),
        (".htaccess", ".htaccess"),
        ("", "file"),
        (None, "file"),
        (".", "file"),
        ("..", "file"),
        ("///", "file"),
        (800, "800"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("é" * 150 + ".pdf", "é" * 98 + ".pdf"),
        ("x" * 300, "x" * 200),
        ("a." + "x" * 300, "a." + "x" * 198),
    ],
)
def test_name_is_safe(given_name: object, name: str) -> None:
    assert safe_name(given_name) == name


@given(ODD | st.text(max_size=400))
def test_name_is_one_segment_of_any_path(text: str) -> None:
    name = safe_name(text)
    assert 0 < len(name.encode()) <= 200
    assert PurePosixPath(name).parts == (name,)
    assert PureWindowsPath(name).parts == (name,)
    assert name not in (".", "..")
    assert safe_name(name) == name
