"""The table at the end of the demo."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One stream, with pairs of figures for the first and the second sync.

    Attributes:
        stream: its name.
        rows: rows in its table.
        changed: rows of its table that the second sync changed or added.
        calls: API calls; none if another stream's pages contain this one's rows.
        seconds: from its start to its end.
    """

    stream: str
    rows: tuple[int, int]
    changed: int
    calls: tuple[int, int] | None
    seconds: tuple[float, float]


HEAD = (
    ("", "rows after", "", "changed by", "API calls", "", "seconds", ""),
    ("stream", "sync 1", "sync 2", "sync 2", "sync 1", "sync 2", "sync 1", "sync 2"),
)


def render(lines: Sequence[Line], total: Line) -> str:
    """The table as text, with the sums at the end."""
    body = [_cells(line) for line in lines]
    last = _cells(total)
    widths = [max(len(row[index]) for row in (*HEAD, *body, last)) for index in range(len(last))]
    rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
    texts = [*_texts(HEAD, widths), rule, *_texts(body, widths), rule, *_texts([last], widths)]
    return "\n".join(f"  {text}" for text in texts)


def _cells(line: Line) -> tuple[str, ...]:
    calls = ("", "") if line.calls is None else map(str, line.calls)
    return (
        line.stream,
        *(f"{rows:,}" for rows in line.rows),
        f"{line.changed:,}",
        *calls,
        *(f"{s:.1f}" for s in line.seconds),
    )


def _texts(rows: Iterable[Sequence[str]], widths: Sequence[int]) -> list[str]:
    """Names are left-aligned, figures right-aligned."""
    padded = ([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])] for row in rows)
    return ["  ".join(row).rstrip() for row in padded]
