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


@styled
def activation_shapes(
    functions: Mapping[str, Callable[[np.ndarray], np.ndarray]],
) -> Figure:
    """Draw activation functions, each in a panel of its own, on the same scale.

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
        ax.set_title(name)
        ax.set_ylim(-2.5, 8)
    for ax in axes[n:]:
        ax.set_visible(False)
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
    top: float = 1.3,
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
    _epoch_axis(ax, protocol, top)
    ax.legend(fontsize=9, ncols=2, loc="upper right")
    return fig


@styled
def by_depth(
    table: pd.DataFrame,
    *,
    protocol: str,
    references: Mapping[str, float],
) -> Figure:
    """Draw the best validation error against the number of layers.

    Parameters
    ----------
    table : DataFrame, index: number of layers; a column a label
    protocol : str
    references : dict, model -> its error, as a horizontal line
    """
    fig, ax = new_figure(height=3.9)
    for number, label in enumerate(table):
        color, line, marker = list(ACTIVATIONS.values())[number]
        ax.plot(
            table.index,
            table[label],
            color=color,
            linestyle=line,
            marker=marker,
            label=label,
        )
    for line, (model, value) in zip(
        (":", "--", "-."), references.items(), strict=False
    ):
        ax.axhline(value, color=GREY, linestyle=line, linewidth=1.5)
        ax.annotate(
            model,
            (table.index.min(), value),
            textcoords="offset points",
            xytext=(0, 4),
            ha="left",
            fontsize=9,
        )
    ax.set_xticks(table.index)
    ax.set_xlabel("linear layers, encoder and decoder together")
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
    top: float = 1.3,
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
    top : float
        Upper end of the axis.
    """
    fig, ax = new_figure(height=4.0)
    for curve in others:
        ax.plot(curve["epoch"], curve["val"], color="#CCCCCC", linewidth=1, zorder=0)
    ax.plot(
        chosen["epoch"],
        np.sqrt(chosen["loss"]),
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
    _epoch_axis(ax, title, top)
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


def _epoch_axis(ax: Axes, title: str, top: float) -> None:
    ax.set_xlabel("epoch")
    ax.set_ylabel("RMSE, validation")
    ax.set_ylim(top=top)
    ax.set_title(title, fontsize=10)
