"""The demo, step by step; exits with 1 if the database does not match the account."""

import json
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from demo import CONNECTOR, OUTPUT, ROOT, measure, programs
from demo.measure import Sync
from demo.steps import Steps
from demo.table import render
from demo.truth import Streams, Truth
from integration_tests.simulated_account import SimulatedAccount
from source_zendesk_support import SourceZendeskSupport

TICKETS = 5000
DELETABLE = ("macros", "group_memberships", "triggers")
CARS = "custom_object_car_0000"
Deleted = Mapping[str, set[int]]
"""The ids of deleted rows, by stream."""
TITLES = {"naming": "title", "labels": True}
LONGEST_TABLE_LINES = 30
UNREPLACED = (
    "routing_attribute_events",
    "routing_attribute_value_events",
    "routing_instance_value_events",
    "talk_call_legs",
    "talk_calls",
    "ticket_events",
)
"""Streams of exports that no list replaces."""
TOKEN = "simulated-access-token"  # noqa: S105  of a made-up account


def main(arguments: Sequence[str]) -> int:
    """Run all steps and return the exit code."""
    begun, steps = time.monotonic(), Steps(explain="--explain" in arguments)
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir()
    steps.begin(f"Starting a simulated Zendesk account with {TICKETS:,} tickets")
    with SimulatedAccount.running(tickets=TICKETS, frozen=True) as account:
        programs.CONFIG.write_text(json.dumps(_config(account)))
        streams = _meet(steps)
        first, second, deleted = _sync_twice(steps, account, streams)
    codes = [_judge(steps, first, second), _sum_up(steps, second.truth), _show(steps, second.truth, deleted)]
    steps.begin("Drawing the account's weeks from its tables")
    programs.draw()
    _farewell(steps, time.monotonic() - begun)
    return max(codes)


def _config(account: SimulatedAccount) -> Mapping[str, Any]:
    """A config whose single access token is valid for every product, including Chat."""
    account.set_credentials(chat_tokens={TOKEN: "admin"})
    return account.config(
        credentials={"credentials": "oauth2.0", "access_token": TOKEN},
        custom_fields=TITLES,
        custom_objects={"tables": True},
        tombstones=True,
    )


def _meet(steps: Steps) -> Streams:
    """The streams of the manifest, as the catalog has them."""
    steps.begin("Checking the connection, discovering streams")
    status = programs.run_connector_query("check", "CONNECTION_STATUS")
    if status["status"] != "SUCCEEDED":
        sys.exit(f"check failed: {status['message']}")
    catalog = programs.run_connector_query("discover", "CATALOG")
    streams = {stream["name"]: stream for stream in catalog["streams"]}
    known = {stanza["name"] for stanza in _stanzas()}
    tables = [name for name in streams if name not in known]
    print(f"    check succeeded; {len(known)} streams, and {len(tables)} tables of custom objects: {', '.join(tables)}")
    return {name: stream for name, stream in streams.items() if name in known}


def _sync_twice(steps: Steps, account: SimulatedAccount, streams: Streams) -> tuple[Sync, Sync, Deleted]:
    steps.begin("First sync: everything, through PyAirbyte into DuckDB")
    account.forget_requests()
    outcome, seconds = programs.sync()
    first = Sync(outcome, seconds, account.counts(), Truth.of(account, streams))

    steps.begin("Changing 1 % of the account's data, and deleting some rows")
    begun = account.set_clock()
    touched = account.change(share=0.01)
    _delete(account)
    deleted = {stream: _ids(first.truth, stream) - _ids(Truth.of(account, streams), stream) for stream in DELETABLE}
    print(f"    among others {len(touched['tickets'])} tickets and {len(touched['users'])} users")
    print(f"    deleted: {', '.join(f'{len(keys)} {stream}' for stream, keys in deleted.items())}")

    steps.begin("Second sync: only changes, and Zendesk refuses its incremental exports")
    account.set_behavior(closed_exports="403_object")
    account.forget_requests()
    outcome, seconds = programs.sync()
    truth = Truth.of(account, streams, since=begun).after(first.truth, UNREPLACED)
    return first, Sync(outcome, seconds, account.counts(), truth), deleted


def _delete(account: SimulatedAccount) -> None:
    """Delete a row of some tables."""
    for stream in DELETABLE:
        account.delete(stream, account.truth(stream)[0]["id"])


def _ids(truth: Truth, stream: str) -> set[int]:
    return {row["id"] for row in truth.rows(stream)}


def _judge(steps: Steps, first: Sync, second: Sync) -> int:
    found = measure.lines(first, second, _stanzas())
    steps.begin("Results")
    print(render(measure.shortened(found, LONGEST_TABLE_LINES), measure.total(found, first, second)))
    differences = measure.differences(first, second)
    for difference in differences:
        print(f"    WRONG  {difference}")
    if not differences:
        print("\n    RIGHT  every stream's rows in DuckDB match the account after both syncs")
        print(f"           (without exports in the second one; nothing replaces {', '.join(UNREPLACED)})")
    return 1 if differences else 0


def _sum_up(steps: Steps, truth: Truth) -> int:
    steps.begin("Summing the custom field Amount by the custom field Product, in DuckDB")
    return _verdict(programs.amounts(), truth.amounts())


def _show(steps: Steps, truth: Truth, deleted: Deleted) -> int:
    """The marks of deleted rows, a conversation, and a custom object's table."""
    steps.begin("Deleted rows")
    codes = [_verdict(programs.highlights("deleted"), {stream: sorted(keys) for stream, keys in deleted.items()})]
    steps.begin("Reading a conversation, with the view ticket_messages")
    ticket, *texts = programs.highlights("conversation")
    codes.append(_verdict(sorted(texts), sorted(truth.messages(int(ticket)))))
    steps.begin(f"Looking at a custom object, {CARS}")
    codes.append(_verdict(programs.highlights("cars"), truth.mileages(CARS.removeprefix("custom_object_"))))
    return max(codes)


def _verdict(found: Any, right: Any) -> int:
    print("\n    RIGHT  matches the account" if found == right else f"    WRONG  the account says {right}")
    return 0 if found == right else 1


def _stanzas() -> list[Mapping[str, Any]]:
    """The manifest's streams, references resolved."""
    return list(SourceZendeskSupport(config=None).resolved_manifest["streams"])


def _farewell(steps: Steps, seconds: float) -> None:
    print(f"    picture:  {programs.PICTURE.relative_to(ROOT)}")
    print(f"    database: {programs.DATABASE.relative_to(ROOT)}")
    steps.begin(f"Done in {seconds:.0f} s. Next, your own account: save this as secrets/config.json")
    print(
        '    {"subdomain": "acme", "start_date": "2026-01-01T00:00:00Z",\n'
        '     "credentials": {"credentials": "api_token", "email": "you@acme.com", "api_token": "..."}}\n\n'
        "    and run\n\n"
        f"    {CONNECTOR.relative_to(ROOT)} check --config secrets/config.json\n"
        "    .venv-demo/bin/python -m demo.sync secrets/config.json zendesk.duckdb"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
