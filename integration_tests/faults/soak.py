"""The fault suite at full length."""

from collections.abc import Iterator
from pathlib import Path

from integration_tests.conftest import NOW
from integration_tests.faults.kinds import ALL, BODY, GROUPS
from integration_tests.faults.trial import Ground
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.soak.row import Row, Suite, told_of

RATES = (0.02, 0.1, 0.3)
SEEDS = range(20)
HEAVY = 0.6
HEAVY_SEEDS = range(5)
GROUP_SEEDS = range(100, 102)
ABOUT = f"""Each call gets a wrong response with the given probability, by one of {len(ALL)} kinds of fault: 408, 409,
429 and 503 with and without Retry-After (whole, fractional, an HTTP date), 500, 502, 504, 520, 524; connections reset
before and inside the body, gzip cut short; truncated JSON, a web page or a wrong content type with status 200, a page
without its list; pages that are repeated, stale, empty or out of order, without links, without cursors, with links to
another host; rows without an id, empty rows, null cursors, unknown fields, half a surrogate pair. All streams are
read. A COMPLETE stream must match the account; any other stream must have reported why."""


def run(folder: Path) -> Iterator[Row]:
    """Every rate and every group of faults, seed by seed."""
    with SimulatedAccount.running(tickets=1100, now=NOW, frozen=True) as account:
        ground = Ground(account, folder)
        for rate in RATES:
            for seed in SEEDS:
                yield told_of(*ground.trial(f"all kinds, {rate:.0%} of calls", rate=rate, seed=seed, kinds=ALL))
        for name, kinds in GROUPS.items():
            for seed in GROUP_SEEDS:
                yield told_of(*ground.trial(f"only {name}, 30% of calls", rate=0.3, seed=seed, kinds=kinds))
        for seed in HEAVY_SEEDS:
            yield told_of(*ground.trial(f"cut or foreign bodies, {HEAVY:.0%}", rate=HEAVY, seed=seed, kinds=BODY))


FAULTS = Suite("faults", "Random faults", ABOUT, run)
