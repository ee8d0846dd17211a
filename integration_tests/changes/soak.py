"""The change suite at full length."""

from collections.abc import Iterator
from pathlib import Path

from integration_tests.accounts import running_account
from integration_tests.changes.changing_account import ChangingAccountTrial
from integration_tests.soak.trial_result import ReliabilitySuite, TrialResult, logged_result

SEEDS = range(20)
SKEWS = {"the server's clock five minutes ahead": 300, "the server's clock five minutes behind": -300}
SKEW_SEEDS = range(5)
ABOUT = """While all streams are read, at four random moments 2% of every table that can change is changed, rows are
added and deleted, comments are redacted, twenty minutes go by, and the last rows of the page that has just come are
changed and deleted. An hour later one more sync runs, in peace. Then every table must equal the account; only what
Zendesk deletes without a trace, and what it rewrites at its old place in time, may differ (see behaviors.md)."""


def run(folder: Path) -> Iterator[TrialResult]:
    """Each seed on an account of its own."""
    for seed in SEEDS:
        with running_account(tickets=1100, frozen=False) as account:
            yield logged_result(*ChangingAccountTrial(account, folder).run_trial("changes during a sync", seed))
    for name, skew in SKEWS.items():
        for seed in SKEW_SEEDS:
            with running_account(tickets=200, now=None, frozen=False) as account:
                account.set_clock(skew=skew)
                yield logged_result(
                    *ChangingAccountTrial(account, folder).run_trial(f"{name}, changes during a sync", seed)
                )


CHANGES = ReliabilitySuite("changes", "Changes during a sync", ABOUT, run)
