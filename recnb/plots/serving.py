"""The figures of lesson 12's second half: what one list costs."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from recnb.plots.lines import MARKS, legend_below, pair
from recnb.plots.style import BLACK, GREY, new_figure, styled

#: Our reading of "a few milliseconds", which the paper asks for.
A_FEW = 10.0
#: A method's name in the legend, and its colour, line style and marker.
NAMES = {
    "exact": "dot product, exact",
    "IVF": "dot product, IVF",
    "HNSW": "dot product, HNSW",
    "MLP": "MLP",
}
LOOKS = dict(zip(NAMES, MARKS, strict=False))


@styled
def latencies(
    table: pd.DataFrame,
    *,
    protocol: str,
    against: str = "items in the catalogue (log scale)",
    marked: float | None = None,
    live: Mapping[str, float] | None = None,
    shares: Mapping[str, pd.Series] | None = None,
) -> Figure:
    """Draw the time of one query on log scales, a line a method.

    Parameters
    ----------
    table : DataFrame, index: catalogue sizes (or what `against` says); values: ms
        A column a method, by its name in `NAMES`.
    protocol : str
    against : str
        Name of the horizontal axis.
    marked : float, optional
        Point on the horizontal axis to draw a line at.
    live : dict, method -> ms, optional
        Times measured just now at `marked`.
    shares : dict, method -> Series with the table's index, optional
        The share of the exact list that a method finds, to write at its points.
    """
    fig, ax = new_figure(height=4.2)
    for method, times in table.items():
        ax.plot(times, **_drawn(method), label=NAMES[method])
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xticks(table.index, [f"{x:,}" for x in table.index])
    ax.minorticks_off()
    ax.axhline(A_FEW, color=GREY, lw=1.2, ls="--")
    ax.annotate(
        f"{A_FEW:g} ms",
        (0.5, A_FEW),  # in the middle no line is near
        xycoords=("axes fraction", "data"),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        fontsize=9,
        color=GREY,
    )
    for method, found in (shares or {}).items():
        _written(ax, table[method], found)
    if marked is not None:
        ax.axvline(marked, color=BLACK, lw=1, ls=":")
    for method, ms in (live or {}).items():
        star = {"marker": "*", "ms": 16, "mec": BLACK, "ls": "none"}
        name = f"{NAMES[method]}, now"
        ax.plot(marked, ms, **_drawn(method) | star, label=name)
    ax.set_xlabel(against)
    ax.set_ylabel("ms a query (log scale)")
    ax.set_title(protocol, fontsize=10)
    legend_below(fig, ax)
    return fig


@styled
def recalls(
    tables: Mapping[str, pd.DataFrame],
    *,
    protocol: str,
    marked: tuple[str, int] | None = None,
) -> Figure:
    """Draw recall against time, a panel for each kind of embeddings.

    Parameters
    ----------
    tables : dict, kind -> DataFrame
        Two kinds. Columns ``method``, ``effort``, ``ms``, ``recall``; a row an effort.
    protocol : str
    marked : (method, effort), optional
        Points to put a ring around.
    """
    fig, axes = pair(protocol, height=3.6)
    for ax, (kind, table) in zip(axes, tables.items(), strict=True):
        for method in [name for name in NAMES if name in set(table["method"])]:
            points = table[table["method"] == method]
            points = points.sort_values("effort")
            style = _drawn(method)
            if method == "exact":
                style["ms"] = 11  # seen below a point of another method
                _exact_point(ax, points.iloc[0])
            ax.plot(points["ms"], points["recall"], **style, label=NAMES[method])
            if marked is not None and marked[0] == method:
                at = points.loc[points["effort"] == marked[1], ["ms", "recall"]]
                ring = {"mfc": "none", "mec": BLACK, "mew": 1.5, "label": "_ring"}
                ax.plot(*at.to_numpy().T, "o", ms=13, **ring)
        ax.set_xscale("log")
        ax.set_ylim(0, 1.05)
        ax.set_xlabel("ms a query (log scale)")
        ax.set_title(kind, fontsize=10)
    axes[0].set_ylabel("share of the exact ten found")
    legend_below(fig, axes[0])
    return fig


def _written(ax: Axes, times: pd.Series, shares: pd.Series) -> None:
    """Write below each point, clear of a star on it, which share was found."""
    for x, ms in times.dropna().items():
        at = {"xytext": (0, -22), "textcoords": "offset points", "ha": "center"}
        ax.annotate(f"{shares[x]:.0%}", (x, ms), fontsize=9, color=BLACK, **at)
    low, high = ax.get_ylim()
    ax.set_ylim(min(low, times.min() / 5), high)  # room for the words


def _exact_point(ax: Axes, exact: pd.Series) -> None:
    """Show the exact search where other points may lie on it: a line and its words."""
    color, *_ = LOOKS["exact"]
    ax.axvline(exact["ms"], color=color, lw=1.5, zorder=1)
    ax.annotate(
        f"exact: {exact['ms']:.3g} ms",
        (exact["ms"], 0.02),
        xytext=(-4, 0),
        textcoords="offset points",
        ha="right",
        fontsize=9,
        color=color,
    )


def _drawn(method: str) -> dict[str, object]:
    """Return how the line of a method is drawn."""
    color, style, marker = LOOKS[method]
    return {"color": color, "ls": style, "marker": marker, "ms": 5}
