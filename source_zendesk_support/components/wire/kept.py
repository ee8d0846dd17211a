"""Pages that several streams walk in one sync: fetched once, then read from disk."""

from __future__ import annotations

import os
import tempfile
import threading
import weakref
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from airbyte_cdk.utils.constants import ENV_REQUEST_CACHE_PATH
from requests_cache.backends.sqlite import SQLiteDict

from source_zendesk_support.components.wire.ask import Answer, Ask
from source_zendesk_support.components.wire.packed import Packed
from source_zendesk_support.errors import Refused
from source_zendesk_support.temp import remove


class KeptPages:
    """Pages that several streams walk in one sync: fetched once, then read from disk.

    requests-cache holds them in a file of the temp folder, so that memory stays flat; only whole pages get there.

    Args:
        opened: decodes a page for whoever asks.
    """

    def __init__(self, opened: Callable[[Packed, Ask], Any]) -> None:
        self._opened = opened
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._asked: dict[str, tuple[int, bool]] = {}
        self._served: dict[str, Mapping[str, Any]] = {}
        self._refused: dict[str, Refused] = {}
        self._store: SQLiteDict | None = None

    def page(self, ask: Ask, fetch: Callable[[Ask], Answer]) -> Answer:
        """The page from disk, or from Zendesk if this is the first to ask for it."""
        key = f"{ask.url}?{urlencode(sorted(ask.params.items()))}"
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key in self._asked:
                asked, packed = self._asked[key]
                ask = replace(ask, params=self._served[key])
                return Answer(self._opened(Packed(self._open()[key], packed), ask), asked, ask)
            if key in self._refused:
                raise self._refused[key]
            try:
                answer = fetch(ask)
            except Refused as refused:
                if not ask.attempts:  # a probe is refused once, and that proves nothing
                    self._refused[key] = refused
                raise
            self._served[key] = answer.ask.params
            self._open()[key] = answer.body.raw
            self._asked[key] = answer.asked, answer.body.packed
            return answer

    def _open(self) -> SQLiteDict:
        with self._lock:
            if self._store is None:
                folder = os.environ.get(ENV_REQUEST_CACHE_PATH) or self._own_folder()
                # Values are bytes as they came; the default serializer would be pickle.
                self._store = SQLiteDict(str(Path(folder) / "pages.sqlite"), "pages", serializer=None)
            return self._store

    def _own_folder(self) -> str:
        """For whoever reads without an entry point; it goes when this does."""
        folder = tempfile.mkdtemp()
        weakref.finalize(self, remove, folder)
        return folder
