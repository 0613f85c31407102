"""The figures of lesson 13: strips for a square, and what ImplicitSLIM brings."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import cycle

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

from recnb.plots.lines import legend_below, pair
from recnb.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
    look,
    new_figure,
    styled,
)

#: Which parts of the host ImplicitSLIM writes: name, colour, line style, marker.
ARMS = {
    "plain": ("plain host", VERMILLION, ":", "s"),
    "init": ("as initialiser", ORANGE, "--", "^"),
    "reg": ("as regulariser", GREEN, "-.", "v"),
    "both": ("as both", PURPLE, "-", "D"),
}
#: Colour and marker of the groups of an embedding map.
GROUPS = ((VERMILLION, "^"), (BLUE, "s"), (ORANGE, "D"))
#: Line style, colour and marker of ImplicitSLIM at one length.
OF_LENGTH = (("-", PURPLE, "D"), ("--", VERMILLION, "^"), ("-.", GREEN, "s"))
GAIN = "test NDCG@100 minus EASE's"
CUT = "EASE's scores cut to L directions"
GOAL = "plain host's best (marker: first reached)"
MIB = 2**20


# ---- the idea ----


@styled
def square_and_strips(n_items: int, n_users: int, L: int) -> Figure:
    """Draw the n x n matrix that EASE stores, and the L x n strips of ImplicitSLIM.

    The shapes are schematic: on one scale the strips would be too thin to see.

    Parameters
    ----------
    n_items, n_users : int
        Sizes of X.
    L : int
        Length of an embedding.
    """
    fig, (left, right) = pair("", height=4.0)
    _square(left, n_items)
    _strips(right, n_items, n_users, L)
    for ax in (left, right):
        ax.set(xlim=(-0.9, 6.2), ylim=(-0.8, 6.2), aspect="equal", xticks=[], yticks=[])
        ax.grid(visible=False)
        ax.spines[:].set_visible(False)
    return fig


def _square(ax: Axes, n: int) -> None:
    """Draw EASE's B, in which the item of a row rebuilds that of a column."""
    _area(ax, (0, 0, 5.4, 5.4), look("EASE").color, f"B: n² = {n**2:,}\nnumbers")
    ax.text(2.7, 5.6, "item that is rebuilt", ha="center", va="bottom")
    ax.text(-0.2, 2.7, "item that rebuilds", ha="right", va="center", rotation=90)
    for x, y, dx, dy in ((0, 4.5, 4.5, 0), (4.5, 5.4, 0, -0.9)):
        style = {"arrowstyle": "-|>", "color": BLACK, "lw": 1.5}
        ax.annotate("", (x + dx, y + dy), (x, y), arrowprops=style)
    ax.plot(4.5, 4.5, "s", color="white", mec=BLACK, ms=11)
    ax.text(2.7, -0.2, f"n = {n:,} items", ha="center", va="top")
    ax.set_title("EASE: who rebuilds whom", fontsize=11)


def _strips(ax: Axes, n: int, n_users: int, L: int) -> None:
    """Draw what ImplicitSLIM stores: W, the likes as they are, and V."""
    size = f"L n = {L:,} × {n:,} = {L * n:,} numbers"
    _area(ax, (0, 4.75, 5.4, 0.65), SKY, size, "//")
    _area(ax, (0, 1.45, 5.4, 2.5), "white", "only its likes\nare stored", "..")
    _area(ax, (0, 0, 5.4, 0.65), PURPLE, size, "\\\\")
    for y, name in ((5.08, "W"), (2.7, "X"), (0.33, "V")):
        ax.text(-0.15, y, name, ha="right", va="center", fontweight="bold")
    style = {"arrowstyle": "-|>", "color": BLACK, "lw": 1.8}
    for start, end in ((4.75, 3.95), (1.45, 0.65)):
        ax.annotate("", (2.7, end), (2.7, start), arrowprops=style)
    ax.text(2.7, 5.6, "the host's embeddings", ha="center", va="bottom")
    ax.text(5.6, 2.7, f"{n_users:,} users", ha="left", va="center", rotation=270)
    ax.text(2.7, -0.2, f"new embeddings, n = {n:,} items", ha="center", va="top")
    ax.set_title("ImplicitSLIM: strips", fontsize=11)


