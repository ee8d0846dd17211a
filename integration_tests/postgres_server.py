"""A PostgreSQL server of its own, on loopback, from whatever package has put its programs on this machine."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEBIANS = "/usr/lib/postgresql/*/bin"
ACCOUNT = "postgres"
"""The server refuses to run as root; Debian's package makes this user."""


def programs() -> Path | None:
    """The folder with the server's programs; None if it is not installed."""
    found = shutil.which("initdb") or next(
        (str(path) for path in sorted(Path("/").glob(f"{DEBIANS[1:]}/initdb"))), None
    )
    return Path(found).resolve().parent if found else None


@contextmanager
def running_postgres(folder: Path) -> Iterator[dict[str, str | int]]:
    """A server under way, empty; the address and the user by which it is reached. It ends on leaving."""
    bin_folder, data = folder, Path(tempfile.mkdtemp())
    if os.geteuid() == 0:
        shutil.chown(data, ACCOUNT)
    _run(bin_folder / "initdb", "-D", data / "data", "-U", ACCOUNT, "--auth=trust", "--encoding=UTF8", "--no-sync")
    port = _free_port()
    options = f"-h 127.0.0.1 -p {port} -k {data} -c fsync=off"
    _run(bin_folder / "pg_ctl", "-D", data / "data", "-o", options, "-l", data / "log", "-w", "start")
    try:
        yield {"host": "127.0.0.1", "port": port, "database": "postgres", "username": ACCOUNT, "password": "none"}
    finally:
        _run(bin_folder / "pg_ctl", "-D", data / "data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(data, ignore_errors=True)


def _run(*command: str | Path) -> None:
    """Run a program of the server, as its user."""
    as_its_user = ["runuser", "-u", ACCOUNT, "--"] if os.geteuid() == 0 else []
    subprocess.run([*as_its_user, *map(str, command)], check=True, stdout=subprocess.DEVNULL, cwd="/")


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
