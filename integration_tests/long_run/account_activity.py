"""What happens in an account between two syncs."""

from datetime import UTC, datetime

from integration_tests.simulated_account import SimulatedAccount

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WORK = 20 * MINUTE
"""What `change` lets go by."""
LATE = 12 * MINUTE
"""Zendesk adds some metric events so much after the time that they bear."""


def advance_account(account: SimulatedAccount, step: int, seed: int) -> None:
    """Lets `step` seconds go by, in which everything is worked on.

    A metric event that happened before the sync before arrives after it, and one is on time, three minutes before the
    next sync, so that the bookmark stands behind what is still late.
    """
    account.set_clock(skew=2 * MINUTE)
    _event(account, LATE)
    account.set_clock(skew=step - WORK - 5 * MINUTE)
    account.change(share=0.01, seed=seed)
    _event(account, 0)
    account.set_clock(skew=3 * MINUTE)


def _event(account: SimulatedAccount, age: int) -> None:
    at = datetime.fromtimestamp(int(account.set_clock()) - age, tz=UTC)
    account.add("ticket_metric_events", time=at.strftime("%Y-%m-%dT%H:%M:%SZ"))
