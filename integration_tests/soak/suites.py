"""The suites, in the order of the report."""

from integration_tests.changes.soak import CHANGES
from integration_tests.concurrency.soak import CONCURRENCY
from integration_tests.faults.soak import FAULTS
from integration_tests.kills.soak import KILLS
from integration_tests.long_run.soak import LONG_RUN
from integration_tests.soak.trial_result import ReliabilitySuite
from integration_tests.states.soak import STATES

SUITES: list[ReliabilitySuite] = [FAULTS, KILLS, CHANGES, STATES, LONG_RUN, CONCURRENCY]