def _area(
    ax: Axes,
    place: tuple[float, float, float, float],
    color: str,
    words: str,
    hatch: str = "",
) -> None:
    """Draw a matrix as a rectangle, with words on a white field."""
    x, y, width, height = place
    face = {"facecolor": color, "edgecolor": GREY, "hatch": hatch, "alpha": 0.75}
    ax.add_patch(Rectangle((x, y), width, height, **face))
    field = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
    middle = x + width / 2, y + height / 2
    ax.text(*middle, words, ha="center", va="center", fontsize=9, bbox=field)


@styled
def spiral_unrolled(
    points: np.ndarray,
    order: np.ndarray,
    places: np.ndarray,
    *,
    protocol: str = "points along a spiral",
) -> Figure:
    """Draw a curve in the plane, and the places that LLE gives its points on a line.

    Parameters
    ----------
    points : array of shape (n_points, 2)
    order : array of shape (n_points,)
        Where each point lies along the curve.
    places : array of shape (n_points,) or (1, n_points)
        Its place in one dimension.
    protocol : str

    Raises
    ------
    ValueError
        If they are not of the same number of points.
    """
    points, order = np.asarray(points), np.asarray(order)
    places = np.asarray(places).ravel()
    if points.shape != (len(order), 2) or len(places) != len(order):
        raise ValueError(
            f"points of shape {points.shape}, {len(order)} in order, {len(places)} "
            "places: there has to be one of each for a point."
        )
    fig, (left, right) = pair(protocol)
    drawn = {"c": order, "cmap": "cividis", "s": 14}
    left.scatter(*points.T, **drawn)
    right.scatter(order, places, **drawn)
    for word, at in (("start", np.argmin(order)), ("end", np.argmax(order))):
        for ax, xy in ((left, points[at]), (right, (order[at], places[at]))):
            ax.plot(*xy, "o", ms=11, mfc="none", mec=BLACK, mew=1.5)
            above = {"xytext": (0, 14), "textcoords": "offset points"}
            ax.annotate(word, xy, ha="center", **above)
            ax.margins(0.12, 0.18)
    left.set_aspect("equal", adjustable="datalim")
    left.set(xlabel="first coordinate", ylabel="second coordinate")
    left.set_title("the points", fontsize=10)
    right.set(xlabel="true order along the curve", ylabel="place")
    right.set_title("LLE in one dimension", fontsize=10)
    return fig


@styled
def embedding_map(
    places: Mapping[str, np.ndarray],
    groups: Mapping[str, np.ndarray],
    *,
    protocol: str,
) -> Figure:
    """Draw films in the plane by two embeddings, some groups of them marked.

    Parameters
    ----------
    places : dict, title of a panel -> array of shape (2, n_items)
        Two of them, such as before and after.
    groups : dict, name -> boolean array of shape (n_items,)
        At most three; the films of none of them are grey dots.
    protocol : str

    Raises
    ------
    ValueError
        If there are other numbers of panels or groups, or the shapes do not fit.
    """
    if len(places) != 2 or len(groups) > len(GROUPS):
        raise ValueError(
            f"{len(places)} panels and {len(groups)} groups; the map takes two panels "
            f"and at most {len(GROUPS)} groups."
        )
    masks = {name: np.asarray(mask, dtype=bool) for name, mask in groups.items()}
    fig, axes = pair(protocol, height=4.2)
    for ax, (title, xy) in zip(axes, places.items(), strict=True):
        xy = np.asarray(xy)
        if any(xy.shape != (2, *mask.shape) for mask in masks.values()):
            raise ValueError(
                f"{title} has shape {xy.shape}; it takes (2, n_items), with as many "
                "items as each group has."
            )
        others = ~np.any([np.zeros(xy.shape[1], bool), *masks.values()], axis=0)
        ax.plot(*xy[:, others], "o", color=GREY, ms=2.5, alpha=0.4, rasterized=True)
        for (name, mask), (color, marker) in zip(masks.items(), GROUPS, strict=False):
            style = {"color": color, "mec": "white", "mew": 0.4, "ms": 6}
            ax.plot(*xy[:, mask], marker, **style, label=name)
        ax.set(xlabel="first coordinate")
        ax.xaxis.set_major_locator(MaxNLocator(5))
        ax.set_title(title, fontsize=10)
    axes[0].set_ylabel("second coordinate")
    if masks:
        legend_below(fig, axes[0])
    return fig


# ---- what it brings ----


