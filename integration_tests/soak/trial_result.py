"""One line of the report, and what makes some."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True)
class TrialResult:
    """What one kind of fault did, summed over its runs.

    Args:
        fault: what was done to the sync, in words.
        runs: how many times.
        survived: runs that ended whole, or stopped with a message and a STATE from which the next run completed.
        lost: records of the account that did not arrive, or arrived otherwise than they are, summed over all runs.
        again: records that arrived more than once, summed over all runs.
        unfinished: of the survived runs, those that stopped and were completed by a later one.
        skipped: records that came without their key, twice, and that a WARN names.
    """

    fault: str
    runs: int = 0
    survived: int = 0
    lost: int = 0
    again: int = 0
    unfinished: int = 0
    skipped: int = 0

    def __add__(self, other: "TrialResult") -> "TrialResult":
        """The sum of two rows, under the first one's name."""
        return replace(
            self,
            runs=self.runs + other.runs,
            survived=self.survived + other.survived,
            lost=self.lost + other.lost,
            again=self.again + other.again,
            unfinished=self.unfinished + other.unfinished,
            skipped=self.skipped + other.skipped,
        )


Trial = tuple[list[str], TrialResult]
"""What was wrong, in words, and the result."""


@dataclass(frozen=True)
class ReliabilitySuite:
    """Everything that is done in one manner.

    Args:
        name: as on the command line.
        title: heading of its section in the report; must not change, or the old section stays.
        about: what was done and how it was judged, in a paragraph.
        run: makes all its trials; takes an empty folder.
    """

    name: str
    title: str
    about: str
    run: Callable[[Path], Iterable[Trial]]


def sum_by_fault(rows: Iterable[TrialResult]) -> Iterator[TrialResult]:
    """One row a fault, in the order in which the faults first came."""
    sums: dict[str, TrialResult] = {}
    for row in rows:
        sums[row.fault] = sums.get(row.fault, TrialResult(row.fault)) + row
    yield from sums.values()
