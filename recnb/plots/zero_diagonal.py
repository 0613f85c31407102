"""The figures of lesson 09: planted pairs, and what the constraint does."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from recnb.plots.style import (
    BLUE,
    GREY,
    PURPLE,
    RC,
    VERMILLION,
    look,
    new_figure,
    styled,
)

LAMBDA_AXIS = "λ (strength of the L2 penalty, log scale)"


@styled
def recovery(auc: pd.DataFrame, *, dataset: str) -> Figure:
    """Draw how well each measure finds each kind of planted pair.

    Parameters
    ----------
    auc : DataFrame, a row a measure, a column a kind of pair
        The chance that a planted pair scores above another pair.
    dataset : str
    """
    fig, ax = new_figure(height=1.3 + 0.42 * len(auc))
    marks = cycle((("o", BLUE), ("s", VERMILLION), ("^", GREY)))
    rows = np.arange(len(auc))[::-1]
    for (kind, values), (marker, color) in zip(auc.items(), marks, strict=False):
        ax.plot(values, rows, marker, color=color, markersize=9, label=kind)
    ax.axvline(0.5, color="black", linestyle=":", linewidth=1.2)
    ax.text(0.503, -0.42, "chance", fontsize=9)
    ax.set_yticks(rows, auc.index)
    ax.set_ylim(-0.5, len(auc) - 0.5)
    ax.set_xlim(min(0.45, auc.to_numpy().min() - 0.02), 1.01)
    ax.set_xlabel("AUC: chance that a planted and another pair are in the right order")
    ax.set_title(dataset, fontsize=10)
    fig.legend(loc="outside upper right", ncols=3, fontsize=10)
    return fig


@styled
def with_and_without(curve: pd.DataFrame, *, protocol: str) -> Figure:
    """Draw NDCG against lambda for EASE and ridge, masked and not.

    Parameters
    ----------
    curve : DataFrame, index: lambda; columns EASE, LAE, "EASE, unmasked",
        "LAE, unmasked"
    protocol : str
        One line for the title.
    """
    fig, ax = new_figure(height=4)
    names = {"EASE": "EASE, zero diagonal", "LAE": "ridge, no constraint"}
    for model, name in names.items():
        style = look(model)
        shared = {"color": style.color, "marker": style.marker}
        ax.plot(curve.index, curve[model], style.linestyle, label=name, **shared)
        ax.plot(
            curve.index,
            curve[f"{model}, unmasked"],
            ":",
            linewidth=1.3,
            markersize=4,
            label=f"{name.split(',')[0]}, seen films not masked",
            **shared,
        )
    _lambda_axis(ax, protocol)
    ax.set_ylabel("NDCG@100")
    ax.set_ylim(bottom=0)
    fig.legend(loc="outside lower center", ncols=2, fontsize=10)
    return fig


def _lambda_axis(ax: Axes, protocol: str) -> None:
    ax.set_xscale("log")
    ax.set_xlabel(LAMBDA_AXIS)
    ax.set_title(protocol, fontsize=10)


@styled
def shrinkage(
    popularity: np.ndarray, factors: Mapping[str, np.ndarray], *, protocol: str
) -> Figure:
    """Draw by what ridge multiplies each film's EASE scores, against popularity.

    Parameters
    ----------
    popularity : array of shape (n_items,)
        Training users who like the film.
    factors : dict, label -> array of shape (n_items,)
    protocol : str
    """
    fig, ax = new_figure()
    marks = cycle((("o", VERMILLION), ("s", GREY), ("^", PURPLE)))
    for (label, factor), (marker, color) in zip(factors.items(), marks, strict=False):
        ax.plot(
            popularity,
            factor,
            marker,
            color=color,
            markersize=3,
            alpha=0.35,
            label=label,
            rasterized=True,
        )
    ax.set_xscale("log")
    ax.set_ylim(0, 1.05)
    ax.set_xlabel("training users who like the film (log scale)")
    ax.set_ylabel("ridge's factor 1 − $B_{jj}$")
    ax.set_title(protocol, fontsize=10)
    for handle in ax.legend(loc="lower left").legend_handles:
        handle.set(alpha=1, markersize=7)
    return fig


@styled
def relaxation(
    curve: pd.DataFrame,
    popularity: np.ndarray,
    diagonal: np.ndarray,
    *,
    here: tuple[float, float],
    label: str,
    protocol: str,
    ease: float | None = None,
) -> Figure:
    """Draw NDCG against the bound on the diagonal, and the diagonal of one model.

    Parameters
    ----------
    curve : DataFrame, index: the bound xi; a column a setting
        Trained beforehand.
    popularity, diagonal : arrays of shape (n_items,)
        The diagonal of the model here, film by film.
    here : (xi, ndcg)
        The model to single out.
    label : str
        Its settings.
    protocol : str
    ease : float, optional
        The NDCG of EASE with a λ of its own, for a line.
    """
    width, _ = RC["figure.figsize"]
    # Fixed margins: a slider waits for this figure, and constrained layout is slow.
    fig = Figure(figsize=(width, 3.7))
    fig.subplots_adjust(left=0.1, right=0.99, bottom=0.27, top=0.84, wspace=0.28)
    left, right = fig.subplots(1, 2)
    marks = cycle(((VERMILLION, "--", "X"), (PURPLE, "-.", "P"), (GREY, ":", "s")))
    for (name, values), (color, style, marker) in zip(
        curve.items(), marks, strict=False
    ):
        left.plot(
            curve.index, values, style, color=color, marker=marker, ms=4, label=name
        )
    if ease is not None:
        left.axhline(ease, color=look("EASE").color, lw=1.5, label="EASE, its best λ")
    left.plot(*here, "o", markersize=14, fillstyle="none", color="black", mew=2)
    left.set(xlabel="bound ξ on the diagonal", ylabel="NDCG@100")
    left.set_title(f"circle: {label}", fontsize=10)
    right.plot(popularity, diagonal, "o", color=BLUE, ms=3, alpha=0.35, rasterized=True)
    right.axhline(here[0], color=VERMILLION, linestyle="--", linewidth=1.5)
    right.set(xscale="log", ylim=(-0.03, 1.03))
    right.set(xlabel="users who like the film", ylabel="$B_{jj}$")
    right.set_title("its diagonal; line: ξ", fontsize=10)
    fig.suptitle(protocol, fontsize=10, x=0.01, ha="left")
    fig.legend(loc="lower left", ncols=len(curve.columns) + 1, fontsize=10)
    return fig
