"""CPython 3.11 fails now and then if two threads read the value of a template at the same time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from airbyte_cdk.sources.declarative.interpolation.jinja import JinjaInterpolation

from source_zendesk_support.api import templates
from unit_tests.components.parts import pages_of


def evaluated() -> Any:
    return JinjaInterpolation().eval("{{ config['a'] }}", {"a": 5})


def test_only_one_thread_reads_the_value_of_a_template(monkeypatch: pytest.MonkeyPatch) -> None:
    pages_of("groups")  # building any stream installs the lock
    inside, go_on = Event(), Event()

    def read(_interpolation: JinjaInterpolation, text: str, _types: Any) -> int:
        inside.set()
        assert go_on.wait(60)
        return int(text)

    monkeypatch.setattr(templates, "_literal_eval", read)
    with ThreadPoolExecutor() as pool:
        value = pool.submit(evaluated)
        assert inside.wait(60)
        assert not templates._LOCK.acquire(blocking=False)
        go_on.set()
        assert value.result() == 5
    assert templates._LOCK.acquire(blocking=False)
    templates._LOCK.release()


def test_value_is_what_the_cdk_makes_of_it() -> None:
    pages_of("groups")
    assert evaluated() == 5
