"""All streams through PyAirbyte into DuckDB and a real PostgreSQL, twice, with changes between: types and values.

`make destinations` sets up what this needs. Without it the tests are skipped.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from integration_tests.accounts import running_account
from integration_tests.command_output import Json
from integration_tests.connector import discovered
from integration_tests.postgres_server import programs, running_postgres
from integration_tests.row_comparison import KEYS
from integration_tests.simulated_account import SimulatedAccount

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-demo" / "bin" / "python"
SERVER = programs()
TOKEN = "simulated-access-token"
DELETED_AT = "_ab_cdc_deleted_at"
OFFLINE = {"AIRBYTE_OFFLINE_MODE": "1", "DO_NOT_TRACK": "1"}
TYPES = {
    "duckdb": {
        "string": "VARCHAR",
        "string date-time": "TIMESTAMP",
        "string date": "DATE",
        "integer": "BIGINT",
        "number": "DECIMAL(38,9)",
        "boolean": "BOOLEAN",
        "object": "JSON",
        "array": "JSON",
    },
    "postgres": {
        "string": "character varying",
        "string date-time": "timestamp without time zone",
        "string date": "date",
        "integer": "bigint",
        "number": "numeric",
        "boolean": "boolean",
        "object": "json",
        "array": "json",
    },
}
"""What becomes of a column's declared type, in UTC without a zone."""

FIELDS = {"ticket_fields": 309}
"""Nine of them are Zendesk's own, or of a type that has no column."""
CUSTOM_COLUMNS = 300
REWRITTEN = {"ticket_audits.events", "ticket_events.child_events"}
"""Zendesk rewrites earlier events of a redacted comment without moving their time; ticket_comments has its new text."""

pytestmark = pytest.mark.skipif(not PYTHON.exists(), reason="PyAirbyte is not set up: run `make destinations`")
Tables = dict[str, Json]


@contextmanager
def destination(name: str, folder: Path) -> Iterator[Json]:
    """The arguments of an empty database."""
    if name == "duckdb":
        yield {"file": str(folder / "zendesk.duckdb")}
    elif SERVER is None:
        pytest.skip("PostgreSQL is not installed: install Debian's package postgresql")
    else:
        with running_postgres(SERVER) as address:
            yield address


def synced(config: Json, address: Json, folder: Path) -> Tables:
    """Every table after one sync of all streams."""
    arguments, output = folder / "arguments.json", folder / "tables.json"
    arguments.write_text(json.dumps({"config": config, "destination": address, "output": str(output)}), "utf-8")
    folders = {"AIRBYTE_LOGGING_ROOT": str(folder / "logs"), "AIRBYTE_PROJECT_DIR": str(folder)}
    command = [str(PYTHON), "-m", "integration_tests.destinations.pyairbyte_sync", str(arguments)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | OFFLINE | folders, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-4000:]
    tables: Tables = json.loads(output.read_text("utf-8"))
    return tables


def config_of(account: SimulatedAccount) -> Json:
    """A config whose token is valid for every product; vanished rows are marked."""
    account.set_credentials(chat_tokens={TOKEN: "admin"})
    return account.config(credentials={"credentials": "oauth2.0", "access_token": TOKEN}, tombstones=True)


def wrong_types(name: str, tables: Tables) -> dict[str, str]:
    """The columns whose type is not the one of their declared type."""
    found = {}
    for stream, offered in discovered().items():
        columns = tables[stream]["columns"]
        for column, schema in offered["json_schema"]["properties"].items():
            kinds = [kind for kind in [schema["type"]] if isinstance(kind, str)] or schema["type"]
            (kind,) = set(kinds) - {"null"}
            due = TYPES[name][f"{kind} {schema.get('format', '')}".strip()]
            if columns.get(column) != due:
                found[f"{stream}.{column}"] = f"{columns.get(column)}, not {due}"
    return found


def living(stream: str, table: Json) -> dict[tuple[Any, ...], Json]:
    """The rows of a table that are not marked as deleted, by key."""
    rows = [dict(zip(table["columns"], values, strict=True)) for values in table["rows"]]
    return {key_of(stream, row, table["columns"]): row for row in rows if not row.get(DELETED_AT)}


def key_of(stream: str, row: Json, columns: Json) -> tuple[Any, ...]:
    """The key of a row; times in it are times, whatever their notation."""
    return tuple(in_utc(row[name]) if is_time(columns[name]) else row[name] for name in KEYS[stream])


def is_time(kind: str) -> bool:
    """Whether a column of that type holds times."""
    return kind.lower().startswith("timestamp")


def in_utc(text: str) -> datetime:
    """A time of a database, which has no zone, or of the account."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wrong_values(account: SimulatedAccount, tables: Tables) -> dict[str, Any]:
    """What the tables lack of the account, or have otherwise."""
    found: dict[str, Any] = {}
    for stream, table in tables.items():
        rows = living(stream, table)
        for record in account.truth(stream):
            row = rows.get(key_of(stream, record, table["columns"]))
            if row is None:
                found[f"{stream} {record.get('id')}"] = "missing"
                continue
            for column, value in record.items():
                kind = table["columns"].get(column)
                if kind is not None and not same(row[column], value, kind):
                    found[f"{stream}.{column}"] = (row[column], value)
    return found


def same(stored: Any, sent: Any, kind: str) -> bool:
    """Whether a database holds what was sent; times are compared as times."""
    if is_time(kind) and stored is not None and sent is not None:
        return in_utc(stored) == in_utc(sent)
    return bool(stored == sent)


@pytest.mark.parametrize("name", TYPES)
def test_every_column_has_its_type_and_every_value_is_there(name: str, tmp_path: Path) -> None:
    with destination(name, tmp_path) as address, running_account(tickets=60, sizes=FIELDS) as account:
        config = config_of(account)
        tables = synced(config, address, tmp_path)
        assert sum(column.startswith("custom_field_") for column in tables["tickets"]["columns"]) == CUSTOM_COLUMNS
        assert wrong_types(name, tables) == {}
        assert wrong_values(account, tables) == {}
        account.change(share=0.05)
        gone = account.truth("macros")[0]["id"]
        account.delete("macros", gone)
        tables = synced(config, address, tmp_path)
        assert wrong_values(account, tables).keys() <= REWRITTEN
        assert (gone,) not in living("macros", tables["macros"])
        assert living("macros", tables["macros"]).keys() == {(row["id"],) for row in account.truth("macros")}
