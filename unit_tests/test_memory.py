import gc
import platform
import subprocess
import sys

import pytest

from source_zendesk_support import startup as memory


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="options of glibc")
def test_threads_share_one_heap() -> None:
    assert memory.share_one_heap() is True


def test_other_c_libraries_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda _name: object())
    assert memory.share_one_heap() is False


def test_program_collects_rarely_and_not_what_it_imported() -> None:
    program = (
        "import gc, source_zendesk_support.run\n"
        "assert not gc.isenabled()\n"
        "source_zendesk_support.run.memory.after_imports()\n"
        "print(gc.isenabled(), gc.get_threshold()[0], gc.get_freeze_count() > 50_000)\n"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout == "True 200000 True\n"
    assert gc.isenabled()
