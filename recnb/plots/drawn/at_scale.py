"""The drawings of lesson 16: what is kept of EASE's square, and overlapping blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from recnb.plots.drawn.parts import above, cell, signed, weighed
from recnb.plots.style import BLACK, BLUE, GREEN, GREY, ORANGE, RC, SKY, styled

#: Side of the squares of `ways_out`.
SIDE = 6
#: Line style of the frames around blocks, in turn.
DASHES = ("-", "--", ":", "-.")


@styled
def ways_out(n_items: int) -> Figure:
    """Draw EASE's square, and three ways to do without it in memory.

    Schematic: squares of items x items, of which the filled parts are kept in memory.

    Parameters
    ----------
    n_items : int
        For the words under the square.
    """
    width, _ = RC["figure.figsize"]
    fig = Figure(figsize=(width, 2.7), layout="constrained")
    gib = 4 * n_items**2 / 2**30
    panels: dict[str, tuple[Callable[[Axes], None], str]] = {
        "EASE": (_whole, f"n² weights:\n{gib:,.0f} GiB"),
        "few weights": (_few, "pairs that go\ntogether"),
        "few directions": (_strips, "two strips\nof L x n"),
        "elsewhere": (_elsewhere, "a panel at a time,\nthe rest on a disk"),
    }
    axes = fig.subplots(1, len(panels))
    for ax, (title, (draw, words)) in zip(axes, panels.items(), strict=True):
        draw(ax)
        ax.set_title(title, fontsize=11)
        ax.text(SIDE / 2, -0.4, words, ha="center", va="top", fontsize=10)
        ax.set(xlim=(-0.3, SIDE + 0.3), ylim=(-2.6, SIDE + 0.3), aspect="equal")
        ax.set_axis_off()
    return fig


def _area(ax: Axes, x: float, y: float, width: float, height: float, **face) -> None:
    ax.add_patch(Rectangle((x, y), width, height, **{"edgecolor": BLACK, **face}))


def _whole(ax: Axes) -> None:
    _area(ax, 0, 0, SIDE, SIDE, facecolor=BLUE)


def _few(ax: Axes) -> None:
    """Draw blocks around the diagonal that overlap, and a few cells far from it."""
    _area(ax, 0, 0, SIDE, SIDE, facecolor="white")
    for start, size in ((0, 1.6), (1.2, 1.2), (2, 1.8), (3.4, 1.2), (4.3, 1.7)):
        _area(ax, start, SIDE - start - size, size, size, facecolor=(*_rgb(SKY), 0.8))
    for x, y in ((4.6, 4.9), (0.8, 1.1), (5.2, 3.1), (2.6, 0.5)):
        _area(ax, x, y, 0.3, 0.3, facecolor=SKY)


def _strips(ax: Axes) -> None:
    _area(ax, 0, 0, SIDE, SIDE, facecolor="white", edgecolor=GREY, ls=":")
    _area(ax, 0, 0, 0.8, SIDE, facecolor=GREEN)
    _area(ax, 1.1, SIDE - 0.8, SIDE - 1.1, 0.8, facecolor=GREEN)


def _elsewhere(ax: Axes) -> None:
    _area(ax, 0, 0, SIDE, SIDE, facecolor="white", hatch="..", edgecolor=GREY)
    _area(ax, 0, 2.4, SIDE, 1.0, facecolor=ORANGE)


def _rgb(color: str) -> tuple[float, ...]:
    return tuple(int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))


@styled
def overlapping_blocks(
    C: np.ndarray,
    blocks: Sequence[Sequence[int]],
    titles: Sequence[str],
    threshold: float,
) -> Figure:
    """Draw covariances as numbers, with a frame around each block.

    Pairs in a block are filled if they are above the threshold; pairs that stand in no
    block are pale.

    Parameters
    ----------
    C : array of shape (n_items, n_items)
    blocks : sequence of sequences of int
        The items of each; neighbours in the order of C.
    titles : sequence of n_items str
    threshold : float
        Of the size of a covariance.

    Raises
    ------
    ValueError
        If the items of a block are not neighbours.
    """
    n, framed = len(C), np.zeros(np.shape(C), dtype=bool)
    for block in blocks:
        if list(block) != list(range(block[0], block[0] + len(block))):
            raise ValueError(f"The items of a block stand side by side, not {block}.")
        framed[np.ix_(block, block)] = True
    width, _ = RC["figure.figsize"]
    fig = Figure(figsize=(0.72 * width, 0.62 * width))
    ax = fig.add_axes((0, 0, 1, 1))
    largest, kept = np.abs(C).max(), framed & (np.abs(C) > threshold)
    for (i, j), value in np.ndenumerate(C):
        face = weighed(value, largest) if kept[i, j] else {"facecolor": "white"}
        cell(ax, j, n - 1 - i, signed(value), **face)
        ax.texts[-1].set_fontsize(8)  # clear of the frames
        if not framed[i, j]:
            ax.texts[-1].set_color(GREY)
    for i, title in enumerate(titles):
        ax.text(-0.2, n - 0.5 - i, title, ha="right", va="center")
        above(ax, i, n, title)
    for number, block in enumerate(blocks):
        shift = 0.03 * number  # so that two frames do not hide each other
        size = len(block) - 2 * shift
        corner = block[0] + shift, n - block[0] - len(block) + shift
        line = {"fill": False, "ec": BLACK, "lw": 2.5, "zorder": 3}
        line["ls"] = DASHES[number % len(DASHES)]
        ax.add_patch(Rectangle(corner, size, size, label=f"block {number + 1}", **line))
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 0.0), ncols=len(blocks))
    ax.set(xlim=(-2.4, n + 1.6), ylim=(-1, n + 1.8), aspect="equal")
    ax.set_axis_off()
    return fig
