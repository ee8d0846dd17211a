"""Who is signed in, which decides what a refusal means."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple

ADMIN = "admin"


class SignedInUser(NamedTuple):
    """The owner of the credentials, as far as Zendesk has shown it.

    Attributes:
        role: ``admin``, ``agent`` or ``end-user``; empty if it is not known.
        scopes: what the access token may do; empty if it is not known, or no token.
    """

    role: str = ""
    scopes: str = ""


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
