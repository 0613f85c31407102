"""The map of the course: the lessons as a path."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from recnb.plots.style import BLUE, GREY, VERMILLION, new_figure, styled

COLUMNS = 4
WIDTH, HEIGHT = 0.8, 0.66  # of a box, in steps of the grid


class Stop(Protocol):
    """What is drawn of a lesson; `recnb.lesson.syllabus.Lesson` has it."""

    label: str
    title: str
    minutes: int
    ready: bool


@styled
def course_map(
    lessons: Sequence[Stop], *, here: str | None = None, short: Sequence[str] = ()
) -> Figure:
    """Draw the lessons as a path of boxes; each row is read from left to right.

    An arrow leads from each lesson to the next. Lessons that are written have a solid
    frame and their minutes, the others a dashed one.

    Parameters
    ----------
    lessons : sequence of lessons with label, title, minutes and ready
        In reading order.
    here : str, optional
        Label of the lesson where the reader stands.
    short : sequence of str
        Labels of the lessons on the shortest way through the course: a thick frame, and
        a star before the minutes.
    """
    n_rows = -(-len(lessons) // COLUMNS)
    fig, ax = new_figure(height=0.4 + 0.95 * n_rows)
    places = [_place(index) for index in range(len(lessons))]
    for start, end in pairwise(places):
        _draw_way(ax, start, end)
    for lesson, place in zip(lessons, places, strict=True):
        _draw_stop(ax, lesson, place, lesson.label == here, lesson.label in short)
    ax.set_xlim(-0.5, COLUMNS - 0.5)
    ax.set_ylim(-n_rows + 0.5, 0.5)
    ax.set_axis_off()
    return fig


def _place(index: int) -> tuple[int, int]:
    """Return column and row, as the words of a page stand; rows run down."""
    row, column = divmod(index, COLUMNS)
    return column, -row


def _draw_way(ax: Axes, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Draw an arrow to the next box: beside it, or first in the row below."""
    (x, y), (to_x, to_y) = start, end
    if y == to_y:
        way = [(x + WIDTH / 2, y), (to_x - WIDTH / 2, to_y)]
    else:
        between = (y + to_y) / 2
        way = [
            (x, y - HEIGHT / 2),
            (x, between),
            (to_x, between),
            (to_x, to_y + HEIGHT / 2),
        ]
    style = {"arrowstyle": "-|>", "mutation_scale": 14, "color": GREY, "linewidth": 2}
    shape = {"capstyle": "butt", "joinstyle": "miter", "fill": False}
    ax.add_patch(FancyArrowPatch(path=Path(way), zorder=1, **style | shape))


def _draw_stop(
    ax: Axes, lesson: Stop, place: tuple[int, int], stands_here: bool, is_short: bool
) -> None:
    x, y = place
    box = FancyBboxPatch(
        (x - WIDTH / 2, y - HEIGHT / 2),
        WIDTH,
        HEIGHT,
        boxstyle="round,pad=0,rounding_size=0.08",
        facecolor="#E8F1F8" if lesson.ready else "white",
        edgecolor=VERMILLION if stands_here else BLUE if lesson.ready else GREY,
        linewidth=3 if stands_here or is_short else 1.5,
        linestyle="-" if lesson.ready else "--",
        zorder=2,
    )
    ax.add_patch(box)
    title = textwrap.fill(f"{lesson.label} {lesson.title}", width=16)
    ax.text(x, y + 0.1, title, ha="center", va="center", fontsize=9.5, zorder=3)
    minutes = f"{lesson.minutes} minutes" if lesson.ready else "to come"
    if is_short:
        minutes = f"★ {minutes}"
    if stands_here:
        minutes = f"here · {minutes}"
    ax.text(x, y - 0.24, minutes, ha="center", va="center", fontsize=8, zorder=3)
