"""What is installed is what was locked, and an audit that could not be made is never taken for a clean one."""

import json
import sys
from pathlib import Path

import pytest

from scripts import audit

HASH = "--hash=sha256:" + "0" * 64
ADVISORY = {"package": "urllib3", "id": "CVE-2025-66471", "fixed_in": "2.6.0", "why": "made up"}


def lock(folder: Path, text: str) -> Path:
    path = folder / "connector.txt"
    path.write_text(text, "utf-8")
    return path


def auditor(folder: Path, reported: str, code: int) -> list[str]:
    """A program in place of pip-audit that says this."""
    script = folder / "auditor.py"
    script.write_text(
        f"import sys\nprint({reported!r})\nprint('no route to host', file=sys.stderr)\nsys.exit({code})", "utf-8"
    )
    return [sys.executable, str(script)]


def response(*vulns: dict[str, object]) -> str:
    return json.dumps({"dependencies": [{"name": "urllib3", "version": "2.5.0", "vulns": list(vulns)}], "fixes": []})


@pytest.fixture
def requirements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lock of one package, about which the repository knows nothing."""
    lock(tmp_path, f"urllib3==2.5.0 \\\n    {HASH}\n")
    (tmp_path / "advisories.toml").write_text("advisory = []\n[[accepted]]\nid = 'PYSEC-2'\nwhy = 'x'\n", "utf-8")
    monkeypatch.setattr(audit, "REQUIREMENTS", tmp_path)
    return tmp_path


def test_every_lock_pins_one_version_with_hashes_and_none_that_is_known_to_be_bad(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert audit.main([]) == 0
    assert "pins in 6 locks" in capsys.readouterr().out


@pytest.mark.parametrize(
    "line",
    [
        "urllib3==2.6.0",
        f"urllib3>=2.6.0 {HASH}",
        f"urllib3 {HASH}",
        f"urllib3==2.6.0 {HASH[:-1]}",
        "urllib3==2.6.0 --hash=md5:00",
        f"urllib3 @ https://example.com/urllib3.whl {HASH}",
        "--index-url https://example.com",
        "-e .",
    ],
)
def test_anything_but_a_version_with_its_hashes_is_refused(line: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not one version with its hashes"):
        audit.pins(lock(tmp_path, f"{line}\n"))


@pytest.mark.parametrize(("version", "bad"), [("2.5.9", True), ("2.6.0", False), ("2.10.0", False)])
def test_version_below_a_known_fix_is_found(version: str, bad: bool, tmp_path: Path) -> None:  # noqa: FBT001  a table's
    locked = audit.pins(lock(tmp_path, f"urllib3=={version} ; python_version < '4' \\\n    {HASH}\n"))
    reported = [f"connector.txt: urllib3 {version}: CVE-2025-66471, fixed in 2.6.0"]
    assert list(audit.known_offline(locked, [ADVISORY])) == (reported if bad else [])


@pytest.mark.usefixtures("requirements")
def test_audit_that_finds_nothing_succeeds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.main(auditor(tmp_path, response(), 0)) == 0
    assert "Nothing is known against them." in capsys.readouterr().out


@pytest.mark.usefixtures("requirements")
def test_what_the_database_knows_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.main(auditor(tmp_path, response({"id": "PYSEC-1", "fix_versions": ["2.6.0"]}), 1)) == 1
    assert "connector.txt: urllib3 2.5.0: PYSEC-1, fixed in 2.6.0" in capsys.readouterr().out


@pytest.mark.usefixtures("requirements")
@pytest.mark.parametrize(
    "reported", ["", "not JSON", "[]", "{}", '{"dependencies": [{"name": "urllib3", "skip_reason": "not found"}]}']
)
def test_audit_without_a_database_is_not_green(
    reported: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit.main(auditor(tmp_path, reported, 1)) == 3
    shown = capsys.readouterr().out
    assert "NOT AUDITED" in shown
    assert "Nothing is known" not in shown


def test_accepted_ids_are_handed_on(tmp_path: Path, requirements: Path) -> None:
    script = tmp_path / "auditor.py"
    script.write_text(
        "import sys\nassert sys.argv[-2:] == ['--ignore-vuln', 'PYSEC-2'], sys.argv\nprint('{\"dependencies\": []}')"
    )
    assert audit.main([sys.executable, str(script)]) == 0
