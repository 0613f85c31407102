"""The drawings of lesson 10: explaining away, and clamped against solved."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch

from recnb.plots.drawn.parts import signed
from recnb.plots.style import BLACK, BLUE, GREY, RC, VERMILLION, look, styled

#: Where the three films stand: the first, the one spoken of, and the third.
PLACES = ((1.2, 1.2), (6.8, 1.2), (4.0, 4.5))
RADIUS = 1.2


@styled
def explaining_away(G: np.ndarray, l2: float, titles: Sequence[str]) -> Figure:
    """Draw why two films that have nothing to do with each other repel each other.

    On the left what is counted: fans, and common fans. On the right EASE's weights for
    the second film: what the third film suggests for fans of the first, what is found,
    and the weight of the first, which makes up for the difference.

    Parameters
    ----------
    G : array of shape (3, 3)
        Fans on the diagonal, common fans beside it.
    l2 : float
        The strength of EASE's penalty.
    titles : sequence of 3 str
        The film that speaks, the film spoken of, and the third one.

    Raises
    ------
    ValueError
        If G is no symmetric 3 x 3 matrix, or there are not three titles.
    """
    first, third = _weights(G, l2, titles)
    G = np.asarray(G, dtype=float)
    width, _ = RC["figure.figsize"]
    fig = Figure(figsize=(1.25 * width, 3.75))
    fig.subplots_adjust(0.01, 0.01, 0.99, 0.9, wspace=0.04)
    counted, learned = fig.subplots(1, 2)
    for a, b, where, ha in (
        (0, 1, (4.0, 0.75), "center"),
        (0, 2, (2.1, 3.1), "right"),
        (1, 2, (5.9, 3.1), "left"),
    ):
        _join(counted, a, b, arrowstyle="-", color=GREY, lw=0.6 + G[a, b] / 8)
        va = "top" if ha == "center" else "center"
        counted.text(*where, f"{G[a, b]:g} like both", ha=ha, va=va, fontsize=10)
    for film, title in enumerate(titles):
        _film(counted, film, f"{title}\n{G[film, film]:g} fans")
        _film(learned, film, title)
    _arrow(learned, 2, 1, third, (6.0, 3.1), "left")
    _arrow(learned, 0, 1, first, (4.0, 1.3), "center")
    suggested, found = G[0, 2] * third, G[0, 1]
    short = titles[0].split()[0]
    words = (
        f"Of the {G[0, 0]:g} fans of the {short},\n"
        f"{G[0, 2]:g} like the {titles[2]}: it suggests\n"
        f"{G[0, 2]:g} × {signed(third)[1:]} = {suggested:.1f}. Found: {found:g}.\n"
        f"({found:g} − {suggested:.1f}) / ({l2:g} + {G[0, 0]:g}) = {signed(first)}"
    )
    learned.text(4.0, -0.25, words, ha="center", va="top", fontsize=10)
    counted.set_title("what is counted", loc="center", fontsize=11)
    learned.set_title(f"EASE's weights for the {titles[1]}", loc="center", fontsize=11)
    for ax in (counted, learned):
        ax.set(xlim=(-0.6, 8.6), ylim=(-2.3, 5.9), aspect="equal")
        ax.set_axis_off()
    return fig


@styled
def clamped_and_solved(G: np.ndarray, l2: float, titles: Sequence[str]) -> Figure:
    """Draw two weights for one film: EASE's, these clamped, and solved from 0 up.

    Lines join weights of equal squared error plus penalty. Below zero, where the first
    weight may not be, the plane is grey.

    Parameters
    ----------
    G, l2, titles
        As of `explaining_away`. The first film's weight is the upright axis.

    Raises
    ------
    ValueError
        As `explaining_away`, or if EASE's weights are not one below and one above 0.
    """
    first, third = _weights(G, l2, titles)
    if not first < 0 < third:
        raise ValueError(
            "There is something to clamp, and something left, only if the first weight "
            f"is below 0 and the third above; these are {first:.2f} and {third:.2f}."
        )
    G = np.asarray(G, dtype=float)
    solved = G[2, 1] / (G[2, 2] + l2)

    def error(y, x):
        squares = G[1, 1] - 2 * (G[0, 1] * y + G[2, 1] * x)
        squares = squares + G[0, 0] * y**2 + 2 * G[0, 2] * x * y + G[2, 2] * x**2
        return squares + l2 * (x**2 + y**2)

    width, _ = RC["figure.figsize"]
    fig = Figure(figsize=(width, 4.3), layout="constrained")
    ax = fig.add_subplot()
    low, high = 2.2 * first, -0.9 * first
    x, y = np.linspace(0, 1.7 * third, 200), np.linspace(low, high, 200)
    points = {
        "EASE": ("EASE", third, first),
        "clamped": ("clamped EASE", third, 0.0),
        "solved": ("non-negative EASE", solved, 0.0),
    }
    levels = sorted({error(b, a) for _, a, b in points.values()})[1:]
    plane = error(y[:, None], x[None, :])
    ax.contour(x, y, plane, levels, colors=GREY, linestyles=["-", "--"])
    ax.axhspan(low, 0, color=GREY, alpha=0.13, lw=0)
    ax.axhline(0, color=BLACK, lw=1)
    ax.text(
        0.02 * third, low * 0.97, "not allowed without negative weights", fontsize=9
    )
    step = {"arrowstyle": "-|>", "mutation_scale": 14, "color": BLACK, "zorder": 4}
    ax.add_patch(FancyArrowPatch((third, first), (third, 0), **step, shrinkB=6))
    for name, (model, a, b) in points.items():
        style = look(model)
        drawn = {"color": style.color, "marker": style.marker, "zorder": 5}
        ax.plot(a, b, linestyle="none", ms=11, label=name, **drawn)
        above, ha = (b == 0), "right" if name == "solved" else "left"
        ax.annotate(
            f"{name}: {error(b, a):.1f}",
            (a, b),
            xytext=(-4 if ha == "right" else 9, 9 if above else -13),
            textcoords="offset points",
            ha=ha,
            fontsize=10.5,
        )
    ax.set(xlim=(0, x[-1]), ylim=(low, high))
    ax.set_xlabel(f"weight of the {titles[2]} for the {titles[1]}")
    ax.set_ylabel(f"weight of the {titles[0]}")
    what = "lines: equal squared error + penalty"
    ax.set_title(f"toy of three films, λ = {l2:g}; {what}", fontsize=10)
    return fig


def _weights(G: np.ndarray, l2: float, titles: Sequence[str]) -> tuple[float, float]:
    """Return EASE's weights of the first and of the third film for the second."""
    G = np.asarray(G, dtype=float)
    if G.shape != (3, 3) or len(titles) != 3 or not np.array_equal(G, G.T):
        raise ValueError(
            "The drawing is of three films: a symmetric 3 x 3 matrix of counts and "
            f"three titles, not {G.shape} and {len(titles)}."
        )
    rest = [0, 2]
    first, third = np.linalg.solve(G[np.ix_(rest, rest)] + l2 * np.eye(2), G[rest, 1])
    return float(first), float(third)


