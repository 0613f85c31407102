"""The figures of lesson 02: what autoencoders learn, copy, repair, and sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from recnb.plots.lines import legend_below, lines, pair
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

LONGEST_TITLE = 26


@styled
def film_map(
    points: np.ndarray,
    titles: Sequence[str],
    *,
    protocol: str,
    axes: tuple[str, str] = ("weight from hidden unit 1", "weight from hidden unit 2"),
) -> Figure:
    """Draw films as points in the plane, those with their names that have room for it.

    Parameters
    ----------
    points : array of shape (n_films, 2)
    titles : sequence of n_films str
        An empty one leaves the film without a name. Names are given from the outside
        inwards, and left out where they would cover another one.
    protocol : str
    axes : (str, str)
        What the two coordinates are.
    """
    points, titles = np.asarray(points), list(titles)
    fig, ax = new_figure(height=5)
    named = _with_room(points, titles)
    ax.plot(*points[~named].T, "o", color=GREY, markersize=3, alpha=0.6)
    ax.plot(*points[named].T, "D", color=BLUE, markersize=6)
    middle = points[:, 0].mean()
    for film in np.flatnonzero(named):
        right = points[film, 0] > middle
        ax.annotate(
            _short(titles[film]),
            points[film],
            xytext=(-7 if right else 7, 0),
            textcoords="offset points",
            ha="right" if right else "left",
            va="center",
            fontsize=9,
            path_effects=[withStroke(linewidth=3, foreground="white")],
        )
    ax.set(xlabel=axes[0], ylabel=axes[1])
    ax.set_title(protocol, fontsize=10)
    ax.margins(0.08)
    return fig


def _with_room(points: np.ndarray, titles: Sequence[str]) -> np.ndarray:
    """Return which films get their name."""
    size = np.ptp(points, axis=0)
    named = np.zeros(len(points), dtype=bool)
    for film in np.argsort(-np.linalg.norm(points - points.mean(axis=0), axis=1)):
        away = np.abs(points[named] - points[film]) / size
        if titles[film] and not ((away[:, 0] < 0.6) & (away[:, 1] < 0.04)).any():
            named[film] = True
    return named


@styled
def copying(
    errors: pd.DataFrame,
    quality: pd.DataFrame,
    *,
    levels: Mapping[str, float],
    protocol: str,
) -> Figure:
    """Draw what more hidden units do to the copy, and to the recommendations.

    Parameters
    ----------
    errors, quality : DataFrame, index: number of hidden units; a column a kind of net
        Squared error a user; NDCG@20. NaN where a kind was not trained.
        A ring is around a perfect copy, which has no error; in the right panel, the
        net with one unit less has a name, too.
    levels : dict, label -> float
        NDCG@20 of other models, or of "random" lists: a dotted line each.
    protocol : str
    """
    fig, (left, right) = pair(protocol)
    perfect = np.argwhere(np.isclose(errors, 0))
    sizes = _apart(errors.index)
    ring = {"markersize": 12, "markerfacecolor": "none", "color": BLACK}
    words = {"textcoords": "offset points", "fontsize": 9, "ha": "right"}
    for table, ax in ((errors, left), (quality, right)):
        lines(ax, table)
        for row, column in perfect:
            place = table.index[row], table.iloc[row, column]
            ax.plot(*place, "o", clip_on=False, **ring)
            ax.annotate("perfect copy", place, xytext=(-15, 2), **words)
        ax.set(xscale="log", xlabel="hidden units (log scale)", ylim=(0, None))
        ax.set_xticks(sizes, sizes)
        ax.minorticks_off()
    for row, column in perfect:
        if row and errors.index[row - 1] == errors.index[row] - 1:
            place = quality.index[row - 1], quality.iloc[row - 1, column]
            right.annotate("one unit less", place, xytext=(-9, -4), **words)
    _levels(right, levels)
    left.set_title("squared error of the copy, a user", fontsize=10)
    right.set_title("NDCG@20 on held-out likes", fontsize=10)
    legend_below(fig, left)
    return fig


@styled
def learning(
    losses: Mapping[str, Sequence[float]],
    quality: Mapping[str, Sequence[float]],
    *,
    levels: Mapping[str, float],
    protocol: str,
) -> Figure:
    """Draw the error of the copy and the NDCG of nets, epoch by epoch.

    Parameters
    ----------
    losses, quality : dict, label -> a value an epoch
        The same labels in both.
    levels : dict, label -> float
        NDCG of other models: a dotted line each.
    protocol : str
    """
    fig, (left, right) = pair(protocol)
    for values, ax in ((losses, left), (quality, right)):
        lines(ax, _by_epoch(values), n_markers=6)
        ax.set_xlabel("epochs of training")
    _levels(right, levels)
    left.set_ylim(bottom=0)
    left.set_title("cross entropy of the copy, a user", fontsize=10)
    right.set_title("NDCG@20 on held-out likes", fontsize=10)
    legend_below(fig, left)
    return fig


@styled
def corruption_curve(
    quality: pd.DataFrame, *, metric: str, protocol: str, symbol: str = "p"
) -> Figure:
    """Draw the quality against the share of the input that was deleted in training.

    Parameters
    ----------
    quality : DataFrame, index: corruption; a column a kind of net
    metric, protocol : str
    symbol : str
        What the corruption is called.
    """
    fig, ax = new_figure(height=3.8)
    lines(ax, quality)
    label = f"corruption {symbol}: chance that a like is deleted"
    ax.set(xlabel=label, ylabel=metric)
    ax.set_title(protocol, fontsize=10)
    legend_below(fig, ax)
    return fig


@styled
def unit_strengths(
    strengths: np.ndarray,
    weights: pd.Series,
    *,
    film: str,
    label: str,
    protocol: str,
) -> Figure:
    """Draw how much each hidden unit passes on, and what speaks for one film.

    Parameters
    ----------
    strengths : array of shape (n_units,)
        The share of its own pattern that comes back out of a unit; 1 is a copy.
    weights : Series, index: titles
        Weights of some films in the score of `film`, itself among them.
    film : str
    label : str
        The settings.
    protocol : str
    """
    width, _ = RC["figure.figsize"]
    # Fixed margins: a slider waits for this figure, and constrained layout is slow.
    fig = Figure(figsize=(width, 4.0))
    fig.subplots_adjust(left=0.1, right=0.98, bottom=0.14, top=0.78, wspace=0.95)
    left, right = fig.subplots(1, 2)
    units = 1 + np.arange(len(strengths))
    left.fill_between(units, strengths, color=BLUE, alpha=0.25, linewidth=0)
    left.plot(units, strengths, "-", color=BLUE, marker="o", ms=3)
    left.axhline(1, color=BLACK, linestyle=":", linewidth=1.2)
    left.set(ylim=(0, 1.08), xlabel="hidden unit, strongest first")
    left.set_ylabel("share that comes back")
    left.set_title("a unit's own pattern put in\n(dotted: a plain copy)", fontsize=10)
    rows = np.arange(len(weights))[::-1]
    own = weights.index == film
    colors = np.where(own, VERMILLION, BLUE)
    bars = right.barh(rows, weights.to_numpy(), color=colors)
    for bar, itself in zip(bars, own, strict=True):
        bar.set_hatch("//" if itself else "")
    right.set_yticks(rows, [_short(title) for title in weights.index], fontsize=9)
    right.set_xlim(min(0, 1.1 * weights.min()), max(0.3, 1.1 * weights.max()))
    right.set_xlabel("weight")
    right.set_title(
        f"what speaks for {_short(film)}\n(hatched: the film itself)",
        fontsize=10,
        x=1,
        ha="right",
        loc="center",
    )
    fig.suptitle(f"{label} ({protocol})", fontsize=10, x=0.01, ha="left")
    return fig


@styled
def two_terms(history: Mapping[str, pd.DataFrame], *, protocol: str) -> Figure:
    """Draw the two terms of a VAE's loss, epoch by epoch.

    Parameters
    ----------
    history : dict, label -> DataFrame, a row an epoch
        Columns "reconstruction" and "KL", both means a user.
    protocol : str
    """
    fig, axes = pair(protocol)
    for ax, term in zip(axes, ("reconstruction", "KL"), strict=True):
        values = {label: table[term].to_numpy() for label, table in history.items()}
        lines(ax, _by_epoch(values), n_markers=6)
        ax.set(xlabel="epochs of training", ylim=(0, None))
    axes[0].set_title("reconstruction: cross entropy, a user", fontsize=10)
    axes[1].set_title("KL: nats, a user", fontsize=10)
    legend_below(fig, axes[0])
    return fig


@styled
def cliff(
    diagonal: pd.Series,
    quality: pd.DataFrame,
    *,
    zero: Mapping[str, float],
    levels: Mapping[str, float],
    protocol: str,
) -> Figure:
    """Draw what becomes of the copy, and of the lists, when the noise goes to zero.

    Parameters
    ----------
    diagonal : Series, index: corruption, above 0
        The mean weight of a film for itself; at a corruption of 0 it is 1.
    quality : DataFrame, index: corruption, above 0; a column a model
        NDCG@20; NaN where a model was not trained.
    zero : dict, model -> float
        NDCG@20 at a corruption of exactly 0. It stands at the left end, behind a gap,
        with a hollow marker.
    levels : dict, label -> float
        NDCG@20 of other models: a dotted line each.
    protocol : str
    """
    fig, (left, right) = pair(protocol)
    by_itself = look(quality.columns[0])
    left.plot(diagonal, "-", color=by_itself.color, marker=by_itself.marker)
    for model, values in quality.items():
        style, known = look(model), values.dropna()
        drawn = {"color": style.color, "marker": style.marker, "label": model}
        right.plot(known.index, known, style.linestyle, **drawn)
    ticks = {
        min(diagonal.index) / 10: "0",
        1e-3: ".001",
        0.01: ".01",
        0.1: ".1",
        1: "1",
    }
    end = min(ticks)
    for ax, values in ((left, {quality.columns[0]: 1.0}), (right, zero)):
        for model, value in values.items():
            style = {"marker": look(model).marker, "color": look(model).color}
            ax.plot(end, value, ls="", ms=9, mfc="white", mew=2, **style)
        ax.axvspan(end * 2, end * 5, color=GREY, alpha=0.15, lw=0)
        ax.set(xscale="log", xlabel="corruption p (log scale; hollow: p = 0)")
        ax.set_xticks(list(ticks), list(ticks.values()))
        ax.minorticks_off()
        ax.set_ylim(bottom=0)
    _levels(right, levels)
    left.set_title("weight of a film for itself, mean", fontsize=10)
    right.set_title("NDCG@20 on held-out likes", fontsize=10)
    legend_below(fig, right)
    return fig


@styled
def two_exams(
    gaps: Mapping[str, pd.DataFrame], *, against: str, metric: str, protocol: str
) -> Figure:
    """Draw paired differences of models to another one, on two groups of users.

    Parameters
    ----------
    gaps : dict, group -> DataFrame, index: models
        Columns "difference" and "paired error"; the same models in both groups. The
        first group has hollow markers, the second one filled ones.
    against : str
        The model that all are compared with.
    metric, protocol : str
    """
    models = list(next(iter(gaps.values())).index)
    fig, ax = new_figure(height=1.6 + 0.5 * len(models))
    for at, (group, table) in enumerate(gaps.items()):
        for row, (model, gap) in enumerate(table.iterrows()):
            color, y = look(model).color, len(models) - 1 - row + 0.16 - 0.32 * at
            ax.errorbar(
                gap["difference"],
                y,
                xerr=gap["paired error"],
                marker=look(model).marker,
                color=color,
                mfc=color if at else "white",
                ms=8,
            )
            words = {"textcoords": "offset points", "fontsize": 8, "ha": "center"}
            ax.annotate(group, (gap["difference"], y), xytext=(0, 7), **words)
    ax.axvline(0, color=GREY, linestyle="--", linewidth=1.5)
    ax.set_yticks(range(len(models)), models[::-1])
    ax.set_ylim(-0.6, len(models) - 0.3)
    ax.set_xlabel(f"{metric} minus that of {against} (line: one paired error)")
    ax.set_title(protocol, fontsize=10)
    return fig


def _levels(ax: Axes, levels: Mapping[str, float]) -> None:
    """Draw the NDCG of other models as dotted lines with their names under them."""
    bottom, top = ax.get_ylim()
    lowest, highest = min(levels.values()), max(levels.values())
    room = 0.08 * (max(top, highest) - min(bottom, lowest))
    ax.set_ylim(min(bottom, lowest - room), max(top, highest + room / 2))
    for label, value in levels.items():
        color = GREY if label == "random" else look(label).color
        ax.axhline(value, color=color, linestyle=":", linewidth=1.4, label=f"_{label}")
        place = {"xy": (0.02, value), "xycoords": ("axes fraction", "data")}
        words = {"textcoords": "offset points", "fontsize": 9, "color": color}
        ax.annotate(label, **place, xytext=(0, -2), va="top", **words)


def _apart(sizes: Sequence[int], ratio: float = 1.5) -> list[int]:
    """Return the sizes, from the largest down, that have room for a label each."""
    labelled: list[int] = []
    for size in sorted(sizes, reverse=True):
        if not labelled or labelled[-1] / size >= ratio:
            labelled.append(size)
    return labelled[::-1]


def _by_epoch(values: Mapping[str, Sequence[float]]) -> pd.DataFrame:
    """Return lines that may end at different epochs as columns."""
    columns = {label: pd.Series(np.asarray(line)) for label, line in values.items()}
    table = pd.DataFrame(columns)
    return table.set_axis(1 + table.index)


def _short(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"
