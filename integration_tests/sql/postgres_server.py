"""A PostgreSQL server of the tests' own, on a socket in a temporary folder, and databases in it.

Its programs are those of Debian's package `postgresql`. It does not run as root: a root user starts it as another one.
"""

import getpass
import json
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from integration_tests.command_output import Json
from integration_tests.sql.database import columns_of, table_of

TYPES = {
    "boolean": "BOOLEAN",
    "date": "DATE",
    "date-time": "TIMESTAMP",
    "integer": "BIGINT",
    "json": "JSON",
    "number": "DECIMAL(38, 9)",
    "string": "VARCHAR",
}
"""As PyAirbyte creates columns."""

DESTINATION_TYPES = {**TYPES, "date-time": "TIMESTAMPTZ", "json": "JSONB"}
"""As Airbyte's destination does."""

NO_SERVER = "needs initdb, pg_ctl and psql: install PostgreSQL, e.g. Debian's package postgresql"
_SETTINGS = "-c listen_addresses= -c fsync=off -c timezone=UTC -c max_connections=10"
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\+00:00)?")


@dataclass(frozen=True)
class Programs:
    """Where PostgreSQL's programs are."""

    initdb: str
    pg_ctl: str
    psql: str


def programs() -> Programs | None:
    """The programs on the path or in Debian's folders; None if one is missing."""
    folders = [str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    places = os.pathsep.join([os.environ.get("PATH", ""), *folders])
    initdb, pg_ctl, psql = (shutil.which(name, path=places) for name in ("initdb", "pg_ctl", "psql"))
    return Programs(initdb, pg_ctl, psql) if initdb and pg_ctl and psql else None


class PostgresServer:
    """A running server.

    Args:
        psql: the client program.
        folder: where its socket is.
    """

    def __init__(self, psql: str, folder: Path) -> None:
        self._psql = psql
        self._folder = folder
        self._databases = 0

    @classmethod
    @contextmanager
    def running(cls, found: Programs) -> Iterator["PostgresServer"]:
        """Start a server; it is stopped, and its files are removed, on leaving."""
        with tempfile.TemporaryDirectory(prefix="postgres-") as name:
            folder, user = Path(name), _owner()
            shutil.chown(folder, user)
            data = str(folder / "data")
            control = [*_as(user), found.pg_ctl, "-D", data, "-s", "-w"]
            init = [
                *_as(user),
                found.initdb,
                "-D",
                data,
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "-N",
            ]
            _run(init)
            _run([*control, "-l", str(folder / "log"), "-o", f"-k {folder} {_SETTINGS}", "start"])
            try:
                yield cls(found.psql, folder)
            finally:
                _run([*control, "-m", "immediate", "stop"])

    def new_database(self, types: dict[str, str]) -> "Postgres":
        """An empty database whose tables have these types."""
        self._databases += 1
        name = f"test_{self._databases}"
        self.psql("postgres", f"CREATE DATABASE {name}")
        return Postgres(self, name, types)

    def psql(self, database: str, statement: str, data: str | None = None) -> str:
        """Run a statement, with what it copies in, and return what it writes."""
        options = ["-h", str(self._folder), "-U", "postgres", "-d", database, "-v", "ON_ERROR_STOP=1", "-qtAX"]
        return _run([self._psql, *options, "-c", statement], data)


class Postgres:
    """One database of a server."""

    dialect = "postgres"

    def __init__(self, server: PostgresServer, name: str, types: dict[str, str]) -> None:
        self._server = server
        self._name = name
        self._types = types

    def load(self, stream: str, rows: Iterable[Json]) -> None:
        """Create the stream's table and insert its rows."""
        self.execute(table_of(stream, columns_of(stream, self._types)))
        self.execute("CREATE TABLE incoming (body JSON)")
        lines = "".join(json.dumps(row).replace("\\", "\\\\") + "\n" for row in rows)
        self._server.psql(self._name, "COPY incoming FROM STDIN", lines)
        self.execute(
            f"INSERT INTO {stream} SELECT filled.* FROM incoming, json_populate_record(NULL::{stream}, body) AS filled"
        )
        self.execute("DROP TABLE incoming")

    def execute(self, statement: str) -> None:
        """Run a statement that returns no rows."""
        self._server.psql(self._name, statement)

    def rows(self, query: str) -> list[Json]:
        """All rows of a query."""
        lines = self._server.psql(self._name, f"SELECT row_to_json(found) FROM ({query.rstrip().rstrip(';')}) AS found")
        return [{name: _as_json(value) for name, value in json.loads(line).items()} for line in lines.splitlines()]


def _as_json(value: Any) -> Any:
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    return f"{found[1]}Z" if found else value


def _owner() -> str:
    """Whom the server runs as: this user, unless that is root."""
    if os.geteuid() != 0:
        return getpass.getuser()
    known = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _as(user: str) -> list[str]:
    return [] if os.geteuid() != 0 else ["runuser", "-u", user, "--"]


def _run(command: list[str], data: str | None = None) -> str:
    done = subprocess.run(command, input=data, capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stderr}"
    return done.stdout
