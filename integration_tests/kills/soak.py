"""The kill suite at full length."""

from collections.abc import Iterator
from pathlib import Path

from integration_tests.conftest import NOW
from integration_tests.kills.voyage import Harbour
from integration_tests.kills.ways import WAYS
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.soak.row import Row, Suite, told_of

VOYAGES = 5
CYCLES = 5
"""Five voyages of five ends in each of four ways: a hundred."""
ABOUT = """A sync of all streams is ended at a random moment, restarted from the last STATE that was written, and so
on; then it may finish. The union of all emitted rows must match the account. Rows covered by a STATE must not be
emitted again (except those of the second at which two streams of one walk meet). No stream may ever have more rows
without a STATE than one page contains. SIGTERM must end with exit code 143 and a last line that names it, a closed
pipe with one line on stderr. Without memory the process may finish, name the reason, or die. *Sent again* is the cost
of the interruptions: open pages, and streams without a cursor field, which start again."""


def run(folder: Path) -> Iterator[Row]:
    """Every way, voyage by voyage."""
    with SimulatedAccount.running(tickets=2000, now=NOW, frozen=True) as account:
        harbour = Harbour(account, folder)
        for way in WAYS:
            for seed in range(VOYAGES):
                yield told_of(*harbour.voyage(way, CYCLES, seed))


KILLS = Suite("kills", "Interruptions", ABOUT, run)
