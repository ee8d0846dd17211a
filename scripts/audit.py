"""Compares every pinned dependency with what is known against it.

    .venv/bin/python -m scripts.audit [PIP_AUDIT]

Without an argument: only what needs no network, that is pins, hashes and `requirements/advisories.toml`. With the path
of the program pip-audit also its database. The exit code is 0 if nothing is known against any lock, 1 if
something is, and 3 if no database could be read, which proves nothing.
"""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from packaging.version import Version

REQUIREMENTS = Path(__file__).parent.parent / "requirements"
PIN = re.compile(r"(?P<name>[a-z0-9][a-z0-9.-]*)==(?P<version>[^ ;]+)(?: ; .+)?")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
CLEAN, FOUND, UNKNOWN = 0, 1, 3


class Pin(NamedTuple):
    """One line of a lock."""

    lock: str
    name: str
    version: Version


def pins(lock: Path) -> list[Pin]:
    """The pins of a lock.

    Raises:
        ValueError: a line that is not one version of one package with its hashes.
    """
    found = []
    for line in lock.read_text("utf-8").replace("\\\n", " ").splitlines():
        requirement, *hashes = re.split(r"\s+(?=--)", line.strip())
        match = PIN.fullmatch(requirement)
        if not match or not hashes or not all(HASH.fullmatch(each) for each in hashes):
            raise ValueError(f"{lock.name}: not one version with its hashes: {line[:80]}")
        found.append(Pin(lock.name, match["name"], Version(match["version"])))
    return found


def known_offline(locked: Sequence[Pin], advisories: Sequence[dict[str, str]]) -> Iterator[str]:
    """What the list in the repository says against the pins."""
    for advisory in advisories:
        for pin in locked:
            if pin.name == advisory["package"] and pin.version < Version(advisory["fixed_in"]):
                yield f"{pin.lock}: {pin.name} {pin.version}: {advisory['id']}, fixed in {advisory['fixed_in']}"


def known_to_database(program: Sequence[str], lock: Path, accepted: Sequence[str]) -> list[str] | None:
    """What a database of advisories says against a lock; None if none could be read.

    Args:
        program: pip-audit.
        lock: the lock.
        accepted: ids that do not touch us.
    """
    ignored = [word for each in accepted for word in ("--ignore-vuln", each)]
    options = ["--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off", *ignored]
    done = subprocess.run([*program, "-r", str(lock), *options], capture_output=True, text=True, check=False)
    try:
        dependencies: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        print(f"    {lock.name}: {(done.stderr.strip().splitlines() or ['no answer'])[-1][:200]}")
        return None
    if any("vulns" not in each for each in dependencies):  # skipped, for whatever reason
        print(f"    {lock.name}: not every package could be asked about")
        return None
    holes = [
        (each, hole, ", ".join(hole["fix_versions"]) or "nothing yet")
        for each in dependencies
        for hole in each["vulns"]
    ]
    return [f"{lock.name}: {each['name']} {each['version']}: {hole['id']}, fixed in {fix}" for each, hole, fix in holes]


def main(program: Sequence[str]) -> int:
    """Tell what is known; the exit code."""
    locks = sorted(REQUIREMENTS.glob("*.txt"))
    locked = [pin for lock in locks for pin in pins(lock)]
    rules = tomllib.loads((REQUIREMENTS / "advisories.toml").read_text("utf-8"))
    print(f"==> {len(locked)} pins in {len(locks)} locks, each one version with its hashes", flush=True)
    found = list(known_offline(locked, rules["advisory"]))
    requested = True
    for lock in locks if program else ():
        print(f"==> asking a database about {lock.name}", flush=True)
        reported = known_to_database(program, lock, [each["id"] for each in rules.get("accepted", ())])
        requested = requested and reported is not None
        found += reported or ()
    print("\n".join(found or ["Nothing is known against them."]) if requested or found else "")
    if not requested:
        print("NOT AUDITED: no database of advisories could be asked about every lock, so this proves nothing.")
    return FOUND if found else CLEAN if requested else UNKNOWN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
