import json
import re
import tomllib
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from airbyte_cdk.models.connector_metadata import ConnectorLanguage, MetadataFile

from source_zendesk_support.manifest import load_manifest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def metadata() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((ROOT / "metadata.yaml").read_text("utf-8"))["data"]
    return data


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text("utf-8")


def test_cdk_reads_it_as_a_python_connector() -> None:
    assert MetadataFile.from_file(ROOT / "metadata.yaml").data.language is ConnectorLanguage.PYTHON


def test_tags_say_python_and_low_code(metadata: dict[str, Any]) -> None:
    assert {"language:python", "cdk:low-code"} <= set(metadata["tags"])


def test_definition_id_is_a_random_uuid_of_our_own(metadata: dict[str, Any]) -> None:
    airbytes_own = "79c1aa37-dae3-42ae-b333-d1c105477715"

    assert UUID(metadata["definitionId"]).version == 4
    assert metadata["definitionId"] != airbytes_own


def test_only_the_accounts_host_is_allowed(metadata: dict[str, Any]) -> None:
    assert metadata["allowedHosts"] == {"hosts": ["${subdomain}.zendesk.com"]}


def test_suggested_streams_are_streams(metadata: dict[str, Any]) -> None:
    streams = [stanza["$parameters"]["name"] for stanza in load_manifest()["streams"]]

    assert [name for name in metadata["suggestedStreams"]["streams"] if name not in streams] == []


def test_suites_are_those_that_make_test_runs(metadata: dict[str, Any]) -> None:
    suites = [entry["suite"] for entry in metadata["connectorTestSuitesOptions"]]

    assert suites == ["unitTests", "integrationTests", "acceptanceTests"]


def test_version_is_the_packages(metadata: dict[str, Any], dockerfile: str) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]

    assert metadata["dockerImageTag"] == version
    assert f'io.airbyte.version="{version}"' in dockerfile


def test_image_has_the_name_and_the_base_that_metadata_says(metadata: dict[str, Any], dockerfile: str) -> None:
    assert f'io.airbyte.name="{metadata["dockerRepository"]}"' in dockerfile
    assert f"ARG BASE={metadata['connectorBuildOptions']['baseImage']}\n" in dockerfile


def test_platform_is_told_the_images_entrypoint(dockerfile: str) -> None:
    entrypoint = re.search(r"^ENTRYPOINT (\[.+\])$", dockerfile, re.MULTILINE)
    told = re.search(r'AIRBYTE_ENTRYPOINT="([^"]+)"', dockerfile)

    assert entrypoint
    assert told
    assert json.loads(entrypoint[1]) == told[1].split()


def test_icon_is_there(metadata: dict[str, Any]) -> None:
    assert (ROOT / metadata["icon"]).read_text("utf-8").startswith("<svg ")
