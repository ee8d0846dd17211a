"""A process that gets a signal stops: from its first instruction on, whatever it does, and nothing of it stays."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from integration_tests.conftest import connector_of
from integration_tests.connector import PROGRAM
from integration_tests.credentials import REFRESH
from integration_tests.processes import DEADLINE_SECONDS, ROOT, environment, finished, running, wait_until
from integration_tests.simulated_account import SimulatedAccount

ENTRY_POINT = [
    *next(
        json.loads(line.removeprefix("ENTRYPOINT "))
        for line in (ROOT / "Dockerfile").read_text("utf-8").splitlines()
        if line.startswith("ENTRYPOINT")
    )[:-1],
    *PROGRAM,
]
"""As in the image, with this checkout in the place of the installed script."""
LOADED = ("", "python", "_ctypes", "orjson", "_pydantic_core")
"""What the process has mapped when the signal comes, from its first instruction to the end of its imports."""


@pytest.fixture
def endless(tmp_path: Path) -> list[str]:
    """Arguments of a command that cannot end by itself: nobody ever writes its config."""
    config = tmp_path / "config"
    os.mkfifo(config)
    return ["check", "--config", str(config)]


def first_child(process: subprocess.Popen[bytes], number: signal.Signals) -> int:
    """The process that is number 1 in the new namespace, once the entry point keeps the signal for it.

    Before that, the kernel drops every signal to a process 1: not even the first instruction of ``env`` has run.
    """
    found: list[int] = []

    def is_there() -> bool:
        with suppress(OSError, IndexError):
            child = int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0])
            status = dict(line.split(":\t") for line in Path(f"/proc/{child}/status").read_text().splitlines())
            kept = int(status["SigBlk"], 16) | int(status["SigCgt"], 16)
            if status["Name"].startswith(("env", "python")) and kept >> (number - 1) & 1:
                found.append(child)
        return bool(found)

    wait_until(is_there, process)
    return found[0]


def has_mapped(process: int, name: str) -> bool:
    """Whether a program or an extension module is in the memory of a process."""
    with suppress(OSError):
        return name in Path(f"/proc/{process}/maps").read_text()
    return False


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("unshare"), reason="a namespace of processes needs root")
@pytest.mark.parametrize(
    ("loaded", "number"), [*((name, signal.SIGTERM) for name in LOADED), ("", signal.SIGINT), ("orjson", signal.SIGINT)]
)
def test_process_1_of_a_container_stops_from_its_first_instruction_on(
    loaded: str, number: signal.Signals, endless: list[str]
) -> None:
    with running("unshare", "--pid", "--fork", "--kill-child", *ENTRY_POINT, *endless) as process:
        child = first_child(process, number)
        wait_until(lambda: has_mapped(child, loaded), process)
        os.kill(child, number)
        assert process.communicate(timeout=DEADLINE_SECONDS) == (b"", b"")
    assert process.returncode == 128 + number


@pytest.mark.parametrize("loaded", ["_ctypes", "orjson", "_pydantic_core"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_imports_are_interrupted_without_a_stack_trace(
    loaded: str, number: signal.Signals, endless: list[str], tmp_path: Path
) -> None:
    with running(*PROGRAM, *endless, env=environment(tmp_path)) as process:
        wait_until(lambda: has_mapped(process.pid, loaded), process)
        process.send_signal(number)
        assert process.communicate(timeout=DEADLINE_SECONDS) == (b"", b"")
    assert process.returncode == 128 + number
    assert [path.name for path in tmp_path.iterdir()] == ["config"]


@contextmanager
def syncing(account: SimulatedAccount, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A sync that keeps pages on disk, and waits for an answer that does not come."""
    path = "help_center/articles/{parent_id}/comments"
    account.set_faults(script=[{"fault": "stall", "path": path, "call": 5, "seconds": 600.0}])
    arguments = connector_of(account, folder, num_workers=2).arguments(("articles", "article_comments"), None)
    (folder / "temp").mkdir()
    with running(*PROGRAM, *arguments, env=environment(folder / "temp")) as process:
        wait_until(lambda: any(call["fault"] == "stall" for call in account.requests()), process)
        yield process


