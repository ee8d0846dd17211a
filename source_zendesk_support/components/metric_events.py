"""The metric events of one ticket, which Zendesk returns in groups.

https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_metric_events/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from source_zendesk_support.api.request import PageResponse
from source_zendesk_support.components.id_block import ChangeListRetriever
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.components.paging import NextPage
from source_zendesk_support.errors import MalformedResponse

KEYS = ("metric_events", "ticket_metric_events")


@dataclass
class MetricEventsRetriever(ChangeListRetriever):
    """A ticket's metric events, in one object or list, grouped by metric or not.

        type: CustomRetriever
        class_name: source_zendesk_support.components.metric_events.MetricEventsRetriever
        row_time: time
        requester: {$ref: "#/definitions/requester"}
        record_selector: {$ref: "#/definitions/body_selector"}

    Not ``SimpleRetriever``: ``DpathExtractor`` reads lists whose path is known, and the groups' form is not documented.
    """

    def rows(self, response: PageResponse, streams: Sequence[str] = ()) -> list[Row]:
        """The events of all groups; the name of a group is that of its events' metric."""
        return list(_events(_groups(response.envelope), ""))

    def next_page(self, envelope: Any, size: int) -> NextPage:
        """As any list.

        Raises:
            MalformedResponse: the response has no metric events.
        """
        if _groups(envelope) is None:
            raise MalformedResponse("the response has no metric_events")
        return super().next_page(envelope, size)


def _groups(envelope: Any) -> Any:
    known = [envelope[key] for key in KEYS if key in envelope] if isinstance(envelope, dict) else [envelope]
    return next((groups for groups in known if isinstance(groups, dict | list)), None)


def _events(part: Any, metric: str) -> Iterator[Row]:
    if isinstance(part, list):
        for each in part:
            yield from _events(each, metric)
    elif isinstance(part, dict) and part.get("id") is not None:
        yield part if part.get("metric") or not metric else {**part, "metric": metric}
    elif isinstance(part, dict):
        for name, each in part.items():
            yield from _events(each, name)
