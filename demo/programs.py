"""The demo's programs: the connector, PyAirbyte, the picture."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from demo import CONNECTOR, OUTPUT, ROOT
from integration_tests.command_output import CommandOutput, parsed_messages

CONFIG = OUTPUT / "config.json"
DATABASE = OUTPUT / "zendesk.duckdb"
PICTURE = OUTPUT / "support-weeks.png"
OUTCOME = OUTPUT / "outcome.json"
AMOUNTS = OUTPUT / "amounts.json"
HIGHLIGHTS = OUTPUT / "highlights.json"
DEMO_PYTHON = ROOT / ".venv-demo" / "bin" / "python"


def run_connector_query(verb: str, response: str) -> Mapping[str, Any]:
    """Run a command of the connector and return its message of that type; exits if there is none."""
    command = [str(CONNECTOR), verb, "--config", str(CONFIG)]
    print(f"    {CONNECTOR.relative_to(ROOT)} {verb} --config {CONFIG.relative_to(ROOT)}", flush=True)
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    found = CommandOutput(run.returncode, parsed_messages(run.stdout.splitlines())).of(response)
    if not found:
        sys.exit(f"{run.stdout}{run.stderr}\n{verb} failed")
    return found[0]


def sync() -> tuple[dict[str, Any], float]:
    """Sync into the database; PyAirbyte shows its own progress. Returns its outcome by stream, and seconds."""
    begun = time.monotonic()
    _in_demo_environment("demo.sync", CONFIG, DATABASE, OUTCOME)
    outcome: dict[str, Any] = json.loads(OUTCOME.read_text())
    return outcome, time.monotonic() - begun


def amounts() -> list[list[Any]]:
    """Print and return label, tickets and sum of amounts of each product from the database."""
    _in_demo_environment("demo.amounts", DATABASE, AMOUNTS)
    found: list[list[Any]] = json.loads(AMOUNTS.read_text())
    return found


def highlights(name: str) -> Any:
    """Print and return one of the highlights from the database."""
    _in_demo_environment("demo.highlights", DATABASE, name, HIGHLIGHTS)
    return json.loads(HIGHLIGHTS.read_text())


def draw() -> None:
    """Draw the picture from the database."""
    _in_demo_environment("demo.picture", DATABASE, PICTURE)


def _in_demo_environment(module: str, *arguments: Path | str) -> None:
    # Google's libraries, which PyAirbyte imports, announce dropped Python versions far in advance.
    command = [str(DEMO_PYTHON), "-W", "ignore::FutureWarning", "-m", module, *map(str, arguments)]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        sys.exit(f"\n{module} failed; logs are in {(OUTPUT / 'logs').relative_to(ROOT)}")
