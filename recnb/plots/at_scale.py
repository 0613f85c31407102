"""The figures of lesson 16: what fewer weights lose and save."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from recnb.plots.lines import legend_below
from recnb.plots.style import BLACK, RC, look, styled

#: Column, name of the axis, and whether it is a logarithmic one.
COSTS = (
    ("mib", "memory, MiB (log scale)"),
    ("cpu_seconds", "seconds of one core (log scale)"),
)
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
            _whole_decades(ax, [*sparse[column], dense[column]])
        ax.set_title(name, fontsize=10)
        ax.set_xlabel("weights kept, % (log scale)", fontsize=10)
        ax.tick_params(labelsize=9)
    legend_below(fig, axes[0])
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


def _whole_decades(ax: Axes, values: list[float]) -> None:
    """Let a logarithmic axis begin and end at powers of ten around the values."""
    ax.set_yscale("log")
    low, high = np.log10(min(values)), np.log10(max(values))
    ax.set_ylim(10 ** np.floor(low), 10 ** (np.floor(high) + 1))
    _plain_numbers(ax.yaxis)


def _plain_numbers(axis: Axis) -> None:
    """Write 0.5, 1 and 2 at a logarithmic axis, and not powers of ten."""
    axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axis.set_minor_formatter(NullFormatter())
