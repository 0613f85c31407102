"""Lines of things that are no models: what several lessons share."""

from __future__ import annotations

from itertools import cycle

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from recnb.plots.style import BLUE, GREEN, ORANGE, PURPLE, RC, VERMILLION

#: Color, line style and marker, in the order in which lines get them.
MARKS = (
    (BLUE, "-", "o"),
    (VERMILLION, "--", "^"),
    (GREEN, "-.", "D"),
    (PURPLE, ":", "X"),
    (ORANGE, "-", "s"),
)


def pair(protocol: str, height: float = 3.8) -> tuple[Figure, np.ndarray]:
    """Return a figure of two panels side by side, and these."""
    width, _ = RC["figure.figsize"]
    fig = Figure(figsize=(width, height), layout="constrained")
    fig.suptitle(protocol, fontsize=10, x=0.01, ha="left")
    return fig, fig.subplots(1, 2)


def lines(ax: Axes, table: pd.DataFrame, n_markers: int | None = None) -> None:
    """Draw a line a column of the table, against its index; gaps are left out.

    Parameters
    ----------
    ax : Axes
    table : DataFrame
    n_markers : int, optional
        About so many markers a line; one at each point by default.
    """
    for (label, values), (color, style, marker) in zip(
        table.items(), cycle(MARKS), strict=False
    ):
        known = values.dropna()
        every = 1 if n_markers is None else max(1, len(known) // n_markers)
        ax.plot(
            known.index,
            known,
            style,
            color=color,
            marker=marker,
            ms=5,
            markevery=every,
            label=label,
        )


def legend_below(fig: Figure, *axes: Axes) -> None:
    """Put the legend of one panel, or of several, under the whole figure."""
    named = {}
    for ax in axes:
        for handle, name in zip(*ax.get_legend_handles_labels(), strict=True):
            named.setdefault(name, handle)
    columns = 2 if max(map(len, named)) > 20 else 4
    where = {"loc": "outside lower center", "ncols": columns, "fontsize": 10}
    fig.legend(list(named.values()), list(named), **where)
