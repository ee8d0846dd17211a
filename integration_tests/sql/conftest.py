"""Databases, empty and with the simulated account's tables."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from integration_tests.accounts import running_account
from integration_tests.command_output import Json
from integration_tests.conftest import connector_of
from integration_tests.sql.database import Database
from integration_tests.sql.duckdb_database import DuckDb
from integration_tests.sql.postgres_server import DESTINATION_TYPES, NO_SERVER, TYPES, PostgresServer, programs
from integration_tests.sql.view_files import VIEWS, statement

STREAMS = (
    "schedules", "ticket_audits", "ticket_chat_events", "ticket_comments", "ticket_conversation_log", "ticket_events",
    "ticket_fields", "ticket_metric_events", "ticket_metrics", "tickets", "users",
)  # fmt: skip
"""What the views and the recipes read."""

Rows = Mapping[str, list[Json]]
NewDatabase = Callable[[Path], Database]


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server, or a reason to skip."""
    found = programs()
    if not found:
        pytest.skip(NO_SERVER)
    with PostgresServer.running(found) as server:
        yield server


@pytest.fixture(scope="session", params=["duckdb", "postgres", "postgres with a destination's types"])
def new_database(request: pytest.FixtureRequest) -> NewDatabase:
    """Makes an empty database of each kind."""
    if request.param == "duckdb":
        return DuckDb
    server: PostgresServer = request.getfixturevalue("postgres")
    types = TYPES if request.param == "postgres" else DESTINATION_TYPES
    return lambda _folder: server.new_database(types)


@pytest.fixture(scope="session")
def synced(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rows, Rows]:
    """The account's rows of each stream as a sync has brought them, and as the account says that they are."""
    with running_account(tickets=150) as account:
        output = connector_of(account, tmp_path_factory.mktemp("sync"), ticket_audits_archived=True).read(*STREAMS)
        assert output.exit_code == 0
        truth = {name: account.truth(name) for name in (*STREAMS, "ticket_audits_archived")}
    return {name: output.rows(name) for name in STREAMS}, truth


@pytest.fixture(scope="session")
def account_truth(synced: tuple[Rows, Rows]) -> Rows:
    """What the account knows."""
    return synced[1]


@pytest.fixture(scope="session")
def account_database(
    new_database: NewDatabase, synced: tuple[Rows, Rows], tmp_path_factory: pytest.TempPathFactory
) -> Database:
    """A database with the account's tables and all views."""
    database = new_database(tmp_path_factory.mktemp("database"))
    fill(database, synced[0])
    return database


def fill(database: Database, rows: Mapping[str, list[Any]]) -> None:
    """Create the tables of all streams, with these rows, and the views over them."""
    for stream in STREAMS:
        database.load(stream, rows.get(stream, []))
    for view in VIEWS:
        database.execute(statement(database.dialect, view))
