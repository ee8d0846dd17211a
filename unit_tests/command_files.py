"""Commands with their files, and what they write to stdout."""

import json
from pathlib import Path
from typing import Any

import pytest

from source_zendesk_support import command
from unit_tests.reading import CONFIG

GROUPS = "/api/v2/groups?exclude_deleted=false&page[size]=100"
ROW = {"id": 1, "name": None, "updated_at": "2024-06-01T00:00:00Z"}
PERSON = "jane@acme.example"


class CommandFiles:
    """Writes a command's files; `run` gives its exit code and its lines."""

    def __init__(self, folder: Path, output: pytest.CaptureFixture[bytes]) -> None:
        self._folder = folder
        self._output = output

    def write(self, name: str, content: Any) -> str:
        path = self._folder / f"{name}.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    def run(self, verb: str, **files: Any) -> tuple[int, list[dict[str, Any]]]:
        arguments = [part for name, value in files.items() for part in (f"--{name}", self.write(name, value))]
        code = command.run([verb, *arguments])
        return code, [json.loads(line) for line in self._output.readouterr().out.splitlines()]

    def read(self, config: Any = CONFIG, **files: Any) -> tuple[int, list[dict[str, Any]]]:
        """A sync of groups."""
        modes = {"supported_sync_modes": ["full_refresh", "incremental"], "json_schema": {}}
        chosen = {"sync_mode": "incremental", "destination_sync_mode": "append"}
        catalog = {"streams": [{"stream": {"name": "groups", **modes}, **chosen}]}
        return self.run("read", config=config, catalog=catalog, **files)


def of_type(kind: str, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["type"] == kind]


def errors_in(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line["trace"]["error"] for line in of_type("TRACE", lines) if "error" in line["trace"]]
