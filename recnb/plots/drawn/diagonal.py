"""The drawings of lesson 09: a constraint as contours, and links in a chain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch

from recnb.plots.drawn.parts import signed
from recnb.plots.style import BLACK, BLUE, GREY, RC, VERMILLION, look, styled

#: Heights of the contours: 0 is the lowest point, 1 is EASE's.
LEVELS = (0.1, 0.4, 1, 2, 3.5, 5.5, 8, 11)
#: Length of an arrow for a slope of 1: in one large panel, and in small ones.
LONG, LONGER = 0.065, 0.16
#: Where three films stand, and the radius of a film.
PLACES, RADIUS = ((0, 0), (1.4, 1.1), (2.8, 0)), 0.28


@styled
def constraint_contours(
    G: np.ndarray, l2: float, titles: Sequence[str], *, protocol: str
) -> Figure:
    """Draw the objective of one film in its two weights, and where EASE is allowed.

    The second film is reproduced from the first one and from itself. The contours are
    those of squared error plus penalty; the contour through EASE touches the line on
    which the film's own weight is zero.

    Parameters
    ----------
    G : array of shape (2, 2)
        Common fans.
    l2 : float
    titles : sequence of two str
    protocol : str
        Whose likes these are.

    Raises
    ------
    ValueError
        If there are not two films, or the penalty is not above zero.
    """
    G = _two_films(G, l2, titles)
    width, _ = RC["figure.figsize"]
    fig = Figure(figsize=(width, 4.6), layout="constrained")
    ax = fig.add_subplot()
    ease, price = _solution(G, l2, 0)
    ridge, _ = _solution(G, l2, 1)
    _contours(ax, G, l2, ease)
    ax.axvline(0, color=BLUE, lw=2.5, label="allowed")
    elsewhere = np.array([0, ease[0] / 4])
    _downhill(ax, G, l2, elsewhere, LONG, color=GREY, label="elsewhere")
    _downhill(ax, G, l2, ease[::-1], LONG, color=BLACK, label="downhill")
    _mark(ax, "EASE", ease, 11)
    _mark(ax, "LAE", ridge, 11)
    beside = {
        "textcoords": "offset points",
        "fontsize": 10,
        "bbox": _field(),
        "zorder": 6,
    }
    own, other = (signed(value) for value in ridge[::-1])
    words = f"lowest point of all:\n{own} for itself, {other} from {titles[0]}"
    ax.annotate(words, ridge[::-1], xytext=(12, -4), va="center", **beside)
    words = f"EASE: 0 and {signed(ease[0])}"
    ax.annotate(words, ease[::-1], xytext=(-12, 2), ha="right", **beside)
    words = f"downhill, {2 * price:.1f} per unit"
    end = 2 * price * LONG, ease[0]
    ax.annotate(words, end, xytext=(5, 4), va="bottom", **beside)
    words = "elsewhere on the line, downhill\nis partly along the line"
    ax.annotate(words, elsewhere, xytext=(14, -4), va="top", **beside)
    place = {"xy": (0, 1), "xycoords": ("data", "axes fraction"), "xytext": (6, -6)}
    ax.annotate("allowed: this line", **place, va="top", color=BLUE, **beside)
    ax.set_xlabel(f"weight of {titles[1]} for itself")
    ax.set_ylabel(f"weight of {titles[0]} for {titles[1]}")
    ax.set_title(_contour_title(titles, l2, protocol), fontsize=10)
    return fig


@styled
def bound_contours(
    G: np.ndarray,
    l2: float,
    titles: Sequence[str],
    bounds: Sequence[float],
    *,
    protocol: str,
) -> Figure:
    """Draw the same objective with an upper bound on the own weight, a panel a bound.

    What is allowed is shaded. Where the bound holds the solution back, an arrow shows
    the way down that it forbids; elsewhere the solution is that without a bound.

    Parameters
    ----------
    G : array of shape (2, 2)
        Common fans.
    l2 : float
    titles : sequence of two str
    bounds : sequence of float
    protocol : str

    Raises
    ------
    ValueError
        As in `constraint_contours`, or if there is no bound.
    """
    G = _two_films(G, l2, titles)
    if not len(bounds):
        raise ValueError("Without a bound there is nothing to draw.")
    width, _ = RC["figure.figsize"]
    fig = Figure(figsize=(width, 3.6), layout="constrained")
    axes = np.atleast_1d(fig.subplots(1, len(bounds), sharey=True))
    for ax, bound in zip(axes, bounds, strict=True):
        found, price = _solution(G, l2, bound)
        _contours(ax, G, l2, found)
        left, _ = ax.get_xlim()
        ax.axvspan(left, bound, color=BLUE, alpha=0.12, lw=0, label="allowed")
        ax.axvline(bound, color=BLUE, lw=2.5)
        words = f"ξ = {bound:g}: γ = {price:.2f}"
        if price > 0:
            _downhill(ax, G, l2, found[::-1], LONGER, color=BLACK, label="downhill")
        _mark(ax, "RLAE", found, 15)
        _mark(ax, "LAE", _solution(G, l2, 1)[0], 8)
        ax.set_xticks([0, 0.5, 1])
        ax.set_title(words, fontsize=10)
        ax.set_xlabel(f"weight of {titles[1]} for itself")
    axes[0].set_ylabel(f"weight of {titles[0]} for {titles[1]}")
    title = _contour_title(titles, l2, protocol)
    fig.suptitle(title, fontsize=10, x=0.01, ha="left")
    fig.legend(*_legend(axes[0]), loc="outside lower center", ncols=3, fontsize=10)
    return fig


def _two_films(G: np.ndarray, l2: float, titles: Sequence[str]) -> np.ndarray:
    """Return the counts of two films, or raise a ValueError."""
    G = np.asarray(G, dtype=float)
    if G.shape != (2, 2) or len(titles) != 2:
        raise ValueError(
            f"The drawing has two films, so 2 x 2 counts and two titles; these are "
            f"{G.shape} and {len(titles)}."
        )
    if not l2 > 0:
        raise ValueError(f"The penalty must be above zero, not {l2}.")
    return G


def _solution(G: np.ndarray, l2: float, bound: float) -> tuple[np.ndarray, float]:
    """Return the second film's weights, its own one at most so large, and the price."""
    P = np.linalg.inv(G + l2 * np.eye(2))
    factor = max(l2, (1 - bound) / P[1, 1])
    return np.array([0, 1]) - factor * P[:, 1], factor - l2


