"""Draws what a support manager asks first: are we keeping up, and how long do people wait?

    .venv-demo/bin/python -m demo.picture zendesk.duckdb support-weeks.png
"""

import sys
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

# Whole weeks only: the first and the last week of an account are cut off.
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
    """The account's whole weeks, in order."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return [Week(*row) for row in connection.sql(WEEKS).fetchall()]


def draw(found: list[Week], file: Path) -> None:
    """Two panels over one axis of weeks."""
    mpl.use("Agg")
    with plt.rc_context(STYLE):
        figure, (above, below) = plt.subplots(2, 1, figsize=(11, 7), sharex=True, height_ratios=(3, 2))
        _draw_flow(above, found)
        _draw_wait(below, found)
        below.xaxis.set_major_formatter(ConciseDateFormatter(AutoDateLocator()))
        figure.suptitle("Support, week by week", x=0.065, ha="left", fontsize=17, fontweight="bold")
        figure.subplots_adjust(left=0.065, right=0.87, top=0.86, bottom=0.07, hspace=0.32)
        figure.savefig(file, dpi=150)


def _draw_flow(axes: Axes, found: list[Week]) -> None:
    begins = [week.begins for week in found]
    created, solved = [week.created for week in found], [week.solved for week in found]
    late = [more > fewer for more, fewer in zip(created, solved, strict=True)]
    axes.fill_between(begins, created, solved, where=late, interpolate=True, color=CREATED, alpha=0.15, linewidth=0)
    axes.plot(begins, created, color=CREATED, linewidth=2)
    axes.plot(begins, solved, color=SOLVED, linewidth=2)
    axes.set_ylim(bottom=0)
    _title(axes, "Tickets created and solved")
    apart = max(created[-1], solved[-1]) * 0.04
    upward = 1 if created[-1] >= solved[-1] else -1
    _label(axes, begins[-1], created[-1] + upward * apart, f"created {created[-1]}", CREATED)
    _label(axes, begins[-1], solved[-1] - upward * apart, f"solved {solved[-1]}", SOLVED)


def _draw_wait(axes: Axes, found: list[Week]) -> None:
    answered = [(week.begins, week.reply_minutes) for week in found if week.reply_minutes is not None]
    begins, minutes = zip(*answered, strict=True)
    axes.fill_between(begins, minutes, color=WAIT, alpha=0.10, linewidth=0)
    axes.plot(begins, minutes, color=WAIT, linewidth=2)
    axes.set_ylim(bottom=0)
    _title(axes, "Median first reply time, in minutes, of the tickets created in the week")
    _label(axes, begins[-1], minutes[-1], f"{minutes[-1]:.0f} min", WAIT)


def _title(axes: Axes, text: str) -> None:
    axes.set_title(text, loc="left", fontsize=12, color=MUTED, pad=10)


def _label(axes: Axes, day: date, height: float, text: str, color: str) -> None:
    """Names a line at its end, so that no legend is needed."""
    axes.annotate(text, (day, height), (8, 0), textcoords="offset points", color=color, va="center", fontweight="bold")


if __name__ == "__main__":
    draw(weeks(Path(sys.argv[1])), Path(sys.argv[2]))
