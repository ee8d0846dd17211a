"""The bill of materials of wheel and image names what the lock pins, and nothing else."""

import json
import re
from pathlib import Path

from scripts.make_sbom import sbom

ROOT = Path(__file__).parent.parent
SBOM = (ROOT / "requirements" / "connector.cdx.json").read_text("utf-8")


def test_bill_of_materials_is_that_of_the_lock() -> None:
    assert sbom() == SBOM


def test_every_pin_of_the_lock_is_a_component() -> None:
    pins = re.findall(r"^(\S+)==([^\s;]+)", (ROOT / "requirements" / "connector.txt").read_text("utf-8"), re.MULTILINE)
    components = json.loads(SBOM)["components"]
    assert [(each["name"], each["version"]) for each in components] == pins
    assert {"airbyte-cdk", "pydantic", "requests"} <= {name for name, _ in pins}


def test_it_describes_this_version_of_the_connector() -> None:
    described = json.loads(SBOM)["metadata"]["component"]
    assert described["name"] == "zendesk-support-source"
    assert f'\nversion = "{described["version"]}"\n' in (ROOT / "pyproject.toml").read_text("utf-8")
