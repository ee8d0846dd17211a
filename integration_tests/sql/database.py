"""What the tests of the views need of a database."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from integration_tests.command_output import Json
from integration_tests.connector import discovered

PYAIRBYTE_TYPES = {
    "boolean": "BOOLEAN",
    "date": "DATE",
    "date-time": "TIMESTAMP",
    "integer": "BIGINT",
    "json": "JSON",
    "number": "DECIMAL(38, 9)",
    "string": "VARCHAR",
}
"""As PyAirbyte creates columns, in DuckDB and in PostgreSQL."""


class Database(Protocol):
    """An empty database with UTC as its time zone.

    Rows come as JSON has them: numbers, text, booleans; date-times as Zendesk writes them, `2026-06-01T12:00:00Z`.
    """

    dialect: str

    def load(self, stream: str, rows: Iterable[Json]) -> None:
        """Create the stream's table and insert its rows."""

    def execute(self, statement: str) -> None:
        """Run a statement that returns no rows."""

    def rows(self, query: str) -> list[Json]:
        """All rows of a query."""


def columns_of(stream: str, types: Mapping[str, str]) -> dict[str, str]:
    """The columns of a stream's table and their types, out of its schema.

    Args:
        stream: its name.
        types: the database's type for each of JSON schema's, and for `date-time`, `date` and `json`.
    """
    properties = discovered()[stream]["json_schema"]["properties"]
    return {name: types[_kind(schema)] for name, schema in properties.items()}


def table_of(stream: str, columns: Mapping[str, str]) -> str:
    """The statement that creates the table."""
    return f"CREATE TABLE {stream} ({', '.join(f'{name} {of}' for name, of in columns.items())})"


def _kind(schema: Json) -> str:
    kinds = (
        [kind for kind in schema["type"] if kind != "null"] if isinstance(schema["type"], list) else [schema["type"]]
    )
    if len(kinds) != 1 or kinds[0] in ("array", "object"):
        return "json"
    return str(schema.get("format") or kinds[0])
