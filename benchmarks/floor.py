"""The floor: the least work that moves tickets from Zendesk to stdout. Get, decode, encode, print, and nothing else.

Run as ``python -m benchmarks.floor BASE_URL``. What a connector does beyond this (limits, state, retries, statuses) is
what the benchmark measures.
"""

from __future__ import annotations

import sys
import time

import orjson
import requests

AUTH = ("admin@acme.example/token", "simulated-token")
FIRST = {"start_time": "1577836800", "per_page": "1000", "support_type_scope": "all"}


def main(base_url: str) -> None:
    """Print every ticket as a RECORD message."""
    session = requests.Session()
    session.auth = AUTH
    write = sys.stdout.buffer.write
    params = dict(FIRST)
    while True:
        answer = session.get(f"{base_url}/api/v2/incremental/tickets/cursor", params=params, timeout=60)
        answer.raise_for_status()
        page = orjson.loads(answer.content)
        now = int(time.time() * 1000)
        for ticket in page["tickets"]:
            record = {"stream": "tickets", "data": ticket, "emitted_at": now}
            write(orjson.dumps({"type": "RECORD", "record": record}) + b"\n")
        if page["end_of_stream"]:
            return
        params = {"cursor": page["after_cursor"], "per_page": "1000", "support_type_scope": "all"}


if __name__ == "__main__":
    main(sys.argv[1])
