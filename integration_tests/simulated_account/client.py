"""The simulated account from the outside: starts it as a process and talks to its control port."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Record = dict[str, Any]
RecordId = int | str

_ROOT = Path(__file__).parents[2]


class SimulatedAccount:
    """A running account. `base_url` is for the connector's config, `control_url` for the verbs below."""

    def __init__(self, base_url: str, control_url: str) -> None:
        self.base_url = base_url
        self.control_url = control_url

    @classmethod
    @contextmanager
    def running(cls, tickets: int = 500, seed: int = 7, **options: Any) -> Iterator["SimulatedAccount"]:
        """Starts an account as a process of its own and ends it on leaving.

        Options are those of the command line (`now="..."`).
        """
        command = [sys.executable, "-m", __package__, "--tickets", str(tickets), "--seed", str(seed), *_flags(options)]
        with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as process:
            try:
                line = process.stdout.readline() if process.stdout else ""
                if not line:
                    raise RuntimeError(f"the simulated account did not start: {' '.join(command)}")
                yield cls(**json.loads(line))
            finally:
                process.terminate()

    def call(self, verb: str, **given: Any) -> Any:
        """Sends a verb to the control port and gives its answer; RuntimeError with the server's words if it refuses."""
        connection = HTTPConnection(urlsplit(self.control_url).netloc)
        try:
            connection.request("POST", f"/{verb}", json.dumps(given), {"Content-Type": "application/json"})
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        if response.status != HTTPStatus.OK:
            raise RuntimeError(body.decode())
        return json.loads(body)

    def config(self, **overrides: Any) -> Record:
        """A config with which the connector reads this account."""
        credentials = {"credentials": "api_token", "email": "admin@acme.example", "api_token": "simulated-token"}
        config: Record = {"subdomain": "acme", "base_url": self.base_url, "credentials": credentials}
        return config | {"start_date": "2020-01-01T00:00:00Z"} | overrides

    def truth(self, stream: str, since: int | str | None = None, fields: Sequence[str] | None = None) -> list[Record]:
        """What a right sync delivers now; `since` (Unix seconds or ISO) keeps rows whose cursor is not before it."""
        found: list[Record] = self.call("truth", stream=stream, since=since, fields=fields)
        return found

    def truth_counts(self, since: int | str | None = None) -> dict[str, int]:
        """The number of records of every stream that a right sync delivers now."""
        found: dict[str, int] = self.call("truth_counts", since=since)
        return found

    def change(self, share: float = 0.01, seed: int = 1) -> dict[str, list[RecordId]]:
        """Twenty minutes go by, in which that share of everything changes; gives the touched ids by stream."""
        found: dict[str, list[RecordId]] = self.call("change", share=share, seed=seed)
        return found

    def update(self, stream: str, key: RecordId, /, **fields: Any) -> Record:
        """Changes a row now and gives its record.

        `ticket_comments` with `body` redacts, with `public` changes privacy.
        """
        record: Record = self.call("update", stream=stream, id=key, fields=fields)
        return record

    def add(self, stream: str, /, **fields: Any) -> Record:
        """Adds a row now, modelled on the newest one, and gives its record."""
        record: Record = self.call("add", stream=stream, fields=fields)
        return record

    def delete(self, stream: str, key: RecordId, /) -> None:
        """Deletes a row now, the way Zendesk does."""
        self.call("delete", stream=stream, id=key)

    def burst(self, stream: str, rows: int = 5000, at: int | None = None) -> list[RecordId]:
        """Adds so many rows that share one second (Unix seconds; by default ten minutes ago)."""
        found: list[RecordId] = self.call("burst", stream=stream, rows=rows, at=at)
        return found

    def requests(self) -> list[Record]:
        """The log of calls since the start, or since `forget_requests`."""
        found: list[Record] = self.call("requests")
        return found

    def counts(self) -> dict[str, int]:
        """Calls per endpoint, such as `/api/v2/tickets/{ticket_id}/comments`."""
        found: dict[str, int] = self.call("counts")
        return found

    def forget_requests(self) -> None:
        """Empties the log."""
        self.call("forget_requests")

    def set_clock(self, skew: float = 0) -> float:
        """Moves the account's clock so many seconds on; gives its time."""
        found: float = self.call("set_clock", skew=skew)["now"]
        return found

    def set_limits(self, **given: Any) -> None:
        """Sets the rate limits.

        `enabled`, `speed`, `totals`, `body`, `headers`; fields that are not given are reset.
        """
        self.call("set_limits", **given)

    def set_faults(self, **given: Any) -> None:
        """Sets what goes wrong.

        `script` (list of lines), `rate`, `seed`, `kinds`, `in_a_row`, `largest_page`, `slow_paths`.
        """
        self.call("set_faults", **given)

    def set_plan(self, name: str | None = None, **given: Any) -> None:
        """Sets the plan and its exceptions: `gates` (feature or path to shape) and `refused` (kind to id to shape)."""
        self.call("set_plan", **given, **({"name": name} if name else {}))

    def set_behavior(self, **given: Any) -> None:
        """Sets how the account differs from others (`AccountBehavior`); fields that are not given are reset."""
        self.call("set_behavior", **given)

    def set_odd_responses(self, **given: Any) -> None:
        """Sets the odd forms of responses (the fields of `OddResponses`); fields that are not given are reset."""
        self.call("set_odd_responses", **given)

    def set_responses(self, *script: Record) -> None:
        """Sets literal responses, and changes of the account's own ones (`ScriptLine`, `ScriptedResponse`).

        A line is `{"path": "groups", "responses": [{"status": 503}, {"rows": {"*": {"name": None}}}], "repeats": 1}`.
        """
        self.call("set_responses", script=script)

    def set_credentials(self, **given: Any) -> None:
        """Sets what is accepted.

        `api_tokens`, `bearers`, `chat_tokens`, `clients`, `refresh_tokens`; what is not given is as at first.
        """
        self.call("set_credentials", **given)


def _flags(options: Mapping[str, Any]) -> list[str]:
    flags = []
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if value is True:
            flags.append(flag)
        elif value is not False and value is not None:
            flags += [flag, json.dumps(value) if isinstance(value, dict) else str(value)]
    return flags
