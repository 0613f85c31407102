"""Lesson 11's drawing: four ways from two vectors to a score."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from recnb.plots.style import BLACK, BLUE, ORANGE, RC, SKY, styled

#: Hidden layers of an MLP, from the first: name, and width in units of k.
LAYERS = {"4k": 4.0, "2k": 2.0, "k": 1.0}
#: Width of a panel, and height of a box.
WIDE, TALL = 6.0, 0.6
USER, FILM, LAYER = (BLUE, "//"), (ORANGE, "\\\\"), (SKY, "..")


@styled
def four_similarities() -> Figure:
    """Draw MF, GMF, MLP and NeuMF: what each does with a user's and a film's vector."""
    width, _ = RC["figure.figsize"]
    fig = Figure(figsize=(width, 4.2))
    panels = fig.subplots(1, 4, width_ratios=(1, 1, 1.15, 1.75))
    fig.subplots_adjust(0.01, 0.02, 0.99, 0.92, wspace=0.04)
    mf, gmf, mlp, neumf = panels
    _open(mf, "MF", WIDE)
    _product(mf, 3.0, 1.9, weighted=False)
    _open(gmf, "GMF", WIDE)
    _product(gmf, 3.0, 1.9, weighted=True)
    _open(mlp, "MLP", WIDE)
    _layers(mlp, 3.0, 1.9)
    _open(neumf, "NeuMF", 1.75 * WIDE)
    _product(neumf, 2.6, 1.5, weighted=True, top="")
    _layers(neumf, 7.4, 1.9, top="")
    _arrow(neumf, (2.6, 4.45), (4.7, 5.0))
    _arrow(neumf, (7.4, 3.8), (5.3, 5.0))
    neumf.text(5.0, 5.3, "add: score φ", ha="center", va="center")
    return fig


def _open(ax: Axes, title: str, wide: float) -> None:
    ax.set(xlim=(0, wide), ylim=(-0.5, 5.7))
    ax.set_axis_off()
    ax.set_title(title, fontsize=11, loc="center")


def _product(
    ax: Axes, x: float, length: float, *, weighted: bool, top: str = "score φ"
) -> None:
    """Draw two vectors that are multiplied entry by entry, and added up."""
    _box(ax, x - 0.25 - length, 0, length, USER, "p")
    _box(ax, x + 0.25, 0, length, FILM, "q")
    _arrow(ax, (x, 0.7), (x, 1.4))
    _words(ax, x, 1.75, "multiply entry\nby entry")
    if weighted:
        _arrow(ax, (x, 2.2), (x, 2.7))
        _words(ax, x, 3.0, "times w, learned")
    _arrow(ax, (x, 3.25 if weighted else 2.2), (x, 3.75))
    _words(ax, x, 4.1, "add up")
    if top:
        _arrow(ax, (x, 4.4), (x, 5.0))
        ax.text(x, 5.3, top, ha="center", va="center")


def _layers(ax: Axes, x: float, length: float, top: str = "score φ") -> None:
    """Draw two vectors side by side, and the hidden layers above them."""
    _box(ax, x - length, 0, length, USER, "p")
    _box(ax, x, 0, length, FILM, "q")
    for row, (name, width) in enumerate(LAYERS.items(), start=1):
        _arrow(ax, (x, 1.05 * row - 0.4), (x, 1.05 * row))
        _box(ax, x - width / 2, 1.05 * row, width, LAYER, name)
    if top:
        _arrow(ax, (x, 3.8), (x, 5.0))
        ax.text(x, 5.3, top, ha="center", va="center")


def _words(ax: Axes, x: float, y: float, words: str) -> None:
    ax.text(x, y, words, ha="center", va="center", fontsize=9)


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    style = {"arrowstyle": "->", "color": BLACK, "lw": 1.4, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end, start, arrowprops=style)


def _box(
    ax: Axes, x: float, y: float, width: float, drawn: tuple[str, str], name: str
) -> None:
    """Draw a vector as a box: its colour, hatching, and name on a white field."""
    color, hatch = drawn
    face = {"facecolor": color, "edgecolor": "white", "hatch": hatch}
    ax.add_patch(Rectangle((x, y), width, TALL, **face))
    field = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
    middle = x + width / 2, y + TALL / 2
    ax.text(*middle, name, ha="center", va="center", fontsize=10, bbox=field)
