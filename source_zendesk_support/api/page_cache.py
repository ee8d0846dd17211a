"""Pages that several streams walk in one sync: fetched once, then read from disk."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from source_zendesk_support.api.body import CompressedBody
from source_zendesk_support.api.page_file import PageFile
from source_zendesk_support.api.request import PageRequest, PageResponse
from source_zendesk_support.errors import EndpointUnavailable

logger = logging.getLogger("airbyte")


class PageCache:
    """Pages that several streams walk in one sync: fetched once, then read from disk.

    They lie in a file of the temp folder, so that memory stays flat; only whole pages get there. If the file cannot be
    written to, each stream fetches the page for itself.

    Args:
        opened: decodes a page for whoever asks.
    """

    def __init__(self, opened: Callable[[CompressedBody, PageRequest], Any]) -> None:
        self._decoded = opened
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._kept: dict[str, tuple[int, int, int, bool]] = {}
        self._served: dict[str, Mapping[str, Any]] = {}
        self._refused: dict[str, EndpointUnavailable] = {}
        self._file: PageFile | None = None
        self._warned = False

    def page(self, ask: PageRequest, fetch: Callable[[PageRequest], PageResponse]) -> PageResponse:
        """The page from disk, or from Zendesk if this is the first to ask for it."""
        key = f"{ask.url}?{urlencode(sorted(ask.params.items()))}"
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            kept = self._stored(key)
            if kept:
                asked, body = kept
                ask = replace(ask, params=self._served[key])
                return PageResponse(self._decoded(body, ask), asked, ask)
            if key in self._refused:
                raise self._refused[key]
            try:
                answer = fetch(ask)
            except EndpointUnavailable as refused:
                if not ask.attempts:  # a probe is refused once, and that proves nothing
                    self._refused[key] = refused
                raise
            self._served[key] = answer.ask.params
            self._store(key, answer)
            return answer

    def _stored(self, key: str) -> tuple[int, CompressedBody] | None:
        """Server time of the request, and the body; None if it is not there, or no longer to be read."""
        if key not in self._kept:
            return None
        asked, start, size, packed = self._kept[key]
        try:
            return asked, CompressedBody(self._open().get(start, size), packed)
        except OSError as error:
            self._warn(error)
            return None

    def _store(self, key: str, answer: PageResponse) -> None:
        try:
            start, size = self._open().add(answer.body.raw)
        except OSError as error:
            self._warn(error)
        else:
            self._kept[key] = answer.asked, start, size, answer.body.packed

    def _open(self) -> PageFile:
        with self._lock:
            self._file = self._file or PageFile()
            return self._file

    def _warn(self, error: OSError) -> None:
        with self._lock:
            told, self._warned = self._warned, True
        if not told:
            logger.warning(
                "The temp folder cannot hold pages that several streams read (%s): each of these streams fetches them "
                "for itself, which costs more requests. Give the folder (TMPDIR) space and the right to write.",
                error.strerror or type(error).__name__,
            )
