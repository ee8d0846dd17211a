"""Tries an image that buildah has built: what is in it, and what it does with a simulated account.

.venv/bin/python scripts/image_trial.py BASE_CONTAINER CONTAINER -- buildah [OPTIONS OF BUILDAH]
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from integration_tests.command_output import CommandOutput, parsed_messages
from integration_tests.configured_catalog import configured
from integration_tests.simulated_account import SimulatedAccount
from scripts.image_contents import additions, connector_megabytes, strangers

CHAT = {"credentials": "access_token", "access_token": "simulated-chat-token"}
FOLDER = "/secrets"
"""Where the platform mounts files for a connector."""
LARGEST_MEGABYTES = 350
"""What the connector and its dependencies may add to the base of the image."""
NOT_EMPTY = 9
"""Exit code of a run that left something in its temp folder."""
WRITABLE = 8
"""Exit code of a run that did not take place, because root could write to the root file system."""
READ_ONLY = f"""
set -e
root=$1 files=$2 user=$3; shift 3
mount --bind "$root" "$root"
mount --bind "$files" "$root{FOLDER}"
mount -o remount,bind,ro "$root{FOLDER}"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -o remount,bind,ro "$root"
if chroot "$root" sh -c 'echo > /opt/written' 2>/dev/null; then exit {WRITABLE}; fi
chroot --userspec="$user" "$root" env --ignore-environment PATH=/usr/bin:/bin "$@"
test -z "$(ls -A "$root/tmp")" || exit {NOT_EMPTY}
"""
"""What ``docker run --read-only --tmpfs /tmp`` does, for a root file system that is mounted already."""


@dataclass(frozen=True)
class Container:
    """A container of the image.

    Attributes:
        name: as buildah knows it.
        buildah: the command line that stands before a verb of buildah.
        files: a folder on this machine that the container sees as `FOLDER`.
    """

    name: str
    buildah: tuple[str, ...]
    files: Path

    @cached_property
    def config(self) -> dict[str, Any]:
        """The image's own configuration."""
        config: dict[str, Any] = json.loads(self._ask("inspect", "--type", "container", self.name))["OCIv1"]["config"]
        return config

    @cached_property
    def root(self) -> Path:
        """Its file system."""
        return Path(self._ask("mount", self.name).strip())

    def run(self, *arguments: str) -> CommandOutput:
        """What the image's entry point says to these arguments."""
        print(f"    {' '.join(self.config['Entrypoint'])} {' '.join(arguments)}", flush=True)
        done = self._run(*self.config["Entrypoint"], *arguments)
        return CommandOutput(done.returncode, parsed_messages(done.stdout.splitlines()))

    def run_read_only(self, *arguments: str) -> CommandOutput:
        """The same with nothing to write to but an empty ``/tmp``, which must be empty again at the end."""
        (self.root / FOLDER.strip("/")).mkdir(exist_ok=True)
        where = (str(self.root), str(self.files), str(self.user()))
        command = ("unshare", "--mount", "sh", "-c", READ_ONLY, "sh", *where, *self.config["Entrypoint"], *arguments)
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        return CommandOutput(done.returncode, parsed_messages(done.stdout.splitlines()))

    def user(self) -> int:
        """The id of the user that it runs as."""
        return int(self._run("id", "-u").stdout)

    def file(self, name: str, value: Any) -> str:
        """The path, inside, of a JSON file with that value."""
        (self.files / name).write_text(json.dumps(value), "utf-8")
        return f"{FOLDER}/{name}"

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        how = ("--isolation", "chroot", "--network", "host", "--volume", f"{self.files}:{FOLDER}:ro")
        everything = (*self.buildah, "run", *how, self.name, "--", *command)
        return subprocess.run(everything, stdout=subprocess.PIPE, text=True, check=False)

    def _ask(self, *command: str) -> str:
        return subprocess.run((*self.buildah, *command), stdout=subprocess.PIPE, text=True, check=True).stdout


held: list[str] = []
"""The facts that have proved true."""


def must(what: str, *, hold: bool) -> None:
    """Report a fact about the image; end if it does not hold."""
    print(f"    {'ok' if hold else 'WRONG'}: {what}", flush=True)
    if not hold:
        sys.exit(f"\n{len(held)} passed, 1 failed")
    held.append(what)


