"""The kill suite at full length."""

from collections.abc import Iterator
from pathlib import Path

from integration_tests.accounts import running_account
from integration_tests.kills.interrupted_sync import InterruptedSyncTrial
from integration_tests.kills.termination import WAYS
from integration_tests.soak.trial_result import ReliabilitySuite, TrialResult, logged_result

VOYAGES = 5
CYCLES = 5
"""Five voyages of five ends in each of four ways: a hundred."""
ABOUT = """A sync of all streams is ended at a random moment, started again from the last STATE that was written, and so
on; then it may finish. The union of all that arrived must equal the account; rows that a STATE covers must not come
again (except those of the second at which two streams of one walk meet); no stream may ever have more rows without a
STATE than one page holds. SIGTERM must end in exit code 143 and a last line that says so, a closed pipe in one line on
stderr. Without memory the process may finish, name the reason, or die. *Sent again* is what the ends cost: open pages,
and streams without a cursor field, which start anew."""


def run(folder: Path) -> Iterator[TrialResult]:
    """Every way, voyage by voyage."""
    with running_account(tickets=2000) as account:
        trials = InterruptedSyncTrial(account, folder)
        for way in WAYS:
            for seed in range(VOYAGES):
                yield logged_result(*trials.run_trial(way, CYCLES, seed))


KILLS = ReliabilitySuite("kills", "Ended from outside", ABOUT, run)
