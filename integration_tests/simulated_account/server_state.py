"""Everything that answers depend on, in one place: account, credentials, limits, plan, faults, behavior, log."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from .access import AccountCredentials
from .account_behavior import AccountBehavior
from .account_data import AccountData
from .account_options import AccountOptions
from .account_plan import AccountPlan
from .declared_streams import DeclaredStream, declared_streams
from .endpoint_routes import EndpointRoutes
from .endpoints import endpoints_of
from .example_rows import example_rows
from .faults import FaultPlan
from .journal import RequestLog
from .limits import RateLimits
from .odd_responses import OddResponses
from .responses import ApiResponse
from .scripted_responses import ResponseScript
from .table_makers import MAKERS

WARM = 20_000
"""Up to so many tickets, a warm account makes all tables before it answers.

Above, only the first ones, and each other on its first use.
"""
FIRST = ("tickets", "ticket_metrics", "users")


@dataclass
class ServerState:
    """The account, and how it answers."""

    account: AccountData
    routes: EndpointRoutes
    credentials: AccountCredentials = field(default_factory=AccountCredentials)
    limits: RateLimits = field(default_factory=RateLimits)
    plan: AccountPlan = field(default_factory=AccountPlan)
    faults: FaultPlan = field(default_factory=FaultPlan)
    last_pages: dict[str, ApiResponse] = field(default_factory=dict)
    """Each path's last page since faults were set, for the faults that send it again."""
    behavior: AccountBehavior = field(default_factory=AccountBehavior)
    odd: OddResponses = field(default_factory=OddResponses)
    script: ResponseScript = field(default_factory=ResponseScript)
    journal: RequestLog = field(default_factory=RequestLog)
    export_calls: Counter[str] = field(default_factory=Counter)
    """Of each export since the behavior was set."""


def new_server_state(
    options: AccountOptions, streams: Mapping[str, DeclaredStream] | None = None, *, warm: bool = True
) -> ServerState:
    """A new account that answers as usual, with the streams of the manifest unless others are given.

    If it is not `warm`, each table is made on its first use; its rows are the same.
    """
    streams = declared_streams() if streams is None else streams
    account = AccountData(options, streams, MAKERS, example_rows)
    if warm:
        for kind in account.kinds() if options.tickets <= WARM else FIRST:
            account.table(kind)
    return ServerState(account, EndpointRoutes(endpoints_of(streams)))
