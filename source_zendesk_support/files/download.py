"""One file: opened, written, retried, and if its URL has expired, found again through its record."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Iterator
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


class WrongLength(TransientFailure):
    """A complete file is not as long as its record says.

    Args:
        reason: both lengths, for messages.
        announced: its length, if the response has announced it; None if not.
    """

    def __init__(self, reason: str, announced: int | None) -> None:
        super().__init__(reason)
        self.announced = announced


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
        """The file at the row's URL. A length that two responses announce counts (docs/zendesk-api.md#files (6))."""
        sizes = [row.get("size")]
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return Outcome(self._written(row, sizes))
            except FileTooLarge:
                return Outcome(skipped=Skipped.LARGE)
            except TransientFailure as failure:
                if attempt == ATTEMPTS or self._ended.is_set():
                    raise
                if isinstance(failure, WrongLength) and failure.announced is not None:
                    sizes = [row.get("size"), failure.announced]
                self._wait(failure, attempt)
        raise TransientFailure("no attempt")

    def _written(self, row: Row, sizes: Collection[object]) -> AirbyteRecordMessageFileReference:
        path = self._declared.path(row)
        opened = self._transfer.open(self._declared.url(row), self._declared.stream)
        chunks = self._watched(opened)
        try:
            if opened.content_type == _HTML and _HTML not in str(row.get("content_type")):
                raise TransientFailure("a web page came instead of the file")
            return self._staging.write(path, _complete(chunks, sizes, opened.length), self._selection.max_bytes)
        finally:
            opened.close()

    def _watched(self, opened: OpenFile) -> Iterator[bytes]:
        """The file's bytes while they arrive fast enough and the sync runs."""
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


def _complete(chunks: Iterator[bytes], sizes: Collection[object], announced: int | None) -> Iterator[bytes]:
    """The bytes of a file, if they are as many as expected; None among the sizes: any number is."""
    got = 0
    for chunk in chunks:
        got += len(chunk)
        yield chunk
    if got not in sizes and None not in sizes:
        expected = next(iter(sizes))
        raise WrongLength(f"{got} bytes came instead of {expected}", announced if announced == got else None)


def _reason(error: Exception) -> str:
    return failure_reason(error) if not isinstance(error, TransientFailure | FileRefused) else str(error)
