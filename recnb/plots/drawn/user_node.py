"""The drawing of lesson 05: a net that reads a damaged row and a user's own node."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from recnb.plots.drawn.parts import cell, frame
from recnb.plots.style import BLACK, BLUE, GREY, RC, VERMILLION, styled

#: Where the columns begin: the row, the damaged row, the rebuilt row; and the units.
ROW, DAMAGED, REBUILT, UNITS = 0.0, 2.2, 9.6, 6.6
#: Radius of a hidden unit, and the distance of two.
RADIUS, APART = 0.6, 2.2
#: What stands in the place of a node that a stranger has not.
NOBODY = "?"
#: A weight that carries something, and one that does not.
AWAKE = {"color": BLUE, "lw": 2, "zorder": 1}
ASLEEP = {"color": GREY, "lw": 1, "zorder": 1}


@styled
def net_with_user_node(
    y: np.ndarray,
    damaged: np.ndarray,
    h: np.ndarray,
    y_hat: np.ndarray,
    W: np.ndarray,
    W_out: np.ndarray,
    V: np.ndarray,
    titles: Sequence[str],
    users: Sequence[str],
) -> Figure:
    """Draw the first user's row on its way through the net, and the nodes below it.

    A line is a weight that all users share, grey where the film that it leaves is
    nothing in the damaged row, or its unit is below one half; a dashed line is the
    user's own node.

    Parameters
    ----------
    y, damaged, y_hat : array of shape (n_items,)
        The row, what the noise leaves of it, and what the net makes of that.
    h : array of shape (n_units,)
    W, W_out : array of shape (n_items, n_units)
    V : array of shape (n_users, n_units)
    titles : sequence of n_items str
    users : sequence of n_users str

    Raises
    ------
    ValueError
        If the shapes do not fit each other.
    """
    n, k, m = len(titles), len(h), len(users)
    found = [np.shape(part) for part in (y, damaged, y_hat, W, W_out, V)]
    if found != [(n,), (n,), (n,), (n, k), (n, k), (m, k)]:
        raise ValueError(
            f"{n} titles, {m} users and {k} units need rows of {n}, weights of "
            f"{n} x {k} and nodes of {m} x {k}; these have the shapes {found}."
        )
    width, _ = RC["figure.figsize"]
    fig = Figure(figsize=(width, 0.45 * (n + m + 3.5)))
    ax = fig.add_axes((0, 0, 1, 1))
    middle = (n + APART * (k - 1)) / 2 - APART * np.arange(k)
    _weights(ax, damaged, h, W, W_out, middle)
    for film, title in enumerate(titles):
        bottom = n - 1.0 - film
        lost = {"hatch": "xxx"} if y[film] and not damaged[film] else {}
        cell(ax, ROW, bottom, f"{y[film]:g}", bold=y[film] > 0, facecolor="white")
        words, bold = f"{damaged[film]:g}", damaged[film] > 0
        cell(ax, DAMAGED, bottom, words, bold=bold, facecolor="white", **lost)
        shade = BLUE, 0.75 * float(y_hat[film])
        cell(ax, REBUILT, bottom, _share(y_hat[film]), facecolor=shade)
        ax.text(ROW - 0.2, bottom + 0.5, title, ha="right", va="center")
        ax.text(REBUILT + 1.2, bottom + 0.5, title, ha="left", va="center")
    _nodes(ax, V, users, middle)
    for place, value in zip(middle, h, strict=True):
        _unit(ax, place, value)
    heads = {ROW + 0.5: "row y", DAMAGED + 0.5: "damaged ỹ", 4.7: "W", UNITS: "h"}
    heads |= {8.5: "W'", REBUILT + 0.5: "rebuilt ŷ"}
    for place, words in heads.items():
        ax.text(place, n + 0.3, words, ha="center", va="bottom")
    ax.set(xlim=(-2.4, 12.8), ylim=(-m - 1.9, n + 1.2))
    ax.set_aspect("equal")
    ax.set_axis_off()
    return fig


def _weights(
    ax: Axes,
    damaged: np.ndarray,
    h: np.ndarray,
    W: np.ndarray,
    W_out: np.ndarray,
    middle: np.ndarray,
) -> None:
    """Draw the weights that all users share: into the hidden units, and out of them."""
    films = len(damaged) - 0.5 - np.arange(len(damaged))
    for film, unit in np.argwhere(W):
        ends = (DAMAGED + 1, UNITS - RADIUS), (films[film], middle[unit])
        ax.plot(*ends, **(AWAKE if damaged[film] else ASLEEP))
    for film, unit in np.argwhere(W_out):
        ends = (UNITS + RADIUS, REBUILT), (middle[unit], films[film])
        ax.plot(*ends, **(AWAKE if h[unit] > 0.5 else ASLEEP))


def _nodes(ax: Axes, V: np.ndarray, users: Sequence[str], middle: np.ndarray) -> None:
    """Draw V, with a stranger under it, and lines from the first user's row."""
    k = V.shape[1]
    for place, user in enumerate([*users, "a stranger"]):
        bottom = -1.6 - place
        known = place < len(users)
        for unit in range(k):
            words = f"{V[place, unit]:+g}" if known else NOBODY
            words = words.replace("-", "−")
            cell(ax, DAMAGED + unit, bottom, words, bold=not place, facecolor="white")
        ax.text(DAMAGED - 0.2, bottom + 0.5, user, ha="right", va="center")
    frame(ax, DAMAGED, -1.6, k, users[0])
    for place in middle:
        ends = (DAMAGED + k, UNITS - RADIUS * 0.7), (-1.1, place - RADIUS * 0.7)
        ax.plot(*ends, "--", color=VERMILLION, lw=2, zorder=1)
    words = f"V: a row for each user.\n{users[0]}'s row is {users[0]}'s node."
    ax.text(UNITS - 0.3, -1.3, words, ha="left", va="top", color=VERMILLION)


def _unit(ax: Axes, y: float, value: float) -> None:
    """Draw a hidden unit, darker the more it is switched on, with its value."""
    face = {"facecolor": "white", "edgecolor": BLACK, "lw": 1.5, "zorder": 3}
    ax.add_patch(Circle((UNITS, y), RADIUS, **face))
    fill = {"facecolor": (BLUE, 0.75 * float(value)), "edgecolor": "none", "zorder": 4}
    ax.add_patch(Circle((UNITS, y), RADIUS, **fill))
    words = {"ha": "center", "va": "center", "zorder": 5, "fontweight": "bold"}
    ax.text(UNITS, y, _share(value), **words)


def _share(value: float) -> str:
    """Write a number from 0 to 1 with two decimals, such as .82."""
    return f"{value:.2f}".removeprefix("0")
