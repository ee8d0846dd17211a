"""What the connector has written, one JSON message a line, read into lists and dicts."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class CommandOutput:
    """All of one command's output; `exit_code` is negative where a signal ended it."""

    exit_code: int
    messages: tuple[Json, ...]
    stderr: str = ""

    def __add__(self, later: "CommandOutput") -> "CommandOutput":
        """The output of this command and of a later one, in order, with the exit code of the later one."""
        return CommandOutput(later.exit_code, (*self.messages, *later.messages), self.stderr + later.stderr)

    @cached_property
    def records(self) -> dict[str, list[Json]]:
        """The records of each stream that has any, in order."""
        found: defaultdict[str, list[Json]] = defaultdict(list)
        for record in self.of("RECORD"):
            found[record["stream"]].append(record["data"])
        return dict(found)

    def rows(self, stream: str) -> list[Json]:
        """The records of a stream."""
        return self.records.get(stream, [])

    @cached_property
    def states(self) -> dict[str, Json]:
        """Each stream's last STATE."""
        return {name: blob for name, blob, _ in self.checkpoints}

    @cached_property
    def checkpoints(self) -> list[tuple[str, Json, int]]:
        """Every STATE in order: stream, blob, and the number of records that it says it covers."""
        return [
            (
                state["stream"]["stream_descriptor"]["name"],
                state["stream"]["stream_state"],
                int(state["sourceStats"]["recordCount"]),
            )
            for state in self.of("STATE")
        ]

    @cached_property
    def statuses(self) -> dict[str, list[str]]:
        """Each stream's status messages in order."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for trace in self.of("TRACE"):
            if trace["type"] == "STREAM_STATUS":
                status = trace["stream_status"]
                found[status["stream_descriptor"]["name"]].append(status["status"])
        return dict(found)

    @cached_property
    def errors(self) -> list[Json]:
        """ERROR traces: `message`, `failure_type`, and `stream_descriptor` where one stream is meant."""
        return [trace["error"] for trace in self.of("TRACE") if trace["type"] == "ERROR"]

    def errors_of(self, stream: str) -> list[Json]:
        """ERROR traces that name the stream."""
        return [error for error in self.errors if (error.get("stream_descriptor") or {}).get("name") == stream]

    @cached_property
    def warnings(self) -> list[str]:
        """Log lines of level WARN."""
        return [log["message"] for log in self.of("LOG") if log["level"] == "WARN"]

    @cached_property
    def log(self) -> str:
        """All log lines."""
        return "\n".join(log["message"] for log in self.of("LOG"))

    @cached_property
    def verdict(self) -> Json:
        """What `check` says: `status` and `message`."""
        return self.of("CONNECTION_STATUS")[0]

    @cached_property
    def streams(self) -> dict[str, Json]:
        """The streams of the catalog, by name."""
        return {stream["name"]: stream for stream in self.of("CATALOG")[0]["streams"]}

    def of(self, kind: str) -> list[Json]:
        """The payloads of all messages of a type."""
        return [message[_PAYLOADS[kind]] for message in self.messages if message["type"] == kind]


_PAYLOADS = {
    "RECORD": "record",
    "STATE": "state",
    "TRACE": "trace",
    "LOG": "log",
    "CATALOG": "catalog",
    "SPEC": "spec",
    "CONNECTION_STATUS": "connectionStatus",
    "CONTROL": "control",
}


def failed_as(output: CommandOutput, stream: str, kind: str) -> str:
    """The only message of a stream that failed so."""
    (error,) = output.errors_of(stream)
    assert (output.exit_code, output.statuses[stream][-1], error["failure_type"]) == (1, "INCOMPLETE", kind)
    return str(error["message"])


def parsed_messages(lines: Iterable[str | bytes]) -> tuple[Json, ...]:
    """The messages in these lines; every line must be one whole message."""
    return tuple(json.loads(line) for line in lines)
