"""The figures of lesson 14: kernels of wide nets, and what they bring."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, LogLocator, NullFormatter, NullLocator

from recnb.plots.lines import legend_below
from recnb.plots.rows import GAIN, check_once, difference_rows, level_rows
from recnb.plots.style import (
    BLACK,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    RC,
    SKY,
    VERMILLION,
    Look,
    look,
    new_figure,
    styled,
)

#: Colour, line style and marker of a kernel; blue is EASE's.
KERNELS = (
    (BLACK, "-", "o"),
    (SKY, "--", "^"),
    (GREEN, "-.", "D"),
    (ORANGE, (0, (2, 1)), "s"),
    (PURPLE, (0, (6, 1.5)), "P"),
    (VERMILLION, ":", "X"),
)
#: The same of a kind of what a finite net has.
KINDS = ((PURPLE, "-", "o"), (ORANGE, "--", "^"), (GREEN, "-.", "D"))
#: What stands at one place of a log axis is drawn this factor apart.
APART = 1.04
#: What a model's name begins with -> whose look it has, and whether it is open.
LOOK_OF = {
    "ridge": ("LAE", False),
    "NTK": ("InfiniteAE", False),
    "NNGP": ("InfiniteAE", True),
    "EASE on items' NTK": ("EASE", True),
}


# ---- from a net to its kernel ----


@styled
def kernel_curves(
    cosines: np.ndarray,
    curves: Mapping[str, np.ndarray],
    protocol: str = "two histories of the same length",
) -> Figure:
    """Draw kernels of two inputs against the cosine of the angle between these.

    Parameters
    ----------
    cosines : float array of shape (n,)
        Rising.
    curves : dict, name of a kernel -> float array of shape (n,)
        Divided by the kernel of an input with itself, so that each ends at 1 where
        the cosine does; at most six.
    protocol : str

    Raises
    ------
    ValueError
        If there are more kernels, or one has not one value for each cosine.
    """
    _check_kinds(curves, KERNELS)
    cosines = np.asarray(cosines)
    fig, ax = new_figure(height=4.2)
    fig.suptitle(protocol, fontsize=10, x=0.01, ha="left")
    every = max(1, len(cosines) // 8)
    for (name, curve), (color, style, marker) in zip(
        curves.items(), KERNELS, strict=False
    ):
        y = _of_cosines(name, curve, cosines)
        drawn = {"color": color, "ls": style, "marker": marker, "ms": 5}
        ax.plot(cosines, y, markevery=every, label=name, **drawn)
    ax.set(xlabel="cosine of two histories", ylabel="kernel, divided by its largest")
    legend_below(fig, ax)
    return fig


def _check_kinds(names: Mapping | pd.Index, marks: tuple) -> None:
    """Raise a ValueError if there are more names than marks for them."""
    if len(names) > len(marks):
        raise ValueError(f"{len(names)} lines; at most {len(marks)} can be told apart.")


def _of_cosines(name: object, curve: np.ndarray, cosines: np.ndarray) -> np.ndarray:
    """Return a curve as an array, or complain unless it fits the cosines."""
    curve = np.asarray(curve)
    if curve.shape != cosines.shape:
        raise ValueError(
            f"Kernel {name!r} has shape {curve.shape}, and the cosines have "
            f"{cosines.shape}: there has to be one value for each."
        )
    return curve


@styled
def width_errors(
    table: pd.DataFrame, protocol: str, ylabel: str = "relative error of the kernel"
) -> Figure:
    """Draw errors of finite nets against their width, a marker a draw of weights.

    Parameters
    ----------
    table : DataFrame with columns width, kind, draw, error
        Errors above 0. The median of a kind's draws is its line (one draw a width is no
        median, and says so); a dotted one begins
        there at the smallest width, and falls like 1 / sqrt(width). At most three
        kinds, in the order in which they first stand.
    protocol : str
    ylabel : str, optional
        What the error is of.

    Raises
    ------
    ValueError
        If there is nothing to draw, there are more kinds, a width or an error is not
        above 0, or a draw stands twice for a width and kind.
    """
    _check_kinds(table["kind"].unique(), KINDS)
    _check_draws(table)
    fig, ax = new_figure(height=4.8)
    fig.suptitle(protocol, fontsize=10, x=0.01, ha="left")
    kinds = table.groupby("kind", sort=False)
    expected = "falling like 1/√width"
    for (kind, draws), (color, style, marker), moved in zip(
        kinds, KINDS, _moved(len(kinds)), strict=False
    ):
        points = {"color": color, "marker": marker, "mfc": "none", "ms": 5}
        medians = draws.groupby("width")["error"].median()
        line = {"color": color, "ls": style, "label": f"{kind}: median"}
        if len(medians) == len(draws):
            line |= {**points, "label": f"{kind}: one draw"}
        else:
            x, a_draw = draws["width"] * moved, {"ls": "none", **points}
            ax.plot(x, draws["error"], label=f"{kind}: a draw", **a_draw)
        ax.plot(medians.index, medians, **line)
        first = medians.iloc[0] * np.sqrt(medians.index[0] / medians.index)
        ax.plot(medians.index, first, ":", color=BLACK, lw=1.2, label=expected)
        expected = "_again"
    ax.set(xscale="log", yscale="log")
    ax.set_ylabel(f"{ylabel}\n(log scale)", fontsize=10)
    ax.set_xlabel("width of the net (log scale)")
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_major_formatter("{x:g}")
    ax.yaxis.set_minor_formatter(NullFormatter())
    legend_below(fig, ax)
    return fig


def _moved(n: int) -> np.ndarray:
    """Return what to multiply n places with, so that they stand beside each other."""
    return APART ** (np.arange(n) - (n - 1) / 2)


def _check_draws(table: pd.DataFrame) -> None:
    """Raise a ValueError unless each draw stands once, at a place on log scales."""
    if table.empty:
        raise ValueError("The table has no error to draw.")
    for column in ("width", "error"):
        if not (table[column] > 0).all():
            raise ValueError(f"Each {column} must be above 0: both scales are log.")
    if table.duplicated(["width", "kind", "draw"]).any():
        raise ValueError("A draw stands twice for a width and kind.")


# ---- what it brings ----


@styled
def kernel_gains(table: pd.DataFrame, protocol: str) -> Figure:
    """Draw models minus EASE, a row a model, a marker a split.

    Parameters
    ----------
    table : DataFrame with columns model, seed, minus_ease, minus_ease_error
        Paired differences and their standard errors; a row a model and split of one
        dataset. Models from top to bottom as they first stand; EASE is the line at
        zero.
    protocol : str

    Raises
    ------
    ValueError
        If there is no model but EASE, one has no look, or one stands twice for a
        split.
    """
    table = table[table["model"] != "EASE"]
    check_once(table, ["model"])
    rows = [
        (model, splits, _marker_of(model))
        for model, splits in table.groupby("model", sort=False)
    ]
    fig, ax = new_figure(height=1.5 + 0.3 * len(rows))
    difference_rows(ax, rows, "minus_ease")
    ax.axvline(0, color=look("EASE").color, lw=1.6)
    ax.locator_params(axis="x", nbins=7)
    ax.tick_params(axis="x", labelsize=9)
    fig.supxlabel(
        f"{GAIN} EASE's (blue line)\n(marker: a split; line: ± its standard error; "
        "bar: mean of the splits)",
        fontsize=10,
    )
    fig.suptitle(protocol, fontsize=10, x=0.01, ha="left")
    return fig


def _marker_of(model: str) -> dict[str, object]:
    """Return how the markers of a model are drawn."""
    style, is_open = _look_of(model)
    face = {"mfc": "white"} if is_open else {}
    return {"color": style.color, "marker": style.marker, **face}


def _look_of(model: str) -> tuple[Look, bool]:
    """Return the look of a model, and whether its markers are open."""
    name = model.partition(",")[0]
    whose, is_open = LOOK_OF.get(name, (name, False))
    return look(whose), is_open


@styled
def users_gains(table: pd.DataFrame, protocol: str) -> Figure:
    """Draw models minus EASE against the number of their training users.

    Parameters
    ----------
    table : DataFrame with columns n_users, model, seed, minus_ease
        A row a model, split and number of users of one dataset; EASE is the line at
        zero. Lines are means of the splits; bars reach from the lowest split to the
        highest, and stand a little beside each other.
    protocol : str

    Raises
    ------
    ValueError
        If there is no model but EASE, one has no look, or it has not each split once
        at each of its numbers of users.
    """
    table = table[table["model"] != "EASE"]
    _check_splits(table)
    fig, ax = new_figure(height=4.2)
    fig.suptitle(protocol, fontsize=10, x=0.01, ha="left")
    ease = look("EASE")
    ax.axhline(0, color=ease.color, lw=1.6, label="EASE")
    models = table.groupby("model", sort=False)
    seen: set[str] = set()
    for (model, rows), moved in zip(models, _moved(len(models)), strict=True):
        splits = rows.groupby("n_users")["minus_ease"].agg(["mean", "min", "max"])
        ends = splits["mean"] - splits["min"], splits["max"] - splits["mean"]
        marked, style = _marker_of(model), _look_of(model)[0].linestyle
        if marked["color"] in seen:  # of two with one look, the second is open
            marked, style = {**marked, "mfc": "white"}, ":"
        seen.add(marked["color"])
        x, ends_at = splits.index * moved, {"elinewidth": 1.2, "capsize": 3}
        ax.errorbar(
            x, splits["mean"], ends, ls="none", color=marked["color"], **ends_at
        )
        ax.plot(x, splits["mean"], ls=style, label=model, **marked)
    ax.set(xscale="log", ylabel=f"{GAIN} EASE's")
    ax.set_xlabel(
        "training users (log scale)\n(line: mean of the splits; bar: from the lowest "
        "split to the highest)"
    )
    ax.xaxis.set_major_locator(FixedLocator(sorted(table["n_users"].unique())))
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.xaxis.set_minor_locator(NullLocator())
    legend_below(fig, ax)
    return fig


def _check_splits(table: pd.DataFrame) -> None:
    """Raise a ValueError unless each mean of a model is one of the same splits."""
    if table.empty:
        raise ValueError("The table has no model to draw beside EASE.")
    if table.duplicated(["model", "n_users", "seed"]).any():
        raise ValueError(
            "A model stands twice for one seed and number of users: choose one dataset."
        )
    seeds = table.groupby(["model", "n_users"])["seed"].agg(frozenset)
    if any(len(set(of_model)) > 1 for _, of_model in seeds.groupby("model")):
        raise ValueError(
            "A model has not the same seeds at each number of users, so that its means "
            "are of different splits."
        )


# ---- the dial ----


@styled
def kernel_dial(
    cosines: np.ndarray,
    curves: Mapping[int, np.ndarray],
    depth: int,
    l2: float,
    levels: Mapping[str, float],
    *,
    protocol: str,
    span: tuple[float, float] | None = None,
) -> Figure:
    """Draw the kernel of one depth among others, and its quality beside its rivals'.

    Parameters
    ----------
    cosines : float array of shape (n,)
        Rising.
    curves : dict, depth -> float array of shape (n,)
        As in `kernel_curves`.
    depth : int
        The one that is chosen.
    l2 : float
        Its penalty.
    levels : dict, name -> validation NDCG@100
        The first is this kernel's, the last is EASE's, which is drawn as a line.
    protocol : str
    span : (lowest, highest), optional
        Values that the axis of the quality reaches.

    Raises
    ------
    ValueError
        If there is no curve of this depth, or one has not one value for each cosine.
    """
    if depth not in curves:
        known = ", ".join(map(str, curves))
        raise ValueError(f"Depth {depth} is none of those with a curve: {known}.")
    width, _ = RC["figure.figsize"]
    # Fixed margins: a slider waits for this figure, and constrained layout is slow.
    fig = Figure(figsize=(width, 3.6))
    fig.subplots_adjust(left=0.08, right=0.97, bottom=0.16, top=0.82, wspace=0.42)
    left, right = fig.subplots(1, 2, width_ratios=(6, 7))
    _dialled(left, np.asarray(cosines), curves, depth)
    level_rows(right, levels, span)
    title = f"depth {depth}, λ = {l2:g}; {protocol}"
    fig.suptitle(title, fontsize=10, x=0.01, ha="left")
    return fig


def _dialled(
    ax: Axes, cosines: np.ndarray, curves: Mapping[int, np.ndarray], chosen: int
) -> None:
    """Draw the kernel of the depth that is chosen over thin lines of the others."""
    curves = {
        depth: _of_cosines(depth, curve, cosines) for depth, curve in curves.items()
    }
    here, label = curves.pop(chosen), "other depths"
    for curve in curves.values():
        ax.plot(cosines, curve, color=GREY, lw=0.9, alpha=0.7, label=label)
        label = "_more"
    style = {"color": PURPLE, "lw": 2.6, "marker": "D", "ms": 6}
    every = max(1, len(cosines) // 6)
    ax.plot(cosines, here, markevery=every, label=f"depth {chosen}", **style)
    ax.set_xlabel("cosine of two histories")
    ax.set_title("kernel, divided by its largest", fontsize=10)
    ax.locator_params(nbins=3)  # each tick takes its time, too
    ax.legend(fontsize=9, loc="upper left", handlelength=1.8, borderaxespad=0.2)
