"""Records of custom objects: an export for each object, and the marks of deleted records.

Facts: docs/zendesk-api.md#custom-objects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from airbyte_cdk.sources.declarative.transformations import RecordTransformation

from source_zendesk_support.api.request_path import path_segments
from source_zendesk_support.components.cursor_export import CursorExportRetriever
from source_zendesk_support.components.list_form import LazyListForm, ListForm
from source_zendesk_support.components.lists import ListRetriever
from source_zendesk_support.components.page_result import PageResult, PageRows, Row
from source_zendesk_support.errors import EndpointUnavailable
from source_zendesk_support.state.position import Position

OBJECT_KEY = "custom_object_key"
"""Name of an object's key in urls, and in its records."""


@dataclass
class ObjectRecordsRetriever(ListRetriever):
    """The list of custom objects, each of which has an export of its records.

        type: CustomRetriever
        class_name: source_zendesk_support.components.custom_objects.ObjectRecordsRetriever
        objects: custom_objects
        requester: {$ref: "#/definitions/single_page_requester", url: ".../custom_objects", use_cache: true}
        record_selector: {$ref: "#/definitions/selector"}
        export:
          $ref: "#/definitions/cursor_export_stream/retriever"
          requester: {$ref: "#/definitions/requester", url: ".../{{ stream_partition['custom_object_key'] }}/cursor"}

    Not ``SubstreamPartitionRouter``: it emits the state of a partition when all its pages have been read, and an object
    may have so many that this takes hours. Here every object is a walk, which the stream of the object's table shares.

    The list itself is walked only if it is empty or refused; none of its rows is a record.

    Args:
        objects: path of the list, and key of its rows.
        export: how one object's records are exported.
        list_form: what is read of one object if its export is closed.
    """

    objects: str = ""
    export: CursorExportRetriever | None = None
    list_form: LazyListForm | None = None

    def __post_init__(self) -> None:
        """``$parameters`` hold what the records need."""
        super().__post_init__()
        self.endpoint = self.records = self.objects

    @property
    def row_key(self) -> str:
        """By which an object is named."""
        return "key"

    @property
    def row_fields(self) -> tuple[str, ...]:
        """All: the list is short."""
        return ()

    def params(self, position: Position, now: int) -> dict[str, Any]:
        """None: the start time is for the exports."""
        return {}

    def new_rows(self, rows: Sequence[Row], position: Position) -> Sequence[Row]:
        """None: objects are no records."""
        return ()

    def advance(self, position: Position, page: PageRows) -> PageResult:
        """To the next page; the position only says from when on objects are read that have none of their own."""
        next_page = self.next_page_of(page.response, position)
        token = None if next_page.is_last else next_page.token
        return PageResult(replace(position, token=token, done=next_page.is_last), page.rows)

    def export_of(self, key: str, stream: str = "") -> CursorExportRetriever | None:
        """The export of one object's records; None if its key cannot be part of a path.

        Args:
            key: of the object.
            stream: for which it is read; this one if empty.
        """
        try:
            segment = path_segments({OBJECT_KEY: key})[OBJECT_KEY]
        except EndpointUnavailable:
            return None
        if self.export is None:
            raise TypeError("the manifest declares no export")
        return replace(
            self.export,
            name=stream or self.name,
            endpoint=f"incremental/{self.objects}/{segment}/cursor",
            parent_ids={OBJECT_KEY: key},
            cursor=self.cursor,
            requires=self.requires,
            part=f"the records of the custom object {key}",
            deletion_mark=self.deletion_mark,
            transformations=self.transformations,
            list_form=self._list_form_of(key),
        )

    def _list_form_of(self, key: str) -> LazyListForm | None:
        if (shared := self.list_form) is None:
            return None

        def build() -> ListForm:
            form, marks = shared.form, self.transformations
            changes = form.changes and replace(form.changes, parent_ids={OBJECT_KEY: key}, transformations=marks)
            return replace(form, changes=changes)

        return LazyListForm(build)


@dataclass
class DeletedRecord(RecordTransformation):
    """Marks a record that has been deleted, and empties what Zendesk has written over.

        type: CustomTransformation
        class_name: source_zendesk_support.components.custom_objects.DeletedRecord
        mark: _deleted

    Not ``AddFields``: no template looks at fields whose names only the account knows.

    A record is deleted if its name, its external id and all fields that have a value read ``[DELETED]``. Their types
    may be numbers or dates, so these values become null.

    Args:
        mark: the column that says so.
        text: what Zendesk writes.
        texts: columns of every record that it writes over.
        fields: the object of the account's own fields.
    """

    mark: str
    text: str = "[DELETED]"
    texts: list[str] = field(default_factory=lambda: ["name", "external_id"])
    fields: str = "custom_object_fields"

    def transform(self, record: dict[str, Any], *_: Any, **__: Any) -> None:
        """Change the record in place."""
        own = record.get(self.fields)
        values = list(own.values()) if isinstance(own, dict) else []
        seen = [value for value in (*map(record.get, self.texts), *values) if value is not None]
        deleted = bool(seen) and all(self._is_deleted(value) for value in seen)
        record[self.mark] = deleted
        if deleted:
            key = record.get("id")
            record.update({name: None for name, value in record.items() if self._is_deleted(value)}, id=key)
            if isinstance(own, dict):
                record[self.fields] = dict.fromkeys(own)

    def _is_deleted(self, value: object) -> bool:
        """Whether a value, or all values of a list, are what Zendesk writes."""
        return value == self.text or (isinstance(value, list) and bool(value) and all(v == self.text for v in value))
