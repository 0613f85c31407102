"""The figures of lesson 03: errors in stars, AutoRec's and those of others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from recnb.evaluation import same_protocol
from recnb.plots.style import (
    BLACK,
    BLUE,
    GREY,
    RC,
    VERMILLION,
    look,
    new_figure,
    styled,
)

#: Height of `validation_curves`, in stars: enough to see a curve turn.
VIEW = 0.06
INPUTS = (("o", "black"), ("s", VERMILLION), ("^", BLUE))


@styled
def validation_curves(
    curves: Mapping[str, Sequence[float]], *, protocol: str
) -> Figure:
    """Draw errors on validation ratings, epoch by epoch; the lowest is circled.

    The first epochs may lie above the figure: it ends `VIEW` above the lowest error.

    Parameters
    ----------
    curves : dict, label -> RMSE of each epoch, in stars
        Two at most.
    protocol : str
    """
    fig, ax = new_figure()
    colors = (VERMILLION, "-"), (BLUE, "--")
    for (label, values), (color, style) in zip(curves.items(), colors, strict=False):
        epochs, lowest = np.arange(1, len(values) + 1), int(np.argmin(values))
        ax.plot(epochs, values, style, color=color, label=label)
        best = epochs[lowest], values[lowest]
        ax.plot(*best, "o", ms=13, fillstyle="none", color=color, mew=2)
        words = f"epoch {best[0]}, {best[1]:.3f}"
        below = {"xytext": (0, -18), "textcoords": "offset points", "ha": "center"}
        ax.annotate(words, best, **below, fontsize=10)
    lowest = min(min(values) for values in curves.values())
    ax.margins(x=0.12)
    ax.set_ylim(lowest - 0.02, lowest + VIEW)
    ax.set(xlabel="epoch", ylabel="RMSE of the validation ratings (stars)")
    ax.set_title(protocol, fontsize=10)
    ax.legend(loc="upper right")
    return fig


@styled
def beside_published(
    measured: Mapping[str, Sequence[float]],
    published: pd.DataFrame | None,
    *,
    looks: Mapping[str, str],
    protocol: str,
    interval: float = 0.0,
) -> Figure:
    """Draw each model's error on every split, their mean, and the published figure.

    Parameters
    ----------
    measured : dict, label -> RMSE on each split
        In the order in which they are drawn.
    published : DataFrame of `recnb.evaluation.published`, optional
        Of one dataset, protocol and metric, and the same as `measured`; its figure is
        drawn below the measured one. A ``model`` that is none of the labels gets a row
        of its own, below the others. None where there is nothing to compare with.
    looks : dict, label -> name in `recnb.plots.style.LOOKS`
    protocol : str
    interval : float
        The ± of the published figures, in stars.

    Raises
    ------
    ValueError
        If the published figures are of different protocols.
    """
    models = [] if published is None else same_protocol(published)["model"]
    labels = [*measured, *(model for model in models if model not in measured)]
    fig, ax = new_figure(height=1.5 + 0.6 * len(labels))
    where = {label: row for row, label in enumerate(reversed(labels))}
    for label, values in measured.items():
        row = where[label]
        style, mean = look(looks[label]), np.mean(values)
        ax.plot(
            values,
            np.full(len(values), row) - 0.25,
            "|",
            color=style.color,
            ms=9,
            mew=1.5,
        )
        ax.plot(mean, row, marker=style.marker, color=style.color, ms=10)
        ax.text(mean, row + 0.2, f"{mean:.3f}", ha="center", va="bottom", fontsize=10)
    if published is not None:
        style = look("Published")
        ax.errorbar(
            published["value"],
            [where[model] - 0.48 * (model in measured) for model in models],
            xerr=interval or None,
            capsize=4,
            marker=style.marker,
            linestyle="none",
            color=style.color,
            fillstyle="none",
            ms=10,
            mew=1.8,
            elinewidth=1.5,
            label=f"published ± {interval}" if interval else "published",
        )
        fig.legend(loc="outside upper right", fontsize=10)
    ax.set_yticks(list(where.values()), list(where))
    ax.set_ylim(-0.7, len(labels) - 0.3)
    ax.margins(x=0.08)
    ax.set_xlabel("RMSE in stars (symbol: mean of the splits; line: one split)")
    ax.set_title(protocol, fontsize=10)
    return fig


@styled
def item_minus_user(panels: Mapping[str, pd.DataFrame], *, protocol: str) -> Figure:
    """Draw the item-based net's error minus the user-based one's, a panel a dataset.

    Parameters
    ----------
    panels : dict, dataset -> DataFrame, index: share of the users, or (share, seed)
        A row a split: ``difference``, in RMSE on the same
        split; ``per film`` and ``per user``, the mean numbers of ratings. The last row
        is that of the whole dataset, whose ``per user`` is drawn.
    protocol : str
    """
    width, _ = RC["figure.figsize"]
    fig = Figure(figsize=(width, 3.7), layout="constrained")
    axes = np.atleast_1d(fig.subplots(1, len(panels)))
    for ax, (dataset, table) in zip(axes, panels.items(), strict=True):
        ax.plot(table["per film"], table["difference"], "o", color=BLUE, alpha=0.6)
        means = table.groupby(level=0)[["per film", "difference"]].mean()
        ax.plot(means["per film"], means["difference"], "-", color=BLUE)
        per_user = table["per user"].iloc[-1]
        ax.axvline(per_user, color=GREY, linestyle=":", linewidth=1.5)
        ax.axhline(0, color=BLACK, linewidth=1)
        ax.set(xscale="log", xlabel="ratings a film (log scale)")
        ax.set_title(f"{dataset} (dotted: {per_user:.0f} ratings a user)", fontsize=10)
        ticks = means["per film"]
        ax.set_xticks(ticks, [f"{tick:.0f}" for tick in ticks])
        ax.minorticks_off()
        ax.set_ylim(-0.065, 0.12)
    axes[0].set_ylabel("I- minus U-AutoRec, RMSE (stars)\nbelow 0: the item-based wins")
    fig.suptitle(protocol, fontsize=10, x=0.01, ha="left")
    return fig


@styled
def leaks(
    table: pd.DataFrame, *, honest: str, protocol: str, parted: int = 0
) -> Figure:
    """Draw what each input at test makes of a net's error.

    Parameters
    ----------
    table : DataFrame, a row a net, a column an input; RMSE
    honest : str
        The column that is no leak; a line is drawn from it to the others.
    protocol : str
    parted : int
        So many nets at the top stand above a line, since they have another protocol.
    """
    fig, ax = new_figure(height=1.9 + 0.5 * len(table))
    rows = np.arange(len(table))[::-1]
    if parted:
        ax.axhline(rows[parted - 1] - 0.5, color=GREY, linestyle=":", lw=1.5)
    ax.hlines(rows, table.min(axis=1), table.max(axis=1), color="#BBBBBB", lw=2)
    for (name, values), (marker, color) in zip(table.items(), INPUTS, strict=True):
        label = f"{name} (honest)" if name == honest else name
        ax.plot(values, rows, marker, color=color, ms=9, label=label)
    ax.set_yticks(rows, table.index)
    ax.set_ylim(-0.6, len(table) - 0.4)
    ax.margins(x=0.08)
    ax.set_xlabel("RMSE on the test ratings (stars)")
    ax.set_title(protocol, fontsize=10)
    fig.legend(loc="outside lower center", ncols=3, fontsize=9, title="input at test")
    return fig


@styled
def moved_predictions(
    before: pd.Series, after: pd.Series, *, title: str, most: int = 8
) -> Figure:
    """Draw the predictions that a changed rating moves most, before and after.

    The largest fall stands at the top.

    Parameters
    ----------
    before, after : Series, index: film titles
        Predicted ratings.
    title : str
    most : int
        How many films to draw.
    """
    # By position: two films may have one title.
    if not after.index.equals(before.index):
        after = after.reindex(before.index)
    change = after.to_numpy() - before.to_numpy()
    most_moved = np.argsort(-np.abs(change), kind="stable")[:most]
    films = most_moved[np.argsort(change[most_moved], kind="stable")]
    before, after = before.iloc[films], after.iloc[films]
    # Fixed margins: a slider waits for this figure, and constrained layout is slow.
    fig = Figure(figsize=(RC["figure.figsize"][0], 3.6))
    fig.subplots_adjust(left=0.4, right=0.97, bottom=0.24, top=0.9)
    ax = fig.add_subplot()
    rows = np.arange(len(films))
    ax.hlines(rows, before, after, color="#BBBBBB", linewidth=2)
    ax.plot(before, rows, "o", color=GREY, fillstyle="none", label="before")
    style = look("U-AutoRec")
    ax.plot(
        after,
        rows,
        marker=style.marker,
        linestyle="none",
        color=style.color,
        ms=9,
        label="after",
    )
    ax.set_yticks(rows, [name[:38] for name in before.index])
    ax.invert_yaxis()
    drawn = np.concatenate([before, after])
    ax.set_xlim(max(1, drawn.min() - 0.3), min(5, drawn.max() + 0.3))
    ax.set_xlabel("predicted rating (stars)")
    ax.set_title(title, fontsize=10)
    fig.legend(loc="lower left", ncols=2, fontsize=10)
    return fig
