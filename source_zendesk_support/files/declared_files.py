"""What the manifest says of a stream's files: ``file_uploader``, and ``file_record``, which only our engine reads.

    file_uploader:
      type: FileUploader
      requester: {$ref: "#/definitions/requester", url: "{{ download_target }}"}
      download_target_extractor: {type: DpathExtractor, field_path: [content_url]}
      filename_extractor: "{{ record.id }}/{{ record.file_name }}"
    file_record: {path: attachments, key: attachment, keeps: [ticket_id]}

The CDK's uploader holds a file in memory, sends the account's credentials wherever the URL leads, and fails the stream
if a file fails. So only what it declares is used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote

from airbyte_cdk.sources.declarative.requesters.error_handlers import DefaultErrorHandler

from source_zendesk_support.api.authenticators import ZendeskAuthenticator
from source_zendesk_support.api.request import API_PREFIX, PageRequest
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.files.file_names import safe_name
from source_zendesk_support.state.failed_files import MAX_COLUMN_CHARACTERS, Column
from source_zendesk_support.state.packed_ids import Id

RECORD_ATTEMPTS = 4
_COLUMN = re.compile(r"\{\{ record\.(\w+) \}\}")
"""A column in ``filename_extractor``. It is not rendered: the CDK would read the name ``1e5`` as a number."""


@dataclass(frozen=True)
class DeclaredFiles:
    """Where the files of one stream are.

    Args:
        stream: the stream's name; the first folder of each file's path.
        url_column: holds the URL of a record's file.
        name_columns: the values that name a file, one folder each, and the file last.
        record_path: of the endpoint that returns one record by its id, below the API's prefix.
        record_key: under which its response holds the record.
        kept_columns: those of a row that such a record lacks.
    """

    stream: str
    url_column: str
    name_columns: tuple[str, ...]
    record_path: str
    record_key: str
    kept_columns: tuple[str, ...] = ()

    @classmethod
    def of(cls, stream: str, uploader: Mapping[str, Any], record: Mapping[str, Any]) -> DeclaredFiles:
        """As the stanza declares it."""
        return cls(
            stream=stream,
            url_column=uploader["download_target_extractor"]["field_path"][0],
            name_columns=tuple(_COLUMN.findall(uploader["filename_extractor"])),
            record_path=record["path"],
            record_key=record["key"],
            kept_columns=tuple(record.get("keeps", ())),
        )

    def url(self, row: Row) -> str:
        """The URL of a row's file; empty if it has none."""
        value = row.get(self.url_column)
        return value if isinstance(value, str) else ""

    def path(self, row: Row) -> str:
        """The file's path below the staging folder. No name can lead out of it."""
        return "/".join([self.stream, *(safe_name(row.get(column)) for column in self.name_columns)])

    def columns(self, row: Row) -> tuple[Column, ...]:
        """What STATE must keep of a row, so that it can be emitted again."""
        kept = {name: row.get(name) for name in self.kept_columns}
        return tuple(sorted((name, value) for name, value in kept.items() if _is_small(value)))

    def request(self, key: Id, retriever: PagedRetriever) -> PageRequest:
        """The request for one record as it is now, with a new URL of its file."""
        requester = retriever.requester
        return PageRequest(
            stream=self.stream,
            url=f"{retriever.config['base_url']}{API_PREFIX}{self.record_path.format(id=quote(str(key), safe=''))}",
            params={},
            auth=cast("ZendeskAuthenticator", requester.get_authenticator()),
            handler=cast("DefaultErrorHandler", requester.error_handler),
            position_text=f"attachment {key}",
            gates=False,
            attempts=RECORD_ATTEMPTS,
        )


def _is_small(value: object) -> bool:
    return (type(value) is str and len(value) <= MAX_COLUMN_CHARACTERS) or type(value) is int or value is None
