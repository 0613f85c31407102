"""The figures of lesson 05: the user node, noise, and negatives."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from recnb.plots.data_and_evaluation import CELLS, draw_matrix
from recnb.plots.lines import pair
from recnb.plots.style import BLACK, BLUE, GREEN, GREY, VERMILLION, new_figure, styled

#: Users and films; the last two users of the second matrix are new.
KNOWN = {
    "weak generalisation": (
        "T?TT..T.",
        ".TT.?T..",
        "TT..TT.?",
        "?.TT..TT",
        ".T?.TTT.",
        "T..TT.T?",
    ),
    "strong generalisation": (
        "TTTT..T.",
        ".TT.TT..",
        "TT..TT.T",
        "T.TT..TT",
        ".H?.HHH.",
        "H..HH.H?",
    ),
}


@styled
def who_is_known() -> Figure:
    """Draw which users have a node under the two protocols."""
    fig, axes = pair("", height=3.4)
    for ax, (name, rows) in zip(axes, KNOWN.items(), strict=True):
        draw_matrix(ax, rows)
        for y, row in enumerate(rows):
            known = "T" in row
            face = GREEN if known else "white"
            ax.add_patch(Rectangle((-2, y), 1, 1, facecolor=face, edgecolor=GREY))
            sign, color = ("V", "white") if known else ("–", BLACK)
            ax.text(-1.5, y + 0.5, sign, color=color, ha="center", va="center")
        ax.set_xlim(-2.2, len(rows[0]))
        ax.set_title(name, fontsize=11)
    axes[0].set_ylabel("users")
    axes[1].axhline(4, color=BLACK, linewidth=3)
    axes[1].set_xlabel("films (below the line: new users)")
    swatches = [
        Patch(facecolor=GREEN, edgecolor=GREY, label="V: has a node"),
        Patch(facecolor="white", edgecolor=GREY, label="–: has none"),
        *(
            Patch(facecolor=CELLS[sign][0], hatch=CELLS[sign][1], label=label)
            for sign, label in (
                ("T", "● training"),
                ("H", "history, not trained on"),
                ("?", "? held out"),
            )
        ),
    ]
    fig.legend(handles=swatches, loc="outside lower center", ncols=3, fontsize=9)
    return fig


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
        The last row, whatever its index, is the loss at all items.
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
    """Draw how users fare as their nodes are faded in.

    Parameters
    ----------
    hits : DataFrame, index: share of the node; column `value`, the mean of all users
    share : float
        Where the dial stands.
    user, protocol, metric : str
    """
    fig, ax = new_figure(height=3.2)
    ax.plot(hits.index, hits["value"], "-", color=BLUE, marker="o", ms=5)
    ax.axvline(share, color=VERMILLION, linestyle="--", linewidth=2)
    ax.margins(y=0.25)
    ax.set_xlabel("share of the own node: 0 is a stranger's, 1 is as trained")
    ax.set_ylabel(f"{metric},\nmean of all users here")
    ax.set_title(f"{user} ({protocol})", fontsize=10)
    return fig
