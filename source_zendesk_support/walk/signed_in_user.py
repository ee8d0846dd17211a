"""Who is signed in, which decides what a refusal means."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple

ADMIN = "admin"


class SignedInUser(NamedTuple):
    """The owner of the credentials.

    Attributes:
        role: ``admin``, ``agent`` or ``end-user``; empty if it is not known.
        scopes: what the access token may do; empty if it is not known, or no token.
        custom_role: id of the custom role; empty if there is none.
    """

    role: str = ""
    scopes: str = ""
    custom_role: str = ""

    @property
    def full_role(self) -> str:
        """What decides which rows the user sees; empty if it is not known."""
        return f"{self.role} {self.custom_role}".strip() if self.role else ""


class UserLookup:
    """Looks up the user once for all walks of a sync, and only if one of them needs to know; thread-safe.

    Args:
        find: makes the calls.
    """

    def __init__(self, find: Callable[[], SignedInUser] = SignedInUser) -> None:
        self._find = find
        self._lock = threading.Lock()
        self._known: SignedInUser | None = None

    @property
    def known(self) -> SignedInUser:
        """The user, if somebody has needed to know; nothing is requested."""
        return self._known or SignedInUser()

    def user(self) -> SignedInUser:
        """The user."""
        with self._lock:
            if self._known is None:
                self._known = self._find()
            return self._known
