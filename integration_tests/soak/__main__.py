"""`python -m integration_tests.soak [suite ...]`: run suites, write the report, fail if anything was lost."""

import logging
import sys
import tempfile
import time
from pathlib import Path

from integration_tests.soak.report import write
from integration_tests.soak.suites import SUITES
from integration_tests.soak.trial_result import ReliabilitySuite, Trial, TrialResult, sum_by_fault
from unit_tests.cdk_work_once import cdk_work_once

logger = logging.getLogger("soak")


def main(names: list[str]) -> int:
    """Run the named suites, or all; 1 if a run was not survived or a record was lost."""
    unknown = set(names) - {suite.name for suite in SUITES}
    if unknown:
        raise SystemExit(f"no such suite: {', '.join(sorted(unknown))}")
    with cdk_work_once():
        failed = [row for suite in SUITES if not names or suite.name in names for row in _run(suite) if _is_bad(row)]
    for row in failed:
        logger.error("NOT SURVIVED: %s", row)
    return 1 if failed else 0


def _run(suite: ReliabilitySuite) -> list[TrialResult]:
    logger.info("==> %s", suite.title)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        rows = list(sum_by_fault(map(_logged, suite.run(Path(folder)))))
    write(suite, rows, time.monotonic() - began)
    for row in rows:
        logger.info("%s", row)
    return rows


def _logged(trial: Trial) -> TrialResult:
    wrong, result = trial
    logger.info("%s", result)
    for words in wrong:
        logger.error("    %s", words)
    return result


def _is_bad(row: TrialResult) -> bool:
    return bool(row.lost) or row.survived < row.runs


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", force=True)  # the CDK has been there
    sys.exit(main(sys.argv[1:]))