@styled
def gain_by_length(
    table: pd.DataFrame, *, protocol: str, cut: pd.DataFrame | None = None
) -> Figure:
    """Draw each arm of a host minus EASE against L, and the longer half closer up.

    Parameters
    ----------
    table : DataFrame with columns L, arm, seed, minus_ease
        One host on one dataset; a row an arm, length and split. Rows of the arm "EASE"
        are left out: EASE is the line at zero.
    protocol : str
    cut : DataFrame with columns L, minus_ease, optional
        EASE's scores cut to L directions; several rows of a length are averaged.

    Raises
    ------
    ValueError
        If an arm is unknown, or stands twice for one length and split.
    """
    table = table[table["arm"] != "EASE"]
    _check_arms(table)
    if table.duplicated(["L", "arm", "seed"]).any():
        raise ValueError(
            "An arm stands twice for one L and seed: choose one host and one dataset."
        )
    lengths = sorted(table["L"].unique())
    if cut is not None:
        cut = cut.groupby("L")["minus_ease"].mean()
        lengths = sorted({*lengths, *cut.index})
    fig, axes = pair(protocol, height=4.6)
    for ax, shown in zip(axes, (lengths, lengths[len(lengths) // 2 :]), strict=True):
        _gains(ax, table[table["L"].isin(shown)], cut, shown)
    axes[0].set_ylabel(GAIN)
    axes[0].set_title("all lengths", fontsize=10)
    axes[1].set_title("the longer half, closer up", fontsize=10)
    legend_below(fig, axes[0])
    return fig


def _gains(
    ax: Axes, table: pd.DataFrame, cut: pd.Series | None, lengths: Sequence[int]
) -> None:
    """Draw the arms at some lengths, side by side, with all their splits."""
    ax.axhline(0, color=BLUE, label="EASE (tuned)")
    if cut is not None:
        known = cut[cut.index.isin(lengths)]
        style = {"color": GREY, "marker": "x", "label": CUT}
        ax.plot(known.index, known, "--", lw=1.5, ms=5, **style)
    arms = [arm for arm in ARMS if (table["arm"] == arm).any()]
    for place, arm in enumerate(arms):
        label, color, style, marker = ARMS[arm]
        splits = table[table["arm"] == arm].groupby("L")["minus_ease"]
        mean, reach = splits.mean(), _reach(splits)
        x = mean.index.to_numpy() * 2.0 ** (0.09 * (place - (len(arms) - 1) / 2))
        drawn = {"color": color, "ls": style, "marker": marker, "ms": 5, "lw": 1.6}
        ax.errorbar(x, mean, reach, elinewidth=1.2, capsize=2, label=label, **drawn)
        once = (splits.size() == 1).to_numpy()
        style = {"color": color, "mfc": "white", "ms": 5, "label": "_once"}
        ax.plot(x[once], mean[once], marker, zorder=3, **style)
    if (table.groupby(["arm", "L"]).size() == 1).any():
        style = {"color": GREY, "mfc": "white", "label": "open marker: one split"}
        ax.errorbar([], [], fmt="o", **style)
    ax.set_xscale("log", base=2)
    ax.margins(x=0.08)
    ax.set_xticks(lengths, [f"{L:,}" for L in lengths], fontsize=10)
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xlabel("L (log scale; bars: all splits)")


def _reach(splits: pd.core.groupby.SeriesGroupBy) -> np.ndarray:
    """Return how far the lowest and the highest split are from the mean; (2, n)."""
    mean = splits.mean()
    return np.array([mean - splits.min(), splits.max() - mean])


def _check_arms(table: pd.DataFrame) -> None:
    """Raise a ValueError unless there is an arm, and all are known."""
    unknown = set(table["arm"]) - set(ARMS)
    if unknown or table.empty:
        named = ", ".join(sorted(map(str, unknown))) or "none"
        raise ValueError(f"The arms are {', '.join(ARMS)}; the table has {named}.")


@styled
def epochs_and_seconds(
    curves: pd.DataFrame, *, protocol: str, ease: float | None = None
) -> Figure:
    """Draw validation NDCG@100 against epochs and seconds, a line an arm.

    A large marker stands where an arm first reaches the best value of the plain host.

    Parameters
    ----------
    curves : DataFrame with columns arm, seed, epoch, seconds, val
        A row an epoch; seconds since the start. Splits are averaged. The plain host is
        one of the arms.
    protocol : str
    ease : float, optional
        EASE's value for the same users.

    Raises
    ------
    ValueError
        If an arm is unknown, or the plain host is missing.
    """
    _check_arms(curves)
    if "plain" not in set(curves["arm"]):
        raise ValueError("The curves need the arm plain, whose best value is the goal.")
    means = (
        curves.groupby(["arm", "epoch"])[["seconds", "val"]].mean().reset_index("epoch")
    )
    best = means["val"].groupby("arm").max()
    goal = best["plain"]
    fig, axes = pair(protocol, height=4.2)
    for ax, unit in zip(axes, ("epoch", "seconds"), strict=True):
        if ease is not None:
            ax.axhline(ease, color=BLUE, lw=1.6, label="EASE (tuned)")
        ax.axhline(goal, color=BLACK, ls=":", lw=1.4, label=GOAL)
        for arm in (arm for arm in ARMS if arm in best.index):
            _curve(ax, means.loc[[arm]], unit, arm, goal)
        # First epochs are far below; what is to be seen is the end of the curves.
        if means["val"].min() < 0.92 * best.min():
            ax.set_ylim(bottom=0.92 * best.min())
        ax.set_xlabel({"epoch": "epoch", "seconds": "seconds of training"}[unit])
        ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes[0].set_ylabel("validation NDCG@100")
    legend_below(fig, axes[0])
    return fig


def _curve(ax: Axes, curve: pd.DataFrame, unit: str, arm: str, goal: float) -> None:
    """Draw one arm, and where it first reaches the goal."""
    label, color, style, marker = ARMS[arm]
    ax.plot(curve[unit], curve["val"], ls=style, color=color, lw=1.6, label="_line")
    reached = np.flatnonzero(curve["val"] >= goal)[:1]
    first = curve.iloc[reached]
    drawn = {"color": color, "mec": BLACK, "ms": 9, "zorder": 3, "label": "_reached"}
    ax.plot(first[unit], first["val"], marker, **drawn)
    ax.plot([], [], ls=style, color=color, marker=marker, label=label)


@styled
def strength_map(
    table: pd.DataFrame,
    *,
    protocol: str,
    value: str = "minus_ease",
    label: str = GAIN,
    marked: tuple[float, float] | None = None,
) -> Figure:
    """Draw a value for each strength s_q and lambda, as colour and as number.

    Parameters
    ----------
    table : DataFrame with columns l2, s_q, `value`
        One row a pair, of one dataset and one length.
    protocol : str
    value, label : str
        The column to draw, and what it is.
    marked : (l2, s_q), optional
        Cell to put a ring around.

    Raises
    ------
    ValueError
        If a pair stands twice, or `marked` is none of them.
    """
    if table.duplicated(["l2", "s_q"]).any():
        raise ValueError(
            "A pair of l2 and s_q stands twice: choose one dataset and one L."
        )
    grid = table.pivot_table(value, "l2", "s_q").sort_index(ascending=False)
    fig, ax = new_figure(height=1.5 + 0.5 * len(grid))
    image = ax.imshow(grid, cmap="cividis", aspect="auto")
    sign = "+" if grid.min(axis=None) < 0 else ""
    for (row, column), number in np.ndenumerate(grid.to_numpy()):
        text = f"{number:{sign}.4f}".replace("-", "−") if np.isfinite(number) else ""
        color = _readable(image, number)
        ax.text(column, row, text, ha="center", va="center", color=color, fontsize=10)
    if marked is not None:
        _ring(ax, grid, marked)
    ax.set_xticks(range(grid.shape[1]), [f"{s_q:g}" for s_q in grid.columns])
    ax.set_yticks(range(grid.shape[0]), [f"{l2:,g}" for l2 in grid.index])
    ax.set(xlabel="strength $s_q$ of the pull (0: none)", ylabel="λ in ImplicitSLIM")
    ax.grid(visible=False)
    ax.set_title(protocol, fontsize=10)
    fig.colorbar(image, label=label)
    return fig


def _readable(image: ScalarMappable, number: float) -> str:
    """Return black on light cells, and white on dark ones."""
    red, green, blue, _ = image.to_rgba(number)
    return BLACK if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "white"


def _ring(ax: Axes, grid: pd.DataFrame, marked: tuple[float, float]) -> None:
    """Draw a ring, black on white, around the cell of (l2, s_q)."""
    l2, s_q = marked
    if l2 not in grid.index or s_q not in grid.columns:
        raise ValueError(f"There is no cell with l2 = {l2:g} and s_q = {s_q:g}.")
    corner = grid.columns.get_loc(s_q) - 0.46, grid.index.get_loc(l2) - 0.42
    for color, width in (("white", 5), (BLACK, 2)):
        frame = {"fill": False, "edgecolor": color, "linewidth": width}
        ax.add_patch(Rectangle(corner, 0.92, 0.84, **frame))


@styled
def variants(
    table: pd.DataFrame, *, protocol: str, controls: Collection[str] = ()
) -> Figure:
    """Draw a row a variant: the mean of its gains over EASE, lowest to highest split.

    Parameters
    ----------
    table : DataFrame with columns variant, seed, minus_ease
        Variants from top to bottom in the order in which they first stand.
    protocol : str
    controls : names of variants
        Those that should not help; their markers are open.

    Raises
    ------
    ValueError
        If a control is no variant.
    """
    if unknown := set(controls) - set(table["variant"]):
        raise ValueError(f"No variant of the table: {', '.join(sorted(unknown))}.")
    splits = table.groupby("variant", sort=False)["minus_ease"]
    mean, reach = splits.mean(), _reach(splits)
    rows = np.arange(len(mean))[::-1]
    fig, ax = new_figure(height=1.7 + 0.38 * len(mean))
    for control, label in ((False, "variant"), (True, "control")):
        here = np.array([(name in controls) == control for name in mean.index])
        if here.any():
            drawn = {"color": GREY, "mfc": "white"} if control else {"color": PURPLE}
            style = {"fmt": "s" if control else "D", "capsize": 3, "label": label}
            ax.errorbar(mean[here], rows[here], xerr=reach[:, here], **style, **drawn)
    ax.axvline(0, color=BLUE, label="EASE (tuned)")
    ax.set_yticks(rows, mean.index)
    ax.set_ylim(-0.6, len(mean) - 0.4)
    ax.margins(x=0.08)
    ax.set_xlabel(f"{GAIN} (mean; bars: all splits)")
    fig.suptitle(protocol, fontsize=10, x=0.01, ha="left")
    legend_below(fig, ax)
    return fig


# ---- what it costs ----


@styled
def cost_by_catalogue(
    table: pd.DataFrame, *, protocol: str, ease_bytes: bool = True
) -> Figure:
    """Draw seconds and memory against the number of items, on log scales.

    Parameters
    ----------
    table : DataFrame with columns n_items, what, L, seconds, mib
        `what` is "EASE" or "ImplicitSLIM"; L counts for the latter only.
    protocol : str
    ease_bytes : bool
        Draw what EASE's matrix in single precision takes, beyond the last catalogue on
        which EASE was measured.

    Raises
    ------
    ValueError
        If something else is in the column what.
    """
    if unknown := set(table["what"]) - {"EASE", "ImplicitSLIM"}:
        raise ValueError(f"EASE and ImplicitSLIM are drawn, not {', '.join(unknown)}.")
    fig, axes = pair(protocol, height=4.2)
    names = {"seconds": "seconds (log scale)", "mib": "MiB (log scale)"}
    for ax, (column, name) in zip(axes, names.items(), strict=True):
        for label, style, points in _costs(table):
            ax.plot(points["n_items"], points[column], **style, ms=5, label=label)
        if column == "mib" and ease_bytes:
            _computed(ax, table)
        ax.set(xscale="log", yscale="log", xlabel="items (log scale)")
        ax.xaxis.set_major_formatter(FuncFormatter(lambda n, _: f"{n:,.0f}"))
        ax.set_title(name, fontsize=10)
    legend_below(fig, axes[1])
    return fig


def _costs(table: pd.DataFrame) -> list[tuple[str, dict[str, object], pd.DataFrame]]:
    """Return label, style and points of each line."""
    table = table.sort_values("n_items")
    ease, found = look("EASE"), []
    points = table[table["what"] == "EASE"].dropna(subset=["seconds"])
    style = {"ls": ease.linestyle, "color": ease.color, "marker": ease.marker}
    found.append(("EASE", style, points))
    others = table[table["what"] == "ImplicitSLIM"].groupby("L")
    for (L, points), (ls, color, marker) in zip(others, cycle(OF_LENGTH), strict=False):
        style = {"ls": ls, "color": color, "marker": marker}
        found.append((f"ImplicitSLIM, L = {L:.0f}", style, points))
    return found


def _computed(ax: Axes, table: pd.DataFrame) -> None:
    """Draw the size of EASE's matrix for catalogues beyond those measured."""
    measured = table.loc[table["what"] == "EASE"].dropna(subset=["mib"])["n_items"]
    n = np.array([measured.max() if len(measured) else table["n_items"].min()])
    n = np.append(n, table["n_items"].max())
    if n[1] > n[0]:
        style = {"color": BLUE, "lw": 1, "label": "EASE's matrix, computed"}
        ax.plot(n, 4 * n.astype(float) ** 2 / MIB, "--", **style)
