"""Pages that several streams need in one sync: fetched once, then read from disk."""

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
from source_zendesk_support.errors import EndpointUnavailable, TransientFailure

logger = logging.getLogger("airbyte")


class PageCache:
    """Pages that several streams need in one sync: fetched once, then read from disk.

    They are stored in a temporary file, so memory does not grow; only complete pages are stored. If the file cannot be
    written, each stream fetches the page itself. A page that lacks what another stream needs is fetched again.

    Args:
        read: decodes and checks a page for a request.
    """

    def __init__(self, read: Callable[[CompressedBody, PageRequest], tuple[Any, Any]]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._entries: dict[str, tuple[int, int, int, bool]] = {}
        self._params_used: dict[str, Mapping[str, Any]] = {}
        self._unavailable: dict[str, EndpointUnavailable] = {}
        self._file: PageFile | None = None
        self._warned = False

    def page(self, request: PageRequest, fetch: Callable[[PageRequest], PageResponse]) -> PageResponse:
        """The page from disk, or from Zendesk if this is the first request for it."""
        key = f"{request.url}?{urlencode(sorted(request.params.items()))}"
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if stored := self._response(key, request):
                return stored
            if key in self._unavailable:
                raise self._unavailable[key]
            try:
                response = fetch(request)
            except EndpointUnavailable as refused:
                if not request.attempts:  # a probe is refused once, which proves nothing
                    self._unavailable[key] = refused
                raise
            self._params_used[key] = response.request.params
            self._store(key, response)
            return response

    def _response(self, key: str, request: PageRequest) -> PageResponse | None:
        """The stored page, if there is one that is complete for this request, too."""
        if not (entry := self._stored(key)):
            return None
        requested_at, body = entry
        stored = replace(request, params=self._params_used[key])
        try:
            envelope, next_page = self._read(body, stored)
        except TransientFailure:
            return None
        return PageResponse(envelope, requested_at, stored, next_page=next_page)

    def _stored(self, key: str) -> tuple[int, CompressedBody] | None:
        """Server time of the request, and the body; None if the page is not stored or no longer readable."""
        if key not in self._entries:
            return None
        requested_at, start, size, compressed = self._entries[key]
        try:
            return requested_at, CompressedBody(self._open().get(start, size), compressed)
        except OSError as error:
            self._warn(error)
            return None

    def _store(self, key: str, response: PageResponse) -> None:
        try:
            start, size = self._open().add(response.body.raw)
        except OSError as error:
            self._warn(error)
        else:
            self._entries[key] = response.requested_at, start, size, response.body.compressed

    def _open(self) -> PageFile:
        with self._lock:
            self._file = self._file or PageFile()
            return self._file

    def _warn(self, error: OSError) -> None:
        with self._lock:
            warned, self._warned = self._warned, True
        if not warned:
            logger.warning(
                "The temporary folder cannot store pages that several streams share (%s). Each stream fetches them "
                "itself, which costs more requests. Make the folder (TMPDIR) writable and free some space.",
                error.strerror or type(error).__name__,
            )
