"""The fault suite at full length."""

from collections.abc import Iterator
from pathlib import Path

from integration_tests.accounts import running_account
from integration_tests.faults.fault_kinds import ALL, BODY, GROUPS
from integration_tests.faults.random_fault_trial import RandomFaultTrial
from integration_tests.soak.trial_result import ReliabilitySuite, TrialResult, logged_result

RATES = (0.02, 0.1, 0.3)
SEEDS = range(20)
HEAVY = 0.6
HEAVY_SEEDS = range(5)
GROUP_SEEDS = range(100, 102)
ABOUT = f"""Each call is answered wrongly with the given chance, by one of {len(ALL)} kinds of fault: 408, 409, 429 and
503 with and without Retry-After (whole, fractional, an HTTP date), 500, 502, 504, 520, 524; connections reset before
and inside the body, gzip cut short; JSON cut short, a web page or a wrong content type with status 200, a page without
its list; pages that are repeated, stale, empty or out of order, without links, without cursors, with links to another
host; rows without an id, empty rows, null cursors, unknown fields, half a surrogate pair. All streams are read. A
stream that is COMPLETE must equal the account; one that is not must have said why."""


def run(folder: Path) -> Iterator[TrialResult]:
    """Every rate and every group of faults, seed by seed."""
    with running_account(tickets=1100) as account:
        trials = RandomFaultTrial(account, folder)
        for rate in RATES:
            for seed in SEEDS:
                yield logged_result(
                    *trials.run_trial(f"all kinds, {rate:.0%} of calls", rate=rate, seed=seed, kinds=ALL)
                )
        for name, kinds in GROUPS.items():
            for seed in GROUP_SEEDS:
                yield logged_result(*trials.run_trial(f"only {name}, 30% of calls", rate=0.3, seed=seed, kinds=kinds))
        for seed in HEAVY_SEEDS:
            yield logged_result(
                *trials.run_trial(f"cut or foreign bodies, {HEAVY:.0%}", rate=HEAVY, seed=seed, kinds=BODY)
            )


FAULTS = ReliabilitySuite("faults", "Faults by chance", ABOUT, run)
