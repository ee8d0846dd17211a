"""Databases, empty and with the simulated account's tables."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from integration_tests.accounts import running_account
from integration_tests.command_output import Json
from integration_tests.conftest import connector_of
from integration_tests.postgres_server import programs, running_postgres
from integration_tests.row_comparison import rows_by_key
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.sql.database import PYAIRBYTE_TYPES, Database
from integration_tests.sql.duckdb_database import DuckDb
from integration_tests.sql.postgres_database import DESTINATION_TYPES, PostgresClient
from integration_tests.sql.view_files import VIEWS, statement

STREAMS = (
    "schedules", "ticket_audits", "ticket_chat_events", "ticket_comments", "ticket_conversation_log", "ticket_events",
    "ticket_fields", "ticket_metric_events", "ticket_metrics", "tickets", "users",
)  # fmt: skip
"""What the views and the recipes read."""

Rows = Mapping[str, list[Json]]
NewDatabase = Callable[[Path], Database]


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresClient]:
    """A server of its own, or a reason to skip."""
    folder = programs()
    if not folder:
        pytest.skip("PostgreSQL is not installed: install Debian's package postgresql")
    with running_postgres(folder) as address:
        yield PostgresClient(folder, address)


@pytest.fixture(scope="session", params=["duckdb", "postgres", "postgres with a destination's types"])
def new_database(request: pytest.FixtureRequest) -> NewDatabase:
    """Makes an empty database of each kind."""
    if request.param == "duckdb":
        return DuckDb
    client: PostgresClient = request.getfixturevalue("postgres")
    types = PYAIRBYTE_TYPES if request.param == "postgres" else DESTINATION_TYPES
    return lambda _folder: client.new_database(types)


@pytest.fixture
def database(new_database: NewDatabase, tmp_path: Path) -> Database:
    """An empty database of each kind."""
    return new_database(tmp_path)


@pytest.fixture(scope="session")
def synced(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rows, Rows]:
    """The rows of each stream after two syncs with changes between, and as the account says that they are."""
    with running_account(tickets=150) as account:
        connector = connector_of(account, tmp_path_factory.mktemp("sync"), ticket_audits_archived=True)
        first, before = connector.read(*STREAMS), _truth(account)
        account.change(share=0.05)
        second, after = connector.read(*STREAMS, state=first.states), _truth(account)
    assert (first.exit_code, second.exit_code) == (0, 0)
    return _merged(first.records, second.records), _merged(before, after)


def _truth(account: SimulatedAccount) -> dict[str, list[Json]]:
    truth = {name: account.truth(name) for name in STREAMS}
    return truth | {"ticket_audits": [*truth["ticket_audits"], *account.truth("ticket_audits_archived")]}


def _merged(earlier: Rows, later: Rows) -> Rows:
    """What a destination that merges by key holds; rows that vanish stay there."""
    return {
        name: list((rows_by_key(name, earlier.get(name, [])) | rows_by_key(name, later.get(name, []))).values())
        for name in STREAMS
    }


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


def queried(database: Database, rows: Mapping[str, list[Any]], query: str) -> list[tuple[Any, ...]]:
    """The values of a query's rows if the tables have these rows."""
    fill(database, rows)
    return [tuple(row.values()) for row in database.rows(query)]


def fill(database: Database, rows: Mapping[str, list[Any]]) -> None:
    """Create the tables of all streams, with these rows, and the views over them."""
    for stream in STREAMS:
        database.load(stream, rows.get(stream, []))
    for view in VIEWS:
        database.execute(statement(database.dialect, view))
