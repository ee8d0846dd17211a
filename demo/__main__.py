"""The demo, step by step; exits with 1 if the database does not match the account."""

import json
import shutil
import sys
import time
from collections.abc import Mapping
from typing import Any

from demo import CONNECTOR, OUTPUT, ROOT, measure, programs
from demo.measure import Sync
from demo.table import render
from demo.truth import Streams, Truth
from integration_tests.simulated_account import SimulatedAccount
from source_zendesk_support import SourceZendeskSupport

TICKETS = 5000
TITLES = {"naming": "title", "labels": True}
TOKEN = "simulated-access-token"  # noqa: S105  of a made-up account


def main() -> int:
    """Run all steps and return the exit code."""
    begun = time.monotonic()
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir()
    _step(f"Starting a simulated Zendesk account with {TICKETS:,} tickets")
    with SimulatedAccount.running(tickets=TICKETS, frozen=True) as account:
        programs.CONFIG.write_text(json.dumps(_config(account)))
        streams = _meet()
        first, second = _sync_twice(account, streams)
    code = _judge(first, second) | _sum_up(second.truth)
    _step("Drawing the account's weeks from its tables")
    programs.draw()
    _farewell(time.monotonic() - begun)
    return code


def _config(account: SimulatedAccount) -> Mapping[str, Any]:
    """A config whose single access token is valid for every product, including Chat."""
    account.set_credentials(chat_tokens={TOKEN: "admin"})
    return account.config(credentials={"credentials": "oauth2.0", "access_token": TOKEN}, custom_fields=TITLES)


def _meet() -> Streams:
    _step("Checking the connection, discovering streams")
    status = programs.ask_connector("check", "CONNECTION_STATUS")
    if status["status"] != "SUCCEEDED":
        sys.exit(f"check failed: {status['message']}")
    catalog = programs.ask_connector("discover", "CATALOG")
    streams = {stream["name"]: stream for stream in catalog["streams"]}
    print(f"    check succeeded; {len(streams)} streams: {', '.join(streams)}")
    return streams


def _sync_twice(account: SimulatedAccount, streams: Streams) -> tuple[Sync, Sync]:
    _step("First sync: everything, through PyAirbyte into DuckDB")
    account.forget_requests()
    outcome, seconds = programs.sync()
    first = Sync(outcome, seconds, account.counts(), Truth.of(account, streams))

    _step("Changing 1 % of the account's data")
    begun = account.set_clock()
    touched = account.change(share=0.01)
    print(f"    among others {len(touched['tickets'])} tickets and {len(touched['users'])} users")

    _step("Second sync: only changes")
    account.forget_requests()
    outcome, seconds = programs.sync()
    truth = Truth.of(account, streams, since=begun).after(first.truth, streams)
    return first, Sync(outcome, seconds, account.counts(), truth)


def _judge(first: Sync, second: Sync) -> int:
    stanzas = SourceZendeskSupport(config=None).resolved_manifest["streams"]
    found = measure.lines(first, second, stanzas)
    _step("Results")
    print(render(found, measure.total(found, first, second)))
    differences = measure.differences(first, second)
    for difference in differences:
        print(f"    WRONG  {difference}")
    if not differences:
        print("\n    RIGHT  every stream's rows in DuckDB match the account after both syncs")
    return 1 if differences else 0


def _sum_up(truth: Truth) -> int:
    _step("Summing the custom field Amount by the custom field Product, in DuckDB")
    right = programs.amounts() == truth.amounts()
    print("\n    RIGHT matches the account" if right else f"    WRONG  the account says {truth.amounts()}")
    return 0 if right else 1


def _step(text: str) -> None:
    print(f"\n==> {text}", flush=True)


def _farewell(seconds: float) -> None:
    print(f"    picture:  {programs.PICTURE.relative_to(ROOT)}")
    print(f"    database: {programs.DATABASE.relative_to(ROOT)}")
    _step(f"Done in {seconds:.0f} s. Next, your own account: save this as secrets/config.json")
    print(
        '    {"subdomain": "acme", "start_date": "2026-01-01T00:00:00Z",\n'
        '     "credentials": {"credentials": "api_token", "email": "you@acme.com", "api_token": "..."}}\n\n'
        "    and run\n\n"
        f"    {CONNECTOR.relative_to(ROOT)} check --config secrets/config.json\n"
        "    .venv-demo/bin/python -m demo.sync secrets/config.json zendesk.duckdb"
    )


if __name__ == "__main__":
    sys.exit(main())
