"""The figures of lesson 08: lambda, reasons, and time."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from recnb.evaluation import same_protocol
from recnb.plots.style import BLUE, GREY, VERMILLION, look, new_figure, styled


@styled
def lambda_curve(
    curve: pd.DataFrame,
    *,
    protocol: str,
    here: tuple[float, float] | None = None,
    reference: float | None = None,
) -> Figure:
    """Draw ranking quality against lambda.

    Parameters
    ----------
    curve : DataFrame with columns l2, ndcg, error
        Mean over users and its standard error, one row a lambda.
    protocol : str
        One line: dataset, split, seed, users.
    here : (l2, ndcg), optional
        The model to single out.
    reference : float, optional
        Popularity's value under the same protocol.
    """
    fig, ax = new_figure()
    # A slider waits for this picture: what would take a third of the time is left out,
    # a layout computed anew each time and the minor ticks.
    fig.set_layout_engine(None)
    fig.subplots_adjust(left=0.09, right=0.99, bottom=0.15, top=0.93)
    style = look("EASE")
    ax.errorbar(
        curve["l2"],
        curve["ndcg"],
        yerr=curve["error"],
        color=style.color,
        marker=style.marker,
        linestyle=style.linestyle,
        capsize=2,
        label="EASE (line: one standard error)",
    )
    if reference is not None:
        popularity = look("Popularity")
        ax.axhline(
            reference,
            color=popularity.color,
            linestyle=popularity.linestyle,
            label=f"Popularity, {reference:.3f}",
        )
    if here is not None:
        ax.plot(*here, "o", markersize=14, fillstyle="none", color=VERMILLION, mew=2)
        ax.annotate(
            f"λ = {here[0]:.4g}: {here[1]:.3f}",
            here,
            xytext=(0, 14),
            textcoords="offset points",
            ha="center",
            color=VERMILLION,
            fontweight="bold",
        )
    ax.set_xscale("log")
    ax.minorticks_off()
    ax.set_xlabel("λ (strength of the L2 penalty, log scale)")
    ax.set_ylabel("NDCG@100")
    ax.set_ylim(bottom=0, top=1.25 * float(curve["ndcg"].max()))
    ax.set_title(protocol, fontsize=10)
    ax.legend(loc="lower center")
    return fig


@styled
def contributions(values: pd.Series, *, title: str, most: int = 12) -> Figure:
    """Draw what each seen film adds to one score, for and against.

    Parameters
    ----------
    values : Series, index: film titles, values: contributions
    title : str
        The film that is explained, and its score.
    most : int
        How many films to draw, those with the largest effect.
    """
    largest = values.reindex(values.abs().nlargest(most).index).sort_values()
    fig, ax = new_figure(height=1.3 + 0.3 * len(largest))
    rows = np.arange(len(largest))
    against = largest.to_numpy() < 0
    ax.barh(rows[~against], largest[~against], color=BLUE, label="speaks for it")
    ax.barh(
        rows[against],
        largest[against],
        color=VERMILLION,
        hatch="//",
        edgecolor="white",
        label="speaks against it",
    )
    ax.axvline(0, color=GREY, linewidth=1)
    ax.set_yticks(rows, largest.index)
    ax.grid(axis="y", visible=False)
    ax.set_xlabel("contribution to the score")
    ax.set_title(title, fontsize=10)
    ax.legend(loc="lower right")
    return fig


@styled
def training_times(ours: dict[str, float], published: pd.DataFrame) -> Figure:
    """Draw training times on a log axis: ours, and those of one published source.

    Parameters
    ----------
    ours : dict, label -> seconds
    published : DataFrame as `recnb.evaluation.published` returns it
        Times on one dataset; others are refused.
    """
    same_protocol(published)
    (dataset,) = published["dataset"].unique()
    times = [(label, seconds, "EASE") for label, seconds in ours.items()]
    times += [
        (f"{row.model} (published)", row.value, "Published")
        for row in published.itertuples()
    ]
    fig, ax = new_figure(height=1.2 + 0.45 * len(times))
    for row, (_, seconds, model) in enumerate(reversed(times)):
        style = look(model)
        ax.plot(seconds, row, style.marker, color=style.color, markersize=9)
        ax.text(seconds * 1.5, row, _seconds_in_words(seconds), va="center")
    every = [seconds for _, seconds, _ in times]
    ax.set_xscale("log")
    ax.set_xlim(min(every) / 3, max(every) * 30)
    ax.set_yticks(range(len(times)), [label for label, _, _ in reversed(times)])
    ax.set_xlabel("training time in seconds (log scale)")
    ax.set_title(f"published on {dataset}, on another machine than ours", fontsize=10)
    return fig


def _seconds_in_words(seconds: float) -> str:
    """Write a time in the unit that a reader would use."""
    for size, unit in ((3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.1f} s"
