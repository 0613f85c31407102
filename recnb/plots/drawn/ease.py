"""The drawing of lesson 08: a history times a matrix of weights is a row of scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from recnb.plots.drawn.parts import above, cell, frame, signed, weighed
from recnb.plots.style import BLACK, GREY, RC, styled

#: Space between the history and the matrix, for the names of the rows; in cells.
GAP = 4.0
#: The scores stand so far below the matrix.
BELOW = 1.9


@styled
def row_times_matrix(
    history: np.ndarray, B: np.ndarray, titles: Sequence[str]
) -> Figure:
    """Draw a history as a row, the weights as a labelled heat map, and the scores.

    Rows of films in the history are framed; a score is the sum of the framed weights
    above it. Every weight has its sign; negative ones are hatched as well.

    Parameters
    ----------
    history : array of shape (n_items,)
        Ones and zeros.
    B : array of shape (n_items, n_items)
        What the film of a row adds to the score of the film of a column.
    titles : sequence of n_items str

    Raises
    ------
    ValueError
        If the shapes do not fit, or the history has other values, or no zero.
    """
    history, B = np.asarray(history), np.asarray(B, dtype=float)
    n = len(titles)
    if history.shape != (n,) or B.shape != (n, n):
        raise ValueError(
            f"{n} titles need a history of {n} and weights of {n} x {n}; "
            f"these have the shapes {history.shape} and {B.shape}."
        )
    seen = history == 1
    if not np.isin(history, (0, 1)).all() or seen.all():
        raise ValueError("A history has ones and zeros, and a zero to recommend from.")
    width, _ = RC["figure.figsize"]
    fig = Figure(figsize=(width, width * (n + 2.9 + BELOW) / (2 * n + GAP + 0.8)))
    ax = fig.add_axes((0, 0, 1, 1))
    left = n + GAP
    _history(ax, seen, titles, y=(n - 1) / 2)
    ax.text(n + 0.45, n / 2, "×", ha="center", va="center", fontsize=16)
    _weights(ax, B, seen, titles, left)
    _scores(ax, history @ B, seen, left)
    ax.set(xlim=(-0.3, left + n + 0.5), ylim=(-BELOW - 0.3, n + 2.6), aspect="equal")
    ax.set_axis_off()
    return fig


def _history(ax: Axes, seen: np.ndarray, titles: Sequence[str], y: float) -> None:
    """Draw the history as a row of ones and zeros under its titles."""
    for place, (liked, title) in enumerate(zip(seen, titles, strict=True)):
        cell(ax, place, y, str(int(liked)), bold=liked, facecolor="white")
        above(ax, place, y + 1, title, bold=liked)
    ax.text(len(seen) / 2, y - 0.3, "a history: 1 = liked", ha="center", va="top")


def _weights(
    ax: Axes, B: np.ndarray, seen: np.ndarray, titles: Sequence[str], left: float
) -> None:
    """Draw the weights; frame the rows of the films that are liked."""
    n, largest = len(B), np.abs(B).max() or 1
    for (i, j), weight in np.ndenumerate(B):
        cell(ax, left + j, n - 1 - i, signed(weight), **weighed(weight, largest))
    for i, title in enumerate(titles):
        weight = "bold" if seen[i] else "normal"
        where = left - 0.25, n - 0.5 - i
        ax.text(*where, title, ha="right", va="center", fontweight=weight)
        above(ax, left + i, n, title)
        if seen[i]:
            frame(ax, left, n - 1 - i, n, title)
    words = {"va": "bottom", "color": GREY, "fontsize": 10}
    middle = left + n / 2, n + 1.75
    ax.text(*middle, "a column's film is spoken of ↓", ha="center", **words)
    ax.text(left - 0.25, n + 0.1, "a row's film\nspeaks →", ha="right", **words)


def _scores(ax: Axes, scores: np.ndarray, seen: np.ndarray, left: float) -> None:
    """Draw the scores under their columns; frame the best film not seen yet."""
    best = np.argmax(np.where(seen, -np.inf, scores))
    for j, score in enumerate(scores):
        words = "seen" if seen[j] else signed(score)
        first = j == best
        cell(ax, left + j, -BELOW, words, bold=first, facecolor="white")
        color = BLACK if not seen[j] else GREY
        ax.texts[-1].set_color(color)
    frame(ax, left + best, -BELOW, 1, "first")
    beside = {"ha": "right", "va": "center"}
    ax.text(left - 0.25, 0.5 - BELOW, "scores: the framed rows, added up", **beside)
    ax.text(left + len(scores) / 2, -0.45, "=", ha="center", va="center", fontsize=16)
