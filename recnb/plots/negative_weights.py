"""The figures of lesson 10: how many weights are negative, and what they are for."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle

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


@styled
def negative_shares(table: pd.DataFrame) -> Figure:
    """Draw the share of negative weights against lambda, a line a dataset.

    Parameters
    ----------
    table : DataFrame, index: lambda; a column "dataset, threshold"
        Shares, from 0 to 1. A dataset has one colour.
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
    ax.axhline(50, color=GREY, linewidth=1)
    ax.set_xscale("log")
    ax.set_xlabel(LAMBDA_AXIS)
    ax.set_ylabel("negative weights (%)")
    fig.legend(loc="outside lower center", ncols=2, fontsize=10)
    return fig


@styled
def weight_sizes(weights: np.ndarray, *, protocol: str) -> Figure:
    """Draw how the sizes of positive and of negative weights are spread.

    Parameters
    ----------
    weights : array of any shape
        Zeros are left out.
    protocol : str
    """
    weights = np.asarray(weights)
    fig, ax = new_figure()
    sizes = {"positive": weights[weights > 0], "negative": -weights[weights < 0]}
    top = np.abs(weights).max()
    bins = np.geomspace(top / 1e5, top, 60)
    for (name, size), (color, style) in zip(
        sizes.items(), ((BLUE, "-"), (VERMILLION, "--")), strict=True
    ):
        counts, _ = np.histogram(size, bins)
        ax.stairs(counts, bins, color=color, linestyle=style, linewidth=2, label=name)
    ax.set(xscale="log", yscale="log")
    ax.set_xlabel("size of a weight, without its sign (log scale)")
    ax.set_ylabel("weights (log scale)")
    ax.set_title(protocol, fontsize=10)
    ax.legend(loc="lower center")
    return fig


@styled
def share_by_popularity(table: pd.DataFrame, *, protocol: str) -> Figure:
    """Draw the share of negative weights between groups of films, with numbers.

    Parameters
    ----------
    table : DataFrame
        Row: group of the film that speaks; column: of the film spoken of.
    protocol : str
    """
    fig, ax = new_figure(height=4)
    values = 100 * table.to_numpy()
    ax.imshow(values, cmap="PuOr_r", vmin=20, vmax=80, aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        color = "white" if abs(value - 50) > 22 else "black"
        ax.text(column, row, f"{value:.0f}%", ha="center", va="center", color=color)
    ax.set_xticks(range(len(table)), table.columns)
    ax.set_yticks(range(len(table)), table.index)
    ax.set(xlabel="... of this film", ylabel="weight of this film in the score ...")
    ax.grid(visible=False)
    ax.set_title(protocol, fontsize=10)
    return fig


@styled
def lift_and_weight(lift: np.ndarray, weight: np.ndarray, *, protocol: str) -> Figure:
    """Draw pairs of films: how often liked together, against their weight.

    Parameters
    ----------
    lift : array of shape (n_pairs,)
        Likes in common, relative to what was expected; above 0.
    weight : array of shape (n_pairs,)
        EASE's weight, mean of both directions.
    protocol : str
    """
    lift, weight = np.asarray(lift), np.asarray(weight)
    fig, ax = new_figure(height=4)
    for sign, color, marker, name in (
        (weight >= 0, BLUE, "o", "positive weight"),
        (weight < 0, VERMILLION, "x", "negative weight"),
    ):
        ax.plot(
            lift[sign],
            weight[sign],
            marker,
            color=color,
            ms=3,
            alpha=0.3,
            label=name,
            rasterized=True,
        )
    ax.axvline(1, color=BLACK, linestyle="--", linewidth=1.2)
    ax.axhline(0, color=GREY, linewidth=1)
    ax.set_xscale("log")
    ticks = [0.0625, 0.125, 0.25, 0.5, 1, 2, 4, 8]
    low, high = ax.get_xlim()
    ticks = [tick for tick in ticks if low <= tick <= high]
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
    ax.set_xlabel("liked together / expected (log scale; dashed: as expected)")
    ax.set_ylabel("EASE's weight")
    ax.set_title(protocol, fontsize=10)
    for handle in ax.legend(loc="upper left").legend_handles:
        handle.set(alpha=1, markersize=7)
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
def density(table: pd.DataFrame, *, full: float, protocol: str) -> Figure:
    """Draw NDCG against the share of weights that are kept, a line a model.

    Parameters
    ----------
    table : DataFrame with columns model, density, ndcg
    full : float
        EASE with all its weights.
    protocol : str
    """
    fig, ax = new_figure(height=4.2)
    for model, rows in table.groupby("model", sort=False):
        style, rows = look(model), rows.sort_values("density")
        ax.plot(
            100 * rows["density"],
            rows["ndcg"],
            color=style.color,
            marker=style.marker,
            linestyle=style.linestyle,
            ms=7,
            label=model.replace(" 2%", ""),
        )
    ax.axhline(full, color=BLUE, linewidth=1)
    across = ax.get_yaxis_transform()  # x as a share of the width, y as data
    ax.text(0.02, full, "EASE, all weights", transform=across, va="bottom")
    ax.set_xscale("log")
    ax.set_xlabel("weights that are not zero (%, log scale)")
    ax.set_ylabel("NDCG@100")
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
        ax.set_title(model, fontsize=11)
    fig.suptitle(title, fontsize=10, x=0.01, ha="left")
    return fig
