"""A DuckDB database in memory, with the types that PyAirbyte gives to columns."""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from integration_tests.command_output import Json
from integration_tests.sql.database import PYAIRBYTE_TYPES, columns_of, table_of


class DuckDb:
    """One database; `folder` holds the files from which it is loaded."""

    dialect = "duckdb"

    def __init__(self, folder: Path) -> None:
        self._connection = duckdb.connect()
        self._folder = folder

    def load(self, stream: str, rows: Iterable[Json]) -> None:
        """Create the stream's table and insert its rows."""
        columns = columns_of(stream, PYAIRBYTE_TYPES)
        path = self._folder / f"{stream}.jsonl"
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
        self.execute(table_of(stream, columns))
        if path.stat().st_size:
            reader = (
                "read_json($path, columns = $columns, format = 'newline_delimited', maximum_object_size = 100000000)"
            )
            given = {"path": str(path), "columns": columns}
            self._connection.execute(f"INSERT INTO {stream} SELECT * FROM {reader}", given)

    def execute(self, statement: str) -> None:
        """Run a statement that returns no rows."""
        self._connection.execute(statement)

    def rows(self, query: str) -> list[Json]:
        """All rows of a query."""
        found = self._connection.execute(query)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, map(_as_json, row), strict=True)) for row in found.fetchall()]


def _as_json(value: Any) -> Any:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else value
