"""A headless browser from whatever package has put it on this machine."""

import shutil
import subprocess
import tempfile
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
MAX_SECONDS = 120
OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--virtual-time-budget=10000",
]


def browser() -> str | None:
    """The program; None if it is not installed."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def read_page(program: str, page: Path) -> str:
    """The page's HTML after its scripts have run."""
    return _run(program, page, "--dump-dom")


def take_picture(program: str, page: Path, picture: Path, width: int, height: int) -> None:
    """Write what the page looks like as a PNG of that many pixels."""
    _run(program, page, f"--window-size={width},{height}", f"--screenshot={picture}")


def _run(program: str, page: Path, *options: str) -> str:
    """Open a local page in a browser that has a profile of its own and reaches no host."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [program, *OPTIONS, f"--user-data-dir={profile}", *options, page.as_uri()]
        run = subprocess.run(command, capture_output=True, text=True, timeout=MAX_SECONDS, check=True)
    return run.stdout
