"""Lesson 12's drawing of an inverted file: cells, centres, and where one looks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from recnb.plots.lines import pair
from recnb.plots.style import BLACK, BLUE, GREY, ORANGE, RC, VERMILLION, styled


@styled
def cells_and_probes(
    Q: np.ndarray,
    centres: np.ndarray,
    p: np.ndarray,
    nprobes: Sequence[int],
    *,
    k: int = 10,
    protocol: str,
) -> Figure:
    """Draw items of two numbers in their cells, and which of them two searches see.

    A cell holds the items that score best with its centre. A search for p scores the
    centres, then the items of the best few cells: filled dots. A ring is one of the k
    best of all items, blue where the search finds it, red with a cross where not.

    Parameters
    ----------
    Q : array of shape (n_items, 2)
    centres : array of shape (n_cells, 2)
    p : array of shape (2,)
        The user.
    nprobes : two ints
        Cells that are looked into, a panel each.
    k : int
    protocol : str

    Raises
    ------
    ValueError
        If an embedding has not two numbers, or there are not two panels.
    """
    if {np.shape(x)[-1] for x in (Q, centres, p)} != {2} or len(nprobes) != 2:
        raise ValueError("Two panels of embeddings of two numbers each, please.")
    fig, axes = pair(protocol, height=RC["figure.figsize"][0] / 2 + 0.5)
    cell = (Q @ centres.T).argmax(axis=1)
    best = np.argsort(-Q @ p)[:k]
    for ax, nprobe in zip(axes, nprobes, strict=True):
        probed = np.argsort(-centres @ p)[:nprobe]
        seen = np.isin(cell, probed)
        _items(ax, Q, seen, best)
        _spokes(ax, centres, probed, reach=1.1 * np.abs(Q).max())
        ax.annotate("", 1.6 * p / np.linalg.norm(p), (0, 0), arrowprops=_ARROW)
        words = f"nprobe {nprobe}: {seen.sum()} items scored"
        ax.set_title(f"{words}, {seen[best].sum()} of {k} found", fontsize=10)
    return fig


_ARROW = {"arrowstyle": "->", "color": BLACK, "lw": 2.2}


def _items(ax: Axes, Q: np.ndarray, seen: np.ndarray, best: np.ndarray) -> None:
    """Draw the items, filled if seen, and rings around the best."""
    ax.plot(*Q[~seen].T, "o", ms=4, mfc="white", mec=GREY)
    ax.plot(*Q[seen].T, "o", ms=4, color=BLUE)
    found, missed = best[seen[best]], best[~seen[best]]
    ring = {"ms": 11, "mfc": "none", "mew": 1.6}
    ax.plot(*Q[found].T, "o", mec=BLUE, **ring)
    ax.plot(*Q[missed].T, "o", mec=VERMILLION, **ring)
    ax.plot(*Q[missed].T, "x", color=VERMILLION, ms=7)


def _spokes(ax: Axes, centres: np.ndarray, probed: np.ndarray, reach: float) -> None:
    """Draw the centres, and where one cell ends and the next begins."""
    angles = np.linspace(-np.pi, np.pi, 3601)
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    owner = (circle @ centres.T).argmax(axis=1)
    for i in np.flatnonzero(np.diff(owner)):
        ax.plot(*np.transpose([(0, 0), 2 * reach * circle[i]]), "-", color=GREY, lw=0.8)
    rest = np.setdiff1d(np.arange(len(centres)), probed)
    drawn = {"ms": 10, "mec": BLACK, "ls": "none", "marker": "*"}
    ax.plot(*centres[rest].T, mfc="white", **drawn)
    ax.plot(*centres[probed].T, mfc=ORANGE, **drawn)
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    ax.set_axis_off()
