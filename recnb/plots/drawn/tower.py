"""The drawings of lesson 04: a tower of layers, and a row that is fed again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Polygon, Rectangle

from recnb.plots.drawn.parts import above, cell
from recnb.plots.style import BLACK, BLUE, GREY, RC, styled
from recnb.plots.style import VERMILLION as RED

#: Of the tower: distance of two layers, breadth of a layer, height of the tallest.
APART, BREADTH, TALL = 1.6, 0.5, 5.0
#: The ends of the tower are cut into so many cells; these of the input are gaps.
CELLS, RATED = 12, (1, 2, 6, 9)
GAP = {"facecolor": "#EEEEEE", "hatch": "////", "edgecolor": GREY}
WHITE = {"facecolor": "white", "edgecolor": BLACK}


@styled
def tower(widths: Sequence[int]) -> Figure:
    """Draw the layers of a deep autoencoder from the row to the full row.

    The height of a layer grows with the root of its width. Gaps of the input are
    hatched; the code in the middle, where dropout stands, is crossed.

    Parameters
    ----------
    widths : sequence of int
        From the input to the output, the same backwards as forwards.

    Raises
    ------
    ValueError
        If the decoder does not mirror the encoder, or there is no layer between.
    """
    widths = list(widths)
    if widths != widths[::-1] or len(widths) < 3:
        raise ValueError(f"{widths} is no tower: it reads the same from both ends.")
    width, _ = RC["figure.figsize"]
    across = APART * (len(widths) - 1) + 3.2
    fig = Figure(figsize=(width, width * (TALL + 2.4) / across))
    ax = fig.add_axes((0, 0, 1, 1))
    places = APART * np.arange(len(widths))
    heights = TALL * np.sqrt(np.array(widths) / max(widths))
    _funnel(ax, places, heights)
    middle = len(widths) // 2
    for number, (x, height) in enumerate(zip(places, heights, strict=True)):
        face = {"facecolor": (BLUE, 0.25), "edgecolor": BLACK}
        face |= {"hatch": "xx"} if number == middle else {}
        ax.add_patch(Rectangle((x, -height / 2), BREADTH, height, **face))
        words = f"{widths[number]:,}"
        ax.text(x + BREADTH / 2, -TALL / 2 - 0.25, words, ha="center", va="top")
    _ends(ax, places[0], set(RATED))
    _ends(ax, places[-1], set(range(CELLS)))
    for x, words in (
        (places[0], "a row with\ngaps"),
        (places[: middle + 1].mean(), "encoder"),
        (places[middle], "the code:\ndropout here"),
        (places[middle:].mean(), "decoder"),
        (places[-1], "a full row"),
    ):
        ax.text(x + BREADTH / 2, TALL / 2 + 0.25, words, ha="center", va="bottom")
    ax.set(xlim=(-1.3, across - 1.3), ylim=(-TALL / 2 - 0.9, TALL / 2 + 1.5))
    ax.set_axis_off()
    return fig


def _funnel(ax: Axes, places: np.ndarray, heights: np.ndarray) -> None:
    """Shade what lies between each two layers: all units of one to all of the next."""
    for k in range(len(places) - 1):
        left, right = places[k] + BREADTH, places[k + 1]
        up, down = heights[k] / 2, heights[k + 1] / 2
        corners = [(left, up), (right, down), (right, -down), (left, -up)]
        ax.add_patch(Polygon(corners, facecolor="#F2F2F2", edgecolor="none", zorder=0))


def _ends(ax: Axes, x: float, rated: set[int]) -> None:
    """Cut the input or the output into cells; those that are not rated are gaps."""
    step = TALL / CELLS
    for number in range(CELLS):
        face = WHITE if number in rated else GAP
        ax.add_patch(
            Rectangle((x, TALL / 2 - (number + 1) * step), BREADTH, step, **face)
        )


@styled
def fed_again(
    x: np.ndarray, y: np.ndarray, y_again: np.ndarray, titles: Sequence[str]
) -> Figure:
    """Draw the two passes of dense re-feeding, and where each one's loss looks.

    Parameters
    ----------
    x : array of shape (d,)
        A row of ratings, 0 where there is none.
    y, y_again : arrays of shape (d,)
        The net's output for x, and for y.
    titles : sequence of d str

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    x, y, y_again = (np.asarray(each) for each in (x, y, y_again))
    d = len(titles)
    if not x.shape == y.shape == y_again.shape == (d,):
        raise ValueError(
            f"{d} titles need three rows of {d}; these have the shapes {x.shape}, "
            f"{y.shape} and {y_again.shape}."
        )
    width, _ = RC["figure.figsize"]
    across, down = 2 * d + 5.2, 8.4
    fig = Figure(figsize=(width, width * down / across))
    ax = fig.add_axes((0, 0, 1, 1))
    right = d + 4.0
    first, second = 4.6, 0.6
    for place, title in enumerate(titles):
        above(ax, place, first + 1, title)
        above(ax, right + place, first + 1, title)
    _row(ax, 0, first, x, given=x > 0)
    _row(ax, right, first, y, given=np.ones(d, dtype=bool))
    _row(ax, 0, second, y, given=np.ones(d, dtype=bool))
    _row(ax, right, second, y_again, given=np.ones(d, dtype=bool))
    _net(ax, d, right, first, "the net f")
    _net(ax, d, right, second, "f, one step\nlater")
    of_ratings = np.where(x > 0, (x - y) ** 2, np.nan)
    _errors(ax, right, first - 0.75, of_ratings, "squared errors at the ratings")
    _errors(ax, right, second - 0.75, (y - y_again) ** 2, "squared errors everywhere")
    _back(ax, (right, first + 0.1), (d + 0.1, second + 0.9))
    for left, height, words in (
        (0, first, "x, what is known"),
        (right, first, "y = f(x)"),
        (0, second, "y, now the input"),
        (right, second, "f(y); the target is y"),
    ):
        ax.text(left + d / 2, height - 0.15, words, ha="center", va="top", fontsize=10)
    ax.set(xlim=(-0.4, across - 0.4), ylim=(-1.1, down - 1.1), aspect="equal")
    ax.set_axis_off()
    return fig


