"""Rules of security that no linter knows: how the image is made, and that nobody switches the linter off in silence."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
SUPPRESSION = re.compile(r"# noqa\b(?P<rest>.*)")
WITH_REASON = re.compile(r": [A-Z]+\d+(, [A-Z]+\d+)* +(- )?\w.*")
DOCKERFILE = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text("utf-8")).splitlines()


def instructions(name: str) -> list[str]:
    """The arguments of every such instruction, in order."""
    return [line.removeprefix(f"{name} ") for line in DOCKERFILE if line.startswith(f"{name} ")]


@pytest.fixture(scope="module")
def linter() -> dict[str, Any]:
    lint: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["lint"]
    return lint


def test_image_runs_as_an_ordinary_user() -> None:
    assert instructions("USER")[-1] == "airbyte"


def test_image_starts_without_a_shell() -> None:
    assert [json.loads(entry) for entry in instructions("ENTRYPOINT")] == [
        ["/usr/bin/env", "--block-signal=TERM,INT", "/opt/connector/bin/source-zendesk-support"]
    ]
    assert instructions("CMD") == []
    assert instructions("SHELL") == []


def test_images_base_is_pinned_by_its_digest() -> None:
    (base,) = instructions("ARG")
    assert re.fullmatch(r"BASE=docker\.io/airbyte/python-connector-base:[\d.]+@sha256:[0-9a-f]{64}", base)
    assert {source.split()[0] for source in instructions("FROM")} == {"${BASE}"}


def test_image_installs_only_what_is_locked() -> None:
    commands = [command for run in instructions("RUN") for command in run.split("&&") if re.search(r"\bpip\b", command)]
    assert len(commands) == 4
    for command in commands:
        assert "--require-hashes" in command or "--no-index" in command
    assert instructions("ADD") == []
    assert not any(re.search(r"curl|wget", run) for run in instructions("RUN"))


def test_security_rules_are_on_for_all_code_that_is_shipped(linter: dict[str, Any]) -> None:
    assert linter["select"] == ["ALL"]
    assert [rule for rule in linter["ignore"] if re.fullmatch(r"S\d*", rule)] == []
    assert not any("source_zendesk_support" in pattern for pattern in linter["per-file-ignores"])


def test_every_ignored_rule_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    ignores = re.findall(r'^    "[A-Z]+\d*",.*$', text, re.MULTILINE)
    assert len(ignores) > 20
    assert [line for line in ignores if not re.search(r"# \S", line)] == []


def test_every_suppression_has_its_reason() -> None:
    folders = ("source_zendesk_support", "unit_tests", "integration_tests", "scripts", "demo", "benchmarks")
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if path != Path(__file__)
        for match in SUPPRESSION.finditer(path.read_text("utf-8"))
        if not WITH_REASON.fullmatch(match["rest"])
    ]
    assert found == []
