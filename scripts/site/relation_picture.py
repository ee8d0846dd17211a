"""Draws the diagrams of docs/tables.md, which a code host renders from Mermaid text, as pictures for the site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape

RELATION = re.compile(r"^ +(?P<child>\w+) [}|]o--[|o]\| (?P<parent>\w+) : (?P<column>\w+)$", re.MULTILINE)
DIAGRAM = re.compile(r"```mermaid\nerDiagram\n(?P<relations>.*?)```", re.DOTALL)
ROW_PIXELS = 22
BOX_PIXELS = 210
GAP_PIXELS = 70
MARGIN_PIXELS = 4

Relation = tuple[str, str, str]
_STYLE = (
    "rect{fill:var(--md-default-bg-color,#fff);stroke:currentColor;rx:4px}"
    "text{font:600 12px sans-serif;fill:currentColor}"
    ".column{font-weight:400;font-size:11px}path{fill:none;stroke:currentColor;opacity:.5}"
)


def with_pictures(text: str) -> str:
    """Markdown with each Mermaid diagram replaced by an SVG picture of it."""
    return DIAGRAM.sub(lambda match: picture(RELATION.findall(match["relations"])), text)


def picture(relations: Iterable[Relation]) -> str:
    """An SVG picture: a box for each table with the columns that refer to others, which stand to the right of it.

    Args:
        relations: the table that refers, the table that it refers to, and the column that does.
    """
    edges = sorted(set(relations))
    columns = {name: [column for child, _, column in edges if child == name] for edge in edges for name in edge[:2]}
    places = _places(_ranks(edges), columns)
    width = max(x for x, _ in places.values()) + BOX_PIXELS + MARGIN_PIXELS
    height = max(y + _height(columns[name]) for name, (_, y) in places.items()) + MARGIN_PIXELS
    lines = "".join(
        _line(places[child], columns[child].index(column) + 1, places[parent]) for child, parent, column in edges
    )
    boxes = "".join(_box(name, columns[name], *place) for name, place in places.items())
    return (
        f'<svg role="img" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' style="max-width:{width}px;width:100%"><style>{_STYLE}</style>{lines}{boxes}</svg>'
    )


def _ranks(edges: Iterable[Relation]) -> Mapping[str, int]:
    """How many steps each table is from one that refers to none; tables that refer to each other add no step."""
    pairs = [(child, parent) for child, parent, _ in edges if child != parent]
    ranks = dict.fromkeys((name for pair in pairs for name in pair), 0)
    for _ in ranks:
        for child, parent in pairs:
            ranks[child] = min(max(ranks[child], ranks[parent] + 1), len(ranks))
    used = sorted(set(ranks.values()))
    return {name: used.index(rank) for name, rank in ranks.items()}


def _places(ranks: Mapping[str, int], columns: Mapping[str, Sequence[str]]) -> Mapping[str, tuple[int, int]]:
    """The upper left corner of each table's box, in pixels."""
    places, below = {}, dict.fromkeys(ranks.values(), MARGIN_PIXELS)
    for name in sorted(ranks):
        rank = ranks[name]
        step = max(ranks.values()) - rank
        places[name] = (MARGIN_PIXELS + step * (BOX_PIXELS + GAP_PIXELS), below[rank])
        below[rank] += _height(columns[name]) + GAP_PIXELS // 5
    return places


def _height(columns: Sequence[str]) -> int:
    return ROW_PIXELS * (1 + len(columns))


def _line(child: tuple[int, int], row: int, parent: tuple[int, int]) -> str:
    left, right = child[0] + BOX_PIXELS, parent[0]
    start, end = child[1] + ROW_PIXELS * row + ROW_PIXELS // 2, parent[1] + ROW_PIXELS // 2
    bend = (left + right) // 2
    return f'<path d="M{left},{start} C{bend},{start} {bend},{end} {right},{end}"/>'


def _box(name: str, columns: Sequence[str], x: int, y: int) -> str:
    rows = "".join(
        f'<text class="column" x="{x + 18}" y="{y + ROW_PIXELS * row + 15}">{escape(column)}</text>'
        for row, column in enumerate(columns, start=1)
    )
    box = f'<rect x="{x}" y="{y}" width="{BOX_PIXELS}" height="{_height(columns)}"/>'
    return f'{box}<text x="{x + 8}" y="{y + 15}">{escape(name)}</text>{rows}'
