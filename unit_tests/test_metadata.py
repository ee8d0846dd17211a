"""What metadata, image and linter promise: one version, one host, nothing unpinned, no security rule off."""

import json
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from airbyte_cdk.models.connector_metadata import ConnectorLanguage, MetadataFile

from source_zendesk_support.manifest import load_manifest

ROOT = Path(__file__).parent.parent
METADATA: dict[str, Any] = yaml.safe_load((ROOT / "metadata.yaml").read_text("utf-8"))["data"]
PROJECT_TEXT = (ROOT / "pyproject.toml").read_text("utf-8")
PROJECT = tomllib.loads(PROJECT_TEXT)
DOCKERFILE = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text("utf-8")).splitlines()
SUPPRESSION = re.compile(r"# noqa\b(?P<rest>.*)")
WITH_REASON = re.compile(r": [A-Z]+\d+(, [A-Z]+\d+)* +(- )?\w.*")


def instructions(name: str) -> list[str]:
    """The arguments of every such instruction of the image, in order."""
    return [line.removeprefix(f"{name} ") for line in DOCKERFILE if line.startswith(f"{name} ")]


def test_the_cdk_reads_the_metadata_as_a_python_connector() -> None:
    assert MetadataFile.from_file(ROOT / "metadata.yaml").data.language is ConnectorLanguage.PYTHON
    assert {"language:python", "cdk:low-code"} <= set(METADATA["tags"])


def test_definition_id_is_a_random_uuid_of_our_own() -> None:
    airbytes_own = "79c1aa37-dae3-42ae-b333-d1c105477715"
    assert UUID(METADATA["definitionId"]).version == 4
    assert METADATA["definitionId"] != airbytes_own


def test_only_the_accounts_host_and_that_of_zendesks_files_are_allowed() -> None:
    assert METADATA["allowedHosts"] == {"hosts": ["${subdomain}.zendesk.com", "*.zdusercontent.com"]}


def test_platform_knows_that_files_can_be_transferred() -> None:
    assert METADATA["supportsFileTransfer"] is True


def test_suggested_streams_and_suites_and_icon_exist() -> None:
    streams = {stanza["$parameters"]["name"] for stanza in load_manifest()["streams"]}
    assert set(METADATA["suggestedStreams"]["streams"]) <= streams
    suites = [entry["suite"] for entry in METADATA["connectorTestSuitesOptions"]]
    assert suites == ["unitTests", "integrationTests", "acceptanceTests"]
    assert (ROOT / METADATA["icon"]).read_text("utf-8").startswith("<svg ")


def test_image_has_the_version_the_name_and_the_base_that_metadata_says() -> None:
    labels = " ".join(instructions("LABEL"))
    version = PROJECT["project"]["version"]
    assert METADATA["dockerImageTag"] == version
    assert f'io.airbyte.version="{version}"' in labels
    assert f'org.opencontainers.image.version="{version}"' in labels
    assert f'io.airbyte.name="{METADATA["dockerRepository"]}"' in labels
    assert instructions("ARG") == [f"BASE={METADATA['connectorBuildOptions']['baseImage']}"]


def test_image_runs_as_an_ordinary_user() -> None:
    assert instructions("USER")[-1] == "airbyte"


def test_image_starts_without_a_shell_and_tells_the_platform() -> None:
    command = ["/usr/bin/env", "--block-signal=TERM,INT", "/opt/connector/bin/source-zendesk-support"]
    assert [json.loads(entry) for entry in instructions("ENTRYPOINT")] == [command]
    assert re.findall(r'AIRBYTE_ENTRYPOINT="([^"]+)"', "\n".join(DOCKERFILE)) == [" ".join(command)]
    assert instructions("CMD") == instructions("SHELL") == []


def test_version_has_an_entry_in_the_changelog_with_its_date() -> None:
    version, day = METADATA["dockerImageTag"], METADATA["releaseDate"]
    assert f"\n## {version} ({day})\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_license_is_that_of_the_project_and_allowed_by_the_registry() -> None:
    assert METADATA["license"] == PROJECT["project"]["license"] == "MIT"


def test_breaking_changes_have_a_guide_a_deadline_and_streams_that_exist() -> None:
    streams = {stanza["$parameters"]["name"] for stanza in load_manifest()["streams"]}
    guide = (ROOT / "docs" / "migration.md").read_text("utf-8").partition("## From version 0.1 to 0.2")[2]
    assert METADATA["releases"]["migrationDocumentationUrl"].endswith("/docs/migration.md")
    assert METADATA["releases"]["breakingChanges"].keys() == {"0.2.0"}
    (change,) = METADATA["releases"]["breakingChanges"].values()
    (impact,) = change["scopedImpact"]
    assert impact["scopeType"] == "stream"
    assert set(impact["impactedScopes"]) == {name for name in re.findall(r"`(\w+)`", guide) if name in streams}
    assert date.fromisoformat(change["upgradeDeadline"]) > date.fromisoformat(METADATA["releaseDate"])


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


def test_security_rules_are_on_for_all_code_that_is_shipped() -> None:
    lint = PROJECT["tool"]["ruff"]["lint"]
    assert lint["select"] == ["ALL"]
    assert [rule for rule in lint["ignore"] if re.fullmatch(r"S\d*", rule)] == []
    assert not any("source_zendesk_support" in pattern for pattern in lint["per-file-ignores"])


def test_every_ignored_rule_has_its_reason() -> None:
    ignores = re.findall(r'^    "[A-Z]+\d*",.*$', PROJECT_TEXT, re.MULTILINE)
    assert len(ignores) > 20
    assert [line for line in ignores if not re.search(r"# \S", line)] == []


def test_every_suppression_has_its_reason() -> None:
    folders = ("source_zendesk_support", "unit_tests", "integration_tests", "scripts", "demo", "benchmarks")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py") if path != Path(__file__)]
    found = [(str(path), match["rest"]) for path in paths for match in SUPPRESSION.finditer(path.read_text("utf-8"))]
    assert [match for match in found if not WITH_REASON.fullmatch(match[1])] == []
