"""Wheel and source distribution: built twice, in two places and at two times, they are the same bytes."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PARTS = ("source_zendesk_support", "requirements")
FILES = ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "manifest.yaml", "metadata.yaml")


def built(folder: Path, changed_at: int) -> dict[str, Path]:
    """What is built from a copy of the sources whose files all have that time of change, by name."""
    for name in PARTS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(ROOT / name, folder / name)
    for path in folder.rglob("*"):
        os.utime(path, (changed_at, changed_at))
    subprocess.run([sys.executable, "-m", "hatchling", "build"], cwd=folder, check=True, capture_output=True)
    return {path.name: path for path in (folder / "dist").iterdir()}


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Path]]:
    return [built(tmp_path_factory.mktemp("sources"), changed_at) for changed_at in (1_600_000_000, 1_700_000_000)]


def test_two_builds_are_the_same_bytes(builds: list[dict[str, Path]]) -> None:
    first, second = ({name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in b.items()} for b in builds)
    assert first == second
    assert first.keys() == {
        "zendesk_support_source-0.2.0.tar.gz",
        "zendesk_support_source-0.2.0-py3-none-any.whl",
    }


def test_wheel_has_manifest_and_bill_of_materials_and_no_tests(builds: list[dict[str, Path]]) -> None:
    (wheel,) = (path for name, path in builds[0].items() if name.endswith(".whl"))
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "source_zendesk_support/manifest.yaml" in names
    assert "zendesk_support_source-0.2.0.dist-info/sboms/connector.cdx.json" in names
    assert {name.partition("/")[0] for name in names} == {
        "source_zendesk_support",
        "zendesk_support_source-0.2.0.dist-info",
    }
