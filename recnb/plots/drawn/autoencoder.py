"""The drawing of lesson 02: a row goes through a net with its hidden units."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from recnb.plots.drawn.parts import cell
from recnb.plots.style import BLACK, BLUE, GREY, RC, VERMILLION, styled

#: Where the three columns stand: the row, the hidden units, the rebuilt row.
INPUT, HIDDEN, OUTPUT = 0.0, 4.5, 8.0
#: Radius of a hidden unit, and the distance of two.
RADIUS, APART = 0.55, 2.2


@styled
def row_through_net(
    x: np.ndarray,
    h: np.ndarray,
    x_rebuilt: np.ndarray,
    W: np.ndarray,
    W_out: np.ndarray,
    titles: Sequence[str],
    units: Sequence[str],
) -> Figure:
    """Draw a row, the hidden units that it switches on, and the row rebuilt from them.

    A line is a weight other than zero, with its number: solid above zero, dashed below;
    grey where it starts at a film that is not in the row.

    Parameters
    ----------
    x, x_rebuilt : array of shape (n_items,)
        Ones and zeros, and what the net makes of them.
    h : array of shape (n_units,)
    W : array of shape (n_units, n_items)
    W_out : array of shape (n_items, n_units)
    titles : sequence of n_items str
    units : sequence of n_units str
        What each hidden unit is called.

    Raises
    ------
    ValueError
        If the shapes do not fit each other.
    """
    n, k = len(titles), len(units)
    found = [np.shape(part) for part in (x, h, x_rebuilt, W, W_out)]
    if found != [(n,), (k,), (n,), (k, n), (n, k)]:
        raise ValueError(
            f"{n} titles and {k} units need a row of {n}, a code of {k} and weights of "
            f"{k} x {n} and {n} x {k}; these have the shapes {found}."
        )
    width, _ = RC["figure.figsize"]
    fig = Figure(figsize=(width, 0.62 * n + 0.8))
    ax = fig.add_axes((0, 0, 1, 1))
    films = np.arange(n)[::-1] + 0.5
    middle = (n + APART * (k - 1)) / 2 - APART * np.arange(k)
    for unit, film in np.argwhere(W):
        start, end = (INPUT + 1, films[film]), (HIDDEN - RADIUS, middle[unit])
        _weight(ax, start, end, W[unit, film], asleep=x[film] == 0)
    for film, unit in np.argwhere(W_out):
        start, end = (HIDDEN + RADIUS, middle[unit]), (OUTPUT, films[film])
        _weight(ax, start, end, W_out[film, unit], asleep=False)
    for film, title in enumerate(titles):
        y = films[film] - 0.5
        cell(ax, INPUT, y, f"{x[film]:g}", bold=x[film] == 1, facecolor="white")
        shade = BLUE, 0.75 * float(x_rebuilt[film])
        cell(ax, OUTPUT, y, _share(x_rebuilt[film]), facecolor=shade)
        ax.text(INPUT - 0.2, y + 0.5, title, ha="right", va="center")
        ax.text(OUTPUT + 1.2, y + 0.5, title, ha="left", va="center")
    for unit, name in enumerate(units):
        _unit(ax, middle[unit], h[unit], name)
    heads = {INPUT + 0.5: "the row x", HIDDEN: "hidden units h", OUTPUT + 0.5: "x'"}
    heads |= {2.5: "encoder W", 6.5: "decoder W'"}
    for place, words in heads.items():
        ax.text(place, n + 0.3, words, ha="center", va="bottom")
    ax.set(xlim=(-2.0, 11.2), ylim=(-0.35, n + 0.95))
    ax.set_aspect("equal")
    ax.set_axis_off()
    return fig


def _weight(
    ax: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    weight: float,
    *,
    asleep: bool,
) -> None:
    """Draw a weight as a line with its number."""
    color = GREY if asleep else BLUE if weight > 0 else VERMILLION
    style, wide = ("-" if weight > 0 else "--"), (1.0 if asleep else 2.0)
    ax.plot(*zip(start, end, strict=True), style, color=color, lw=wide, zorder=1)
    place = 0.65 * np.array(start) + 0.35 * np.array(end)
    field = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
    words = {"ha": "center", "va": "center", "fontsize": 9, "bbox": field}
    ax.text(*place, f"{weight:g}", color=color, zorder=2, **words)


def _unit(ax: Axes, y: float, value: float, name: str) -> None:
    """Draw a hidden unit, darker the more it is switched on, with its value."""
    face = {"facecolor": "white", "edgecolor": BLACK, "lw": 1.5, "zorder": 3}
    ax.add_patch(Circle((HIDDEN, y), RADIUS, **face))
    fill = {"facecolor": (BLUE, 0.75 * float(value)), "edgecolor": "none", "zorder": 4}
    ax.add_patch(Circle((HIDDEN, y), RADIUS, **fill))
    words = {"ha": "center", "va": "center", "zorder": 5}
    ax.text(HIDDEN, y, _share(value), fontweight="bold", **words)
    ax.text(HIDDEN, y - RADIUS - 0.1, name, ha="center", va="top", fontsize=9)


def _share(value: float) -> str:
    """Write a number from 0 to 1 with two decimals, such as .82."""
    return f"{value:.2f}".removeprefix("0")
