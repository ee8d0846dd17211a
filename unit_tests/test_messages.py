"""Every message that a user may meet stands in docs/troubleshooting.md, and none shows how it was made."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCS = re.sub(r"\s+", " ", (ROOT / "docs" / "troubleshooting.md").read_text("utf-8"))
TELLERS = {"config_error", "transient_error", "system_error", "warning", "Transient", "Malformed", "TooLarge"}
SHORTEST = 12
"""Letters; a shorter piece of a message would be found anywhere."""


def messages() -> Iterator[tuple[str, list[str]]]:
    """File and line of every message, and its constant pieces."""
    for path in sorted((ROOT / "source_zendesk_support").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in TELLERS and node.args:
                pieces = _pieces(node.args[0])
                if pieces:
                    yield f"{path.stem}:{node.lineno}", pieces


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _pieces(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.split(r"%[.\d]*[sdf]", node.value)
    if isinstance(node, ast.JoinedStr):
        return [str(part.value) for part in node.values if isinstance(part, ast.Constant)]
    return []


MESSAGES = list(messages())


@pytest.mark.parametrize("pieces", [pieces for _, pieces in MESSAGES], ids=[where for where, _ in MESSAGES])
def test_every_message_is_explained(pieces: list[str]) -> None:
    sentences = [sentence.strip(" .:;,()") for piece in pieces for sentence in re.split(r"[.;(] ", piece)]
    telling = [sentence for sentence in sentences if len(sentence) >= SHORTEST]
    if telling:
        assert any(sentence in DOCS for sentence in telling), telling


@pytest.mark.parametrize("pieces", [pieces for _, pieces in MESSAGES], ids=[where for where, _ in MESSAGES])
def test_no_message_shows_a_template(pieces: list[str]) -> None:
    assert not re.search(r"[{}]|\bNone\b|self\.", "".join(pieces))
