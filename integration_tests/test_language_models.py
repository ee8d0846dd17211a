"""The programs of docs/language-models.md, from a config to one text for each ticket.

The second one runs on tables that the tests' own DuckDB has been filled with. With PyAirbyte, which `make demo` sets
up, both run one after the other.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from integration_tests.accounts import running_account
from integration_tests.command_output import Json
from integration_tests.conftest import connector_of
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.sql.duckdb_database import DuckDb

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "language-models.md").read_text("utf-8")
SYNC, TEXTS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
STREAMS = json.loads(re.findall(r"select_streams\((\[.*?\])\)", SYNC)[0])
PYTHON = ROOT / ".venv-demo" / "bin" / "python"
OFFLINE = {"AIRBYTE_OFFLINE_MODE": "1", "DO_NOT_TRACK": "1"}


def checkout(folder: Path) -> Path:
    """A folder in which the page's programs find the SQL files."""
    (folder / "sql").symlink_to(ROOT / "sql")
    return folder


def run(python: str | Path, program: str, folder: Path) -> None:
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    own = {"PATH": path, "AIRBYTE_LOGGING_ROOT": str(folder / "logs"), "AIRBYTE_PROJECT_DIR": str(folder)}
    done = subprocess.run(
        [str(python), "-c", program],
        cwd=folder,
        env={**os.environ, **OFFLINE, **own},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def texts(folder: Path) -> dict[int, str]:
    lines = (folder / "tickets.jsonl").read_text("utf-8").splitlines()
    return {row["id"]: row["text"] for row in map(json.loads, lines)}


def assert_right(account: SimulatedAccount, found: dict[int, str]) -> None:
    """Each ticket has its subject, and what was said in it."""
    kept: dict[int, Json] = {row["id"]: row for row in account.truth("tickets") if row["status"] != "deleted"}
    assert {ticket: text.partition("\n")[0] for ticket, text in found.items()} == {
        ticket: row["subject"] for ticket, row in kept.items()
    }
    comments = [row for row in account.truth("ticket_comments") if row["ticket_id"] in kept]
    messages = [row for row in account.truth("ticket_conversation_log") if row["content"]]
    said = [(row["ticket_id"], row["plain_body"]) for row in comments]
    said += [(row["ticket_id"], row["content"].get("text") or row["content"]["body"]) for row in messages]
    assert len(messages) > 100
    assert [pair for pair in said if pair[1] not in found[pair[0]]] == []


def test_tables_become_one_text_for_each_ticket(tmp_path: Path) -> None:
    with running_account(tickets=60) as account:
        output = connector_of(account, tmp_path).read(*STREAMS)
        assert output.exit_code == 0
        tables = DuckDb(tmp_path)
        for stream in STREAMS:
            tables.load(stream, output.rows(stream))
        tables.execute(f"ATTACH '{tmp_path / 'zendesk.duckdb'}' AS file")
        tables.execute("COPY FROM DATABASE memory TO file")
        tables.execute("DETACH file")
        run(sys.executable, TEXTS, checkout(tmp_path))
        assert_right(account, texts(tmp_path))


@pytest.mark.skipif(not PYTHON.exists(), reason="PyAirbyte is not set up: run `make demo`")
def test_a_config_becomes_one_text_for_each_ticket(tmp_path: Path) -> None:
    with running_account(tickets=60) as account:
        (tmp_path / "config.json").write_text(json.dumps(account.config()), "utf-8")
        run(PYTHON, SYNC, checkout(tmp_path))
        run(PYTHON, TEXTS, tmp_path)
        first = texts(tmp_path)
        assert_right(account, first)
        account.change(share=0.05)
        run(PYTHON, SYNC, tmp_path)
        run(PYTHON, TEXTS, tmp_path)
        assert_right(account, texts(tmp_path))
        assert texts(tmp_path) != first
