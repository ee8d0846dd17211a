"""The suites, in the order of the report."""

from integration_tests.soak.row import Suite

SUITES: list[Suite] = []
