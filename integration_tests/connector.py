"""The connector as Airbyte runs it: files for arguments, messages on stdout; in this process, or as one of its own."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Timer
from typing import IO, Any

from integration_tests.command_output import CommandOutput, Json, parsed_messages
from integration_tests.configured_catalog import configured
from integration_tests.in_process import WATCHDOG_SECONDS, run
from source_zendesk_support.pacing import TEST_PACING

PROGRAM = (sys.executable, "-m", "source_zendesk_support.run")
os.environ[TEST_PACING] = '{"wait_factor": 0, "deadline_factor": 60}'
NOWHERE = {
    "subdomain": "acme",
    "credentials": {"credentials": "oauth2.0", "access_token": "none"},
    "custom_fields": {"expand": False},
}
"""A config with which `discover` has nobody to ask."""


class Connector:
    """Runs commands with one config.

    Args:
        config: the config's JSON.
        folder: an empty folder for the files that the commands take.
    """

    def __init__(self, config: Json, folder: Path) -> None:
        self.config = config
        self._folder = folder

    def check(self) -> CommandOutput:
        """Run `check`."""
        return run("check", "--config", self.file("config", self.config))

    def discover(self) -> CommandOutput:
        """Run `discover`."""
        return run("discover", "--config", self.file("config", self.config))

    def read_catalog(self, catalog: Json, state: Mapping[str, Any] | None = None) -> CommandOutput:
        """Run `read` with a configured catalog, from these states."""
        return run(*self._arguments(catalog, state))

    def read_state_file(self, stream: str, content: str) -> CommandOutput:
        """Run `read` with one stream and a state file of this content."""
        path = self._folder / "saved.json"
        path.write_text(content, "utf-8")
        return run(*self.arguments((stream,), None), "--state", str(path))

    def read(self, *streams: str, state: Mapping[str, Any] | None = None, **choices: Any) -> CommandOutput:
        """Run `read` to its end: these streams (all if none is named), from these states."""
        return run(*self.arguments(streams, state, **choices))

    @contextmanager
    def reading(self, *streams: str, state: Mapping[str, Any] | None = None) -> Iterator[subprocess.Popen[str]]:
        """A `read` under way, to be read line by line and killed; it is dead on leaving."""
        with started(*self.arguments(streams, state)) as process:
            yield process

    def arguments(
        self,
        streams: Sequence[str],
        state: Mapping[str, Any] | None,
        full_refresh: Collection[str] = (),
        destination: str = "append",
        more: Sequence[Json] = (),
    ) -> list[str]:
        """The command line of a `read`; `more` are streams that discover does not know."""
        known = discovered()
        chosen = [known[name] for name in streams or known]
        return self._arguments(configured([*chosen, *more], full_refresh, destination), state)

    def _arguments(self, catalog: Json, state: Mapping[str, Any] | None) -> list[str]:
        files = ["--config", self.file("config", self.config), "--catalog", self.file("catalog", catalog)]
        if state is not None:
            files += ["--state", self.file("state", [_message(name, blob) for name, blob in state.items()])]
        return ["read", *files]

    def file(self, name: str, value: Any) -> str:
        """The path of a JSON file with that value."""
        path = self._folder / f"{name}.json"
        path.write_text(json.dumps(value), "utf-8")
        return str(path)


def run_process(*arguments: str) -> CommandOutput:
    """Run the program, a process of its own, to its end."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as stderr:
        with started(*arguments, stderr=stderr) as process:
            lines = list(process.stdout or ())
            process.wait()
        stderr.seek(0)
        stderr_text = stderr.read()
    sys.stderr.write(stderr_text)
    return CommandOutput(process.returncode, parsed_messages(lines), stderr_text)


@contextmanager
def started(*arguments: str, stderr: IO[str] | None = None) -> Iterator[subprocess.Popen[str]]:
    """The program under way; it is killed by the watchdog, and on leaving.

    A kill may cut its last line within a character; in a whole line, what is no text would show as a surrogate.
    """
    with subprocess.Popen(
        [*PROGRAM, *arguments],
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        encoding="utf-8",
        errors="surrogateescape",
    ) as process:
        watchdog = Timer(WATCHDOG_SECONDS, process.kill)
        watchdog.start()
        try:
            yield process
        finally:
            watchdog.cancel()
            process.kill()


@cache
def discovered() -> dict[str, Json]:
    """What `discover` says of every account, by stream."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config.json"
        path.write_text(json.dumps(NOWHERE), "utf-8")
        return run("discover", "--config", str(path)).streams


def _message(stream: str, blob: Any) -> Json:
    return {"type": "STREAM", "stream": {"stream_descriptor": {"name": stream}, "stream_state": blob}}
