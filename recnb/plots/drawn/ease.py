"""The drawing of lesson 08: a history times a matrix of weights is a row of scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from recnb.plots.style import BLACK, BLUE, GREY, RC, VERMILLION, styled

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
        _cell(ax, place, y, str(int(liked)), bold=liked, facecolor="white")
        _above(ax, place, y + 1, title, bold=liked)
    ax.text(len(seen) / 2, y - 0.3, "a history: 1 = liked", ha="center", va="top")


def _weights(
    ax: Axes, B: np.ndarray, seen: np.ndarray, titles: Sequence[str], left: float
) -> None:
    """Draw the weights; frame the rows of the films that are liked."""
    n, largest = len(B), np.abs(B).max() or 1
    for (i, j), weight in np.ndenumerate(B):
        color = BLUE if weight >= 0 else VERMILLION
        face = {"facecolor": (color, 0.75 * abs(weight) / largest)}
        if weight < 0:
            face["hatch"] = "///"
        _cell(ax, left + j, n - 1 - i, signed(weight), **face)
    for i, title in enumerate(titles):
        weight = "bold" if seen[i] else "normal"
        where = left - 0.25, n - 0.5 - i
        ax.text(*where, title, ha="right", va="center", fontweight=weight)
        _above(ax, left + i, n, title)
        if seen[i]:
            frame = {"fill": False, "edgecolor": BLACK, "linewidth": 2.5, "zorder": 3}
            ax.add_patch(Rectangle((left, n - 1 - i), n, 1, label=title, **frame))
    words = {"va": "bottom", "color": GREY, "fontsize": 10}
    ax.text(left + n, n + 1.75, "a column's film is spoken of ↓", ha="right", **words)
    ax.text(left - 0.25, n + 0.1, "a row's film\nspeaks →", ha="right", **words)


def _scores(ax: Axes, scores: np.ndarray, seen: np.ndarray, left: float) -> None:
    """Draw the scores under their columns; frame the best film not seen yet."""
    best = np.argmax(np.where(seen, -np.inf, scores))
    for j, score in enumerate(scores):
        words = "seen" if seen[j] else signed(score)
        first = j == best
        _cell(ax, left + j, -BELOW, words, bold=first, facecolor="white")
        color = BLACK if not seen[j] else GREY
        ax.texts[-1].set_color(color)
    frame = {"fill": False, "edgecolor": BLACK, "linewidth": 2.5, "zorder": 3}
    ax.add_patch(Rectangle((left + best, -BELOW), 1, 1, label="first", **frame))
    beside = {"ha": "right", "va": "center"}
    ax.text(left - 0.25, 0.5 - BELOW, "scores: the framed rows, added up", **beside)
    ax.text(left + len(scores) / 2, -0.45, "=", ha="center", va="center", fontsize=16)


def _cell(
    ax: Axes, x: float, y: float, words: str, *, bold: bool = False, **face: object
) -> None:
    """Draw one entry of a matrix, with its number."""
    edge = {"edgecolor": GREY, "linewidth": 0.6}
    ax.add_patch(Rectangle((x, y), 1, 1, **{**edge, **face}))
    field = {"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85}
    ax.text(
        x + 0.5,
        y + 0.5,
        words,
        ha="center",
        va="center",
        fontsize=9,
        fontweight="bold" if bold else "normal",
        bbox=field if "hatch" in face else None,
    )


def _above(ax: Axes, x: float, y: float, title: str, *, bold: bool = False) -> None:
    """Write a title over a column."""
    words = {"rotation": 40, "rotation_mode": "anchor", "ha": "left", "va": "bottom"}
    ax.text(x + 0.45, y + 0.1, title, fontweight="bold" if bold else "normal", **words)


def signed(value: float) -> str:
    """Write a weight with its sign and two decimals, such as +.38; zero as 0."""
    if round(value, 2) == 0:
        return "0"
    sign = "+" if value > 0 else "−"
    return sign + f"{abs(value):.2f}".removeprefix("0")
