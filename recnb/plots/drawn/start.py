"""The drawing of lesson 00: how likes become EASE's table, and the table scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from recnb.plots.drawn.parts import signed
from recnb.plots.style import BLACK, BLUE, GREY, RC, VERMILLION, styled

#: Space between two tables and beside the last one, in cells.
GAP, MARGIN = 2.2, 2.6
#: Space above a table, for the names of films and of the table.
ABOVE = 3.5
#: The scores stand so far below the table of weights.
BELOW = 1.5


@styled
def from_likes_to_scores(
    likes: pd.DataFrame, weights: pd.DataFrame, ticked: Sequence[str]
) -> Figure:
    """Draw likes, common fans, weights and scores, from left to right and down.

    A like is a dot. The rows of the ticked films are framed in the table of weights;
    beneath it stand their sums. Negative weights are hatched, and every weight has its
    sign.

    Parameters
    ----------
    likes : DataFrame of ones and zeros
        A row a person, a column a film; at most five films and seven people fit.
    weights : DataFrame, index and columns: the same films
        What the film of a row says of the film of a column.
    ticked : sequence of films
        What somebody likes; at least one film, and not all.

    Raises
    ------
    ValueError
        If likes are not ones and zeros, the weights are of other films, or a ticked
        film is unknown, or none is ticked, or none is left.
    """
    films = list(likes.columns)
    if not np.isin(likes, (0, 1)).all():
        raise ValueError("A like is 1, and everything else is 0.")
    if [list(weights.index), list(weights.columns)] != [films, films]:
        raise ValueError(f"Rows and columns of the weights must be {', '.join(films)}.")
    if unknown := set(ticked) - set(films):
        raise ValueError(f"There is no film {', '.join(sorted(unknown))} among these.")
    if not 0 < len(set(ticked)) < len(films):
        raise ValueError("Tick a film, and leave one to recommend.")
    n, (people, _) = len(films), likes.shape
    counts = likes.T @ likes
    places = [MARGIN - 1 + table * (n + GAP) for table in range(3)]
    size = places[-1] + n + MARGIN, max(people, n + BELOW + 1) + ABOVE + 0.4
    width, _ = RC["figure.figsize"]
    fig = Figure(figsize=(width, width * size[1] / size[0]))
    ax = fig.add_axes((0, 0, 1, 1))
    _table(ax, places[0], likes, "likes")
    _table(ax, places[1], counts, "common fans")
    _table(ax, places[2], weights, "weights")
    _words(ax, places, people, films, set(ticked))
    _scores(ax, places[2], weights, [film in ticked for film in films])
    for left, step in zip(places[1:], ("count", "weigh"), strict=True):
        _step(ax, (left - GAP + 0.25, n / 2), (left - 0.25, n / 2), step)
    ax.set(xlim=(0, size[0]), ylim=(size[1] - ABOVE, -ABOVE), aspect="equal")
    ax.set_axis_off()
    return fig


def _table(ax: Axes, left: float, table: pd.DataFrame, name: str) -> None:
    """Draw a table with the names of its films above it; row 0 is the top one."""
    n = len(table.columns)
    title = {"ha": "center", "va": "center", "fontweight": "bold", "fontsize": 10}
    ax.text(left + n / 2, 0.35 - ABOVE, name, **title)
    for j, film in enumerate(table.columns):
        place = left + j + 0.5, -0.15
        ax.text(*place, film, rotation=60, ha="left", va="bottom", fontsize=8.5)
    for (i, j), value in np.ndenumerate(table.to_numpy()):
        DRAW[name](ax, left + j, i, value, table)


def _like(ax: Axes, x: float, y: float, value: float, _: pd.DataFrame) -> None:
    """Draw a cell of the likes."""
    _cell(ax, x, y)
    if value:
        ax.plot(x + 0.5, y + 0.5, "o", ms=8, color=BLACK)


def _count(ax: Axes, x: float, y: float, value: float, _: pd.DataFrame) -> None:
    """Draw a cell of the counts."""
    _cell(ax, x, y)
    ax.text(x + 0.5, y + 0.5, f"{value:.0f}", ha="center", va="center")


def _weight(ax: Axes, x: float, y: float, value: float, table: pd.DataFrame) -> None:
    """Draw a cell of the weights, the darker the larger; a negative one is hatched."""
    strength = abs(value) / (table.abs().to_numpy().max() or 1)
    color = VERMILLION if value < 0 else BLUE
    face = {"facecolor": color, "alpha": 0.1 + 0.4 * strength} if value else {}
    _cell(ax, x, y, hatch="//" if value < 0 else "", **face)
    _number(ax, x, y, value)


def _number(ax: Axes, x: float, y: float, value: float, **style: object) -> None:
    """Write a number with its sign into a cell; zero has none."""
    field = {"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.8}
    middle = {"ha": "center", "va": "center", "fontsize": 8.5}
    ax.text(x + 0.5, y + 0.5, signed(value), bbox=field, **middle, **style)


def _words(
    ax: Axes, places: Sequence[float], people: int, films: list[str], ticked: set[str]
) -> None:
    """Say what the rows are, and frame those of the ticked films."""
    rows = {"ha": "center", "va": "center", "fontsize": 8.5, "rotation": 90}
    ax.text(places[0] - 0.5, people / 2, f"{people} people", **rows)
    same = {"ha": "center", "va": "top", "fontsize": 8.5}
    middle = places[1] + len(films) / 2, len(films) + 0.2
    ax.text(*middle, "rows: the same films,\nin the same order", **same)
    right = places[2] + len(films)
    for i, film in enumerate(films):
        bold = "bold" if film in ticked else "normal"
        style = {"va": "center", "fontsize": 8.5, "fontweight": bold}
        ax.text(right + 0.15, i + 0.5, film, **style)
        if film in ticked:
            frame = {"fill": False, "edgecolor": BLACK, "linewidth": 2.2, "zorder": 4}
            ax.add_patch(Rectangle((places[2], i), len(films), 1, **frame))


def _scores(ax: Axes, left: float, weights: pd.DataFrame, ticked: list[bool]) -> None:
    """Draw the sums of the ticked rows; a film that is ticked is not recommended."""
    n, scores = len(weights), weights[ticked].sum()
    y = n + BELOW
    _step(ax, (left + n / 2, n + 0.15), (left + n / 2, y - 0.15), "")
    add = {"ha": "left", "va": "center", "fontsize": 8.5}
    ax.text(left + n / 2 + 0.3, n + BELOW / 2, "add the framed rows", **add)
    for j, score in enumerate(scores):
        _cell(ax, left + j, y)
        if ticked[j]:
            style = {"ha": "center", "va": "center", "color": GREY, "fontsize": 8.5}
            ax.text(left + j + 0.5, y + 0.5, "seen", **style)
        else:
            _number(ax, left + j, y, score, fontweight="bold")
    title = {"va": "center", "fontweight": "bold", "fontsize": 10}
    ax.text(left + n + 0.15, y + 0.5, "scores", **title)


def _cell(ax: Axes, x: float, y: float, **face: object) -> None:
    """Draw one cell, white unless told otherwise."""
    face = {"facecolor": "white", **face}
    ax.add_patch(Rectangle((x, y), 1, 1, edgecolor=GREY, linewidth=0.8, **face))


def _step(
    ax: Axes, start: tuple[float, float], end: tuple[float, float], word: str
) -> None:
    """Draw an arrow from a table to the next, with a word on it."""
    style = {"arrowstyle": "-|>", "mutation_scale": 14, "shrinkA": 0, "shrinkB": 0}
    ax.add_patch(FancyArrowPatch(start, end, color=BLACK, linewidth=1.6, **style))
    if word:
        middle = (start[0] + end[0]) / 2, start[1] - 0.2
        ax.text(*middle, word, ha="center", va="bottom", fontsize=9)


#: How a cell of each table is drawn.
DRAW = {"likes": _like, "common fans": _count, "weights": _weight}
