"""An oracle that nobody here wrote: the stock CDK reads the plain streams as the manifest declares them.

It takes `manifest.yaml` alone, reduced to the streams that are declared with SimpleRetriever; none of our engine runs.
Rows and requests must be those of the connector.
"""

import json
import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

import pytest
from airbyte_cdk.models import AirbyteMessage, ConfiguredAirbyteCatalog, SyncMode, Type
from airbyte_cdk.sources.declarative.concurrent_declarative_source import ConcurrentDeclarativeSource
from airbyte_cdk.test.catalog_builder import CatalogBuilder

from integration_tests.accounts import running_account
from integration_tests.conftest import CHAT
from integration_tests.simulated_account import SimulatedAccount
from source_zendesk_support.config.model import parse
from source_zendesk_support.manifest import load_manifest, resolved, written
from source_zendesk_support.source import SourceZendeskSupport

PLAIN = [name for name in written() if resolved(name)["retriever"]["type"] == "SimpleRetriever"]
LONG = {"audit_logs": 350, "macros": 350, "posts": 350, "sla_policies": 350, "tags": 350, "ticket_activities": 350}
"""Rows of lists that shall have several pages."""
FILTERED = ["audit_logs", "group_memberships", "satisfaction_ratings"]
SHRINKING = ["brands", "macros", "tags", "ticket_activities"]

pytestmark = pytest.mark.filterwarnings("ignore:`cache_name` cannot be set:DeprecationWarning")
"""The CDK says so of its own cache."""

Rows = dict[str, list[str]]
Calls = Counter[tuple[str, str]]


@pytest.fixture(scope="module")
def account() -> Iterator[SimulatedAccount]:
    with running_account(sizes=LONG) as running:
        yield running


def stock_source(config: Mapping[str, Any], streams: Sequence[str]) -> ConcurrentDeclarativeSource:
    """The CDK's own source of these streams."""
    manifest = deepcopy(dict(load_manifest()))
    manifest["streams"] = [stream for stream in manifest["streams"] if stream["$parameters"]["name"] in streams]
    return ConcurrentDeclarativeSource(source_config=manifest, config=config, state=[])


def catalog_of(streams: Sequence[str]) -> ConfiguredAirbyteCatalog:
    builder = CatalogBuilder()
    for stream in streams:
        builder.with_stream(stream, SyncMode.full_refresh)
    return builder.build()


def rows_of(messages: Iterator[AirbyteMessage], streams: Sequence[str]) -> Rows:
    rows: Rows = {name: [] for name in streams}
    for message in messages:
        if message.type == Type.RECORD and message.record:
            rows[message.record.stream].append(json.dumps(message.record.data, sort_keys=True))
    return {name: sorted(found) for name, found in rows.items()}


def calls_of(account: SimulatedAccount) -> Calls:
    """Every request, without the end of a range: the connector looks an hour further than its clock says."""
    calls: Calls = Counter()
    for call in account.requests():
        query = {name: value[:1] if name == "filter[created_at][]" else value for name, value in call["query"].items()}
        calls[call["path"], json.dumps(query, sort_keys=True)] += 1
    return calls


def read_by_both(
    account: SimulatedAccount, streams: Sequence[str], start: str, faults: Mapping[str, Any]
) -> tuple[tuple[Rows, Calls], tuple[Rows, Calls]]:
    user = account.config(chat_credentials=CHAT, start_date=start)
    config, catalog, logger = parse(user).declarative(), catalog_of(streams), logging.getLogger("airbyte")
    found = []
    for source, its in ((stock_source(config, streams), config), (SourceZendeskSupport(config=user), user)):
        account.set_faults(**faults)
        account.forget_requests()
        rows = rows_of(source.read(logger, its, catalog, []), streams)
        found.append((rows, calls_of(account)))
    account.set_faults()
    return found[0], found[1]


def test_95_streams_need_nothing_but_the_cdk() -> None:
    assert len(PLAIN) == 95
    assert len(written()) == 145


def test_the_stock_cdk_reads_the_rows_and_makes_the_requests_of_the_connector(account: SimulatedAccount) -> None:
    (rows, calls), (ours, our_calls) = read_by_both(account, PLAIN, "2020-01-01T00:00:00Z", {})
    assert ours == rows
    # Streams that are embedded in a list read it once, all together; the stock CDK reads it for each of them.
    assert our_calls == Counter(set(calls))
    assert {name: len(account.truth(name)) for name in PLAIN} == {name: len(found) for name, found in rows.items()}
    assert all(rows.values())


def test_both_read_from_the_same_second_on(account: SimulatedAccount) -> None:
    (rows, calls), (ours, our_calls) = read_by_both(account, FILTERED, "2026-03-01T00:00:00Z", {})
    assert ours == rows
    assert our_calls == calls
    assert 0 < len(rows["audit_logs"]) < len(account.truth("audit_logs"))


def test_both_request_smaller_pages_after_a_timeout(account: SimulatedAccount) -> None:
    (rows, calls), (ours, our_calls) = read_by_both(account, SHRINKING, "2020-01-01T00:00:00Z", {"largest_page": 60})
    assert ours == rows
    assert our_calls == calls
    sizes = sorted(json.loads(query)["page[size]"] for path, query in calls.elements() if path == "/api/v2/tags")
    assert sizes == ["100", *["50"] * 7]
