"""A process that is told to stop stops: from its first instruction on, whatever it does, and nothing of it stays."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from integration_tests.connector import PROGRAM, Connector
from integration_tests.simulated_account import SimulatedAccount

ROOT = Path(__file__).parent.parent
DEADLINE_SECONDS = 60
REFRESH = {
    "credentials": "oauth2_refresh",
    "client_id": "simulated-client",
    "client_secret": "simulated-secret",
    "refresh_token": "simulated-refresh-token",
}
ENTRY_POINT = [
    *next(
        json.loads(line.removeprefix("ENTRYPOINT "))
        for line in (ROOT / "Dockerfile").read_text("utf-8").splitlines()
        if line.startswith("ENTRYPOINT")
    )[:-1],
    *PROGRAM,
]
"""As in the image, with this checkout in the place of the installed script."""


def until(condition: Callable[[], Any], process: subprocess.Popen[Any]) -> None:
    """Wait for something that must happen while the process lives."""
    ends = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert process.poll() is None, "the process ended before that"
        assert time.monotonic() < ends
        time.sleep(0.002)


@contextmanager
def running(*command: str, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, **options
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def first_child(process: subprocess.Popen[bytes]) -> int:
    """The process that is number 1 in the new namespace, once it is the program."""
    found: list[int] = []

    def is_there() -> bool:
        with suppress(OSError, IndexError):
            child = int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0])
            if Path(f"/proc/{child}/comm").read_text().startswith(("env", "python")):
                found.append(child)
        return bool(found)

    until(is_there, process)
    return found[0]


LOADED = ("", "python", "_ctypes", "orjson", "_pydantic_core")
"""What the process has mapped when the signal comes, from its first instruction to the end of its imports."""


def has_mapped(process: int, name: str) -> bool:
    """Whether a program or an extension module is in the memory of a process."""
    with suppress(OSError):
        return name in Path(f"/proc/{process}/maps").read_text()
    return False


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("unshare"), reason="a namespace of processes needs root")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("loaded", LOADED)
def test_process_1_of_a_container_stops_from_its_first_instruction_on(
    loaded: str, number: signal.Signals, tmp_path: Path
) -> None:
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    isolated = ("unshare", "--pid", "--fork", "--kill-child")
    for _ in range(ATTEMPTS):
        with running(*isolated, *ENTRY_POINT, "spec", env=environment) as process:
            child = first_child(process)
            until(lambda: has_mapped(child, loaded), process)  # noqa: B023  called in this round only
            with suppress(ProcessLookupError):
                os.kill(child, number)
            told, complained = process.communicate(timeout=DEADLINE_SECONDS)
        if process.returncode:
            break
    assert (process.returncode, complained) == (128 + number, b"")
    assert b"SPEC" not in told
    assert list(tmp_path.iterdir()) == []


ATTEMPTS = 4
"""A process may end before the signal comes."""


@pytest.mark.parametrize("loaded", ["_ctypes", "orjson", "_pydantic_core"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_imports_are_interrupted_without_a_stack_trace(loaded: str, number: signal.Signals, tmp_path: Path) -> None:
    with running(*PROGRAM, "spec", env=os.environ | {"TMPDIR": str(tmp_path)}) as process:
        until(lambda: has_mapped(process.pid, loaded), process)
        process.send_signal(number)
        told, complained = process.communicate(timeout=DEADLINE_SECONDS)
    assert (process.returncode, complained) == (128 + number, b"")
    assert b"SPEC" not in told
    assert list(tmp_path.iterdir()) == []


@contextmanager
def syncing(account: SimulatedAccount, folder: Path, temp: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A sync that has kept pages on disk, and now waits for an answer."""
    stalled = {"fault": "stall", "path": "help_center/articles/{article_id}/comments", "call": 5, "seconds": 60.0}
    account.set_faults(script=[stalled])
    connector = Connector(account.config(num_workers=2), folder)
    arguments = connector.arguments(("articles", "article_comments"), None)
    with running(*PROGRAM, *arguments, env=os.environ | {"TMPDIR": str(temp)}) as process:
        until(lambda: sum("/comments" in call["path"] for call in account.requests()) >= 5, process)
        yield process


