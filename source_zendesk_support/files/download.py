"""One file: opened, written, retried, and if its URL has expired, found again through its record."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Event

import requests
from airbyte_cdk.models import AirbyteRecordMessageFileReference
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.api.client import MAX_BACKOFF_SECONDS, ZendeskClient
from source_zendesk_support.api.file_transfer import FileTransfer, OpenFile
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.errors import (
    EndpointUnavailable,
    FileRefused,
    MalformedResponse,
    TransientFailure,
    WalkError,
    failure_reason,
)
from source_zendesk_support.files.declared_files import DeclaredFiles
from source_zendesk_support.files.file_selection import FileSelection, Skipped
from source_zendesk_support.files.staging import FileTooLarge, StagingFolder
from source_zendesk_support.pacing import Pacing
from source_zendesk_support.state.packed_ids import Id

ATTEMPTS = 4
"""Of one URL in one sync."""
MIN_BYTES_PER_SECOND = 1_000
SPEED_GRACE_SECONDS = 60.0
"""A file that arrives more slowly after this time is given up; it would hold its thread for days."""
_HTML = "text/html"
_GONE = frozenset({requests.codes.not_found, requests.codes.gone})


@dataclass(frozen=True)
class Outcome:
    """What became of one record's file; exactly one of the three is set.

    Attributes:
        reference: to the complete file.
        skipped: why there is nothing to download.
        failure: why it could not be downloaded.
        row: the record as it is now, if it was fetched again.
    """

    reference: AirbyteRecordMessageFileReference | None = None
    skipped: Skipped | None = None
    failure: str = ""
    row: Row | None = None


class Download:
    """Downloads the files of one stream; all threads share it.

    Args:
        declared: where the files are.
        retriever: how the stream's records are requested.
        client: fetches records again.
        transfer: opens files.
        staging: takes files.
        selection: what is wanted.
        pacing: shortens the waits before a retry, in tests only.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        declared: DeclaredFiles,
        retriever: PagedRetriever,
        client: ZendeskClient,
        transfer: FileTransfer,
        staging: StagingFolder,
        selection: FileSelection,
        pacing: Pacing = Pacing(),  # noqa: B008  it cannot change
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._declared = declared
        self._retriever = retriever
        self._client = client
        self._transfer = transfer
        self._staging = staging
        self._selection = selection
        self._pacing = pacing
        self._clock = clock
        self._ended = Event()

    def end(self) -> None:
        """Stop what is under way: nobody waits for it any more."""
        self._ended.set()

    def of(self, row: Row) -> Outcome:
        """The file of a record.

        Raises:
            StagingError: the staging folder cannot be written.
        """
        try:
            return self._attempted(row)
        except FileRefused:
            return self.again(row["id"])
        except (TransientFailure, AirbyteTracedException) as error:
            return Outcome(failure=_reason(error))

    def again(self, key: Id) -> Outcome:
        """The file of a record that is fetched first, for the URL may have expired; raises as ``of``."""
        try:
            row = self._record(key)
            if skipped := self._selection.reason(row):
                return Outcome(skipped=skipped, row=row)
            outcome = self._attempted(row)
        except EndpointUnavailable as error:
            return Outcome(skipped=Skipped.GONE) if error.status in _GONE else Outcome(failure=_reason(error))
        except (WalkError, AirbyteTracedException) as error:
            return Outcome(failure=_reason(error))
        return Outcome(outcome.reference, outcome.skipped, row=row)

    def _record(self, key: Id) -> Row:
        page = self._client.page(self._declared.request(key, self._retriever))
        page.release()
        row = page.envelope.get(self._declared.record_key) if isinstance(page.envelope, dict) else None
        if not isinstance(row, dict) or str(row.get("id")) != str(key):
            raise MalformedResponse("the response does not contain the attachment")
        return row

    def _attempted(self, row: Row) -> Outcome:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return Outcome(self._written(row))
            except FileTooLarge:
                return Outcome(skipped=Skipped.LARGE)
            except TransientFailure as failure:
                if attempt == ATTEMPTS or self._ended.is_set():
                    raise
                self._wait(failure, attempt)
        raise TransientFailure("no attempt")

    def _written(self, row: Row) -> AirbyteRecordMessageFileReference:
        path, size = self._declared.path(row), row.get("size")
        opened = self._transfer.open(self._declared.url(row), self._declared.stream)
        chunks = self._watched(opened)
        try:
            if opened.content_type == _HTML and _HTML not in str(row.get("content_type")):
                raise TransientFailure("a web page came instead of the file")
            return self._staging.write(path, _whole(chunks, size), self._selection.max_bytes)
        finally:
            opened.close()

    def _watched(self, opened: OpenFile) -> Iterator[bytes]:
        """The file's bytes while they arrive fast enough and the sync goes on."""
        began, size = self._clock(), 0
        for chunk in opened.chunks:
            size += len(chunk)
            seconds = self._clock() - began
            if self._ended.is_set():
                raise TransientFailure("the command has ended")
            if seconds > SPEED_GRACE_SECONDS and size < seconds * MIN_BYTES_PER_SECOND:
                raise TransientFailure("the file arrives too slowly")
            yield chunk

    def _wait(self, failure: TransientFailure, attempt: int) -> None:
        stats = self._client.progress.of(self._declared.stream)
        stats.retries += 1
        backoff = failure.wait or 2.0**attempt * random.uniform(0.5, 1.0)  # noqa: S311  jitter, not a secret
        stats.waited += backoff
        self._ended.wait(self._pacing.seconds(min(backoff, MAX_BACKOFF_SECONDS)))


def _whole(chunks: Iterator[bytes], size: object) -> Iterator[bytes]:
    """The bytes of a file, if they are as many as its record says."""
    got = 0
    for chunk in chunks:
        got += len(chunk)
        yield chunk
    if isinstance(size, int) and got != size:
        raise TransientFailure(f"{got} bytes came instead of {size}")


def _reason(error: Exception) -> str:
    return failure_reason(error) if not isinstance(error, TransientFailure | FileRefused) else str(error)