def _row(
    ax: Axes, left: float, height: float, values: np.ndarray, given: np.ndarray
) -> None:
    """Draw a row of stars; what is not given is a hatched gap."""
    for place, (value, there) in enumerate(zip(values, given, strict=True)):
        words = f"{value:.2f}" if there else ""
        cell(ax, left + place, height, words, **(WHITE if there else GAP))


def _errors(
    ax: Axes, left: float, height: float, squares: np.ndarray, words: str
) -> None:
    """Write the squared errors that the loss counts below their cells; NaN is none."""
    for place, square in enumerate(squares):
        number, color = ("–", GREY) if np.isnan(square) else (f"{square:.2f}", RED)
        ax.text(left + place + 0.5, height, number, ha="center", va="top", color=color)
    middle = left + len(squares) / 2
    ax.text(middle, height - 0.5, words, ha="center", va="top", fontsize=9, color=RED)


def _net(ax: Axes, d: float, right: float, height: float, words: str) -> None:
    """Draw the net between two rows, as a box with an arrow in and one out."""
    box = Rectangle(
        (d + 0.7, height - 0.1), right - d - 1.4, 1.2, facecolor=(BLUE, 0.25)
    )
    ax.add_patch(box)
    middle = height + 0.5
    ax.text((d + right) / 2, middle, words, ha="center", va="center", fontsize=10)
    _arrow(ax, (d + 0.05, middle), (d + 0.7, middle))
    _arrow(ax, (right - 0.7, middle), (right - 0.05, middle))


def _back(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw the way of the output back to the input."""
    _arrow(ax, start, end, linestyle="--", color=GREY)
    ax.text(
        (start[0] + end[0]) / 2 - 0.3,
        (start[1] + end[1]) / 2 + 0.2,
        "taken as data",
        ha="right",
        va="center",
        fontsize=10,
        color="#555555",
    )


def _arrow(
    ax: Axes, start: tuple[float, float], end: tuple[float, float], **look: object
) -> None:
    ax.add_patch(
        FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=14, **look)
    )
