"""Whether an export is closed to this connection, which is another thing than a user who lacks the right to it.

Nobody knows how Zendesk will refuse (docs/zendesk-api.md#exports (12)). So every refusal counts, if the user is an
administrator and the list of the same rows answers; and a response without rows counts if that list has younger ones.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from typing import Any

import requests
from airbyte_cdk.models import FailureType
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.list_form import ListForm
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.components.thread_pool import ChildThreads
from source_zendesk_support.config.model import Config
from source_zendesk_support.errors import EndpointUnavailable, TransientFailure, WalkError
from source_zendesk_support.walk.signed_in_user import ADMIN, UserLookup

logger = logging.getLogger("airbyte")

AUTO, NEVER, BY_ID = "auto", "never", "by_id"
CLOSED = frozenset(
    {
        requests.codes.forbidden,
        requests.codes.not_found,
        requests.codes.gone,
        requests.codes.unavailable_for_legal_reasons,
    }
)


def closing_refusal(error: BaseException) -> str:
    """The refusal of an export that may be closed; empty if the error is no such refusal."""
    cause = error.__cause__ if isinstance(error, AirbyteTracedException) else error
    if isinstance(cause, EndpointUnavailable) and cause.status in CLOSED:
        return str(cause)
    return str(cause) if isinstance(cause, TransientFailure) and cause.foreign else ""


class ExportClosed(Exception):
    """An export is closed; what is read instead must be read now."""


class ExportAccess:
    """One for a sync; thread-safe.

    Args:
        config: the user's config.
        user: who is signed in; looked up if an export refuses.
        zendesk: requests the lists.
        threads: the sync's pool, for rows that are read by their ids.
    """

    def __init__(self, config: Config, user: UserLookup, zendesk: ZendeskClient, threads: ChildThreads) -> None:
        self.are_tried = config.exports != NEVER
        self.by_id_first = config.first_sync == BY_ID
        self.threads = threads
        self._may_close = config.exports == AUTO
        self._user = user
        self._compared_with: dict[str, Sequence[Row] | None] = {}
        self._lock = threading.Lock()
        self._zendesk = zendesk

    def is_closed(self, form: ListForm, refusal: str, *, known: bool) -> bool:
        """Whether an export that has refused is closed.

        Args:
            form: what is read instead.
            refusal: its refusal, as ``closing_refusal`` says it.
            known: an earlier sync has found it closed.
        """
        if not self._may_close or not refusal:
            return False
        return known or ((form.any_role or self._user.user().role == ADMIN) and self._answers(form))

    def younger_row(self, form: ListForm, bookmark: int, requested_at: int) -> int | None:
        """The time of the newest listed row, in epoch seconds, if it is younger than the bookmark; else None.

        An open export may have sent that row already: the bookmark stays behind the seconds that may still change.

        Args:
            form: what is read instead.
            bookmark: epoch seconds up to which the export has been read.
            requested_at: server time at which it was requested.
        """
        rules = form.changes
        if not self._may_close or rules is None:
            return None
        newest = self._compared(rules)
        times = form.times_of_newest(newest[0], bookmark, self._zendesk) if newest else ()
        return max((time for time in times if bookmark < time < requested_at - form.patience), default=None)

    def _compared(self, rules: PagedRetriever) -> Sequence[Row] | None:
        """The first row of a list; one request for all exports that look at the same list."""
        request = rules.probe(self._zendesk.clock.latest())
        key = f"{request.url} {sorted(map(str, request.params.items()))}"
        with self._lock:
            if key not in self._compared_with:
                self._compared_with[key] = self._newest(rules)
            return self._compared_with[key]

    def _answers(self, form: ListForm) -> bool:
        rules = form.changes or form.witness
        return rules is not None and self._compared(rules) is not None

    def _newest(self, rules: PagedRetriever) -> Sequence[Row] | None:
        """The first row of a list, in a list of one or none; None if it does not answer.

        Raises:
            AirbyteTracedException: configuration error.
        """
        request = rules.probe(self._zendesk.clock.latest())
        try:
            response = self._zendesk.page(request)
        except WalkError:
            return None
        except AirbyteTracedException as error:
            if error.failure_type == FailureType.config_error:
                raise
            return None
        response.release()
        rows: list[Any] = rules.rows(response)
        return rows[:1]
