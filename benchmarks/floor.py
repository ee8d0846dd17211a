"""The floor: the minimum work to move pages from Zendesk to stdout: get, decode, encode, print.

Run as ``python -m benchmarks.floor BASE_URL FILE [tuned]``; the file contains one path with its query per line. The
benchmark measures everything a connector does beyond this (limits, state, retries, statuses).
"""

import gc
import sys
import time
from pathlib import Path
from typing import Any

import orjson
import requests


def records(row: dict[str, Any]) -> list[Any]:
    """The row; if it is a ticket event, its comments and their attachments, too."""
    comments = [child for child in row.get("child_events") or [] if "Comment" in (child.get("event_type") or "")]
    return [row, *comments, *(each for comment in comments for each in comment.get("attachments") or [])]


if __name__ == "__main__":
    base_url, file, *tuned = sys.argv[1:]
    if tuned:
        gc.freeze()
        gc.set_threshold(200_000, 20, 100)
    session = requests.Session()
    session.auth = ("admin@acme.example/token", "simulated-token")
    for path in Path(file).read_text("utf-8").splitlines():
        page = orjson.loads(session.get(base_url + path, timeout=60).content)
        now = int(time.time() * 1000)
        for rows in page.values() if isinstance(page, dict) else [page]:
            for row in rows if isinstance(rows, list) else []:
                for data in records(row) if "child_events" in row else (row,):
                    record = {"stream": "tickets", "data": data, "emitted_at": now}
                    sys.stdout.buffer.write(orjson.dumps({"type": "RECORD", "record": record}) + b"\n")
