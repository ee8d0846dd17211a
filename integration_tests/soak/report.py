"""docs/reliability.md: each suite replaces its own section, so that suites may be run one at a time."""

import re
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from integration_tests.soak.trial_result import ReliabilitySuite, TrialResult

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "docs" / "reliability.md"
HEAD = """# Reliability

Faults that were injected on purpose, and their results. Every figure is from a run of `make soak`: the real command
line as a process, against the simulated account over HTTP. `make test-all` runs the same suites with fewer seeds.

*Survived*: the sync completed and matched the account, or it stopped with a non-zero exit code, a message and a STATE
from which later runs completed it (*stopped first* counts these). *Lost*: rows that were missing or different at the
end. *Skipped*: rows that Zendesk sent without their key, twice, with a WARN; they do not count as *lost*. *Sent
again*: rows that were emitted more than once; a destination that upserts by primary key is not affected.
"""
COLUMNS = (
    "| fault | runs | survived | stopped first | lost | skipped | sent again |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n"
)


def write(suite: ReliabilitySuite, rows: Sequence[TrialResult], seconds: float, report: Path = REPORT) -> None:
    """Put a suite's section in the place of the one that was there, or at the end."""
    text = report.read_text("utf-8") if report.exists() else HEAD
    text = HEAD + text[text.index("\n## ") :] if "\n## " in text else HEAD
    new = section(suite, rows, seconds)
    old = re.compile(rf"^## {re.escape(suite.title)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    text = old.sub(lambda _match: new, text) if old.search(text) else f"{text.rstrip()}\n\n{new}"
    report.write_text(text.rstrip() + "\n", "utf-8")


def section(suite: ReliabilitySuite, rows: Sequence[TrialResult], seconds: float) -> str:
    """Heading, words, date and commit, table."""
    today = datetime.now(UTC).date().isoformat()
    lines = "".join(map(_line, rows))
    measured = f"Run on {today} at commit {commit()}, in {seconds / 60:.0f} minutes."
    return f"## {suite.title}\n\n{suite.about}\n\n{measured}\n\n{COLUMNS}{lines}\n"


def commit() -> str:
    """The short hash of what is checked out, and whether anything but the report differs from it."""
    dirty = _git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs/reliability.md")
    return _git("rev-parse", "--short", "HEAD") + (" (with changes)" if dirty else "")


def _line(row: TrialResult) -> str:
    rows = f"{row.lost:,} | {row.skipped:,} | {row.again:,}"
    return f"| {row.fault} | {row.runs} | {row.survived} | {row.unfinished} | {rows} |\n"


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
