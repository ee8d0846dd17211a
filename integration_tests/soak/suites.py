"""The suites, in the order of the report."""

from integration_tests.concurrency.soak import CONCURRENCY
from integration_tests.long_run.soak import LONG_RUN
from integration_tests.soak.row import Suite
from integration_tests.states.soak import STATES

SUITES: list[Suite] = [LONG_RUN, CONCURRENCY, STATES]
