"""The figures of lesson 05: the user node, noise, and negatives."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from recnb.plots.data_and_evaluation import CELLS, draw_matrix
from recnb.plots.lines import legend_below, pair
from recnb.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    SKY,
    VERMILLION,
    look,
    new_figure,
    styled,
)

#: How the points of each kind of node are drawn, in order of appearance.
NODES = ((GREY, "s"), (VERMILLION, "o"), (SKY, "D"))

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
def behind_ease(table: pd.DataFrame, *, metric: str, protocol: str) -> Figure:
    """Draw one row a net: its paired differences to EASE with each kind of node.

    Parameters
    ----------
    table : DataFrame with columns net, node, seed, minus_ease, minus_ease_error
        A row a net, node and split; nets and nodes in order of appearance.
    metric, protocol : str

    Raises
    ------
    ValueError
        If there are more kinds of node than marks.
    """
    nets, nodes = (list(table[name].unique()) for name in ("net", "node"))
    if len(nodes) > len(NODES):
        raise ValueError(f"There are marks for {len(NODES)} nodes, not {len(nodes)}.")
    fig, ax = new_figure(height=1.7 + 0.24 * len(nets) * len(nodes))
    ax.axvline(0, color=look("EASE").color, linewidth=2, label="EASE")
    apart = 0.8 / len(nodes)
    for node, (color, marker) in zip(nodes, NODES, strict=False):
        for row, net in zip(range(len(nets))[::-1], nets, strict=True):
            one = table[(table["net"] == net) & (table["node"] == node)]
            middle = row + apart * ((len(nodes) - 1) / 2 - nodes.index(node))
            spread = 0.3 * apart * (np.arange(len(one)) - (len(one) - 1) / 2)
            ax.errorbar(
                one["minus_ease"],
                middle + spread,
                xerr=one["minus_ease_error"],
                linestyle="none",
                marker=marker,
                color=color,
                ms=5,
                elinewidth=1.2,
                label=node if net == nets[0] else None,
            )
            mean, tall = one["minus_ease"].mean(), 0.45 * apart
            ax.plot([mean, mean], [middle - tall, middle + tall], color=BLACK, lw=2)
    ax.set_yticks(range(len(nets))[::-1], nets)
    ax.set_ylim(-0.5, len(nets) - 0.5)
    ax.grid(axis="y", visible=False)
    ax.set_xlabel(f"{metric} minus EASE's (line: one paired error; bar: mean)")
    ax.set_title(protocol, fontsize=10)
    fig.legend(loc="outside lower center", ncols=4, fontsize=10)
    return fig


@styled
def negatives_and_time(
    quality: pd.DataFrame,
    curves: Mapping[str, pd.DataFrame],
    *,
    ease: tuple[float, float],
    metric: str,
    protocols: tuple[str, str],
) -> Figure:
    """Draw quality against the number of negatives, and against seconds of training.

    Parameters
    ----------
    quality : DataFrame, index: negatives for each like; columns value, error
        The last row, whatever its index, is the loss at all items.
    curves : dict, name -> DataFrame with columns seconds, value
        An epoch a row.
    ease : (float, float)
        EASE's level under the protocol of either panel.
    metric : str
    protocols : (str, str)
        Of the two panels.
    """
    fig, (left, right) = pair(f"{metric} of validation likes", height=3.9)
    left.errorbar(
        np.arange(len(quality)),
        quality["value"],
        yerr=quality["error"],
        marker="o",
        color=VERMILLION,
        linestyle="none",
        ms=7,
        elinewidth=1.2,
    )
    names = [*(f"{n:g}" for n in quality.index[:-1]), "all"]
    left.set_xticks(np.arange(len(quality)), names)
    left.set_xlabel("negatives for each like (line: ± one error)")
    for (name, curve), color, style, marker in zip(
        curves.items(), (VERMILLION, GREY), ("-", "--"), "os", strict=True
    ):
        line = {"color": color, "linestyle": style, "marker": marker, "ms": 4}
        right.plot(curve["seconds"], curve["value"], label=name, **line)
    right.set_xlabel("seconds of training, here")
    for ax, level, protocol in zip((left, right), ease, protocols, strict=True):
        ax.axhline(level, color=BLUE, linewidth=1.6, label="EASE")
        ax.margins(y=0.12)
        ax.set_title(protocol, fontsize=10)
    legend_below(fig, right)
    return fig


@styled
def node_dial(
    curve: pd.DataFrame, *, share: float, ease: float, protocol: str, metric: str
) -> Figure:
    """Draw how users fare as their nodes are faded in.

    Parameters
    ----------
    curve : DataFrame, index: share of the node; column `value`, the mean of all users
    share : float
        Where the dial stands.
    ease : float
        EASE's level for the same users.
    protocol, metric : str
    """
    fig, ax = new_figure(height=3.4)
    ax.plot(curve.index, curve["value"], "-", color=VERMILLION, marker="o", ms=5)
    ax.axhline(ease, color=BLUE, linewidth=1.6)
    words = {"xytext": (2, 3), "textcoords": "offset points", "color": BLUE}
    ax.annotate("EASE", (curve.index[0], ease), fontsize=9, **words)
    ax.axvline(share, color=BLACK, linestyle="--", linewidth=1.6)
    ax.margins(y=0.2)
    ax.set_xlabel("share of the own node: 0 is a stranger's, 1 is as trained")
    ax.set_ylabel(f"{metric}, mean")
    ax.set_title(protocol, fontsize=10)
    return fig
