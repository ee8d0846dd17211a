"""The files of one stream in one sync: which records get one, which failed, and what is reported."""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from typing import NamedTuple

from airbyte_cdk.models import AirbyteRecordMessageFileReference

from source_zendesk_support.components.deletions import DELETED_AT
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.components.thread_pool import ChildThreads
from source_zendesk_support.errors import transient_error
from source_zendesk_support.files.declared_files import DeclaredFiles
from source_zendesk_support.files.download import Download, Outcome
from source_zendesk_support.files.file_selection import FileSelection, Skipped
from source_zendesk_support.files.staging import StagingError
from source_zendesk_support.state.failed_files import MAX_FAILED_FILES, FailedFile
from source_zendesk_support.state.ids import id_key
from source_zendesk_support.state.packed_ids import Id

logger = logging.getLogger("airbyte")

MAX_TRIES = 10
"""Syncs in which a file is tried; if it fails in all of them, it is given up."""
MEGABYTE = 1_000_000


class RecordWithFile(NamedTuple):
    """A record, and the reference to its file; None if it has none."""

    row: Row
    file: AirbyteRecordMessageFileReference | None


class StreamFiles:
    """Downloads the files of a stream's records.

    Records wait until the walk has released their page, because a download may take long. Those that have failed in
    earlier syncs are tried again when the walk has ended.

    Args:
        declared: where the files are.
        download: gets one file.
        selection: what is wanted.
        threads: download several files at once.
        failed: the files that earlier syncs could not download.
    """

    def __init__(
        self,
        declared: DeclaredFiles,
        download: Download,
        selection: FileSelection,
        threads: ChildThreads,
        failed: frozenset[FailedFile] = frozenset(),
    ) -> None:
        self._declared = declared
        self._download = download
        self._selection = selection
        self._threads = threads
        self._carried = {file.id: file for file in failed}
        self._new: dict[Id, FailedFile] = {}
        self._pending: list[Row] = []
        self._skipped: Counter[Skipped] = Counter()
        self._count = self._bytes = self._first_failures = self._given_up = 0
        self._example = ""
        threads.register()

    @property
    def failed(self) -> frozenset[FailedFile]:
        """The files to try again in the next sync."""
        return frozenset((self._carried | self._new).values())

    def add(self, records: Sequence[Row]) -> None:
        """Take records; ``emitted`` returns them."""
        self._pending.extend(records)

    def emitted(self, *, done: bool) -> Iterator[RecordWithFile]:
        """The records taken since the last call, each as soon as its file is complete; the caller holds no slot.

        Args:
            done: the walk has ended, so files of earlier syncs follow.

        Raises:
            AirbyteTracedException: transient error; the staging folder cannot be written, or too many files failed.
        """
        pending, self._pending = self._pending, []
        latest = {id_key(row["id"]): index for index, row in enumerate(pending)}
        tasks = (self._task(row, is_latest=latest[id_key(row["id"])] == index) for index, row in enumerate(pending))
        for row, outcome in self._in_order(tasks):
            yield self._noted(row, outcome)
        if done:
            yield from self._again()

    def _task(self, row: Row, *, is_latest: bool) -> tuple[Row, Callable[[], Outcome] | None]:
        """What is to be done for a record; nothing for a tombstone, or if a later record of the page has its file."""
        if not is_latest or row.get(DELETED_AT):
            return row, None
        if skipped := self._selection.reason(row):
            return row, partial(Outcome, skipped=skipped)
        return row, partial(self._download.of, row)

    def _again(self) -> Iterator[RecordWithFile]:
        """Records whose files failed in earlier syncs, with their files."""
        tasks = ((dict(file.columns), partial(self._download.again, key)) for key, file in self._carried.items())
        for key, (columns, outcome) in zip([*self._carried], self._in_order([*tasks]), strict=True):
            row = {"id": key, **(outcome.row or {} if outcome else {}), **columns}
            record = self._noted(row, outcome)
            if record.file:
                yield record

    def _in_order(
        self, tasks: Iterator[tuple[Row, Callable[[], Outcome] | None]] | Sequence[tuple[Row, Callable[[], Outcome]]]
    ) -> Iterator[tuple[Row, Outcome | None]]:
        """The outcomes in the order of the records; a few files are under way at once."""
        running: deque[tuple[Row, Future[Outcome] | None]] = deque()
        with self._threads.reading():
            try:
                for row, task in tasks:
                    running.append((row, self._threads.submit(_called, task) if task else None))
                    while len(running) >= self._threads.share:
                        yield self._outcome(*running.popleft())
                while running:
                    yield self._outcome(*running.popleft())
            finally:
                for _, future in running:
                    if future:
                        future.cancel()

    def _outcome(self, row: Row, future: Future[Outcome] | None) -> tuple[Row, Outcome | None]:
        try:
            return row, future.result() if future else None
        except StagingError as error:
            raise transient_error(
                f"Stream {self._declared.stream}: a file could not be written to the staging folder {error}. Free "
                "space there, or lower files.max_megabytes. All earlier pages are saved; the next sync resumes there.",
                stream=self._declared.stream,
            ) from error

    def _noted(self, row: Row, outcome: Outcome | None) -> RecordWithFile:
        """The record with its file; what has failed is remembered."""
        if outcome is None:
            return RecordWithFile(row, None)
        before = self._carried.pop(id_key(row["id"]), None)
        if outcome.skipped:
            self._skipped[outcome.skipped] += 1
        if outcome.failure:
            self._note_failure(row, outcome.failure, before)
        if outcome.reference:
            self._count += 1
            self._bytes += outcome.reference.file_size_bytes or 0
            self._new.pop(id_key(row["id"]), None)
        return RecordWithFile(row, outcome.reference)

    def _note_failure(self, row: Row, failure: str, before: FailedFile | None) -> None:
        key = id_key(row["id"])
        self._example = self._example or f"attachment {key}: {failure}"
        tries = before.tries + 1 if before else 1
        if tries >= MAX_TRIES:
            self._given_up += 1
            return
        self._new[key] = FailedFile(key, tries, before.columns if before else self._declared.columns(row))
        self._first_failures += tries == 1
        if self._first_failures > MAX_FAILED_FILES:
            raise transient_error(
                f"Stream {self._declared.stream}: more than {MAX_FAILED_FILES} files could not be downloaded, the "
                f"first one {self._example}. Check that this machine can reach Zendesk's files (*.zdusercontent.com). "
                "All earlier pages are saved; the next sync resumes there.",
                stream=self._declared.stream,
            )
        if len(self.failed) > MAX_FAILED_FILES:
            self._give_up_oldest()

    def _give_up_oldest(self) -> None:
        """Make room in STATE: a new failure is more likely to pass than one of many syncs."""
        oldest = max(self.failed, key=lambda file: file.tries)
        self._carried.pop(oldest.id, None)
        self._new.pop(oldest.id, None)
        self._given_up += 1

    def on_end(self) -> None:
        """Report, once the walk has ended, and stop what is under way."""
        self._download.end()
        stream = self._declared.stream
        if self._count:
            logger.info("Stream %s: %d files with %.1f MB downloaded.", stream, self._count, self._bytes / MEGABYTE)
        if self._skipped:
            reasons = ", ".join(f"{count} {reason.value}" for reason, count in self._skipped.items())
            logger.info("Stream %s: files that were not downloaded: %s.", stream, reasons)
        if self._new:
            logger.warning(
                "Stream %s: %d files could not be downloaded, the first one %s. Their records were emitted without "
                "them; the next sync tries again.",
                stream,
                len(self._new),
                self._example,
            )
        if self._given_up:
            logger.warning(
                "Stream %s: %d files are given up, because they have failed in up to %d syncs, the first one %s.",
                stream,
                self._given_up,
                MAX_TRIES,
                self._example,
            )


def _called(task: Callable[[], Outcome]) -> Outcome:
    return task()
