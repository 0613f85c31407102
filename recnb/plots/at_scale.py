"""The figures of lesson 16: what EASE costs, what the ways out of it lose and save."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from recnb.plots.lines import legend_below, pair
from recnb.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    RC,
    VERMILLION,
    look,
    styled,
)

#: Column, name of the axis, and whether it is a logarithmic one.
COSTS = (
    ("mib", "memory, MiB (log scale)"),
    ("cpu_seconds", "seconds of one core (log scale)"),
)
#: What takes EASE's time: name in the stored results, colour, line style, marker.
PARTS = {
    "XᵀX": (ORANGE, ":", "^"),
    "inverse": (PURPLE, "--", "s"),
    "EASE": (BLUE, "-", "o"),
    "EASE on a disk": (VERMILLION, "-.", "D"),
}
#: Parts whose memory is EASE's square, and no other.
IN_THE_SQUARE = ("XᵀX", "inverse")
#: The steps over parts on a disk, likewise.
STEPS = {
    "draw": (GREY, ":", "s"),
    "sparse Gram matrix": (BLUE, "-", "o"),
    "ImplicitSLIM": (PURPLE, "--", "D"),
    "read once": (GREEN, "-.", "^"),
}
#: What is not the usual step between blocks has another marker.
USUAL_R, OTHER_MARKER = 0.5, "D"


@styled
def trade_off(
    sparse: pd.DataFrame,
    dense: pd.Series,
    *,
    metric: str,
    protocol: str,
    marked: str | None = None,
) -> Figure:
    """Draw quality, memory and time of SparseEASE by its weights, beside EASE's.

    Parameters
    ----------
    sparse : DataFrame, index: form
        ``density``, ``r``, the metric, ``mib`` and ``cpu_seconds``.
    dense : Series
        EASE's metric, ``mib`` and ``cpu_seconds``, drawn as lines.
    metric : str
    protocol : str
        For the title.
    marked : str, optional
        A form to put a ring around, and a line under.

    Raises
    ------
    ValueError
        If there is no form to draw, or not this one.
    """
    if sparse.empty:
        raise ValueError("There is no form of SparseEASE to draw.")
    if marked is not None and marked not in sparse.index:
        raise ValueError(f"{marked!r} is none of {', '.join(sparse.index)}.")
    width, _ = RC["figure.figsize"]
    fig = Figure(figsize=(1.25 * width, 3.6), layout="constrained")
    fig.suptitle(protocol, fontsize=10, x=0.01, ha="left")
    axes = fig.subplots(1, 3)
    panels = ((metric, metric), *COSTS)
    for ax, (column, name) in zip(axes, panels, strict=True):
        _forms(ax, sparse, column)
        ease = look("EASE")
        ax.axhline(dense[column], color=ease.color, ls=ease.linestyle, label="EASE")
        if marked is not None:
            at = 100 * sparse.loc[marked, "density"], sparse.loc[marked, column]
            ax.axvline(at[0], color=BLACK, lw=1, ls=":")
            ax.plot(*at, "o", ms=13, mfc="none", mec=BLACK, mew=1.5, label="_ring")
        ax.set_xscale("log")
        _plain_numbers(ax.xaxis)
        if column != metric:
            ax.set_yscale("log")
            ax.set_ylim(*_decades([*sparse[column], dense[column]]))
            _plain_numbers(ax.yaxis)
        ax.set_title(name, fontsize=10)
        ax.set_xlabel("weights kept, % (log scale)", fontsize=10)
        ax.tick_params(labelsize=9)
    legend_below(fig, axes[0])
    return fig


@styled
def ease_cost(
    rows: pd.DataFrame, planned: Mapping[int, Sequence[float]], *, protocol: str
) -> Figure:
    """Draw EASE's seconds and memory against the number of items, on log scales.

    The parts of EASE are drawn among the seconds only: they lie in one square.

    Parameters
    ----------
    rows : DataFrame
        Of ``scale_cost``: ``n_items``, ``what``, ``cpu_seconds`` and ``mib``; rows
        without numbers, which were refused, are left out.
    planned : dict, number of items -> (seconds, MiB)
        Of EASE where it was not measured: hollow markers.
    protocol : str

    Raises
    ------
    ValueError
        If something else was measured.
    """
    if unknown := set(rows["what"]) - set(PARTS):
        raise ValueError(f"These are no parts of EASE: {', '.join(unknown)}.")
    fig, axes = pair(protocol, height=4.2)
    columns = {"cpu_seconds": "seconds of one core", "mib": "memory, MiB"}
    for place, (ax, (column, name)) in enumerate(
        zip(axes, columns.items(), strict=True)
    ):
        for what, (color, ls, marker) in PARTS.items():
            if column == "mib" and what in IN_THE_SQUARE:
                continue
            own = rows[rows["what"] == what].dropna(subset=[column])
            style = {"color": color, "ls": ls, "marker": marker, "ms": 5}
            ax.plot(own["n_items"], own[column], **style, label=what)
        ax.plot(
            list(planned),
            [both[place] for both in planned.values()],
            **{"color": BLUE, "ls": "none", "marker": "o", "mfc": "none", "ms": 8},
            label="EASE, extended",
        )
        ax.set(xscale="log", yscale="log", xlabel="items (log scale)")
        ax.set_title(f"{name} (log scale)", fontsize=10)
    legend_below(fig, axes[0])
    return fig


@styled
def ways_compared(
    rows: pd.DataFrame, metrics: Mapping[str, tuple[str, float]]
) -> Figure:
    """Draw quality against memory and against time, a row of panels a dataset.

    The forms of a model are joined by a line, from few weights to many.

    Parameters
    ----------
    rows : DataFrame
        ``dataset``, ``model``, ``density``, the metrics, ``mib`` and ``cpu_seconds``.
    metrics : dict, dataset -> (metric, least)
        In the order of the rows of panels. What has less of the metric is not drawn.
    """
    width, _ = RC["figure.figsize"]
    fig = Figure(figsize=(width, 2.6 * len(metrics) + 1), layout="constrained")
    axes = fig.subplots(len(metrics), len(COSTS), squeeze=False)
    for line, (dataset, (metric, least)) in zip(axes, metrics.items(), strict=True):
        here = rows[(rows["dataset"] == dataset) & (rows[metric] >= least)]
        for ax, (column, name) in zip(line, COSTS, strict=True):
            for model, own in here.groupby("model", sort=False):
                style = look(model)
                own = own.sort_values("density")
                several = style.linestyle if len(own) > 1 else "none"
                ax.plot(
                    own[column],
                    own[metric],
                    **{"color": style.color, "marker": style.marker, "ms": 8},
                    ls=several,
                    lw=1,
                    label=model,
                )
            ax.set_xscale("log")
            ax.set_xlim(*_decades(here[column]))
            _plain_numbers(ax.xaxis, subs=(1,))
            ax.set_xlabel(name, fontsize=10)
            ax.set_title(f"{dataset}, one split: test {metric}", fontsize=10)
            ax.tick_params(labelsize=9)
    legend_below(fig, *axes[:, 0])
    return fig


@styled
def by_users(rows: pd.DataFrame, limit_mib: float, *, protocol: str) -> Figure:
    """Draw what each step takes on parts, by the number of users.

    Left, seconds of one core on one worker, with the straight line through each step;
    right, the peak of a worker's memory, on one worker and two.

    Parameters
    ----------
    rows : DataFrame
        Of ``at_scale``: ``n_users``, ``workers``, ``step``, ``core_seconds`` and
        ``worker_mib``.
    limit_mib : float
        What a worker may take.
    protocol : str
    """
    fig, (left, right) = pair(protocol, height=4.2)
    one = rows[rows["workers"] == 1]
    for step, (color, ls, marker) in STEPS.items():
        own = one[one["step"] == step].sort_values("n_users")
        users = own["n_users"] / 1e6
        slope, start = np.polyfit(users, own["core_seconds"], deg=1)
        ends = np.array([0, users.max()])
        left.plot(users, own["core_seconds"], marker, color=color)
        left.plot(ends, start + slope * ends, ls, color=color)
        left.plot([], [], color=color, ls=ls, marker=marker, label=step)
    left.set_title("seconds of one core", fontsize=10)
    peaks = rows.groupby(["workers", "n_users"])["worker_mib"].max()
    for workers, (ls, marker) in {1: ("-", "o"), 2: ("--", "s")}.items():
        own = peaks.loc[workers]
        label = f"of {workers} worker{'s' if workers > 1 else ''}"
        color = BLACK if workers == 1 else GREY
        right.plot(own.index / 1e6, own, ls, marker=marker, color=color, label=label)
    right.axhline(limit_mib, color=VERMILLION, ls=":", label="what one may take")
    right.set_ylim(0, 1.1 * limit_mib)
    right.set_title("most memory of a worker, MiB", fontsize=10)
    for ax in (left, right):
        ax.set_xlabel("users, millions")
        ax.legend(fontsize=9)
    return fig


def _forms(ax: Axes, sparse: pd.DataFrame, column: str) -> None:
    """Draw a line a step r between blocks, a marker a form."""
    style = look("SparseEASE")
    for r, forms in sparse.groupby("r", sort=False):
        forms = forms.sort_values("density")
        is_usual = r == USUAL_R
        ax.plot(
            100 * forms["density"],
            forms[column],
            color=style.color,
            ls=style.linestyle if is_usual else "none",
            marker=style.marker if is_usual else OTHER_MARKER,
            ms=8,
            label=f"SparseEASE, r = {r:g}",
        )


def _decades(values: Sequence[float]) -> tuple[float, float]:
    """Return the powers of ten around the values."""
    low, high = np.log10(min(values)), np.log10(max(values))
    return 10 ** np.floor(low), 10 ** (np.floor(high) + 1)


def _plain_numbers(axis: Axis, subs: Sequence[int] = (1, 2, 5)) -> None:
    """Write 0.5, 1 and 2 at a logarithmic axis, and not powers of ten.

    `subs` are the first digits that are written.
    """
    axis.set_major_locator(LogLocator(subs=subs))
    axis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axis.set_minor_formatter(NullFormatter())
