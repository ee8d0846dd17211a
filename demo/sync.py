"""Syncs an account into a DuckDB file through PyAirbyte; a second run fetches only changes.

    .venv-demo/bin/python -m demo.sync secrets/config.json zendesk.duckdb

With a third file name, the result is written there as JSON, for the demo to check.
"""

import json
import sys
from pathlib import Path
from typing import TypedDict

import airbyte as ab
from airbyte.caches import DuckDBCache
from airbyte.results import ReadResult

from demo import CONNECTOR


class Outcome(TypedDict):
    """What a sync did to one stream's table.

    Attributes:
        received: records that the connector emitted.
        seconds: from the stream's start to its end; streams run in parallel.
        rows: a fingerprint of each row in the table.
    """

    received: int
    seconds: float
    rows: list[str]


def sync(config: Path, database: Path) -> ReadResult:
    """Read every stream into the database, resuming from the last sync into it."""
    source = ab.get_source(
        "source-zendesk-support", config=json.loads(config.read_text()), local_executable=CONNECTOR, streams="*"
    )
    return source.read(cache=DuckDBCache(db_path=database))


def outcomes(result: ReadResult) -> dict[str, Outcome]:
    """The sync's result by stream."""
    tracker = result._progress_tracker  # noqa: SLF001  PyAirbyte tells per-stream counts and times nowhere else
    return {
        stream: Outcome(
            received=tracker.stream_read_counts[stream],
            seconds=tracker.stream_read_end_times[stream] - tracker.stream_read_start_times[stream],
            rows=_fingerprints(result, stream),
        )
        for stream in result
    }


def _fingerprints(result: ReadResult, table: str) -> list[str]:
    """A digest of each row without PyAirbyte's own columns."""
    columns = "* EXCLUDE (_airbyte_raw_id, _airbyte_extracted_at, _airbyte_meta)"
    query = f'SELECT md5(_row::VARCHAR) FROM (SELECT {columns} FROM "{table}") AS _row'  # noqa: S608  a table of ours
    with result.get_sql_engine().connect() as connection:
        return [digest for (digest,) in connection.exec_driver_sql(query)]


if __name__ == "__main__":
    done = sync(Path(sys.argv[1]), Path(sys.argv[2]))
    for outcome_file in sys.argv[3:]:
        Path(outcome_file).write_text(json.dumps(outcomes(done)))
