"""The figures of lesson 12's first half: how well a net learns to multiply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

from recnb.data.dot_product_task import RMSE_ZERO, SIGMA_LABEL
from recnb.plots.lines import MARKS, legend_below, lines, pair
from recnb.plots.style import BLACK, BLUE, GREY, RC, VERMILLION, new_figure, styled

#: Differences of RMSE that the paper calls so.
LIMITS = {0.001: "significant", 0.01: "very significant"}
#: Places of items in the plane, in spreads: as far as the widget's sliders go.
PLACES = np.linspace(-4, 4, 41)
#: How far always saying 0 is above the dot product, by the formula of the task.
ALWAYS_ZERO = RMSE_ZERO - SIGMA_LABEL


@styled
def polyline(
    x: np.ndarray,
    curves: pd.DataFrame,
    bends: Mapping[str, np.ndarray],
    errors: pd.Series,
    *,
    protocol: str,
) -> Figure:
    """Draw a square and what a ReLU layer makes of it; the error by the pieces.

    Parameters
    ----------
    x : float array of shape (n_points,)
        In increasing order.
    curves : DataFrame of n_points rows, a column a curve
        The true one first.
    bends : dict, curve -> positions
        Where a curve has its bends and ends, to mark there; each is in x.
    errors : Series, index: number of straight pieces
        Largest error.
    protocol : str
    """
    fig, (left, right) = pair(protocol, height=3.4)
    looks = zip(curves.items(), MARKS, strict=False)
    for (name, values), (color, style, marker) in looks:
        at = np.searchsorted(x, bends.get(name, []))
        drawn = {"color": color, "marker": marker, "markevery": at.tolist()}
        left.plot(x, values, style, **drawn, ms=6, label=name)
    left.set_xlabel("x")
    left.legend(fontsize=9)
    right.plot(errors.index, errors, "o-", color=BLUE)
    right.set_xscale("log", base=2)
    right.set_yscale("log")
    right.set_xticks(errors.index, errors.index)
    right.set_xlabel("straight pieces")
    right.set_title("largest error (log scales)", fontsize=10)
    return fig


@styled
def saddles(
    ticks: np.ndarray, scores: Mapping[str, np.ndarray], *, protocol: str
) -> Figure:
    """Draw similarities over a plane of pairs, and the last one minus the first.

    Parameters
    ----------
    ticks : float array of shape (n,)
        Positions on both axes, a for the user and b for the item, in spreads (standard
        deviations) of an embedding's entries.
    scores : dict, name -> array of shape (n, n)
        A row a position of the user. The true one first, the learned one second.
    protocol : str
    """
    true, learned = (np.asarray(values) for values in scores.values())
    panels = {**scores, "learned minus true": learned - true}
    width, _ = RC["figure.figsize"]
    fig = Figure(figsize=(width, 3.1), layout="constrained")
    fig.suptitle(protocol, fontsize=10, x=0.01, ha="left")
    axes = fig.subplots(1, 3, sharey=True)
    of_scores, of_difference = np.abs(true).max(), np.abs(learned - true).max()
    reaches = (of_scores, of_scores, of_difference)
    a, b = np.meshgrid(ticks, ticks, indexing="ij")
    drawn = []
    for ax, most, (name, values) in zip(axes, reaches, panels.items(), strict=True):
        scale = {"cmap": "RdBu", "vmin": -most, "vmax": most}
        drawn.append(ax.pcolormesh(b, a, values, **scale, rasterized=True))
        # Levels in black: dashed below zero, so that the sign needs no colour.
        levels = most * np.array([-0.5, -0.25, -0.1, 0.1, 0.25, 0.5])
        ax.contour(b, a, values, levels, colors=BLACK, linewidths=0.8)
        ax.set_title(name, fontsize=10)
        ax.set_xlabel("item: b, in spreads")
        ax.xaxis.set_major_locator(MultipleLocator(2))
        ax.grid(visible=False)
    axes[0].set_ylabel("user: a, in spreads")
    fig.colorbar(drawn[0], ax=axes[:2], shrink=0.9, label="similarity")
    fig.colorbar(drawn[2], ax=axes[2], shrink=0.9, label="difference")
    return fig


@styled
def approximation_errors(
    table: pd.DataFrame,
    *,
    protocol: str,
    marked: tuple[int, int] | None = None,
    live: tuple[int, float] | None = None,
) -> Figure:
    """Draw the approximation error against M, a line a d, with limits and always 0.

    Parameters
    ----------
    table : DataFrame
        Columns ``d``, ``M``, ``pairs`` ("fresh" or "test") and ``error``; several rows
        of the same are averaged.
    protocol : str
    marked : (d, M), optional
        Stored point to put a ring around.
    live : (M, error), optional
        One more point, measured just now on fresh pairs.
    """
    fig, ax = new_figure(height=4.4)
    mean = table.groupby(["pairs", "d", "M"])["error"].mean()
    for d, (color, _, marker) in zip(table["d"].unique(), MARKS, strict=False):
        drawn = {"color": color, "marker": marker}
        ax.plot(mean["fresh"][d], "-", **drawn, label=f"d = {d}, fresh")
        ax.plot(mean["test"][d], ":", **drawn, mfc="white", label=f"d = {d}, test")
    _limits(ax)
    _always_zero(ax)
    if marked is not None:
        at = marked[1], mean["fresh"][marked]
        ax.plot(*at, "o", ms=16, mfc="none", mec=BLACK, mew=1.6, label="_ring")
    if live is not None:
        ax.plot(*live, "*", ms=15, color=BLACK, label="trained just now")
    _users_axis(ax, table["M"].unique())
    ax.set_ylabel("RMSE minus that of the dot product")
    ax.set_title(protocol, fontsize=10)
    legend_below(fig, ax)
    return fig


def _limits(ax: Axes, limits: Sequence[float] = tuple(LIMITS)) -> None:
    """Draw limits of the paper on a log scale."""
    ax.set_yscale("log")
    for limit in limits:
        words = LIMITS[limit]
        ax.axhline(limit, color=GREY, lw=1.2, ls="--")
        ax.annotate(f"{limit:g}: {words}", (0, limit), color=GREY, **_beside(left=True))


def _always_zero(ax: Axes, *, left: bool = False) -> None:
    """Draw the error of always saying 0: above it a net is worse than silence."""
    ax.axhline(ALWAYS_ZERO, color=BLACK, lw=1.5)
    words = f"{ALWAYS_ZERO:.2f}: always 0"
    at = (0 if left else 1, ALWAYS_ZERO)
    ax.annotate(words, at, color=BLACK, **_beside(left=left))


def _beside(*, left: bool) -> dict[str, object]:
    """Return how words stand above a horizontal line, at its left or right end."""
    return {
        "xycoords": ("axes fraction", "data"),
        "xytext": (3 if left else -3, 3),
        "textcoords": "offset points",
        "ha": "left" if left else "right",
        "fontsize": 9,
    }


def _users_axis(ax: Axes, Ms: Sequence[int]) -> None:
    ax.set_xscale("log", base=2)
    ax.set_xticks(sorted(Ms))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda M, _: f"{M:,.0f}"))
    ax.set_xlabel("users M, as many items; 90 M training pairs (log scale)")


@styled
def stopped_early(
    training: pd.DataFrame,
    errors: pd.DataFrame,
    *,
    protocol: str,
    fresh: float | None = None,
) -> Figure:
    """Draw one training by epoch, and the errors of nets with and without a stop.

    Parameters
    ----------
    training : DataFrame, index: epoch
        Errors minus that of the dot product, a column a kind of pairs; the last
        column's lowest value gets a ring.
    errors : DataFrame, index: M
        Approximation errors, a column a way to train.
    protocol : str
    fresh : float, optional
        Error of the epoch with the ring on fresh pairs, a star above it.
    """
    fig, (left, right) = pair(protocol, height=4.0)
    lines(left, training, n_markers=8)
    watched = training.iloc[:, -1]
    ring = {"ms": 14, "mfc": "none", "mec": BLACK, "mew": 1.6}
    left.plot(watched.idxmin(), watched.min(), "o", **ring)
    if fresh is not None:
        star = {"ms": 13, "color": BLACK, "label": "fresh, at the stop"}
        left.plot(watched.idxmin(), fresh, "*", **star)
    left.axhline(0, color=GREY, lw=1.2, ls="--")
    left.set_xlabel("epoch")
    left.set_ylabel("RMSE minus that of the dot product")
    left.set_title("one training; ring: the stop", fontsize=10)
    left.xaxis.set_major_locator(MaxNLocator(integer=True))
    left.legend(fontsize=9, loc="lower left")
    lines(right, errors)
    _limits(right, [0.01])
    _always_zero(right, left=True)
    right.set_ylim(0.005, 1)
    right.set_xscale("log", base=2)
    right.set_xticks(errors.index, [f"{M:,}" for M in errors.index])
    right.set_xlabel("users M (log scale)")
    right.set_title("fresh pairs (log scale)", fontsize=10)
    right.legend(fontsize=9, loc="center left")
    return fig


@styled
def plane(
    p: np.ndarray,
    q: np.ndarray,
    ticks: np.ndarray,
    scores: pd.DataFrame,
    fields: Mapping[str, np.ndarray],
    *,
    protocol: str,
) -> Figure:
    """Draw two embeddings in the plane, and the similarities along the line through q.

    Behind the embeddings stand level lines: what an item at each place would get.

    Parameters
    ----------
    p, q : float arrays of shape (2,)
        In spreads (standard deviations) of an embedding's entries.
    ticks : float array of shape (n,)
        Factors t of q.
    scores : DataFrame of n rows, columns: true, learned
        Similarity of p and t q.
    fields : dict: true, learned -> array of shape (n_places, n_places)
        Similarity of p and an item at each place of `PLACES` x `PLACES`, a row a
        second entry.
    protocol : str
    """
    fig, (left, right) = pair(protocol, height=3.9)
    heights = {name: np.asarray(level) for name, level in fields.items()}
    most = np.abs(heights["true"]).max()
    levels = most * np.linspace(-1, 1, 9)
    looks = (("true", GREY, "solid"), ("learned", VERMILLION, "dashed"))
    for name, color, style in looks:
        drawn = {"colors": color, "linestyles": style, "linewidths": 1.1}
        left.contour(PLACES, PLACES, heights[name], levels, **drawn)
    for x, name, color, style in ((p, "p", BLUE, "-"), (q, "q", BLACK, "--")):
        left.annotate(
            "",
            x,
            (0, 0),
            arrowprops={"arrowstyle": "->", "color": color, "lw": 2.2, "ls": style},
        )
        words = {"xytext": (5, 5), "textcoords": "offset points", "color": color}
        left.annotate(name, x, **words, fontweight="bold")
    left.set_aspect("equal")
    left.grid(visible=False)
    left.set_xlabel("first entry, in spreads")
    left.set_ylabel("second entry, in spreads")
    left.set_title("level lines for p: true (grey), learned", fontsize=10)
    lines(right, scores.set_axis(ticks), n_markers=7)
    here = scores.set_axis(ticks).loc[1.0]
    right.vlines(1.0, *sorted(here), color=BLACK, lw=1.5)
    right.plot([1.0, 1.0], here, "o", color=BLACK, ms=7)
    right.set_xlabel("t: the item is t times q")
    right.set_title("similarity of p and t q; dots: t = 1", fontsize=10)
    right.legend(fontsize=9)
    return fig
