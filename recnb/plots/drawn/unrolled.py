"""Lesson 07's drawing: a recurrent net, unrolled, a column a film."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch

from recnb.plots.style import BLACK, BLUE, GREY, RC, VERMILLION, styled

#: Heights of the rows, and the distance of two columns.
FILM, MEMORY, CODE, TARGETS, APART = 0.0, 1.6, 3.2, 4.7, 2.6
#: Half the size of a box, and the radius of a code.
HALF_WIDTH, HALF_HEIGHT, RADIUS = 0.85, 0.36, 0.42


@styled
def unrolled(titles: Sequence[str], k: int) -> Figure:
    """Draw how a net reads films one after another, and what it is asked at each.

    From left to right goes the memory, from below to above what becomes of it. At the
    last film nobody knows the answer.

    Parameters
    ----------
    titles : sequence of n_films str
        In time order, at least two.
    k : int
        The targets of a step, at most.

    Raises
    ------
    ValueError
        If there are fewer than two films, or k is below 1.
    """
    if len(titles) < 2 or k < 1:
        raise ValueError(
            f"At least two films and one target, please; these are {len(titles)} films "
            f"and k = {k}."
        )
    titles = list(titles)
    width, _ = RC["figure.figsize"]
    fig = Figure(figsize=(width, 0.4 * width))
    ax = fig.add_axes((0, 0, 1, 1))
    _box(ax, -APART, MEMORY, "$h_0 = 0$", GREY)
    for step, title in enumerate(titles):
        x = step * APART
        _arrow(ax, (x - APART + HALF_WIDTH, MEMORY), (x - HALF_WIDTH, MEMORY), "-")
        _arrow(ax, (x, FILM + HALF_HEIGHT), (x, MEMORY - HALF_HEIGHT), "-")
        _arrow(ax, (x, MEMORY + HALF_HEIGHT), (x, CODE - RADIUS), "-")
        _arrow(ax, (x, CODE + RADIUS), (x, TARGETS - 0.45), "--")
        _box(ax, x, FILM, title, BLACK)
        _box(ax, x, MEMORY, f"$h_{{{step + 1}}}$", BLUE)
        edge = {"facecolor": "white", "edgecolor": VERMILLION, "lw": 2, "ls": "--"}
        ax.add_patch(Circle((x, CODE), RADIUS, **edge))
        _words(ax, x, CODE, f"$z_{{{step + 1}}}$")
        following = titles[step + 1 : step + 1 + k]
        _words(ax, x, TARGETS, "\n".join(following) or "?", va="center")
    heads = {FILM: "film seen", MEMORY: "memory h", CODE: "code z, drawn"}
    heads |= {TARGETS: f"asked for:\nthe next {k}"}
    for y, words in heads.items():
        ax.text(-1.5 * APART, y, words, ha="right", va="center", fontsize=10)
    last = APART * (len(titles) - 1)
    ax.set(xlim=(-2.45 * APART, last + 1.2), ylim=(-0.6, TARGETS + 0.75))
    ax.set_aspect("equal")
    ax.set_axis_off()
    return fig


def _box(ax: Axes, x: float, y: float, words: str, color: str) -> None:
    """Draw a box with rounded corners around its words."""
    corner = x - HALF_WIDTH, y - HALF_HEIGHT
    shape = {"boxstyle": "round,pad=0,rounding_size=0.15", "edgecolor": color}
    size = 2 * HALF_WIDTH, 2 * HALF_HEIGHT
    ax.add_patch(FancyBboxPatch(corner, *size, facecolor="white", lw=1.5, **shape))
    _words(ax, x, y, words)


def _words(ax: Axes, x: float, y: float, words: str, va: str = "center") -> None:
    """Write into the middle of a box."""
    ax.text(x, y, words, ha="center", va=va, fontsize=10)


def _arrow(
    ax: Axes, start: tuple[float, float], end: tuple[float, float], style: str
) -> None:
    """Draw an arrow; a dashed one is a question."""
    line = {"arrowstyle": "-|>", "linestyle": style, "lw": 1.5, "color": BLACK}
    line |= {"shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end, start, arrowprops=line)
