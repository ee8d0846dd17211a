"""The ids of users, groups and organizations, which records refer to, by arithmetic alone."""

from dataclasses import dataclass
from random import Random

from .account_data import AccountData
from .record_kinds import number_of

GROUPS = 6
"""As many groups are not deleted."""


@dataclass(frozen=True)
class AccountIds:
    """Numbers of agents, end users and organizations, and the ids that follow from them."""

    agents: int
    end_users: int
    organizations: int

    def user(self, n: int) -> int:
        """The id of the n-th user; agents come first, and the first two of them are administrators."""
        return number_of("users", n)

    def agent(self, rng: Random) -> int:
        """Some agent's id."""
        return self.user(int(rng.random() * self.agents))

    def end_user_number(self, rng: Random) -> int:
        """The number of some end user."""
        return self.agents + int(rng.random() * self.end_users)

    def end_user(self, rng: Random) -> int:
        """Some end user's id."""
        return self.user(self.end_user_number(rng))

    def organization_of(self, n: int) -> int | None:
        """The organization of the n-th user; agents and every third end user have none."""
        if n < self.agents or n % 3 == 0:
            return None
        return number_of("organizations", n % self.organizations)

    def group_of(self, n: int) -> int:
        """The default group of the n-th agent."""
        return number_of("groups", n % GROUPS)


def account_ids_of(account: AccountData) -> AccountIds:
    """The ids of this account, from its size."""
    tickets = account.options.tickets
    users = account.size("users", 0)
    agents = max(6, min(40, tickets // 100))
    end_users = max(1, users - agents) if users else max(20, tickets * 3 // 5)
    return AccountIds(agents, end_users, max(1, account.size("organizations", max(5, tickets // 20))))
