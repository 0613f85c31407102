"""The drawing of lesson 03: a row with gaps goes through a net and comes out full."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from recnb.plots.drawn.parts import above, cell
from recnb.plots.style import BLACK, BLUE, GREY, RC, styled

#: Heights of the four rows: the input, the hidden units, the output, the mask.
INPUT, HIDDEN, OUTPUT, MASK = 6.6, 5.0, 2.6, 0.0
#: Space between two cells, and to the left of them, for words; in cells.
STEP, LEFT = 1.9, 4.6
GAP = {"facecolor": "#EEEEEE", "hatch": "////", "edgecolor": GREY}


@styled
def row_with_gaps(
    ratings: np.ndarray,
    code: np.ndarray,
    predicted: np.ndarray,
    titles: Sequence[str],
) -> Figure:
    """Draw a row of ratings, its code, its predictions, and where the loss looks.

    Gaps are hatched. No line leaves a gap of the input, since a zero adds nothing to a
    sum; every prediction has a line. Below a gap no error is written.

    Parameters
    ----------
    ratings : array of shape (d,)
        0 where there is none.
    code : array of shape (k,)
        The hidden units.
    predicted : array of shape (d,)
    titles : sequence of d str

    Raises
    ------
    ValueError
        If the shapes do not fit, or there is no rating, or no gap.
    """
    ratings, predicted = np.asarray(ratings), np.asarray(predicted)
    d = len(titles)
    if ratings.shape != (d,) or predicted.shape != (d,):
        raise ValueError(
            f"{d} titles need {d} ratings and {d} predictions; these have the shapes "
            f"{ratings.shape} and {predicted.shape}."
        )
    rated = ratings > 0
    if rated.all() or not rated.any():
        raise ValueError("A row to draw has a rating and a gap.")
    width, _ = RC["figure.figsize"]
    across = LEFT + d * STEP
    fig = Figure(figsize=(width, width * 9.3 / across))
    ax = fig.add_axes((0, 0, 1, 1))
    middles = LEFT + STEP * np.arange(d) + 0.5
    units = middles.mean() + 2.4 * (np.arange(len(code)) - (len(code) - 1) / 2)
    _lines(ax, middles[rated], INPUT, units, HIDDEN + 0.5)
    _lines(ax, middles, OUTPUT + 1, units, HIDDEN - 0.5)
    for x, value in zip(units, code, strict=True):
        ax.add_patch(Circle((x, HIDDEN), 0.5, facecolor="white", edgecolor=BLUE, lw=2))
        ax.text(x, HIDDEN, f"{value:.2f}", ha="center", va="center", fontsize=9)
    _cells(ax, ratings, predicted, titles)
    _words(ax)
    ax.set(xlim=(0, across), ylim=(-0.3, 9.0), aspect="equal")
    ax.set_axis_off()
    return fig


def _lines(
    ax: Axes, cells: np.ndarray, y: float, units: np.ndarray, y_unit: float
) -> None:
    """Draw a line from each of some cells to each unit."""
    for x in cells:
        for unit in units:
            ax.plot([x, unit], [y, y_unit], "-", color=BLUE, linewidth=0.9, zorder=0)


def _cells(
    ax: Axes, ratings: np.ndarray, predicted: np.ndarray, titles: Sequence[str]
) -> None:
    """Draw the input, the output, and the squared errors that count."""
    for i, (r, p) in enumerate(zip(ratings, predicted, strict=True)):
        x, white = LEFT + i * STEP, {"facecolor": "white", "edgecolor": BLACK}
        above(ax, x, INPUT + 1, titles[i])
        cell(ax, x, OUTPUT, f"{p:.2f}", bold=not r, facecolor="white", edgecolor=BLACK)
        if r:
            cell(ax, x, INPUT, f"{r:.0f}", **white)
            cell(ax, x, MASK, f"{(r - p) ** 2:.2f}", **white)
            ax.text(x + 0.5, 1.75, f"({r:.0f} − {p:.2f})²", ha="center", fontsize=9)
        else:
            cell(ax, x, INPUT, "", **GAP)
            cell(ax, x, MASK, "", **GAP)
            ax.text(x + 0.5, 1.75, "not asked", ha="center", fontsize=9, color=GREY)


def _words(ax: Axes) -> None:
    """Write at the left what each row is."""
    for y, words in (
        (INPUT + 0.5, "a row of ratings\n(hatched: a gap)"),
        (HIDDEN, "two hidden units:\nits code"),
        (OUTPUT + 0.5, "a prediction\nfor every film"),
        (MASK + 0.5, "the mask: only ratings\ncount in the loss"),
    ):
        ax.text(LEFT - 0.5, y, words, ha="right", va="center", fontsize=10)
