import ast
from pathlib import Path

import pytest

import source_zendesk_support
from source_zendesk_support import components

PACKAGE = Path(source_zendesk_support.__file__).parent
LAYERS = ("limits", "state", "wire", "families", "fields", "walks")
"""Each may import those before it."""
SHARED = {
    "config",
    "credentials",
    "errors",
    "faults",
    "foreign_text",
    "hosts",
    "progress",
    "times",
    "uninterrupted",
}
"""What of the package any layer may import."""


def imported(layer: str) -> set[str]:
    """The modules of this package that a layer imports, without the package's name."""
    trees = [ast.parse(path.read_text("utf-8")) for path in (PACKAGE / "components" / layer).glob("*.py")]
    names = {node.module or "" for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {name.removeprefix("source_zendesk_support.") for name in names if name.startswith("source_zendesk_support")}


@pytest.mark.parametrize("layer", LAYERS)
def test_layer_imports_only_those_before_it(layer: str) -> None:
    before = LAYERS[: LAYERS.index(layer) + 1]
    others = {name for name in imported(layer) if not name.startswith(tuple(f"components.{name}." for name in before))}
    assert others <= SHARED


def test_there_are_no_other_layers() -> None:
    (folder,) = components.__path__
    assert {path.name for path in Path(folder).iterdir() if path.name != "__pycache__"} == {*LAYERS, "__init__.py"}
