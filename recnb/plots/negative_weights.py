"""The figures of lesson 10: how many weights are negative, and what they are for."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle, pairwise

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from recnb.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    PURPLE,
    RC,
    SKY,
    VERMILLION,
    look,
    new_figure,
    styled,
)

LAMBDA_AXIS = "λ (strength of the L2 penalty, log scale)"
MARKS = (
    (BLUE, "-", "o"),
    (VERMILLION, "--", "^"),
    (GREEN, "-.", "D"),
    (PURPLE, ":", "X"),
)


#: Colour, line style and marker of what is kept of the negative weights.
KEPT = ((VERMILLION, "-", "^"), (GREY, "--", "s"))
RATIO_BINS = 10


@styled
def negative_shares(
    table: pd.DataFrame, *, tuned: Mapping[str, float], protocol: str
) -> Figure:
    """Draw the share of negative weights against lambda, a line a dataset.

    Parameters
    ----------
    table : DataFrame, index: lambda; a column "dataset, threshold"
        Shares, from 0 to 1. A dataset has one colour.
    tuned : dict, column -> lambda
        The lambda that validation has chosen, where it is known; gets a ring.
    protocol : str
    """
    fig, ax = new_figure(height=4)
    datasets = dict.fromkeys(name.split(",")[0] for name in table)
    marks = dict(zip(datasets, cycle(MARKS), strict=False))
    drawn = set()
    for name, share in table.items():
        dataset = name.split(",")[0]
        color, _, marker = marks[dataset]
        style = ":" if dataset in drawn else "-"  # the second threshold is dotted
        drawn.add(dataset)
        shared = {"color": color, "marker": marker, "ms": 5, "label": name}
        ax.plot(table.index, 100 * share, style, **shared)
    for name, l2 in tuned.items():
        color, *_ = marks[name.split(",")[0]]
        ax.plot(l2, 100 * table.loc[l2, name], "o", ms=14, mew=2, mfc="none", mec=color)
    ax.axhline(50, color=GREY, linewidth=1)
    ax.set_xscale("log")
    ax.set_xlabel(LAMBDA_AXIS)
    ax.set_ylabel("negative weights (%)")
    ax.set_title(protocol, fontsize=10)
    fig.legend(loc="outside lower center", ncols=2, fontsize=10)
    return fig


@styled
def kept_negatives(table: pd.DataFrame, *, protocol: str) -> Figure:
    """Draw what is lost if only some of the negative weights are kept.

    Parameters
    ----------
    table : DataFrame with columns which, share, minus_ease, minus_ease_error
        ``which`` are kept, a line each; ``share`` of the negative weights, from 0 to 1.
        A share of 0, which a log scale has no place for, is drawn as a line across.
    protocol : str
    """
    fig, ax = new_figure(height=3.9)
    kept = table[table["share"] > 0]
    for (which, rows), (color, style, marker) in zip(
        kept.groupby("which", sort=False), KEPT, strict=False
    ):
        ax.errorbar(
            100 * rows["share"],
            rows["minus_ease"],
            yerr=rows["minus_ease_error"],
            linestyle=style,
            color=color,
            marker=marker,
            elinewidth=1.2,
            label=which,
        )
    clamped = table.loc[table["share"] == 0, "minus_ease"]
    if len(clamped):
        ax.axhline(clamped.mean(), color=PURPLE, linestyle=":", label="none (clamped)")
    ax.axhline(0, color=BLUE, linewidth=1.2, label="all (EASE)")
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter("{x:g}")
    ax.set_xlabel("negative weights that are kept (%, log scale)")
    ax.set_ylabel("NDCG@100 minus EASE's")
    ax.set_title(protocol, fontsize=10)
    ax.legend(fontsize=10)
    return fig


@styled
def negative_by_ratio(table: pd.DataFrame, *, protocol: str) -> Figure:
    """Draw the share of negative weights by how often two films are liked together.

    Parameters
    ----------
    table : DataFrame with columns ratio, negative
        A row a pair: common fans relative to what is expected, and whether the weight
        is negative. Every bar has as many pairs.
    protocol : str
    """
    fig, ax = new_figure(height=3.4)
    edges = np.quantile(table["ratio"], np.linspace(0, 1, RATIO_BINS + 1))
    place = np.clip(np.searchsorted(edges, table["ratio"], "right"), 1, RATIO_BINS)
    share = 100 * table["negative"].groupby(place).mean()
    ticks = np.arange(RATIO_BINS)
    ax.bar(ticks, share, color=VERMILLION, hatch="///", edgecolor="white")
    for tick, value in zip(ticks, share, strict=True):
        ax.text(tick, value + 1, f"{value:.0f}", ha="center", va="bottom", fontsize=10)
    everything = 100 * table["negative"].mean()
    ax.axhline(everything, color=GREY, linestyle="--", linewidth=1.5)
    label = f"all pairs: {everything:.0f}%"
    ax.text(RATIO_BINS - 0.45, everything + 1.5, label, ha="right", color=GREY)
    names = [f"{a:.2f} to\n{b:.2f}" for a, b in pairwise(edges)]
    ax.set_ylim(0, 1.15 * share.max())
    ax.set_xticks(ticks, names, fontsize=9)
    ax.set_xlabel("common fans / expected from activity (a tenth of the pairs each)")
    ax.set_ylabel("negative weights (%)")
    ax.set_title(protocol, fontsize=10)
    ax.grid(axis="x", visible=False)
    return fig


@styled
def dial(
    curves: pd.DataFrame, *, here: tuple[float, float], label: str, protocol: str
) -> Figure:
    """Draw NDCG against the factor on all negative weights, a line a lambda.

    Parameters
    ----------
    curves : DataFrame, index: the factor; a column a lambda
        Computed beforehand.
    here : (factor, ndcg)
        The model to single out.
    label : str
        Its lambda.
    protocol : str
    """
    fig, ax = new_figure(height=3.9)
    for (name, values), (color, style, marker) in zip(
        curves.items(), cycle(MARKS), strict=False
    ):
        ax.plot(
            curves.index, values, style, color=color, marker=marker, ms=5, label=name
        )
    ax.axvline(1, color=GREY, linestyle=":", linewidth=1.5)
    ax.plot(*here, "o", markersize=15, fillstyle="none", color=BLACK, mew=2)
    ax.set_xlabel("factor on the negative weights (0: clamped, 1: as solved)")
    ax.set_ylabel("NDCG@100")
    ax.set_title(f"{protocol}\ncircle: {label}, factor {here[0]:.2f}", fontsize=10)
    fig.legend(loc="outside lower center", ncols=4, fontsize=10)
    return fig


@styled
def four_curves(
    curve: pd.DataFrame, *, here: tuple[float, Mapping[str, float]], protocol: str
) -> Figure:
    """Draw NDCG against lambda for several models, with a cursor.

    Parameters
    ----------
    curve : DataFrame, index: lambda; a column a model, named as in `look`
        Computed beforehand.
    here : (lambda, {model: ndcg})
        The cursor, and the models' values there.
    protocol : str
    """
    width, _ = RC["figure.figsize"]
    # Fixed margins: a slider waits for this figure, and constrained layout is slow.
    fig = Figure(figsize=(1.15 * width, 4))
    fig.subplots_adjust(left=0.08, right=0.99, bottom=0.25, top=0.87, wspace=0.2)
    whole, top = fig.subplots(1, 2)
    l2, values = here
    for ax in (whole, top):
        for model, line in curve.items():
            style = look(model)
            shared = {"color": style.color, "marker": style.marker}
            name = {"LAE": "ridge"}.get(model, model)
            ax.plot(curve.index, line, style.linestyle, ms=5, label=name, **shared)
            ax.plot(l2, values[model], "o", ms=12, mew=2, mfc="none", mec=style.color)
        ax.axvline(l2, color=BLACK, linewidth=1)
        ax.set(xscale="log", xlabel="λ (log scale)")
    best = float(curve.max().max())
    whole.set(ylim=(0, 1.08 * best), ylabel="NDCG@100")
    top.set(ylim=(0.88 * best, 1.01 * best))
    top.set_title("the top, enlarged", fontsize=10)
    fig.suptitle(f"{protocol}; cursor: λ = {l2:.4g}", fontsize=10, x=0.01, ha="left")
    handles, labels = whole.get_legend_handles_labels()
    fig.legend(handles, labels, loc="lower center", ncols=4, fontsize=10)
    return fig


@styled
def density(table: pd.DataFrame, *, protocol: str) -> Figure:
    """Draw the difference to EASE against the share of weights, a line a model.

    Parameters
    ----------
    table : DataFrame with columns model, density, minus_ease, minus_ease_error
        Paired differences, with their standard errors.
    protocol : str
    """
    fig, ax = new_figure(height=4.2)
    for model, rows in table.groupby("model", sort=False):
        style, rows = look(model), rows.sort_values("density")
        ax.errorbar(
            100 * rows["density"],
            rows["minus_ease"],
            yerr=rows["minus_ease_error"],
            color=style.color,
            marker=style.marker,
            linestyle=style.linestyle,
            elinewidth=1.2,
            ms=7,
            label=model.replace(" 2%", ""),
        )
    ax.axhline(0, color=BLUE, linewidth=1.2)
    across = ax.get_yaxis_transform()  # x as a share of the width, y as data
    ax.text(0.02, 0, "EASE, all weights", transform=across, va="bottom")
    low, high = ax.get_ylim()
    ax.set_ylim(low, high + 0.08 * (high - low))  # room for these words
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter("{x:g}")
    ax.set_xlabel("weights that are not zero (%, log scale)")
    ax.set_ylabel("NDCG@100 minus EASE's")
    ax.set_title(protocol, fontsize=10)
    fig.legend(loc="outside lower center", ncols=2, fontsize=10)
    return fig


@styled
def neighbours(columns: Mapping[str, pd.Series], *, title: str) -> Figure:
    """Draw what speaks most for and against a film, in several models.

    Parameters
    ----------
    columns : dict, model -> Series of weights, index: film titles
        Drawn in this order, largest weight at the top.
    title : str
    """
    width, _ = RC["figure.figsize"]
    rows = max(len(column) for column in columns.values())
    fig = Figure(
        figsize=(0.55 * width * len(columns), 1.2 + 0.3 * rows), layout="constrained"
    )
    axes = np.atleast_1d(fig.subplots(1, len(columns), sharex=True))
    for ax, (model, column) in zip(axes, columns.items(), strict=True):
        places = np.arange(len(column))[::-1]
        against = column.to_numpy() < 0
        ax.barh(places[~against], column[~against], color=SKY)
        ax.barh(
            places[against],
            column[against],
            color=VERMILLION,
            hatch="//",
            edgecolor="white",
        )
        labels = [name if len(name) < 25 else f"{name[:23]}…" for name in column.index]
        ax.set_yticks(places, labels, fontsize=10)
        ax.axvline(0, color=GREY, linewidth=1)
        ax.grid(axis="y", visible=False)
        ax.set_xlabel("weight for this film")
        ax.set_title(model, fontsize=11)
    fig.suptitle(title, fontsize=10, x=0.01, ha="left")
    return fig
