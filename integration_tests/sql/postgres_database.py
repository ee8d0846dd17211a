"""Databases of a PostgreSQL server, with the types that PyAirbyte or Airbyte's destination gives to columns."""

import json
import os
import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from integration_tests.command_output import Json
from integration_tests.sql.database import PYAIRBYTE_TYPES, columns_of, table_of

DESTINATION_TYPES = {**PYAIRBYTE_TYPES, "date-time": "TIMESTAMPTZ", "json": "JSONB"}
"""As Airbyte's destination does."""

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\+00:00)?")


class PostgresClient:
    """Runs statements with psql.

    Args:
        programs: the folder of PostgreSQL's programs.
        address: the server's, as `running_postgres` has it.
    """

    def __init__(self, programs: Path, address: Mapping[str, str | int]) -> None:
        host, port, user = (str(address[name]) for name in ("host", "port", "username"))
        self._command = [str(programs / "psql"), "-h", host, "-p", port, "-U", user, "-v", "ON_ERROR_STOP=1", "-qtAX"]
        self._databases = 0

    def new_database(self, types: Mapping[str, str]) -> "Postgres":
        """An empty database whose tables have these types."""
        self._databases += 1
        name = f"test_{self._databases}"
        self.run("postgres", f"CREATE DATABASE {name}")
        return Postgres(self, name, types)

    def run(self, database: str, statement: str, data: str | None = None) -> str:
        """Run a statement, with what it copies in, and return what it writes."""
        done = subprocess.run(
            [*self._command, "-d", database, "-c", statement],
            input=data,
            capture_output=True,
            encoding="utf-8",
            check=False,
            env=os.environ | {"PGTZ": "UTC", "PGCLIENTENCODING": "UTF8"},
        )
        assert done.returncode == 0, f"{statement}\n{done.stderr}"
        return done.stdout


class Postgres:
    """One database of a server."""

    dialect = "postgres"

    def __init__(self, client: PostgresClient, name: str, types: Mapping[str, str]) -> None:
        self._client = client
        self._name = name
        self._types = types

    def load(self, stream: str, rows: Iterable[Json]) -> None:
        """Create the stream's table and insert its rows."""
        self.execute(table_of(stream, columns_of(stream, self._types)))
        self.execute("CREATE TABLE incoming (body JSON)")
        lines = "".join(json.dumps(row).replace("\\", "\\\\") + "\n" for row in rows)
        self._client.run(self._name, "COPY incoming FROM STDIN", lines)
        self.execute(
            f"INSERT INTO {stream} SELECT filled.* FROM incoming, json_populate_record(NULL::{stream}, body) AS filled"
        )
        self.execute("DROP TABLE incoming")

    def execute(self, statement: str) -> None:
        """Run a statement that returns no rows."""
        self._client.run(self._name, statement)

    def rows(self, query: str) -> list[Json]:
        """All rows of a query."""
        lines = self._client.run(self._name, f"SELECT row_to_json(found) FROM ({query.rstrip().rstrip(';')}) AS found")
        return [{name: _as_json(value) for name, value in json.loads(line).items()} for line in lines.splitlines()]


def _as_json(value: Any) -> Any:
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    return f"{found[1]}Z" if found else value