def _objective(
    G: np.ndarray, l2: float, own: np.ndarray, other: np.ndarray
) -> np.ndarray:
    """Return squared error plus penalty of the second film."""
    (a, c), (_, b) = G
    fit = b - 2 * (b * own + c * other) + b * own**2 + 2 * c * own * other
    return fit + a * other**2 + l2 * (own**2 + other**2)


def _contours(ax: Axes, G: np.ndarray, l2: float, touching: np.ndarray) -> None:
    """Draw the contours, evenly enough, and a thick one through a point."""
    own, other = np.meshgrid(np.linspace(-0.45, 1.35, 220), np.linspace(-0.15, 1, 220))
    field = _objective(G, l2, own, other)
    low, top = (
        _objective(G, l2, *_solution(G, l2, bound)[0][::-1]) for bound in (1, 0)
    )
    level = _objective(G, l2, *touching[::-1])
    heights = [low + share * (top - low) for share in LEVELS]
    heights = [height for height in heights if not np.isclose(height, level)]
    drawn = ax.contour(own, other, field, heights, colors=GREY, linewidths=0.9)
    outer = [height for height in heights if height > top + 1e-9]
    ax.clabel(drawn, outer, fmt="%.1f", fontsize=9, colors=GREY)
    if level > low + 1e-9:
        thick = ax.contour(own, other, field, [level], colors=GREY, linewidths=2.2)
        ax.clabel(thick, fmt="%.1f", fontsize=9, colors=GREY)
    ax.grid(visible=False)


