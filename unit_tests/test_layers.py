import ast
from pathlib import Path

import pytest

import source_zendesk_support

PACKAGE = Path(source_zendesk_support.__file__).parent
LAYERS = ("rate_limits", "state", "api", "components", "custom_fields", "files", "walk")
"""Each may import those before it."""
SHARED = {
    "config.credentials",
    "config.model",
    "config.subdomain",
    "errors",
    "unexpected_errors",
    "masking",
    "pacing",
    "progress",
    "times",
    "exit_guard",
    "json_files",
    "object_tables",
    "retired_streams",
}
"""What of the package any layer may import."""
ABOVE = {"check", "config", "schemas"}
"""Folders that are no layer."""


def imported(layer: str) -> set[str]:
    """The modules of this package that a layer imports, without the package's name."""
    trees = [ast.parse(path.read_text("utf-8")) for path in (PACKAGE / layer).glob("*.py")]
    names = {node.module or "" for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {name.removeprefix("source_zendesk_support.") for name in names if name.startswith("source_zendesk_support")}


@pytest.mark.parametrize("layer", LAYERS)
def test_layer_imports_only_those_before_it(layer: str) -> None:
    before = LAYERS[: LAYERS.index(layer) + 1]
    others = {name for name in imported(layer) if not name.startswith(tuple(f"{name}." for name in before))}
    assert others <= SHARED


def test_there_are_no_other_layers() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == {*LAYERS, *ABOVE}
