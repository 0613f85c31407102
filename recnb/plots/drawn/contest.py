"""Lesson 15's drawing: what a search holds while its trials come in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from recnb.plots.style import BLUE, GREY, VERMILLION, new_figure, styled


@styled
def search_drawn(
    minutes: Sequence[float], val: Sequence[float], test: Sequence[float]
) -> Figure:
    """Draw trials one after another, and the test quality of the one that is held.

    Parameters
    ----------
    minutes : sequence of float
        How long each trial takes; in the order in which they run.
    val, test : sequences of float
        Its quality on validation and on test users.

    Raises
    ------
    ValueError
        If the three differ in length, or are empty.
    """
    if not len(minutes) == len(val) == len(test) > 0:
        raise ValueError("minutes, val and test need a value for each trial.")
    minutes, val, test = map(np.asarray, (minutes, val, test))
    ends = np.cumsum(minutes)
    best = np.maximum.accumulate(val)
    kept = [list(val).index(value) for value in best]
    fig, ax = new_figure(height=3.4)
    low, high = min([*val, *test]) - 0.03, max([*val, *test]) + 0.03
    for i, (end, length) in enumerate(zip(ends, minutes, strict=True)):
        _trial(ax, end - length, length, low, f"trial {i + 1}")
        dot = {"ms": 8, "mec": GREY, "zorder": 4}  # before the line of what is held
        ax.plot(end, val[i], "o", mfc="white", mew=1.6, **dot)
        if kept[i] == i:
            ax.plot(end, val[i], "o", mfc=GREY, **dot)
        else:
            below = {"xytext": (-6, -28), "textcoords": "offset points", "ha": "right"}
            words = "worse on validation\nusers: not held"
            ax.annotate(words, (end, val[i]), fontsize=9.5, color=GREY, **below)
    held = [test[place] for place in kept]
    last = ends[-1] + 0.15 * ends[-1]
    ax.step([*ends, last], [*held, held[-1]], where="post", color=BLUE, lw=2.5)
    ax.plot(ends, held, "s", color=BLUE, ms=5)
    words = {"fontsize": 9.5, "va": "center"}
    ax.text(last, held[-1], "  held: its quality\n  on test users", color=BLUE, **words)
    first = {"xytext": (10, -3), "textcoords": "offset points", "color": GREY}
    ax.annotate("on validation users", (ends[0], val[0]), fontsize=9.5, **first)
    worst = int(np.argmax(test))
    if worst not in kept:
        ax.plot(ends[worst], test[worst], "X", ms=9, color=VERMILLION)
        there = {"xytext": (8, 4), "textcoords": "offset points", "color": VERMILLION}
        better = "better on test users,\nbut who could know?"
        ax.annotate(better, (ends[worst], test[worst]), fontsize=9.5, **there)
    ax.set(xlim=(0, 1.5 * ends[-1]), ylim=(low, high))
    ax.set(xlabel="minutes of tuning", ylabel="NDCG@100")
    ax.set_xticks([0, *ends])
    return fig


def _trial(ax: Axes, start: float, length: float, low: float, words: str) -> None:
    """Draw a trial as a box on the axis of time."""
    box = {"facecolor": "#EEEEEE", "edgecolor": "white", "linewidth": 2}
    ax.add_patch(Rectangle((start, low), length, 0.014, **box))
    ax.text(start + length / 2, low + 0.007, words, ha="center", va="center", size=9)
