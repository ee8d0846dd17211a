import pytest

from source_zendesk_support.api.decode import check_utf8

PIECE = 1_048_576
"""Bytes that are looked at together."""


@pytest.mark.parametrize("before", [0, PIECE - 1, PIECE - 2, 2 * PIECE - 3])
@pytest.mark.parametrize("letter", ["\u00e9", "\u20ac", "\U0001f600"])
def test_letters_may_lie_across_pieces(before: int, letter: str) -> None:
    check_utf8(b"a" * before + letter.encode() + b"b")


@pytest.mark.parametrize("text", [b"\xff", b"a" * PIECE + b"\xe2\x82", b"a" * (PIECE - 1) + b"\xc3a", b"\xed\xa0\x80"])
def test_what_is_no_text_is_told(text: bytes) -> None:
    with pytest.raises(UnicodeDecodeError):
        check_utf8(text)
