"""The figures of lesson 08: lambda, who judges its choice, and reasons."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from recnb.plots.style import BLUE, GREY, VERMILLION, look, new_figure, styled

#: Colour, line style and marker of a group of users who judge.
MARKS = ((BLUE, "-", "o"), (VERMILLION, "--", "^"))


@styled
def lambda_curve(
    curve: pd.DataFrame,
    *,
    protocol: str,
    here: tuple[float, float] | None = None,
    reference: float | None = None,
) -> Figure:
    """Draw ranking quality against lambda.

    Parameters
    ----------
    curve : DataFrame with columns l2, ndcg, error
        Mean over users and its standard error, one row a lambda.
    protocol : str
        One line: dataset, split, seed, users.
    here : (l2, ndcg), optional
        The model to single out.
    reference : float, optional
        Popularity's value under the same protocol.
    """
    fig, ax = new_figure()
    # A slider waits for this picture: what would take a third of the time is left out,
    # a layout computed anew each time and the minor ticks.
    fig.set_layout_engine(None)
    fig.subplots_adjust(left=0.09, right=0.99, bottom=0.15, top=0.93)
    style = look("EASE")
    ax.errorbar(
        curve["l2"],
        curve["ndcg"],
        yerr=curve["error"],
        color=style.color,
        marker=style.marker,
        linestyle=style.linestyle,
        markersize=3,
        elinewidth=1,
        capsize=4,
        label="EASE (line: one standard error)",
    )
    if reference is not None:
        popularity = look("Popularity")
        ax.axhline(
            reference,
            color=popularity.color,
            linestyle=popularity.linestyle,
            label=f"Popularity, {reference:.3f}",
        )
    if here is not None:
        ax.plot(*here, "o", markersize=14, fillstyle="none", color=VERMILLION, mew=2)
        ax.annotate(
            f"λ = {here[0]:.4g}: {here[1]:.3f}",
            here,
            xytext=(0, 14),
            textcoords="offset points",
            ha="center",
            color=VERMILLION,
            fontweight="bold",
        )
    ax.set_xscale("log")
    ax.minorticks_off()
    ax.set_xlabel("λ (strength of the L2 penalty, log scale)")
    ax.set_ylabel("NDCG@100")
    ax.set_ylim(bottom=0, top=1.25 * float(curve["ndcg"].max()))
    ax.set_title(protocol, fontsize=10)
    ax.legend(loc="lower center")
    return fig


@styled
def judged_by_others(table: pd.DataFrame, *, protocol: str) -> Figure:
    """Draw how far each lambda is from the one that other users chose.

    Parameters
    ----------
    table : DataFrame with columns judges, l2, chosen, difference, error
        Paired differences to the chosen lambda, and their errors; the judges, who had
        no part in the choice, are two groups of users at most.
    protocol : str
        One line: dataset, split, users.

    Raises
    ------
    ValueError
        If there are more groups than there are looks.
    """
    groups = list(table["judges"].unique())
    if len(groups) > len(MARKS):
        raise ValueError(f"{len(MARKS)} groups can be told apart, not {len(groups)}.")
    fig, ax = new_figure()
    for judges, (color, line, marker) in zip(groups, MARKS, strict=False):
        one = table[table["judges"] == judges]
        ax.errorbar(
            one["l2"] * (0.99 if marker == "o" else 1.01),  # errors side by side
            one["difference"],
            yerr=one["error"],
            color=color,
            linestyle=line,
            marker=marker,
            capsize=2,
            label=f"judged by the {judges} users; the others chose "
            f"λ = {one['chosen'].iloc[0]:g}",
        )
    ax.axhline(0, color=GREY, linewidth=1)
    ax.set_xscale("log")
    ax.minorticks_off()
    values = sorted(table["l2"].unique())
    ax.set_xticks(values, [f"{value:g}" for value in values])
    ax.set_xlabel("λ (strength of the L2 penalty, log scale)")
    ax.set_ylabel("NDCG@100 minus that\nof the chosen λ")
    ax.set_title(protocol, fontsize=10)
    ax.legend(loc="lower center", fontsize=9)
    return fig


@styled
def contributions(values: pd.Series, *, title: str, most: int = 12) -> Figure:
    """Draw what each seen film adds to one score, for and against.

    Parameters
    ----------
    values : Series, index: film titles, values: contributions
    title : str
        The film that is explained, and its score.
    most : int
        How many films to draw, those with the largest effect.
    """
    largest = values.reindex(values.abs().nlargest(most).index).sort_values()
    fig, ax = new_figure(height=1.3 + 0.3 * len(largest))
    rows = np.arange(len(largest))
    against = largest.to_numpy() < 0
    ax.barh(rows[~against], largest[~against], color=BLUE, label="speaks for it")
    ax.barh(
        rows[against],
        largest[against],
        color=VERMILLION,
        hatch="//",
        edgecolor="white",
        label="speaks against it",
    )
    ax.axvline(0, color=GREY, linewidth=1)
    ax.set_yticks(rows, largest.index)
    ax.grid(axis="y", visible=False)
    ax.set_xlabel("contribution to the score")
    ax.set_title(title, fontsize=10)
    ax.legend(loc="lower right")
    return fig