def try_contents(base: Container, image: Container) -> None:
    """Labels, user, and that nothing is inside that has no business there."""
    config = image.config
    must(
        "the platform knows the entry point",
        hold=_variables(config)["AIRBYTE_ENTRYPOINT"].split() == config["Entrypoint"],
    )
    must("it has Airbyte's labels", hold={"io.airbyte.name", "io.airbyte.version"} <= set(config["Labels"]))
    materials = list(image.root.glob("opt/connector/lib/python*/site-packages/*.dist-info/sboms/*.cdx.json"))
    must("it contains one bill of materials", hold=len(materials) == 1)
    must("it works in /airbyte/integration_code", hold=config["WorkingDir"] == "/airbyte/integration_code")
    must("it does not run as root", hold=image.user() != 0)
    added = additions(base.root, image.root)
    must(f"beside the connector it adds nothing to its base: {added}", hold=not added)
    found = strangers(image.root)
    must(f"no tests and no build tools are inside: {found}", hold=not found)
    size = connector_megabytes(image.root)
    must(f"connector and dependencies have {size} MB, at most {LARGEST_MEGABYTES}", hold=size <= LARGEST_MEGABYTES)


def try_commands(image: Container, account: SimulatedAccount) -> None:
    """Spec, check good and bad, discover, a read, and a read resumed from its state."""
    config = account.config(chat_credentials=CHAT)
    files: tuple[str, ...] = ("--config", image.file("config.json", config))
    wrong = image.file("wrong.json", config | {"credentials": config["credentials"] | {"api_token": "wrong"}})
    must("spec gives a specification", hold=len(image.run("spec").of("SPEC")) == 1)
    must("check accepts the right token", hold=image.run("check", *files).verdict["status"] == "SUCCEEDED")
    must("check refuses a wrong token", hold=image.run("check", "--config", wrong).verdict["status"] == "FAILED")
    (catalog,) = image.run("discover", *files).of("CATALOG")
    must(f"discover finds {len(catalog['streams'])} streams", hold=bool(catalog["streams"]))
    files += ("--catalog", image.file("catalog.json", configured(catalog["streams"])))

    first = image.run("read", *files)
    truth = account.truth_counts()
    wanting = [
        name for name in (stream["name"] for stream in catalog["streams"]) if len(first.rows(name)) != truth[name]
    ]
    must(f"read succeeds and brings every stream's rows, wanting: {wanting}", hold=not (first.exit_code or wanting))
    locked = image.run_read_only("read", *files)
    same = {name: len(rows) for name, rows in locked.records.items()}
    held_all = same == {name: len(rows) for name, rows in first.records.items()}
    must(
        "it reads the same with a read-only root file system, and leaves /tmp empty",
        hold=not locked.exit_code and held_all,
    )
    try_resuming(image, account, files, first)


def try_resuming(image: Container, account: SimulatedAccount, files: tuple[str, ...], first: CommandOutput) -> None:
    """The second read goes on from the first one's state."""
    begun = int(account.set_clock())
    account.change(share=0.01)
    states = {state["stream"]["stream_descriptor"]["name"]: state for state in first.of("STATE")}
    second = image.run("read", *files, "--state", image.file("state.json", list(states.values())))
    must("the resumed read succeeds", hold=second.exit_code == 0)
    for stream in ("tickets", "users", "organizations", "satisfaction_ratings"):
        sent, due = {row["id"] for row in second.rows(stream)}, {row["id"] for row in account.truth(stream, begun)}
        facts = f"{len(first.rows(stream))} {stream} at first, then {len(sent)}, among them the {len(due)} that changed"
        must(facts, hold=due <= sent and len(sent) < len(first.rows(stream)) / 5)


def _variables(config: dict[str, Any]) -> dict[str, str]:
    return dict(variable.split("=", 1) for variable in config["Env"])


def main() -> None:
    """Try everything."""
    base_name, name, _, *buildah = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder, SimulatedAccount.running(tickets=500, frozen=True) as account:
        files = Path(folder)
        files.chmod(0o755)
        base, image = (Container(which, tuple(buildah), files) for which in (base_name, name))
        print("\n==> what is in the image", flush=True)
        try_contents(base, image)
        print("\n==> what it does with a simulated account", flush=True)
        try_commands(image, account)
    print(f"\n{len(held)} passed, 0 failed")


if __name__ == "__main__":
    main()
