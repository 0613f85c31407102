"""The figures of lesson 05: the user node, noise, and negatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
    PURPLE,
    SKY,
    VERMILLION,
    look,
    new_figure,
    styled,
)

#: How each kind of node is drawn: a mark and a colour have one meaning in the lesson.
#: Later ones are smaller, and the last two stand above and below the middle of their
#: row, so that none hides another.
NODES = {
    "no node": (GREY, "s", 60, 0),
    "own node": (VERMILLION, "o", 50, 0),
    "mean node": (GREEN, "v", 40, -0.25),
    "learned node": (PURPLE, "D", 28, 0.25),
}
#: How the loss at sampled films is drawn, and that at all films.
SAMPLED, ALL = (SKY, "P"), (BLACK, "X")

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
            face = VERMILLION if known else "white"
            ax.add_patch(Rectangle((-2, y), 1, 1, facecolor=face, edgecolor=GREY))
            sign, color = ("V", "white") if known else ("–", BLACK)
            ax.text(-1.5, y + 0.5, sign, color=color, ha="center", va="center")
        ax.set_xlim(-2.2, len(rows[0]))
        ax.set_title(name, fontsize=11)
    axes[0].set_ylabel("users")
    axes[1].axhline(4, color=BLACK, linewidth=3)
    axes[1].set_xlabel("films (below the line: new users)")
    swatches = [
        Patch(facecolor=VERMILLION, edgecolor=GREY, label="V: has a node"),
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
    """Draw a row for each net and split: how far behind EASE each kind of node is.

    The marks of a row are joined: the length of the line is what nodes change.

    Parameters
    ----------
    table : DataFrame with columns net, node, seed, minus_ease
        A row a net, node and split; nets in order of appearance.
    metric, protocol : str

    Raises
    ------
    ValueError
        If there is a kind of node without a mark.
    """
    unknown = set(table["node"]) - set(NODES)
    if unknown:
        raise ValueError(f"There is no mark for {', '.join(sorted(unknown))}.")
    rows = list(table.groupby(["net", "seed"], sort=False))
    fig, ax = new_figure(height=1.5 + 0.3 * len(rows))
    ax.axvline(0, color=look("EASE").color, linewidth=2, label="EASE")
    for place, (_, row) in enumerate(rows):
        ends = row["minus_ease"].min(), row["minus_ease"].max()
        ax.plot(ends, (place, place), color=GREY, linewidth=1.2, zorder=1)
    place_of = pd.Series(range(len(rows)), [name for name, _ in rows])
    for node, (color, marker, size, aside) in NODES.items():
        one = table[table["node"] == node].set_index(["net", "seed"])["minus_ease"]
        if len(one):
            shape = {"c": color, "marker": marker, "s": size, "zorder": 2}
            places = place_of.loc[list(one.index)] + aside
            ax.scatter(one, places, **shape, label=node)
    ax.set_yticks(range(len(rows)), [f"{net}, split {s}" for (net, s), _ in rows])
    nets = [net for (net, _), _ in rows]
    for place in range(1, len(rows)):
        if nets[place] != nets[place - 1]:
            ax.axhline(place - 0.5, color=GREY, linewidth=0.5)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.grid(axis="y", visible=False)
    ax.set_xlabel(f"{metric} minus EASE's")
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
    places = np.arange(len(quality))
    for part, (color, marker) in ((slice(-1), SAMPLED), (slice(-1, None), ALL)):
        left.errorbar(
            places[part],
            quality["value"].iloc[part],
            yerr=quality["error"].iloc[part],
            marker=marker,
            color=color,
            linestyle="none",
            ms=8,
            elinewidth=1.2,
        )
    names = [*(f"{n:g}" for n in quality.index[:-1]), "all"]
    left.set_xticks(places, names)
    left.set_xlabel("negatives for each like (line: ± one error)")
    for (name, curve), (color, marker), style in zip(
        curves.items(), (SAMPLED, ALL), ("-", "--"), strict=True
    ):
        line = {"color": color, "linestyle": style, "marker": marker, "ms": 6}
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
    curve: pd.DataFrame,
    listed: Sequence[str],
    *,
    user: int,
    share: float,
    ease: float,
    protocol: str,
    metric: str,
) -> Figure:
    """Draw how users fare as their nodes are faded in, and one user's list.

    EASE is written into the panel: its line, far above, would flatten the curve.

    Parameters
    ----------
    curve : DataFrame, index: share of the node; column `value`, the mean of all users
    listed : sequence of str
        The films of one list, from the best on: + where the node put one there, ✓
        where it is held out.
    user : int
        Whose list it is.
    share : float
        Where the dial stands.
    ease : float
        EASE's level for the same users.
    protocol, metric : str
    """
    fig, (left, right) = pair(protocol, height=3.4)
    left.plot(curve.index, curve["value"], "-", color=VERMILLION, marker="o", ms=5)
    left.axvline(share, color=BLACK, linestyle="--", linewidth=1.6)
    left.margins(y=0.2)
    words = {"transform": left.transAxes, "color": BLUE, "fontsize": 9}
    left.text(0.97, 0.06, f"EASE, not drawn: {ease:.3f}", ha="right", **words)
    left.set_xlabel("share of the own node (0: the mean node)", fontsize=10)
    left.set_title(f"{metric}, mean", fontsize=10)
    right.set_axis_off()
    right.set_title(f"user {user}: + by the node, ✓ held out", fontsize=10)
    for place, words in enumerate(listed):
        right.text(0, 0.95 - 0.1 * place, words, fontsize=9, va="top")
    return fig
