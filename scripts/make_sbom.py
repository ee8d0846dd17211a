"""Write the connector's bill of materials, which the wheel and so the image contain: CycloneDX, from the lock.

`python -m scripts.make_sbom` is a part of `make lock`. The file has no serial number and no time, so that the same lock
makes the same file: a wheel can be built again bit by bit.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements" / "connector.txt"
SBOM = ROOT / "requirements" / "connector.cdx.json"


def sbom() -> str:
    """The bill of materials as it is written."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    component = {"type": "application", "name": project["name"], "version": project["version"]}
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {**component, "licenses": [{"license": {"id": project["license"]}}]}},
        "components": [_library(requirement) for requirement in _locked()],
    }
    return json.dumps(document, indent=1) + "\n"


def _locked() -> Iterator[Requirement]:
    """What the lock pins, without the hashes."""
    for line in re.findall(r"^(\w[^\\\n]*?) \\$", LOCK.read_text("utf-8"), re.MULTILINE):
        yield Requirement(line)


def _library(requirement: Requirement) -> dict[str, Any]:
    """A component; one that only some platforms need is optional."""
    (pin,) = requirement.specifier
    return {
        "type": "library",
        "name": requirement.name,
        "version": pin.version,
        "purl": f"pkg:pypi/{requirement.name}@{pin.version}",
        "scope": "optional" if requirement.marker else "required",
    }


if __name__ == "__main__":
    SBOM.write_text(sbom(), "utf-8")
    print(f"{SBOM.relative_to(ROOT)}: {sbom().count('purl')} libraries")
