"""One sync of all streams through PyAirbyte into a database, and what its tables hold then, as JSON.

    .venv-demo/bin/python -m integration_tests.destinations.pyairbyte_sync ARGUMENTS.json

Runs in the demo's environment, which has PyAirbyte; `demo/__init__.py` says how it is kept from the internet.
"""

import functools
import json
import sys
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import airbyte as ab
import pandas as pd
from airbyte.caches import DuckDBCache, PostgresCache
from airbyte.caches.base import CacheBase

from demo import CONNECTOR

OWN = ("_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta")
"""The columns that PyAirbyte adds."""


def cache_of(destination: dict[str, Any]) -> CacheBase:
    """The database: a DuckDB file, or a PostgreSQL server."""
    if "file" in destination:
        return DuckDBCache(db_path=destination["file"])
    # Otherwise pandas takes every column called timestamp or ..._at for a time, also those that hold numbers.
    pd.read_json = functools.partial(pd.read_json, convert_dates=False, dtype=False)
    return PostgresCache(**destination)


def tables_of(cache: CacheBase, streams: list[str]) -> dict[str, Any]:
    """Of each stream's table the columns with their types, and the rows."""
    found = {}
    with cache.get_sql_engine().connect() as connection:
        for stream in streams:
            columns = connection.exec_driver_sql(
                "SELECT column_name, data_type FROM information_schema.columns"  # noqa: S608  a table of ours
                f" WHERE table_schema = '{cache.schema_name}' AND table_name = '{stream}'"
            ).all()
            types = {name: kind for name, kind in columns if name not in OWN}
            names = ", ".join(f'"{name}"' for name in types)
            rows = connection.exec_driver_sql(f'SELECT {names} FROM "{cache.schema_name}"."{stream}"').all()  # noqa: S608  names from the catalog
            values = [[_plain(value, kind) for value, kind in zip(row, types.values(), strict=True)] for row in rows]
            found[stream] = {"columns": types, "rows": values}
    return found


def _plain(value: Any, kind: str) -> Any:
    """A value of a column as JSON has it: times in UTC, documents parsed."""
    if isinstance(value, datetime):
        return (value if value.tzinfo is None else value.astimezone(UTC)).replace(tzinfo=None).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return json.loads(value) if isinstance(value, str) and kind.lower() in ("json", "jsonb") else value


def main() -> None:
    """Sync, and write the tables."""
    given = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    cache = cache_of(given["destination"])
    source = ab.get_source("source-zendesk-support", config=given["config"], local_executable=CONNECTOR, streams="*")
    source.read(cache=cache)
    Path(given["output"]).write_text(json.dumps(tables_of(cache, source.get_selected_streams())), "utf-8")


if __name__ == "__main__":
    main()
