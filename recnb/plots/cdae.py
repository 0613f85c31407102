"""The figures of lesson 05: the user node, noise, and negatives."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from recnb.plots.lines import pair
from recnb.plots.style import BLACK, BLUE, GREEN, GREY, VERMILLION, new_figure, styled


@styled
def with_and_without_node(
    table: pd.DataFrame, *, metric: str, protocol: str, label: str = "user node"
) -> Figure:
    """Draw one row a model: its result without and with the node, and an arrow.

    Parameters
    ----------
    table : DataFrame, index: models; columns without, with, error
        `error`: the standard error of either.
    metric, protocol : str
    label : str
        What is added, for the legend.
    """
    fig, ax = new_figure(height=1.5 + 0.5 * len(table))
    rows = np.arange(len(table))[::-1]
    for name, style, shift in (
        ("without", {"color": GREY, "marker": "s"}, 0.13),
        ("with", {"color": BLUE, "marker": "o"}, -0.13),
    ):
        ax.errorbar(
            table[name],
            rows + shift,
            xerr=table["error"],
            linestyle="none",
            ms=7,
            elinewidth=1.2,
            label=f"{name} {label}",
            **style,
        )
        for row, value in zip(rows, table[name], strict=True):
            ax.annotate(
                f"{value:.3f}",
                (value, row + shift),
                xytext=(0, 7 if shift > 0 else -14),
                textcoords="offset points",
                ha="center",
                fontsize=8,
            )
    ax.set_yticks(rows, table.index)
    ax.set_ylim(-0.7, len(table) - 0.3)
    ax.set_xlabel(f"{metric} (line: ± one standard error)")
    ax.set_title(protocol, fontsize=10)
    fig.legend(loc="outside lower center", ncols=2, fontsize=10)
    return fig


@styled
def strangers_nodes(table: pd.DataFrame, *, metric: str, protocol: str) -> Figure:
    """Draw what strangers are recommended with different nodes: a point a split.

    Parameters
    ----------
    table : DataFrame with columns node, seed, value, error
        Nodes in order of appearance.
    metric, protocol : str
    """
    nodes = list(table["node"].unique())
    fig, ax = new_figure(height=1.4 + 0.42 * len(nodes))
    colors, markers = (GREY, BLUE, VERMILLION, GREEN), "sod^"
    for row, node in zip(range(len(nodes))[::-1], nodes, strict=True):
        one, place = table[table["node"] == node], nodes.index(node) % 4
        heights = row + 0.12 * (np.arange(len(one)) - (len(one) - 1) / 2)
        ax.errorbar(
            one["value"],
            heights,
            xerr=one["error"],
            linestyle="none",
            marker=markers[place],
            color=colors[place],
            ms=6,
            elinewidth=1.2,
        )
        mean = one["value"].mean()
        ax.plot([mean, mean], [row - 0.36, row + 0.36], color=BLACK, linewidth=2)
        ax.annotate(f"{mean:.3f}", (mean, row + 0.38), ha="center", fontsize=8)
    ax.set_yticks(range(len(nodes))[::-1], nodes)
    ax.set_ylim(-0.6, len(nodes) - 0.3)
    ax.set_xlabel(f"{metric} (line: ± one standard error; bar: mean over splits)")
    ax.set_title(protocol, fontsize=10)
    return fig


@styled
def negatives_and_time(table: pd.DataFrame, *, metric: str, protocol: str) -> Figure:
    """Draw quality and the seconds of an epoch against the number of negatives.

    Parameters
    ----------
    table : DataFrame, index: negatives for each like; columns quality, error, seconds
        The last row, whatever its index, is the loss at all items; `seconds` may be NaN
        where no epoch was timed.
    metric, protocol : str
    """
    fig, (left, right) = pair(protocol, height=3.5)
    places = np.arange(len(table))
    names = [*(f"{n:g}" for n in table.index[:-1]), "all"]
    left.errorbar(
        places,
        table["quality"],
        yerr=table["error"],
        marker="o",
        color=BLUE,
        linestyle="none",
        ms=7,
        elinewidth=1.2,
    )
    seconds = table["seconds"]
    right.bar(places, seconds, color=VERMILLION, hatch="//", edgecolor="white")
    for place, value in zip(places, seconds, strict=True):
        if np.isfinite(value):
            right.text(place, value, f"{value:.2g}", ha="center", va="bottom")
    right.grid(axis="x", visible=False)
    right.set_ylim(0, 1.15 * seconds.max())
    left.set_title(f"{metric} (line: ± one standard error)", fontsize=10)
    right.set_title("seconds of an epoch, here", fontsize=10)
    for ax in (left, right):
        ax.set_xticks(places, names)
        ax.set_xlabel("negatives for each like")
    return fig


@styled
def node_dial(
    hits: pd.DataFrame, *, share: float, user: str, protocol: str, metric: str
) -> Figure:
    """Draw one user's list as the node is faded in, and how all users fare.

    Parameters
    ----------
    hits : DataFrame, index: share of the node; column `value`, the mean of all users
        The curve of the right panel.
    share : float
        Where the dial stands, singled out on the curve.
    user, protocol, metric : str
    """
    fig, ax = new_figure(height=3.2)
    ax.plot(hits.index, hits["value"], "-", color=BLUE, marker="o", ms=5)
    value = np.interp(share, hits.index, hits["value"])
    ax.plot([share], [value], "D", color=VERMILLION, ms=11)
    ax.annotate(
        f"{value:.3f}",
        (share, value),
        xytext=(0, 10),
        textcoords="offset points",
        ha="center",
        color=VERMILLION,
        fontweight="bold",
    )
    ax.margins(y=0.25)
    ax.set_xlabel("share of the own node: 0 is a stranger's, 1 is as trained")
    ax.set_ylabel(metric)
    ax.set_title(f"{user} ({protocol})", fontsize=10)
    return fig
