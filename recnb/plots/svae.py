"""The figures of lesson 07: time, order, and what a net of sequences makes of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from textwrap import shorten

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import PercentFormatter
from scipy.optimize import isotonic_regression

from recnb.plots.data_and_evaluation import CELLS, draw_matrix
from recnb.plots.lines import legend_below, lines, pair
from recnb.plots.style import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    RC,
    SKY,
    VERMILLION,
    look,
    new_figure,
    styled,
)

#: Spans that are marked on the axis of `time_gaps`, in hours.
MARKED = {"1 hour": 1, "1 day": 24, "1 year": 24 * 365.25}
#: What a cell of `next_k` means, by its letter in `CELLS`.
MEANINGS = {
    "H": "seen before",
    "T": "● seen last: this step's input",
    "?": "? target of this step",
    ".": "not yet seen, no target",
}
#: Colour and hatching of a bar of `walk`, by its kind.
KINDS = {
    "comes next": (VERMILLION, "//"),
    "comes later": (ORANGE, "\\\\"),
    "held out": (BLUE, "xx"),
    "": (SKY, ""),
}
LONGEST_TITLE = 30


@styled
def time_gaps(gaps: pd.Series, spans: np.ndarray, *, protocol: str) -> Figure:
    """Draw the time between neighbouring likes of a user, and from first to last.

    Parameters
    ----------
    gaps : Series, index: a length of time in words, values: shares that sum to 1
    spans : float array of shape (n_users,)
        Hours from a user's first like to the last.
    protocol : str
    """
    spans = np.asarray(spans)
    fig, (left, right) = pair(protocol, height=3.2)
    rows = np.arange(len(gaps))[::-1]
    left.barh(rows, gaps, color=SKY, edgecolor="white")
    for row, share in zip(rows, gaps, strict=True):
        left.text(share, row, f" {share:.1%}", va="center", fontsize=9)
    left.set_yticks(rows, gaps.index)
    left.set_xlim(0, 1.3 * gaps.max())
    left.xaxis.set_major_formatter(PercentFormatter(1))
    left.grid(axis="y", visible=False)
    left.set_title("time to the user's next like", fontsize=10)
    _share_of_users(right, spans)
    right.set_title("users whose likes span at most ...", fontsize=10)
    return fig


def _share_of_users(ax: Axes, spans: np.ndarray) -> None:
    """Draw the cumulative share of users against their hours, with its marks."""
    ax.ecdf(spans, color=BLUE)
    for hours in MARKED.values():
        share = np.mean(spans <= hours)
        ax.plot(hours, share, "o", color=VERMILLION, ms=7)
        ax.annotate(
            f"{share:.0%}",
            (hours, share),
            xytext=(6, -13 if share > 0.1 else 5),
            textcoords="offset points",
            fontsize=9,
        )
    ax.set_xscale("log")
    ax.set_xlim(0.02, 12 * max(spans.max(), *MARKED.values()))
    ax.set_xticks(list(MARKED.values()), MARKED, fontsize=9)
    ax.minorticks_off()
    ax.set_ylim(0, 1.04)
    ax.yaxis.set_major_formatter(PercentFormatter(1))
    ax.set_xlabel("from first to last like (log scale)")


@styled
def two_splits(table: pd.DataFrame, *, metric: str, protocol: str) -> Figure:
    """Draw what each model reaches when random films are held out, and the newest.

    Parameters
    ----------
    table : DataFrame, index: models; columns random, time
    metric, protocol : str
    """
    fig, ax = new_figure(height=4.4)
    for model, values in table.iterrows():
        ax.plot([0, 1], values[["random", "time"]], **_drawn(model), ms=8)
    ax.margins(y=0.1)
    for end, split in enumerate(("random", "time")):
        _label_ends(ax, end, table[split].dropna())
    ax.set_xlim(-0.35, 1.5)
    ax.set_xticks([0, 1], ["random films\nheld out", "the newest films\nheld out"])
    ax.grid(axis="x", visible=False)
    ax.set_ylabel(metric)
    ax.set_title(protocol, fontsize=10)
    legend_below(fig, ax)
    return fig


def _drawn(model: str) -> dict[str, object]:
    """Return how the line of a model is drawn."""
    style = look(model)
    return {
        "color": style.color,
        "marker": style.marker,
        "linestyle": style.linestyle,
        "label": model,
    }


def _label_ends(ax: Axes, end: int, values: pd.Series) -> None:
    """Write the values at the left (0) or right (1) end of the lines, with room."""
    place, align = ((-0.12, "right"), (1.12, "left"))[end]
    leader = {"arrowstyle": "-", "color": GREY, "lw": 0.8, "relpos": (1 - end, 0.5)}
    heights = _apart(values.to_numpy(), least=np.ptp(ax.get_ylim()) / 18)
    for (model, value), height in zip(values.items(), heights, strict=True):
        ax.annotate(
            f"{value:.3f}" + end * f"  {model}",
            (end, value),
            xytext=(place, height),
            ha=align,
            va="center",
            fontsize=9,
            arrowprops=leader,
        )


def _apart(values: np.ndarray, least: float) -> np.ndarray:
    """Return the numbers nearest to the values that are at least so far apart."""
    order = np.argsort(values)
    steps = least * np.arange(len(values))
    apart = np.empty(len(values))
    apart[order] = isotonic_regression(values[order] - steps).x + steps
    return apart


@styled
def next_k(
    titles: Sequence[str], k: int, *, targets: Sequence[Collection[int]] | None = None
) -> Figure:
    """Draw what one history teaches: a row a step, a column a film.

    Parameters
    ----------
    titles : sequence of n_films str
        In time order.
    k : int
        The targets of a step, at most.
    targets : a collection for each of the n_films - 1 steps, optional
        Columns of the step's targets; the next k films by default.
    """
    n = len(titles)
    if targets is None:
        targets = [range(step + 1, step + 1 + k) for step in range(n - 1)]
    fig, ax = new_figure(height=1.9 + 0.4 * n)
    draw_matrix(ax, tuple(_letters(step, set(t), n) for step, t in enumerate(targets)))
    ax.set_yticks(0.5 + np.arange(n - 1), [f"step {step}" for step in range(1, n)])
    ax.set_xticks(0.5 + np.arange(n), titles, rotation=35, ha="left", fontsize=9)
    ax.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False)
    ax.set_xlabel(f"films in time order; k = {k}")
    swatches = [
        Patch(
            facecolor=CELLS[sign][0], hatch=CELLS[sign][1], edgecolor=GREY, label=text
        )
        for sign, text in MEANINGS.items()
    ]
    fig.legend(handles=swatches, loc="outside lower center", ncols=2, fontsize=9)
    return fig


def _letters(step: int, targets: Collection[int], n: int) -> str:
    """Return a row of `next_k`: before the step, at it, and behind it."""
    behind = ("?" if film in targets else "." for film in range(step + 1, n))
    return step * "H" + "T" + "".join(behind)


@styled
def which_sigma(outputs: np.ndarray, charged: np.ndarray, true: np.ndarray) -> Figure:
    """Draw two KL divergences of one unit over what the encoder puts out for it.

    Parameters
    ----------
    outputs : float array of shape (n_outputs,)
        The encoder's number s.
    charged, true : float arrays of the same shape
        Nats, if s is the log variance, and if it is the log standard deviation.
    """
    outputs, charged, true = map(np.asarray, (outputs, charged, true))
    fig, ax = new_figure(height=3.6)
    names = "charged: s is log σ²", "due: σ = exp(s)"
    columns = dict(zip(names, (charged, true), strict=True))
    lines(ax, pd.DataFrame(columns, index=outputs), n_markers=8)
    touch = np.argmin(np.abs(charged - true))
    ax.plot(outputs[touch], true[touch], "o", ms=14, mew=2, mfc="none", mec=BLACK)
    ax.annotate(
        f"the same at s = {round(outputs[touch], 2) + 0:g}",
        (outputs[touch], true[touch]),
        xytext=(0, 16),
        textcoords="offset points",
        ha="center",
    )
    ax.set_xlabel("s, the encoder's output for one unit (its mean: 0)")
    ax.set_ylabel("KL divergence, nats")
    legend_below(fig, ax)
    return fig


@styled
def by_window(
    table: pd.DataFrame,
    *,
    metric: str,
    protocol: str,
    xlabel: str = "latest films of the history that the model is shown",
    errors: pd.DataFrame | None = None,
    levels: Mapping[str, float] | None = None,
) -> Figure:
    """Draw the quality against how far back a model looks.

    Parameters
    ----------
    table : DataFrame, index: numbers of films, or words; a column a model
        Equally spaced, in this order.
    metric, protocol, xlabel : str
    errors : DataFrame, optional
        Standard errors, index and columns as in `table`.
    levels : dict, model -> its one value, optional
        Models to compare with that do not vary: lines across, without markers.
    """
    fig, ax = new_figure(height=3.9)
    places = np.arange(len(table))
    for model, value in (levels or {}).items():
        ax.axhline(value, **{**_drawn(model), "marker": ""}, linewidth=1.5)
    for model, values in table.items():
        error = None if errors is None else errors[model]
        ax.errorbar(
            places, values, yerr=error, **_drawn(model), ms=8, elinewidth=1, capsize=3
        )
    ax.set_xticks(places, table.index)
    ax.set_xlabel(xlabel)
    ax.set_ylabel(metric + ("" if errors is None else "\n(line: ± one standard error)"))
    ax.set_title(protocol, fontsize=10)
    legend_below(fig, ax)
    return fig


@styled
def conditions(
    differences: pd.DataFrame, errors: pd.DataFrame, *, metric: str, protocol: str
) -> Figure:
    """Draw how much each model loses when the histories are changed.

    Parameters
    ----------
    differences, errors : DataFrames, index: what was done; a column a model
        Paired differences to the histories as they were, and their standard errors.
    metric, protocol : str
    """
    fig, ax = new_figure(height=1.7 + 0.5 * len(differences))
    rows = np.arange(len(differences))[::-1]
    offsets = 0.3 * (
        np.arange(differences.shape[1])[::-1] / differences.shape[1] - 0.25
    )
    for offset, (model, values) in zip(offsets, differences.items(), strict=True):
        style = {**_drawn(model), "linestyle": "none"}
        drawn = {"xerr": errors[model], "ms": 8, "elinewidth": 1.5, "capsize": 3}
        ax.errorbar(values, rows + offset, **drawn, **style)
    ax.axvline(0, color=GREY, linestyle="--", linewidth=1.5)
    ax.set_yticks(rows, differences.index)
    ax.set_ylim(-0.5, len(rows) - 0.5)
    ax.grid(axis="y", visible=False)
    gained = f"{metric} minus that of the history as it was"
    ax.set_xlabel(f"{gained}\n(line: ± one paired error)")
    ax.set_title(protocol, fontsize=10)
    legend_below(fig, ax)
    return fig


@styled
def walk(
    ranks: np.ndarray,
    step: int,
    listed: pd.DataFrame,
    *,
    title: str,
    protocol: str,
    n_films: int,
    exchanged: float = np.nan,
) -> Figure:
    """Draw a walk through one history, and the list at one of its steps.

    Parameters
    ----------
    ranks : float array of shape (n_steps,)
        Place, after the first t films, of the film that came next; NaN: none did.
    step : int
        Where the walk stands, from 1.
    listed : DataFrame, a row a film, best first; columns title, probability, kind
        The probability is that among the films not shown; `kind` is one of `KINDS`.
    title, protocol : str
    n_films : int
        In the catalogue: the last place that there is.
    exchanged : float, optional
        Place of the film that came next, if two films shown are exchanged.
    """
    ranks = np.asarray(ranks)
    width, _ = RC["figure.figsize"]
    # Fixed margins: a slider waits for this figure, and constrained layout is slow.
    fig = Figure(figsize=(width, 4.1))
    fig.subplots_adjust(left=0.09, right=0.98, bottom=0.13, top=0.77, wspace=1)
    left, right = fig.subplots(1, 2)
    _path(left, ranks, step, exchanged, len(listed))
    left.set_ylim(n_films, 0.8)
    _list(right, listed)
    fig.suptitle(f"{title}\n({protocol})", fontsize=10, x=0.01, ha="left")
    return fig


def _path(
    ax: Axes, ranks: np.ndarray, step: int, exchanged: float, on_list: int
) -> None:
    """Draw the places of the films that came next, and where the walk stands."""
    steps = 1 + np.arange(len(ranks))
    ax.plot(steps, ranks, "-", color="#BBBBBB", linewidth=1, marker=".", mec=GREY)
    ax.axvline(step, color=VERMILLION, linestyle="--", linewidth=1)
    ax.plot(step, ranks[step - 1], "o", color=VERMILLION, ms=10)
    ax.plot(step, exchanged, "x", color=BLACK, ms=9, mew=2)
    ax.axhline(on_list + 0.5, color=BLACK, linestyle=":", linewidth=1.2)
    ax.set_yscale("log")
    ax.minorticks_off()
    ax.yaxis.set_major_formatter("{x:g}")
    ax.set_xlabel("films shown")
    note = "end of the list" if np.isnan(exchanged) else "end of the list; X: exchanged"
    ax.set_title(f"place of the film that came next\n(dotted: {note})", fontsize=10)


def _list(ax: Axes, listed: pd.DataFrame) -> None:
    """Draw the probabilities of the films on the list, and what is known of each."""
    rows = np.arange(len(listed))[::-1]
    for row, film in zip(rows, listed.itertuples(), strict=True):
        color, hatch = KINDS[film.kind]
        ax.barh(row, film.probability, color=color, hatch=hatch, edgecolor="white")
        ax.text(film.probability, row, f" {film.kind}", va="center", fontsize=8)
    titles = [shorten(title, LONGEST_TITLE, placeholder="…") for title in listed.title]
    ax.set_yticks(rows, titles, fontsize=8)
    ax.set_xlim(0, 1.8 * listed["probability"].max())
    ax.locator_params(axis="x", nbins=3)
    ax.xaxis.set_major_formatter("{x:g}")
    ax.grid(axis="y", visible=False)
    ax.set_xlabel("probability among the unseen", fontsize=10)
    ax.set_title("the list now", fontsize=10)


@styled
def sequels(table: pd.DataFrame, *, protocol: str) -> Figure:
    """Draw where a film's other part stands in the list, right after one part.

    Parameters
    ----------
    table : DataFrame, index: models; columns forwards, backwards
        Median place of part II right after part I, and of part I right after part II.
    protocol : str
    """
    fig, ax = new_figure(height=1.8 + 0.5 * len(table))
    names = {
        "forwards": "part II, right after part I",
        "backwards": "part I, right after part II",
    }
    _two_points(ax, table[list(names)].rename(columns=names))
    ax.set_xscale("log")
    ax.set_xlim(0.6, 2 * table.max(axis=None))
    ax.xaxis.set_major_formatter("{x:g}")
    ax.set_xlabel("median place in the list (log scale; 1 is best)")
    ax.set_title(protocol, fontsize=10)
    legend_below(fig, ax)
    return fig


def _two_points(ax: Axes, table: pd.DataFrame) -> None:
    """Draw a row of two joined points for each row of the table, with their values."""
    rows = np.arange(len(table))[::-1]
    ax.hlines(rows, table.min(axis=1), table.max(axis=1), color=GREY, zorder=1)
    for (name, values), color, marker in zip(
        table.items(), (BLUE, VERMILLION), "oD", strict=True
    ):
        ax.plot(values, rows, marker, color=color, ms=9, label=name)
    for row, values in zip(rows, table.to_numpy(), strict=True):
        for value, side, align in (
            (min(values), -9, "right"),
            (max(values), 9, "left"),
        ):
            ax.annotate(
                f"{value:g}",
                (value, row),
                xytext=(side, 0),
                textcoords="offset points",
                ha=align,
                va="center",
                fontsize=9,
            )
    ax.set_yticks(rows, table.index)
    ax.set_ylim(-0.5, len(table) - 0.5)
