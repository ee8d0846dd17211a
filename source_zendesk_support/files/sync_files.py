"""Which streams of a sync have their files downloaded, and with what."""

from __future__ import annotations

from collections.abc import Collection

from airbyte_cdk.sources.utils.files_directory import get_files_directory

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.file_transfer import FileTransfer
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.thread_pool import ChildThreads
from source_zendesk_support.config.model import FileOptions
from source_zendesk_support.files.declared_files import DeclaredFiles
from source_zendesk_support.files.download import Download
from source_zendesk_support.files.file_selection import FileSelection
from source_zendesk_support.files.staging import StagingFolder
from source_zendesk_support.files.stream_files import StreamFiles
from source_zendesk_support.pacing import Pacing
from source_zendesk_support.state.failed_files import FailedFile


class SyncFiles:
    """Makes the ``StreamFiles`` of each stream whose files are wanted.

    Args:
        options: of the user.
        client: fetches records again.
        transfer: opens files.
        threads: download files.
        pacing: shortens the waits before a retry, in tests only.

    Attributes:
        included: the streams for which the configured catalog includes files.
    """

    def __init__(
        self,
        options: FileOptions,
        client: ZendeskClient,
        transfer: FileTransfer,
        threads: ChildThreads,
        pacing: Pacing = Pacing(),  # noqa: B008  it cannot change
    ) -> None:
        self._options = options
        self._client = client
        self._transfer = transfer
        self._threads = threads
        self._pacing = pacing
        self.included: Collection[str] = ()

    def of(
        self, declared: DeclaredFiles | None, retriever: PagedRetriever, failed: frozenset[FailedFile]
    ) -> StreamFiles | None:
        """The files of a stream; None if it has none, or if nobody wants them.

        Args:
            declared: where its files are; None if it has none.
            retriever: of the stream.
            failed: the files that earlier syncs could not download.
        """
        if declared is None or not (self._options.download or declared.stream in self.included):
            return None
        selection = FileSelection(self._options, declared.url)
        staging = StagingFolder(get_files_directory())
        download = Download(declared, retriever, self._client, self._transfer, staging, selection, self._pacing)
        return StreamFiles(declared, download, selection, self._threads, failed)
