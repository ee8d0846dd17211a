"""Every message that a user may meet is in docs/troubleshooting.md, and none shows how it was made."""

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCS = re.sub(r"\s+", " ", (ROOT / "docs" / "troubleshooting.md").read_text("utf-8"))
ERRORS = {"config_error", "transient_error", "system_error", "wrong_credentials"}
TELLERS = {*ERRORS, "warning", "TransientFailure", "MalformedResponse", "ResponseTooLarge"}
TELLING_MODULES = {"model", "credentials", "subdomain"}
"""A ValueError of these is a message, too."""
SHORTEST = 12
"""Letters; a shorter piece of a message would be found anywhere."""


def messages() -> Iterator[tuple[str, list[str]]]:
    """File and line of every message, and its constant pieces."""
    for path in sorted((ROOT / "source_zendesk_support").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        tellers = TELLERS | ({"ValueError"} if path.stem in TELLING_MODULES else set())
        constants = {_name(node.targets[0]): node.value for node in tree.body if isinstance(node, ast.Assign)}
        for node in ast.walk(tree):
            reported = _reported(node, tellers) if isinstance(node, ast.Call) else None
            pieces = _pieces(_meant(reported, constants)) if reported else []
            if pieces:
                yield f"{path.stem}:{getattr(node, 'lineno', 0)}", pieces


def _reported(call: ast.Call, tellers: Collection[str]) -> ast.expr | None:
    """What a call says: its first argument, or the one that is named so."""
    if _name(call.func) in tellers and call.args:
        return call.args[0]
    return next((word.value for word in call.keywords if word.arg == "message"), None)


def _meant(node: ast.expr, constants: Mapping[str, ast.expr]) -> ast.expr:
    """The value of a constant of the module, also if a format follows."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        node = node.func.value
    return constants.get(node.id, node) if isinstance(node, ast.Name) else node


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _pieces(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.split(r"%[.\d]*[sdf]|\{\w+\}", node.value)
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
