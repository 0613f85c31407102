"""The figures of lesson 03: errors in stars, AutoRec's and those of others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from recnb.evaluation import same_protocol
from recnb.plots.style import BLUE, GREY, RC, VERMILLION, look, new_figure, styled

LINE = {"I-AutoRec": "item", "U-AutoRec": "user"}
INPUTS = (("o", "black"), ("s", VERMILLION), ("^", BLUE))


@styled
def learning_curve(curve: pd.DataFrame, best: int, *, protocol: str) -> Figure:
    """Draw the error on training and on validation ratings, epoch by epoch.

    Parameters
    ----------
    curve : DataFrame, index: epoch; columns "training" and "validation"
        RMSE, in stars.
    best : int
        The epoch that was kept.
    protocol : str
    """
    fig, ax = new_figure()
    for (name, values), color, style in zip(
        curve.items(), (GREY, VERMILLION), ("--", "-"), strict=True
    ):
        ax.plot(curve.index, values, style, color=color, label=f"{name} ratings")
    lowest = curve["validation"].loc[best]
    ax.plot(best, lowest, "o", ms=13, fillstyle="none", color="black", mew=2)
    ax.annotate(
        f"kept: epoch {best}, {lowest:.3f}",
        (best, lowest),
        xytext=(0, 12),
        textcoords="offset points",
        ha="right",
    )
    ax.set(xlabel="epoch", ylabel="RMSE (stars)")
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
) -> Figure:
    """Draw each model's error on every split, their mean, and the published figure.

    Parameters
    ----------
    measured : dict, label -> RMSE on each split
        In the order in which they are drawn.
    published : DataFrame of `recnb.evaluation.published`, optional
        Of one dataset, protocol and metric, and the same as `measured`; its ``model``
        is one of the labels. None where there is nothing to compare with.
    looks : dict, label -> name in `recnb.plots.style.LOOKS`
    protocol : str

    Raises
    ------
    ValueError
        If the published figures are of different protocols.
    """
    fig, ax = new_figure(height=1.5 + 0.45 * len(measured))
    rows = np.arange(len(measured))[::-1]
    for row, (label, values) in zip(rows, measured.items(), strict=True):
        style, mean = look(looks[label]), np.mean(values)
        ax.plot(
            values,
            np.full(len(values), row) - 0.22,
            "|",
            color=style.color,
            ms=9,
            mew=1.5,
        )
        ax.plot(mean, row, marker=style.marker, color=style.color, ms=10)
        ax.text(mean, row + 0.2, f"{mean:.3f}", ha="center", va="bottom", fontsize=10)
    if published is not None:
        style = look("Published")
        where = dict(zip(measured, rows, strict=True))
        ax.plot(
            published["value"],
            [where[model] for model in same_protocol(published)["model"]],
            marker=style.marker,
            linestyle="none",
            color=style.color,
            fillstyle="none",
            ms=10,
            mew=1.8,
            label="published",
        )
        fig.legend(loc="outside upper right", fontsize=10)
    ax.set_yticks(rows, list(measured))
    ax.set_ylim(-0.6, len(measured) - 0.25)
    ax.margins(x=0.08)
    ax.set_xlabel("RMSE in stars (symbol: mean of the splits; line: one split)")
    ax.set_title(protocol, fontsize=10)
    return fig


@styled
def error_by_count(
    panels: Mapping[str, pd.DataFrame], *, unit: str, protocol: str
) -> Figure:
    """Draw the error against how much is known, once for films and once for users.

    Parameters
    ----------
    panels : dict, what has the ratings -> DataFrame
        Index: number of training ratings (median of a group); a column a model: RMSE of
        the group's held-out ratings.
    unit : str
        What the error was measured on.
    protocol : str
    """
    width, _ = RC["figure.figsize"]
    fig = Figure(figsize=(width, 3.5), layout="constrained")
    axes = fig.subplots(1, len(panels), sharey=True)
    for ax, (who, table) in zip(np.atleast_1d(axes), panels.items(), strict=True):
        for model, values in table.items():
            style = look(model)
            ax.plot(
                table.index,
                values,
                style.linestyle,
                marker=style.marker,
                color=style.color,
                label=model,
                ms=8,
            )
        ax.set(xscale="log", xlabel=f"training ratings of the {who} (log scale)")
        ticks = table.index[:: max(1, len(table) // 3)]
        ax.set_xticks(ticks, [f"{tick:.0f}" for tick in ticks])
        ax.minorticks_off()
    np.atleast_1d(axes)[0].set_ylabel(f"RMSE of the {unit}")
    handles = np.atleast_1d(axes)[0].get_legend_handles_labels()
    fig.legend(*handles, loc="outside lower center", ncols=len(table.columns))
    fig.suptitle(protocol, fontsize=10, x=0.01, ha="left")
    return fig


@styled
def fewer_users(panels: Mapping[str, pd.DataFrame], *, protocol: str) -> Figure:
    """Draw both nets' errors against the users that are left, a panel a dataset.

    Parameters
    ----------
    panels : dict, dataset -> DataFrame
        Index: share of the users that are kept; columns I-AutoRec and U-AutoRec, RMSE;
        ``per film`` and ``per user``, the mean numbers of ratings.
    protocol : str
    """
    width, _ = RC["figure.figsize"]
    fig = Figure(figsize=(width, 3.9), layout="constrained")
    axes = np.atleast_1d(fig.subplots(1, len(panels)))
    for ax, (dataset, table) in zip(axes, panels.items(), strict=True):
        for model in LINE:
            style = look(model)
            ax.plot(
                table["per film"],
                table[model],
                style.linestyle,
                marker=style.marker,
                color=style.color,
                label=model,
                ms=8,
            )
        per_user = table["per user"].mean()
        ax.axvline(per_user, color=GREY, linestyle=":", linewidth=1.5)
        ax.text(
            per_user,
            0.99,
            f" ratings a user: {per_user:.0f}",
            transform=ax.get_xaxis_transform(),
            va="top",
            fontsize=9,
            color=GREY,
        )
        ax.set(xscale="log", xlabel="ratings a film (log scale)", title=dataset)
        ticks = table["per film"]
        ax.set_xticks(ticks, [f"{tick:.0f}" for tick in ticks])
        ax.minorticks_off()
        ax.margins(y=0.2)
    axes[0].set_ylabel("RMSE (stars)")
    fig.legend(
        *axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2
    )
    fig.suptitle(protocol, fontsize=10, x=0.01, ha="left")
    return fig


@styled
def hidden_units(panels: Mapping[str, pd.Series], *, protocol: str) -> Figure:
    """Draw the item-based net's error against the width of its hidden layer.

    Parameters
    ----------
    panels : dict, dataset -> Series
        Index: hidden units; values: RMSE, mean of the splits.
    protocol : str
    """
    width, _ = RC["figure.figsize"]
    fig = Figure(figsize=(width, 3.3), layout="constrained")
    axes = np.atleast_1d(fig.subplots(1, len(panels)))
    style = look("I-AutoRec")
    for ax, (dataset, values) in zip(axes, panels.items(), strict=True):
        ax.plot(
            values.index,
            values,
            style.linestyle,
            marker=style.marker,
            color=style.color,
            ms=8,
        )
        ax.set(xscale="log", xlabel="hidden units (log scale)", title=dataset)
        ax.set_xticks(values.index, [str(k) for k in values.index])
        ax.minorticks_off()
        ax.margins(y=0.15)
    axes[0].set_ylabel("RMSE (stars)")
    fig.suptitle(protocol, fontsize=10, x=0.01, ha="left")
    return fig


@styled
def leaks(table: pd.DataFrame, *, honest: str, protocol: str) -> Figure:
    """Draw what each input at test makes of a net's error.

    Parameters
    ----------
    table : DataFrame, a row a net, a column an input; RMSE
    honest : str
        The column that is no leak; a line is drawn from it to the others.
    protocol : str
    """
    fig, ax = new_figure(height=1.9 + 0.5 * len(table))
    rows = np.arange(len(table))[::-1]
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
    drawn = np.concatenate([before, after])
    ax.set_xlim(max(1, drawn.min() - 0.3), min(5, drawn.max() + 0.3))
    ax.set_xlabel("predicted rating (stars)")
    ax.set_title(title, fontsize=10)
    fig.legend(loc="lower left", ncols=2, fontsize=10)
    return fig