def _film(ax: Axes, film: int, words: str) -> None:
    """Draw a film as a circle with its name."""
    place = PLACES[film]
    ax.add_patch(Circle(place, RADIUS, facecolor="white", edgecolor=BLACK, zorder=3))
    ax.text(*place, words, ha="center", va="center", fontsize=9, zorder=4)


def _join(ax: Axes, a: int, b: int, **style: object) -> None:
    """Draw a line from the rim of one film to that of another."""
    ends = np.array([PLACES[a], PLACES[b]])
    along = (ends[1] - ends[0]) / np.linalg.norm(ends[1] - ends[0])
    start, stop = ends[0] + RADIUS * along, ends[1] - RADIUS * along
    ax.add_patch(FancyArrowPatch(start, stop, shrinkA=0, shrinkB=0, **style))


def _arrow(
    ax: Axes, a: int, b: int, weight: float, where: tuple[float, float], ha: str
) -> None:
    """Draw a weight as an arrow; one below 0 is dashed."""
    color, style = (BLUE, "-") if weight >= 0 else (VERMILLION, (0, (4, 2)))
    line = {"arrowstyle": "-|>", "mutation_scale": 18, "color": color}
    _join(ax, a, b, **line, linestyle=style, lw=2.2)
    va = "bottom" if ha == "center" else "center"
    weight_words = {"ha": ha, "va": va, "fontsize": 12, "fontweight": "bold"}
    ax.text(*where, signed(weight), color=color, **weight_words)
