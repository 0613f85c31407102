"""The figures of lesson 09: the derivation, precision, and what the constraint does."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from recnb.plots.style import BLUE, GREY, RC, VERMILLION, look, new_figure, styled

LAMBDA_AXIS = "λ (strength of the L2 penalty, log scale)"


@styled
def directions(steps: np.ndarray, allowed: np.ndarray, forbidden: np.ndarray) -> Figure:
    """Draw how the objective changes along straight lines away from the solution.

    Parameters
    ----------
    steps : array of shape (n_steps,)
    allowed : array of shape (n_directions, n_steps)
        Change of the objective along directions that keep the diagonal at zero.
    forbidden : array of shape (n_steps,)
        The same along one that does not.
    """
    allowed = np.asarray(allowed)
    fig, ax = new_figure()
    for number, line in enumerate(allowed):
        label = f"{len(allowed)} random directions, diagonal kept at zero"
        ax.plot(steps, line, color=BLUE, linewidth=1.2, label=None if number else label)
    ax.plot(
        steps,
        forbidden,
        color=VERMILLION,
        linestyle="--",
        label="forbidden: towards ridge, with a diagonal",
    )
    ax.axhline(0, color=GREY, linewidth=1)
    ax.plot(0, 0, "o", color="black", markersize=8)
    ax.set(xlabel="step away from EASE's B", ylabel="change of the objective")
    ax.legend(loc="upper center")
    ax.margins(y=0.25)
    return fig


@styled
def convergence(errors: Mapping[str, np.ndarray]) -> Figure:
    """Draw the distance to the closed form, iteration by iteration, on log axes.

    Parameters
    ----------
    errors : dict, label -> array of shape (n_iterations,)
        Largest absolute difference between the weights.
    """
    fig, ax = new_figure()
    marks = cycle(((BLUE, "-"), (VERMILLION, "--")))
    for (label, error), (color, linestyle) in zip(errors.items(), marks, strict=False):
        ax.plot(1 + np.arange(len(error)), error, linestyle, color=color, label=label)
    ax.set(xscale="log", yscale="log", xlabel="iteration (log scale)")
    ax.set_ylabel("largest distance to\nthe closed form (log scale)")
    ax.legend(loc="lower left")
    return fig


@styled
def matrices(tables: Mapping[str, pd.DataFrame]) -> Figure:
    """Draw small square matrices side by side, every entry with its number.

    Parameters
    ----------
    tables : dict, title -> DataFrame with the same labels on both axes
        Entries from -1 to 1.
    """
    fig = Figure(figsize=(3.6 * len(tables), 3.4), layout="constrained")
    axes = np.atleast_1d(fig.subplots(1, len(tables)))
    for ax, (title, table) in zip(axes, tables.items(), strict=True):
        values = table.to_numpy()
        ax.imshow(values, cmap="PuOr_r", vmin=-1, vmax=1)
        for (row, column), value in np.ndenumerate(values):
            color = "white" if abs(value) > 0.7 else "black"
            text = f"{value:.2f}".replace("-0.00", "0.00")
            ax.text(column, row, text, ha="center", va="center", color=color)
        ax.set_xticks(range(len(table)), table.columns)
        ax.set_yticks(range(len(table)), table.index)
        ax.grid(visible=False)
        ax.set_title(title, fontsize=11)
    return fig


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
    ax.set_xlabel("AUC: chance that a planted pair is told from another one")
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


@styled
def training_error(curve: pd.DataFrame, *, protocol: str) -> Figure:
    """Draw the squared error per training user against lambda.

    Parameters
    ----------
    curve : DataFrame, index: lambda; columns EASE, LAE
    protocol : str
    """
    fig, ax = new_figure(height=3.2)
    for model, name in {"EASE": "EASE", "LAE": "ridge"}.items():
        style = look(model)
        ax.plot(
            curve.index,
            curve[model],
            color=style.color,
            marker=style.marker,
            linestyle=style.linestyle,
            label=name,
        )
    _lambda_axis(ax, protocol)
    ax.set_yscale("log")
    ax.set_ylabel("squared error\nper user (log scale)")
    ax.legend(loc="lower right")
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
    marks = cycle((("o", VERMILLION), ("s", BLUE), ("^", GREY)))
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
    """
    width, _ = RC["figure.figsize"]
    # Fixed margins: a slider waits for this figure, and constrained layout is slow.
    fig = Figure(figsize=(width, 3.7))
    fig.subplots_adjust(left=0.1, right=0.99, bottom=0.27, top=0.84, wspace=0.28)
    left, right = fig.subplots(1, 2)
    marks = cycle(((VERMILLION, "--", "X"), (BLUE, "-", "o"), (GREY, ":", "s")))
    for (name, values), (color, style, marker) in zip(
        curve.items(), marks, strict=False
    ):
        left.plot(
            curve.index, values, style, color=color, marker=marker, ms=4, label=name
        )
    left.plot(*here, "o", markersize=14, fillstyle="none", color="black", mew=2)
    left.set(xlabel="bound ξ on the diagonal", ylabel="NDCG@100")
    left.set_title(f"circle: {label}", fontsize=10)
    right.plot(popularity, diagonal, "o", color=BLUE, ms=3, alpha=0.35, rasterized=True)
    right.axhline(here[0], color=VERMILLION, linestyle="--", linewidth=1.5)
    right.set(xscale="log", ylim=(-0.03, 1.03))
    right.set(xlabel="users who like the film", ylabel="$B_{jj}$")
    right.set_title("its diagonal; line: ξ", fontsize=10)
    fig.suptitle(protocol, fontsize=10, x=0.01, ha="left")
    fig.legend(loc="lower left", ncols=len(curve.columns), fontsize=10)
    return fig