def _downhill(
    ax: Axes,
    G: np.ndarray,
    l2: float,
    start: np.ndarray,
    length: float,
    **drawn: object,
) -> None:
    """Draw the way down from a point (own weight, other weight), as long as steep."""
    other_first = np.asarray(start)[::-1]
    slope = 2 * ((G + l2 * np.eye(2)) @ other_first - G[:, 1])
    end = start - length * slope[::-1]
    style = {"arrowstyle": "-|>", "mutation_scale": 16, "shrinkA": 0, "shrinkB": 0}
    ax.add_patch(FancyArrowPatch(start, end, lw=2.5, zorder=5, **style, **drawn))


def _mark(ax: Axes, model: str, weights: np.ndarray, size: float) -> None:
    """Mark a model's weights by its colour and shape."""
    style, names = look(model), {"LAE": "ridge", "RLAE": "solution"}
    drawn = {"color": style.color, "ms": size, "mec": "white", "zorder": 4}
    label = names.get(model, model)
    ax.plot(*weights[::-1], style.marker, label=label, ls="none", **drawn)


def _contour_title(titles: Sequence[str], l2: float, protocol: str) -> str:
    return (
        f"{titles[1]} from {titles[0]} and itself, {protocol}, λ = {l2:g}; "
        "contours: squared error + penalty"
    )


def _field() -> dict[str, object]:
    return {"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.95}


def _legend(ax: Axes) -> tuple[list[Artist], list[str]]:
    """Return the handles and labels of what is allowed and of the two models."""
    handles, labels = ax.get_legend_handles_labels()
    shown = "allowed", "ridge", "solution"
    kept = [at for at, label in enumerate(labels) if label in shown]
    return [handles[at] for at in kept], [labels[at] for at in kept]


# ---- a chain ----


@styled
def chain_of_films(
    panels: Mapping[str, Mapping[tuple[str, str], float | None]],
) -> Figure:
    """Draw three films and their links, a panel a measure.

    A link is as thick as it is strong, and has its value; one of zero is dotted. A
    value of None is a question mark on a dashed line.

    Parameters
    ----------
    panels : dict, title -> dict, (film, film) -> value or None
        The same three films in each, named in order by the first two links.

    Raises
    ------
    ValueError
        If there is no panel, or its films are not three.
    """
    if not panels:
        raise ValueError("Without a panel there is nothing to draw.")
    width, _ = RC["figure.figsize"]
    size = width * min(1, 0.5 * len(panels)), 2.5
    fig = Figure(figsize=size, layout="constrained")
    axes = np.atleast_1d(fig.subplots(1, len(panels)))
    for ax, (title, links) in zip(axes, panels.items(), strict=True):
        films = list(dict.fromkeys(film for link in links for film in link))
        if len(films) != 3:
            raise ValueError(f"A chain has three films; these are {', '.join(films)}.")
        place = dict(zip(films, PLACES, strict=True))
        for (one, other), value in links.items():
            _link(ax, np.array(place[one]), np.array(place[other]), value)
        for film, (x, y) in place.items():
            face = {"facecolor": "white", "edgecolor": BLACK, "lw": 1.5, "zorder": 3}
            ax.add_patch(Circle((x, y), RADIUS, **face))
            words = {"ha": "center", "va": "center", "fontweight": "bold"}
            ax.text(x, y, film, zorder=4, **words)
        ax.set_title(title, fontsize=11)
        ax.set(xlim=(-0.4, 3.2), ylim=(-0.5, 1.5), aspect="equal")
        ax.set_axis_off()
    return fig


def _link(ax: Axes, start: np.ndarray, end: np.ndarray, value: float | None) -> None:
    """Draw one link with its value on it."""
    unknown = value is None
    absent = not unknown and round(value, 2) == 0
    style = "--" if unknown else ":" if absent else "-"
    wide = 1.5 if unknown or absent else 8 * abs(value)
    color = GREY if unknown or absent else BLUE if value > 0 else VERMILLION
    ax.plot(*np.stack([start, end], 1), style, color=color, lw=wide, zorder=1)
    words = "?" if unknown else signed(value)
    middle = (start + end) / 2
    shown = {"ha": "center", "va": "center", "zorder": 2, "bbox": _field()}
    ax.text(*middle, words, **shown | {"fontsize": 14 if unknown else 11})
