"""Everything that answers depend on, in one place: account, credentials, limits, plan, faults, quirks, log."""

from collections import Counter
from dataclasses import dataclass, field

from .account import Account
from .answers import Answer
from .auth import Credentials
from .faults import Faults
from .journal import Journal
from .limits import Limits
from .makers import MAKERS
from .options import Options
from .plans import Plan
from .quirks import Quirks
from .sweeps import burst

WARM = 20_000
"""Up to so many tickets, all tables are made before the account answers.

Above, only the first ones, and each other on its first use.
"""
FIRST = ("tickets", "ticket_metrics", "users")


@dataclass
class World:
    """The account and its moods."""

    options: Options
    account: Account
    credentials: Credentials = field(default_factory=Credentials)
    limits: Limits = field(default_factory=Limits)
    plan: Plan = field(default_factory=Plan)
    faults: Faults = field(default_factory=Faults)
    last_pages: dict[str, Answer] = field(default_factory=dict)
    """Each path's last page since faults were set, for the faults that send it again."""
    quirks: Quirks = field(default_factory=Quirks)
    journal: Journal = field(default_factory=Journal)
    export_calls: Counter[str] = field(default_factory=Counter)
    """Of each export since the quirks were set."""


def world_of(options: Options) -> World:
    """A new account in its usual mood."""
    account = Account(options, MAKERS)
    for kind in account.kinds() if options.tickets <= WARM else FIRST:
        account.table(kind)
    for kind, rows in options.bursts.items():
        burst(account, kind, rows)
    return World(options, account, limits=Limits(plan=options.plan), plan=Plan(options.plan))