@pytest.mark.parametrize("name", ["SIGHUP", "SIGQUIT", "SIGUSR1", "SIGALRM", "SIGXCPU", "SIGRTMAX", "SIGKILL"])
def test_no_signal_leaves_pages_behind(name: str, account: SimulatedAccount, tmp_path: Path) -> None:
    number = getattr(signal, name)
    files, temp = tmp_path / "files", tmp_path / "temp"
    files.mkdir()
    temp.mkdir()
    for _ in range(ATTEMPTS):
        with syncing(account, files, temp) as process:
            process.send_signal(number)
            told, complained = process.communicate(timeout=DEADLINE_SECONDS)
        assert list(temp.iterdir()) == []
        if process.returncode:
            break
    if name == "SIGKILL":
        return
    assert (process.returncode, complained) == (128 + number, b"")
    last = json.loads(told.splitlines()[-1])["log"]["message"]
    assert last.startswith(f"Stopped by {signal.Signals(number).name}. ")


def test_a_process_that_was_paused_stops_when_it_goes_on(account: SimulatedAccount, tmp_path: Path) -> None:
    with syncing(account, tmp_path, tmp_path) as process:
        process.send_signal(signal.SIGSTOP)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGCONT)
        _, complained = process.communicate(timeout=20)
    assert (process.returncode, complained) == (143, b"")


def signing_in(account: SimulatedAccount, folder: Path, fault: dict[str, Any]) -> list[str]:
    """The command line of a sync whose token endpoint has a fault."""
    account.set_faults(script=[{"path": "oauth/tokens", **fault}])
    connector = Connector(account.config(credentials=REFRESH), folder)
    return [*PROGRAM, *connector.arguments(("groups",), None)]


def granted(account: SimulatedAccount) -> bool:
    return any((call["path"], call["status"]) == ("/oauth/tokens", 200) for call in account.requests())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_token_that_is_under_way_is_stored_before_the_process_ends(
    number: signal.Signals, account: SimulatedAccount, tmp_path: Path
) -> None:
    command = signing_in(account, tmp_path, {"fault": "stall", "seconds": 1.0})
    with running(*command) as process:
        until(lambda: granted(account), process)
        process.send_signal(number)
        told, complained = process.communicate(timeout=DEADLINE_SECONDS)
    assert (process.returncode, complained) == (128 + number, b"")
    (control,) = [line["control"] for line in map(json.loads, told.splitlines()) if line["type"] == "CONTROL"]
    stored = json.loads((tmp_path / "config.json").read_text("utf-8"))
    assert stored["credentials"]["refresh_token"] != REFRESH["refresh_token"]
    assert control["connectorConfig"]["config"] == stored
    again = subprocess.run([*PROGRAM, *command[len(PROGRAM) :]], cwd=ROOT, capture_output=True, check=False)
    assert again.returncode == 0


def test_a_token_that_does_not_come_in_time_does_not_hold_up_the_end(account: SimulatedAccount, tmp_path: Path) -> None:
    with running(*signing_in(account, tmp_path, {"fault": "stall", "seconds": 50.0})) as process:
        until(lambda: granted(account), process)
        process.terminate()
        told, complained = process.communicate(timeout=30)
    assert (process.returncode, complained) == (143, b"")
    assert "if the next sync finds the refresh token used up, authenticate again." in told.decode().splitlines()[-1]


def test_a_token_is_stored_though_the_reader_is_gone(account: SimulatedAccount, tmp_path: Path) -> None:
    with running(*signing_in(account, tmp_path, {"fault": "stall", "seconds": 1.0})) as process:
        until(lambda: granted(account), process)
        assert process.stdout
        process.stdout.close()
        assert process.wait(DEADLINE_SECONDS) == 1
    stored = json.loads((tmp_path / "config.json").read_text("utf-8"))
    assert stored["credentials"]["refresh_token"] != REFRESH["refresh_token"]


def test_an_answer_that_was_lost_on_its_way_is_told_of(account: SimulatedAccount, tmp_path: Path) -> None:
    command = signing_in(account, tmp_path, {"fault": "reset"})
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 1
    assert b"did not arrive whole, so the refresh token was probably used up then." in done.stdout


def test_the_program_is_this_python() -> None:
    assert ENTRY_POINT[-3:] == [sys.executable, "-m", "source_zendesk_support.run"]
