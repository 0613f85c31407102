"""What drawings of matrices share: cells with numbers, titles, frames, signs."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from recnb.plots.style import BLACK, BLUE, GREY, VERMILLION


def weighed(weight: float, largest: float) -> dict[str, object]:
    """Return how the cell of a weight is filled: deeper if larger, hatched below 0."""
    color = BLUE if weight >= 0 else VERMILLION
    face = {"facecolor": (color, 0.75 * abs(weight) / largest)}
    return face | ({"hatch": "///"} if weight < 0 else {})


def frame(ax: Axes, x: float, y: float, width: float, label: str) -> None:
    """Draw a thick frame around a row of cells."""
    line = {"fill": False, "edgecolor": BLACK, "linewidth": 2.5, "zorder": 3}
    ax.add_patch(Rectangle((x, y), width, 1, label=label, **line))


def cell(
    ax: Axes, x: float, y: float, words: str, *, bold: bool = False, **face: object
) -> None:
    """Draw one entry of a matrix, with its number."""
    edge = {"edgecolor": GREY, "linewidth": 0.6}
    ax.add_patch(Rectangle((x, y), 1, 1, **{**edge, **face}))
    field = {"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85}
    ax.text(
        x + 0.5,
        y + 0.5,
        words,
        ha="center",
        va="center",
        fontsize=9,
        fontweight="bold" if bold else "normal",
        bbox=field if "hatch" in face else None,
    )


def above(ax: Axes, x: float, y: float, title: str, *, bold: bool = False) -> None:
    """Write a title over a column."""
    words = {"rotation": 40, "rotation_mode": "anchor", "ha": "left", "va": "bottom"}
    ax.text(x + 0.45, y + 0.1, title, fontweight="bold" if bold else "normal", **words)


def signed(value: float) -> str:
    """Write a weight with its sign and two decimals, such as +.38; zero as 0."""
    if round(value, 2) == 0:
        return "0"
    sign = "+" if value > 0 else "−"
    return sign + f"{abs(value):.2f}".removeprefix("0")