@pytest.mark.parametrize("name", ["SIGHUP", "SIGQUIT", "SIGUSR1", "SIGALRM", "SIGXCPU", "SIGRTMAX", "SIGKILL"])
def test_no_signal_leaves_pages_behind(name: str, account: SimulatedAccount, tmp_path: Path) -> None:
    number = getattr(signal, name)
    with syncing(account, tmp_path) as process:
        process.send_signal(number)
        reported, stderr_text = process.communicate(timeout=DEADLINE_SECONDS)
    assert list((tmp_path / "temp").iterdir()) == []
    if name == "SIGKILL":
        assert process.returncode == -number
        return
    assert (process.returncode, stderr_text) == (128 + number, b"")
    last = json.loads(reported.splitlines()[-1])["log"]["message"]
    assert last.startswith(f"Stopped by {signal.Signals(number).name}. ")


def test_a_paused_process_stops_when_it_is_continued(account: SimulatedAccount, tmp_path: Path) -> None:
    with syncing(account, tmp_path) as process:
        for number in (signal.SIGSTOP, signal.SIGTERM, signal.SIGCONT):
            process.send_signal(number)
        _, stderr_text = process.communicate(timeout=DEADLINE_SECONDS)
    assert (process.returncode, stderr_text) == (143, b"")


def signing_in(account: SimulatedAccount, folder: Path, **fault: Any) -> list[str]:
    """The arguments of a sync whose token endpoint has a fault."""
    account.set_faults(script=[{"path": "oauth/tokens", **fault}])
    return connector_of(account, folder, credentials=REFRESH).arguments(("groups",), None)


@contextmanager
def granted(account: SimulatedAccount, folder: Path, seconds: float) -> Iterator[subprocess.Popen[bytes]]:
    """A sync whose new token is on its way for so long."""
    arguments = signing_in(account, folder, fault="stall", seconds=seconds)
    with running(*PROGRAM, *arguments) as process:
        answered = ("/oauth/tokens", 200)
        wait_until(lambda: answered in [(call["path"], call["status"]) for call in account.requests()], process)
        yield process


def stored_credentials(folder: Path) -> dict[str, Any]:
    """The rotated credentials in the config file."""
    credentials: dict[str, Any] = json.loads((folder / "config.json").read_text("utf-8"))["credentials"]
    assert credentials["refresh_token"] != REFRESH["refresh_token"]
    return credentials


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_token_that_is_under_way_is_stored_before_the_process_ends(
    number: signal.Signals, account: SimulatedAccount, tmp_path: Path
) -> None:
    with granted(account, tmp_path, seconds=0.7) as process:
        process.send_signal(number)
        reported, stderr_text = process.communicate(timeout=DEADLINE_SECONDS)
    assert (process.returncode, stderr_text) == (128 + number, b"")
    (control,) = [line["control"] for line in map(json.loads, reported.splitlines()) if line["type"] == "CONTROL"]
    assert control["connectorConfig"]["config"]["credentials"] == stored_credentials(tmp_path)
    files = [f"--{name}={tmp_path / name}.json" for name in ("config", "catalog")]
    assert finished("read", *files).exit_code == 0


def test_a_token_that_does_not_come_in_time_does_not_hold_up_the_end(account: SimulatedAccount, tmp_path: Path) -> None:
    with granted(account, tmp_path, seconds=600.0) as process:
        process.terminate()
        reported, stderr_text = process.communicate(timeout=DEADLINE_SECONDS)
    assert (process.returncode, stderr_text) == (143, b"")
    assert (
        "if the next sync reports that the refresh token is already used, authenticate again."
        in reported.decode().splitlines()[-1]
    )


def test_a_token_is_stored_though_the_reader_is_gone(account: SimulatedAccount, tmp_path: Path) -> None:
    with granted(account, tmp_path, seconds=0.7) as process:
        assert process.stdout
        process.stdout.close()
        assert process.wait(DEADLINE_SECONDS) == 1
    assert stored_credentials(tmp_path)


def test_a_lost_response_is_reported(account: SimulatedAccount, tmp_path: Path) -> None:
    output = finished(*signing_in(account, tmp_path, fault="reset"))
    assert output.exit_code == 1
    assert "was incomplete, so the refresh token was probably used then." in output.errors[0]["message"]


def test_the_program_is_this_python() -> None:
    assert ENTRY_POINT[-3:] == [sys.executable, "-m", "source_zendesk_support.run"]
