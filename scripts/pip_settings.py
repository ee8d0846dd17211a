"""Lets pip inside an image build reach what pip outside reaches, without leaving any of it in the image.

    .venv/bin/python scripts/pip_settings.py FOLDER

Writes FOLDER/pip.conf with this machine's pip settings, wherever they come from, and prints the builder's options, one
a line: mounts of that file and of every local file and folder that it names, all read-only.
"""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

CA_VARIABLES = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


def settings() -> dict[str, str]:
    """This machine's pip settings by option; files and PIP_* variables together, as pip weighs them."""
    listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True)
    found: dict[str, str] = {}
    for line in sorted(listed.stdout.splitlines(), key=lambda line: line.startswith(":env:")):
        name, _, value = line.partition("=")
        found[name.rpartition(".")[2]] = str(ast.literal_eval(value))
    bundle = next((os.environ[name] for name in CA_VARIABLES if os.environ.get(name)), None)
    return ({"cert": bundle} if bundle else {}) | found


def config_file(found: Mapping[str, str]) -> str:
    """The settings as a pip.conf."""
    lines = (f"{name} = " + "\n    ".join(value.split()) for name, value in found.items())
    return "\n".join(["[global]", *lines, ""])


def local_paths(found: Mapping[str, str]) -> Iterator[Path]:
    """The files and folders on this machine that the settings name."""
    for word in " ".join(found.values()).split():
        path = Path(unquote(urlsplit(word).path)) if word.startswith("file:") else Path(word)
        if path.is_absolute() and path.exists():
            # An index's pages link to files beside the index.
            yield path.parent if word.startswith("file:") and path.is_dir() else path


def main(folder: Path) -> None:
    """Write the file and print the options."""
    found = settings()
    config = folder / "pip.conf"
    config.write_text(config_file(found), "utf-8")
    print(f"--volume={config}:/etc/pip.conf:ro")
    for path in dict.fromkeys(local_paths(found)):
        print(f"--volume={path}:{path}:ro")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
