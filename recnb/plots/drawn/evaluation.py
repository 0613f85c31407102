"""Lesson 01's drawings: what a rank is worth, and the best of many equal models."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from recnb.plots.style import BLUE, GREY, VERMILLION, new_figure, styled


@styled
def rank_discounts(hits: Sequence[int], k: int) -> Figure:
    """Draw what a hit is worth at each rank, and at which ranks there is one.

    Parameters
    ----------
    hits : sequence of 0 and 1
        1 where the list holds a held-out item; rank 1 first.
    k : int
        Where the list is cut, from 1 to the length of `hits`.

    Raises
    ------
    ValueError
        If k is out of its range, or a hit is neither 0 nor 1.
    """
    hits = np.asarray(hits)
    if not 1 <= k <= len(hits):
        raise ValueError(f"k has to be from 1 to {len(hits)}, not {k}.")
    if not np.isin(hits, (0, 1)).all():
        raise ValueError("hits has to hold zeros and ones only.")
    ranks = np.arange(1, len(hits) + 1)
    worth = 1 / np.log2(ranks + 1)
    fig, ax = new_figure(height=2.9)
    for rank, value, hit in zip(ranks, worth, hits, strict=True):
        counts = hit and rank <= k
        ax.bar(
            rank,
            value,
            width=0.7,
            facecolor=BLUE if counts else "white",
            edgecolor=BLUE if counts else GREY,
            hatch="" if counts or not hit else "///",
        )
        ax.text(rank, value + 0.03, f"{value:.2f}".removeprefix("0"), ha="center")
        word = "" if not hit else "hit" if counts else "hit,\ntoo late"
        inside = {"color": "white" if counts else GREY, "fontsize": 9}
        if not counts:
            inside["bbox"] = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        ax.text(rank, value / 2, word, ha="center", va="center", **inside)
    ax.axvline(k + 0.5, color=VERMILLION, linestyle="--")
    ax.text(k + 0.55, 1.06, f"cut at k = {k}", color=VERMILLION)
    ax.set(ylim=(0, 1.2), xlabel="rank in the list", ylabel="worth of a hit")
    ax.set_xticks(ranks)
    ax.grid(axis="x", visible=False)
    return fig


@styled
def best_of_many(on_test: Sequence[float], chosen: int) -> Figure:
    """Draw equal models by what luck gives them on the test users.

    Parameters
    ----------
    on_test : sequence of float
        How far luck moves each model's number from the truth, which is 0.
    chosen : int
        Which of them other users have chosen.

    Raises
    ------
    ValueError
        If there is no such model.
    """
    on_test = np.asarray(on_test, dtype=float)
    if not 0 <= chosen < len(on_test):
        raise ValueError(f"There is no model {chosen}: there are {len(on_test)}.")
    best = int(on_test.argmax())
    fig, ax = new_figure(height=2.5)
    ax.plot([0, 0], [-1.3, 1.3], color=GREY, linestyle="--")
    ax.text(0, 1.4, "the truth, the same for all", ha="center", color=GREY)
    heights = np.linspace(-1, 1, len(on_test))
    ax.plot(on_test, heights, "o", ms=6, mfc="white", mec=GREY, ls="none")
    reach = 2.2 * np.abs(on_test).max()
    for index, marker, color, height, words in (
        (
            best,
            "D",
            VERMILLION,
            0.8,
            "best here: what is reported\nif one chooses on test",
        ),
        (chosen, "s", BLUE, -0.8, "chosen on other users:\nwhat is honest"),
    ):
        place = on_test[index], heights[index]
        ax.plot(*place, marker, ms=10, color=color)
        arrow = {"arrowstyle": "-", "color": color, "shrinkB": 6}
        there = {"va": "center", "color": color, "arrowprops": arrow}
        ax.annotate(words, place, (0.55 * reach, height), **there)
    ax.set(xlim=(-reach, reach), ylim=(-1.3, 1.8), yticks=[], xticks=[])
    ax.set_xlabel(f"score of each of {len(on_test)} models on the test users")
    ax.grid(visible=False)
    ax.spines["left"].set_visible(False)
    return fig
