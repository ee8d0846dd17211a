"""What the manifest says about one stream, and what follows from that alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from airbyte_cdk.sources.declarative.extractors import DpathExtractor, RecordSelector
from airbyte_cdk.sources.declarative.interpolation import InterpolatedString
from airbyte_cdk.sources.declarative.requesters import HttpRequester
from airbyte_cdk.sources.declarative.requesters.paginators import DefaultPaginator
from airbyte_cdk.sources.declarative.transformations import RecordTransformation

from source_zendesk_support.api.clock import CLOCK_ERROR_SECONDS, CLOCK_TOLERANCE_SECONDS
from source_zendesk_support.api.request import PageResponse
from source_zendesk_support.components.cursor_spec import CursorSpec
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.state.ids import id_key
from source_zendesk_support.state.packed_ids import Id
from source_zendesk_support.state.position import StateFormat
from source_zendesk_support.times import MIN_EPOCH_MILLISECONDS, moment


@dataclass
class DeclaredStream:
    """One stream of the manifest, in the parts that the CDK's factory builds.

    Args:
        requester: url, parameters, authenticator and error handler.
        record_selector: its extractor, if it is one of ours, makes the stream's records of a page's rows.
        config: the connector's config, for templates.
        name: the stream.
        paginator: token and size of a page; None if one response holds everything.
        cursor: the stream's cursor; None if its data has none.
        endpoint: path below ``/api/v2/``.
        records: key of the envelope under which the page's rows are; a declared ``DpathExtractor`` says it itself.
        primary_key: what every row must have; of a key of several fields the last one.
        key_fields: all fields of the primary key.
        requires: product, plan or add-on without which Zendesk refuses; empty for the base product.
        include: sideload that this stream needs in the page.
        row_time: field of a page's rows that holds their time; the cursor field if empty.
        state_key: name of the bookmark in STATE; the cursor field if empty.
        optional_param: a request parameter that older accounts answer with 400.
        minimum_age: seconds; the endpoint serves or settles nothing younger.
        immutable: rows never change, so a known id needs no second look at its time.
        deletion_mark: field of a row that says that the thing is deleted; empty if nothing does.
        transformations: change every row before anything else sees it.
        note: what a user should know before selecting the stream; for docs/streams.md.
        bulk: what holds the children of all parents, if they are read parent by parent; for docs/streams.md.
        max_pages_without_progress: pages in a row that may bring neither a new row nor a later time.
        minimum_page_size: rows; smaller pages are not requested after a timeout.
        rows_expire: rows leave the list by their age, so one that does not come need not have been deleted.
    """

    requester: HttpRequester
    record_selector: RecordSelector
    config: Mapping[str, Any]
    name: str
    paginator: DefaultPaginator | None = None
    cursor: CursorSpec | None = None
    endpoint: str = ""
    records: str = ""
    primary_key: str = ""
    key_fields: tuple[str, ...] = ()
    requires: str = ""
    include: str = ""
    row_time: str = ""
    state_key: str = ""
    optional_param: str = ""
    minimum_age: int = 0
    immutable: bool = False
    deletion_mark: str = ""
    max_pages_without_progress: int = 50
    minimum_page_size: int = 25
    rows_expire: bool = False
    transformations: list[RecordTransformation] = field(default_factory=list)
    note: str = ""
    bulk: str = ""
    token_key = "next"  # noqa: S105  the name of a field, not a secret

    def __post_init__(self) -> None:
        """Fill what follows from other fields."""
        declared: object = self.primary_key
        self.key_fields = self.key_fields or (tuple(declared) if isinstance(declared, list) else (self.primary_key,))
        self.primary_key = self.key_fields[-1] if self.key_fields else ""
        self.row_time = self.row_time or (self.cursor.field if self.cursor else "")
        if isinstance(self.record_selector.extractor, DpathExtractor):
            self.records = declared_path(self.record_selector.extractor)

    @property
    def form(self) -> StateFormat | None:
        """How this stream writes STATE; None if it has no cursor field."""
        if not self.cursor:
            return None
        return StateFormat(self.state_key or self.cursor.field, self.cursor.notation, self.token_key)

    @property
    def row_key(self) -> str:
        """What every row of a page must have."""
        return self.primary_key

    @property
    def start(self) -> int:
        """Epoch seconds from which this stream is read if there is no state; 0 if it has no cursor."""
        return self.cursor.start if self.cursor else 0

    def youngest(self, moment: int, now: int) -> int:
        """A start time that the endpoint allows, at server time ``now``; 1 is the least that it understands."""
        return max(1, min(moment, now - self.minimum_age))

    def settled(self, response: PageResponse) -> int:
        """The latest second about which a page is final; a little early, as the server's clock is known to a second."""
        return response.requested_at - self.minimum_age - CLOCK_ERROR_SECONDS

    def present(self, response: PageResponse) -> int:
        """The second after which an export has nothing more to serve; never early, also if the clock is in doubt."""
        return max(response.requested_at, response.latest_requested_at) - self.minimum_age - CLOCK_ERROR_SECONDS

    def latest(self, response: PageResponse) -> int:
        """The last second that anything in a response can be dated."""
        return max(response.requested_at, response.latest_requested_at) + CLOCK_TOLERANCE_SECONDS

    @property
    def path(self) -> str:
        """Path of the endpoint, which decides on the limits."""
        return f"/api/v2/{self.endpoint}"

    @property
    def row_fields(self) -> tuple[str, ...]:
        """The fields of a row that rules judge by; none, so all, if rows have no key or are changed."""
        lazy = self.primary_key and not self.transformations
        return (*self.key_fields, self.row_time, self.deletion_mark) if lazy else ()

    def time_of(self, row: Row) -> int | None:
        """The row's place in time in epoch seconds; None if it has none that can be read."""
        value = row.get(self.row_time)
        seconds = type(value) is int and 0 <= value < MIN_EPOCH_MILLISECONDS
        return value if seconds else moment(value)

    def key_of(self, row: Row) -> Id:
        """By which a row is known again in another page, sync or list, also if its id came in another notation."""
        if len(self.key_fields) > 1:
            return "/".join(str(row.get(name)) for name in self.key_fields)
        return id_key(row.get(self.primary_key))

    def fingerprints(self, rows: Iterable[Row]) -> set[int]:
        """One number a row, made of its key and time; of all its fields if it has no key."""
        if not self.primary_key:
            return {hash(orjson.dumps(row, default=str)) for row in rows}
        return {hash((self.key_of(row), str(row.get(self.row_time)))) for row in rows}


def declared_path(extractor: DpathExtractor) -> str:
    """The one key that an extractor looks for rows under; empty if the body itself is the list or the row."""
    path = extractor._field_path  # noqa: SLF001  the CDK shows only the template, without its parameters
    return str(InterpolatedString.create(path[0], parameters={}).eval(extractor.config)) if path else ""
