"""Draws a support manager's first questions: are we keeping up, and how long do people wait?

.venv-demo/bin/python -m demo.picture zendesk.duckdb support-weeks.png
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

INK, MUTED, GRID = "#1f2a33", "#66757f", "#e3e8ea"
CREATED, SOLVED, WAIT = "#c2571a", "#0b6e6e", "#3f51b5"
STYLE = {
    "font.size": 11,
    "text.color": INK,
    "axes.edgecolor": GRID,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": GRID,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "ytick.major.size": 0,
}

# Only complete weeks: the first and the last week of an account are incomplete.
WEEKS = """
    WITH created AS (SELECT date_trunc('week', created_at)::DATE AS week, count(*) AS tickets
                     FROM tickets WHERE status != 'deleted' GROUP BY 1),
         solved AS (SELECT date_trunc('week', solved_at)::DATE AS week, count(*) AS tickets
                    FROM ticket_metrics WHERE solved_at IS NOT NULL GROUP BY 1),
         replies AS (SELECT date_trunc('week', created_at)::DATE AS week,
                            median((reply_time_in_minutes->>'calendar')::DOUBLE) AS minutes
                     FROM ticket_metrics GROUP BY 1)
    SELECT week, created.tickets, coalesce(solved.tickets, 0), minutes
    FROM created LEFT JOIN solved USING (week) LEFT JOIN replies USING (week)
    WHERE week > (SELECT min(week) FROM created) AND week < (SELECT max(week) FROM created)
    ORDER BY week
"""


@dataclass(frozen=True)
class Week:
    """One week of support."""

    begins: date
    created: int
    solved: int
    reply_minutes: float | None


def weeks(database: Path) -> list[Week]:
    """The account's complete weeks, in order."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return [Week(*row) for row in connection.sql(WEEKS).fetchall()]


def draw(found: list[Week], file: Path) -> None:
    """Two panels with a common axis of weeks."""
    mpl.use("Agg")
    with plt.rc_context(STYLE):
        figure, (above, below) = plt.subplots(2, 1, figsize=(11, 7), sharex=True, height_ratios=(3, 2))
        _draw_flow(above, found)
        _draw_wait(below, found)
        below.xaxis.set_major_formatter(ConciseDateFormatter(AutoDateLocator()))
        figure.text(0.065, 0.945, "Support, week by week", fontsize=18, fontweight="bold")
        figure.text(0.065, 0.905, _summary(found[-4:]), fontsize=11.5)
        figure.subplots_adjust(left=0.065, right=0.87, top=0.80, bottom=0.07, hspace=0.34)
        figure.savefig(file, dpi=150)


def _summary(last: list[Week]) -> str:
    created, solved = sum(week.created for week in last), sum(week.solved for week in last)
    behind = f"{created - solved} fewer than" if solved < created else "no fewer than"
    return f"In the last {len(last)} complete weeks {solved} tickets were solved, {behind} the {created} that came in."


def _draw_flow(axes: Axes, found: list[Week]) -> None:
    begins = [week.begins for week in found]
    created, solved = [week.created for week in found], [week.solved for week in found]
    late = [more > fewer for more, fewer in zip(created, solved, strict=True)]
    axes.fill_between(begins, created, solved, where=late, interpolate=True, color=CREATED, alpha=0.15, linewidth=0)
    axes.plot(begins, created, color=CREATED, linewidth=2)
    axes.plot(begins, solved, color=SOLVED, linewidth=2)
    _frame(axes, begins, max(created + solved), "Tickets created and solved in the week")
    upward = 8 if created[-1] >= solved[-1] else -8
    _label(axes, (begins[-1], created[-1]), f"{created[-1]} created", CREATED, upward)
    _label(axes, (begins[-1], solved[-1]), f"{solved[-1]} solved", SOLVED, -upward)


def _draw_wait(axes: Axes, found: list[Week]) -> None:
    answered = [(week.begins, week.reply_minutes) for week in found if week.reply_minutes is not None]
    begins, minutes = zip(*answered, strict=True)
    axes.fill_between(begins, minutes, color=WAIT, alpha=0.10, linewidth=0)
    axes.plot(begins, minutes, color=WAIT, linewidth=2)
    _frame(axes, begins, max(minutes), "Median first reply time of the week's tickets, in minutes")
    _label(axes, (begins[-1], minutes[-1]), f"{minutes[-1]:.0f} minutes", WAIT)


def _frame(axes: Axes, begins: Sequence[date], highest: float, title: str) -> None:
    axes.set_xlim(begins[0], begins[-1])
    axes.set_ylim(0, highest * 1.12)
    axes.set_title(title, loc="left", fontsize=11, color=MUTED, pad=10)


def _label(axes: Axes, point: tuple[date, float], text: str, color: str, upward: int = 0) -> None:
    """Label a line at its end, so that no legend is needed; `upward` (in points) separates two labels."""
    style = {"color": color, "va": "center", "fontweight": "bold", "annotation_clip": False}
    axes.annotate(text, point, (8, upward), textcoords="offset points", **style)


if __name__ == "__main__":
    draw(weeks(Path(sys.argv[1])), Path(sys.argv[2]))
