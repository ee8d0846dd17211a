"""The tables that users of other tools have today: their columns, keys and cursors exist here."""

import json
from pathlib import Path
from typing import Any

import pytest

from unit_tests.test_schemas import KEYS, load, nodes

SEEDS: dict[str, Any] = json.loads((Path(__file__).parent / "seed_tables.json").read_text())


@pytest.mark.parametrize("stream", SEEDS)
def test_column_of_other_tools_exists(stream: str) -> None:
    assert set(SEEDS[stream]["columns"]) - set(load(stream)["properties"]) == set()


@pytest.mark.parametrize("stream", SEEDS)
def test_nested_path_of_other_tools_exists(stream: str) -> None:
    assert set(SEEDS[stream]["nested_paths"]) - {path for path, _ in nodes(load(stream))} == set()


@pytest.mark.parametrize("stream", SEEDS)
def test_key_and_cursor_of_other_tools_exist(stream: str) -> None:
    assert SEEDS[stream]["primary_key"] == (KEYS[stream] or [None])[0]
    assert SEEDS[stream]["cursor"] in {None, *load(stream)["properties"]}


def test_seed_list_is_complete() -> None:
    assert len(SEEDS) == 30
    assert sum(len(seed["columns"]) for seed in SEEDS.values()) == 376
    assert sum(len(seed["nested_paths"]) for seed in SEEDS.values()) == 340
