"""Lesson 04's figures: activations, depth, learning curves, re-feeding."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from recnb.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    RC,
    SKY,
    VERMILLION,
    new_figure,
    styled,
)

#: Color, line style and marker of each activation, the same in all figures.
ACTIVATIONS = {
    "selu": (BLUE, "-", "o"),
    "elu": (SKY, "--", "s"),
    "lrelu": (GREEN, "-.", "^"),
    "relu": (ORANGE, "-", "v"),
    "relu6": (VERMILLION, "--", "D"),
    "tanh": (PURPLE, "-.", "P"),
    "sigmoid": (BLACK, ":", "X"),
}
#: Where the negative side of an activation is read off.
LEFT = -4.0
#: Color and marker of each learning rate, from the smallest; its line is solid without
#: re-feeding and dashed with it.
RATES = ((GREEN, "^"), (BLUE, "o"), (VERMILLION, "s"))
#: Where the axis of a learning curve ends, unless a curve needs more.
TOP = 1.3
#: Marker of each kind of split.
SPLITS = {"random": "o", "time": "D"}


@styled
def activation_shapes(
    functions: Mapping[str, Callable[[np.ndarray], np.ndarray]],
) -> Figure:
    """Draw activation functions, each in a panel of its own, on the same scale.

    The value at `LEFT` is written into the panel: no eye tells leaky ReLU from ReLU.

    Parameters
    ----------
    functions : dict, name of an activation -> function of an array
    """
    x = np.linspace(-4, 8, 241)
    n = len(functions)
    fig = Figure(figsize=(RC["figure.figsize"][0], 3.4), layout="constrained")
    axes = fig.subplots(2, (n + 1) // 2, sharex=True, sharey=True).ravel()
    for ax, (name, function) in zip(axes, functions.items(), strict=False):
        color, _, _ = ACTIVATIONS[name]
        ax.axhline(0, color=GREY, linewidth=0.8)
        ax.axvline(0, color=GREY, linewidth=0.8)
        ax.plot(x, function(x), color=color)
        (at_left,) = function(np.array([LEFT]))
        words = f"at {LEFT:.0f}: {at_left:.2f}".replace("-", "−")
        ax.text(-4, 7.4, words, fontsize=9, va="top")
        ax.set_title(name)
        ax.set_ylim(-2.5, 8)
    for ax in axes[n:]:
        ax.set_visible(False)
    fig.supxlabel("the unit's sum", fontsize=11)
    fig.supylabel("what it hands on", fontsize=11)
    return fig


@styled
def two_errors(table: pd.DataFrame, *, protocol: str) -> Figure:
    """Draw the two RMSEs of each model: over all ratings, and the mean over users.

    Parameters
    ----------
    table : DataFrame, index: model; columns "over all ratings", "mean over users"
    protocol : str
    """
    fig, ax = new_figure(height=1.3 + 0.55 * len(table))
    rows = np.arange(len(table))[::-1]
    for column, marker, color in zip(table, "os", (BLUE, ORANGE), strict=True):
        ax.plot(table[column], rows, marker, color=color, ms=9, label=column)
    ax.hlines(rows, table.min(axis=1), table.max(axis=1), color=GREY, zorder=0)
    ax.set_yticks(rows, table.index)
    ax.set_ylim(-0.6, len(table) - 0.4)
    ax.set_xlabel("RMSE, in stars")
    ax.set_title(protocol, fontsize=10)
    ax.legend(loc="best")
    return fig


@styled
def curves_of(
    curves: Mapping[str, pd.DataFrame],
    *,
    protocol: str,
    reference: tuple[str, float] | None = None,
    top: float = TOP,
) -> Figure:
    """Draw validation errors against the epoch, one line a net.

    Parameters
    ----------
    curves : dict, label -> DataFrame with columns epoch and val
    protocol : str
    reference : (str, float), optional
        Name and error of something that has no epochs.
    top : float
        Upper end of the axis; a curve that is above it leaves the figure.
    """
    fig, ax = new_figure(height=4.0)
    looks = list(ACTIVATIONS.values())
    for number, (label, curve) in enumerate(curves.items()):
        color, line, marker = ACTIVATIONS.get(label, looks[number % len(looks)])
        ax.plot(
            curve["epoch"],
            curve["val"],
            color=color,
            linestyle=line,
            marker=marker,
            markevery=max(1, len(curve) // 6),
            label=label,
        )
    if reference is not None:
        _reference(ax, *reference)
    _epoch_axis(ax, protocol)
    _end_at(top, ax)
    ax.legend(fontsize=9, ncols=2, loc="upper right")
    return fig


@styled
def refed_curves(
    curves: pd.DataFrame, *, protocol: str, reference: tuple[str, float], top: float
) -> Figure:
    """Draw validation errors against the epoch, a panel a rate, fed again or not.

    Parameters
    ----------
    curves : DataFrame with columns lr, refeeding (0 or 1), epoch, val
        Two or three learning rates.
    protocol : str
    reference : (str, float)
        Name and error of something that has no epochs.
    top : float
        Upper end of the axis.
    """
    rates = sorted(curves["lr"].unique())
    fig = Figure(figsize=(RC["figure.figsize"][0], 3.6), layout="constrained")
    panels = fig.subplots(1, len(rates), sharey=True)
    looks = RATES[: len(rates)]
    for ax, rate, (color, marker) in zip(panels, rates, looks, strict=True):
        for refeeding, line in ((0, "-"), (1, "--")):
            one = curves[(curves["lr"] == rate) & (curves["refeeding"] == refeeding)]
            ax.plot(
                one["epoch"],
                one["val"],
                color=color,
                linestyle=line,
                marker=marker,
                fillstyle="none" if refeeding else "full",
                markevery=max(1, len(one) // 6),
                label="fed again" if refeeding else "as usual",
            )
        _reference(ax, *reference)
        _epoch_axis(ax, f"rate {rate:g}")
        ax.label_outer()
        ax.legend(fontsize=9, loc="upper right")
    _end_at(top, *panels)
    fig.suptitle(protocol, fontsize=10, x=0.01, ha="left")
    return fig


@styled
def against_one_layer(table: pd.DataFrame, *, protocol: str) -> Figure:
    """Draw paired differences to a net of one layer, a row a net, a point a split.

    Parameters
    ----------
    table : DataFrame with columns model, against, difference, error, order
        The order is "random" or "time"; of each, the first split stands on top.
        Rows of the figure in order of appearance.
    protocol : str
    """
    names = list(dict.fromkeys(table["model"]))
    fig, ax = new_figure(height=1.7 + 0.5 * len(names))
    ax.axvline(0, color=GREY, linestyle="--", linewidth=1.5)
    orders = list(dict.fromkeys(table["order"]))
    for order, color in zip(orders, (BLUE, VERMILLION), strict=False):
        rows = table[table["order"] == order]
        within = rows.groupby("model").cumcount()
        places = [len(names) - 1 - names.index(name) for name in rows["model"]]
        ax.errorbar(
            rows["difference"],
            places + 0.16 * (1 - within),
            xerr=rows["error"],
            linestyle="none",
            marker=SPLITS[order],
            color=color,
            elinewidth=1.2,
            label=f"split {'at random' if order == 'random' else 'by time'}",
        )
    rivals = table.drop_duplicates("model").set_index("model")["against"]
    words = [f"{name} minus\n{rivals[name]}" for name in names]
    ax.set_yticks(range(len(names))[::-1], words)
    ax.set_ylim(-0.6, len(names) - 0.4)
    ax.set_xlabel("difference of RMSE, in stars (line: ± one paired error)")
    ax.set_title(protocol, fontsize=10)
    if len(orders) > 1:
        ax.legend(fontsize=9, loc="best")
    return fig


@styled
def by_depth(
    table: pd.DataFrame,
    *,
    protocol: str,
    baseline: tuple[str, float],
    shallow: tuple[str, float],
) -> Figure:
    """Draw the best validation error against the number of layers.

    Parameters
    ----------
    table : DataFrame, index: number of layers; a column a learning rate
        The columns have the looks of the last ones of `RATES`.
    protocol : str
    baseline : (str, float)
        Name and error of a model without layers.
    shallow : (str, float)
        Name and error of a model with two layers: a point, and a thin line that carries
        its error across.
    """
    fig, ax = new_figure(height=3.9)
    looks = RATES[-len(table.columns) :]
    for label, (color, marker) in zip(table, looks, strict=True):
        ax.plot(table.index, table[label], color=color, marker=marker, label=label)
    name, value = baseline
    ax.axhline(value, color=GREY, linestyle=":", linewidth=1.5)
    ax.annotate(
        name,
        (table.index.max(), value),
        textcoords="offset points",
        xytext=(0, 4),
        ha="right",
        fontsize=9,
        color="#555555",
    )
    name, value = shallow
    ax.axhline(value, color=BLACK, linewidth=0.8, zorder=0)
    ax.plot(2, value, linestyle="none", marker="^", ms=9, color=BLACK, label=name)
    ax.set_xticks(table.index)
    ax.set_xlabel("layers (weight matrices), encoder and decoder together")
    ax.set_ylabel("RMSE, validation")
    ax.set_title(protocol, fontsize=10)
    ax.legend(fontsize=9)
    return fig


@styled
def one_net(
    chosen: pd.DataFrame,
    others: Sequence[pd.DataFrame],
    *,
    title: str,
    live: pd.DataFrame | None = None,
    reference: tuple[str, float] | None = None,
) -> Figure:
    """Draw one net's learning curve before those of all other stored nets.

    Parameters
    ----------
    chosen : DataFrame with columns epoch, loss (a mean squared error) and val
    others : sequence of such DataFrames
    title : str
    live : DataFrame, optional
        The same net, trained a moment ago.
    reference : (str, float), optional

    Notes
    -----
    The axis ends at `TOP`, or higher if the chosen net needs that: above its highest
    validation error and, with room for the legend, its lowest training error.
    """
    fig, ax = new_figure(height=4.0)
    training = np.sqrt(chosen["loss"])
    for number, curve in enumerate(others):
        label = "validation, the other nets" if number == 0 else None
        look = {"color": "#BBBBBB", "linewidth": 1, "zorder": 0, "label": label}
        ax.plot(curve["epoch"], curve["val"], **look)
    ax.plot(
        chosen["epoch"],
        training,
        color=ORANGE,
        linestyle="--",
        label="training, stored",
    )
    ax.plot(chosen["epoch"], chosen["val"], color=BLUE, label="validation, stored")
    if live is not None:
        ax.plot(
            live["epoch"],
            live["val"],
            "X",
            color=VERMILLION,
            label="validation, trained just now",
        )
    if reference is not None:
        _reference(ax, *reference)
    top = np.nanmax([TOP, 1.05 * chosen["val"].max(), 1.2 * training.min()])
    _epoch_axis(ax, title)
    _end_at(top, ax)
    ax.set_ylabel("RMSE")
    ax.legend(fontsize=9, loc="upper right")
    return fig


def _reference(ax: Axes, name: str, value: float) -> None:
    ax.axhline(value, color=GREY, linestyle=":", linewidth=1.8)
    ax.annotate(
        name,
        (0.01, value),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        xytext=(0, -12),
        fontsize=9,
        color="#555555",
    )


def _epoch_axis(ax: Axes, title: str) -> None:
    ax.set_xlabel("epoch")
    ax.set_ylabel("RMSE, validation")
    ax.set_title(title, fontsize=10)


def _end_at(top: float, *panels: Axes) -> None:
    """Let all panels end at the top, and just below the lowest line of all."""
    lines = [line.get_ydata() for ax in panels for line in ax.lines]
    lowest = min(np.nanmin(line, initial=top) for line in lines)
    for ax in panels:
        ax.set_ylim(lowest - 0.05 * (top - lowest), top)
