"""The change suite at full length."""

from collections.abc import Iterator
from pathlib import Path

from integration_tests.changes.unrest import Unrest
from integration_tests.conftest import NOW
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.soak.row import Row, Suite, told_of

SEEDS = range(20)
SKEWS = {"the server's clock five minutes ahead": 300, "the server's clock five minutes behind": -300}
SKEW_SEEDS = range(5)
ABOUT = """While all streams are read, at four random moments 2% of every changeable table is changed, rows are added
and deleted, comments are redacted, twenty minutes pass, and the last rows of the current page are changed and
deleted. An hour later one more sync runs without changes. Then every table must match the account; only rows that
Zendesk deletes without a mark, or rewrites without changing their time, may differ (see behaviors.md)."""


def run(folder: Path) -> Iterator[Row]:
    """Each seed on an account of its own."""
    for seed in SEEDS:
        with SimulatedAccount.running(tickets=1100, now=NOW) as account:
            yield told_of(*Unrest(account, folder).voyage("changes during a sync", seed))
    for name, skew in SKEWS.items():
        for seed in SKEW_SEEDS:
            with SimulatedAccount.running(tickets=200) as account:
                account.set_clock(skew=skew)
                yield told_of(*Unrest(account, folder).voyage(f"{name}, changes during a sync", seed))


CHANGES = Suite("changes", "Changes during a sync", ABOUT, run)
