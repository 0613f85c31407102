"""The figures of lesson 13b: other hosts, their priors, graph filters, and tags."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle
from matplotlib.ticker import NullFormatter

from recnb.plots.implicit_slim import ARMS
from recnb.plots.lines import legend_below, pair
from recnb.plots.rows import GAIN, check_once, difference_rows, level_rows
from recnb.plots.style import (
    BLACK,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    RC,
    SKY,
    VERMILLION,
    look,
    new_figure,
    styled,
)

#: What ImplicitSLIM writes: as the new embeddings of lesson 13.
WRITTEN = {"facecolor": PURPLE, "edgecolor": GREY, "hatch": "\\\\", "alpha": 0.75}
#: Colour, line style and marker of the parts of a prior.
PARTS = ((SKY, "--", "^"), (ORANGE, "-.", "s"), (GREEN, (0, (2, 1)), "D"))
#: Colour and line style of two groups of users.
GROUPS = ((ORANGE, "-"), (SKY, (0, (5, 1.5))))
#: Colour, line style and marker of a filter; blue is EASE's.
FILTERS = (
    (VERMILLION, "--", "^"),
    (GREEN, "-.", "D"),
    (ORANGE, (0, (2, 1)), "s"),
    (PURPLE, "-", "P"),
    (BLACK, ":", "X"),
)
#: Smaller eigenvalues are drawn here: most of them, and far from where filters differ.
SMALLEST = 1e-4
#: The looks and names of what has another name in a table.
LOOK_OF = {"ImplicitSLIM": "MF + ImplicitSLIM"}
NAME_OF = {"HVamp": "H+Vamp", "ALSMF": "MF"}


# ---- the idea ----


@styled
def hosts_drawing() -> Figure:
    """Draw five hosts: what ImplicitSLIM writes in each, and what is its own.

    The shapes are schematic. A marked matrix has a vector for each item.
    """
    width, _ = RC["figure.figsize"]
    fig = Figure(figsize=(width, 4.9))
    fig.subplots_adjust(0.01, 0.12, 0.99, 0.94, wspace=0.06, hspace=0.55)
    axes = fig.subplots(2, 3).ravel()
    for ax, (name, (draw, own)) in zip(axes, DRAWN.items(), strict=False):
        draw(ax)
        ax.set_title(name, fontsize=11, fontweight="bold", loc="center")
        ax.text(5, -0.5, own, ha="center", va="top", fontsize=9.5)
    _key(axes[-1])
    for ax in axes:
        ax.set(xlim=(0, 10), ylim=(-0.3, 6), aspect="equal")
        ax.set_axis_off()
    return fig


def _mf(ax: Axes) -> None:
    """Draw X as the product of users' and items' vectors."""
    _matrix(ax, 3.4, 0.3, 5.6, 3.6, "X: users × items")
    _matrix(ax, 1.5, 0.3, 1.4, 3.6, "P")
    _matrix(ax, 3.4, 4.4, 5.6, 1.3, "Q", written=True)
    for ends, bend in (
        (((1.9, 4.1), (3.2, 5.3)), -0.4),
        (((3.2, 4.8), (2.4, 4.1)), -0.3),
    ):
        _arrow(ax, *ends, bend)


def _multvae(ax: Axes) -> None:
    """Draw an encoder, a code and a decoder."""
    _encoder_and_decoder(ax)
    _code(ax, 5, 3, "z")
    _arrow(ax, (3.2, 3), (4.15, 3))
    _arrow(ax, (5.85, 3), (6.8, 3))
    z = np.linspace(-1.3, 1.3, 41)
    ax.plot(5 + z, 4.3 + np.exp(-(z**2) / 0.35), color=BLACK, lw=1.2)
    ax.plot([3.7, 6.3], [4.3, 4.3], color=BLACK, lw=0.8)


def _recvae(ax: Axes) -> None:
    """Draw the same, with a prior of three parts and passes in turn."""
    _encoder_and_decoder(ax)
    _code(ax, 5, 2.2, "z")
    _arrow(ax, (3.2, 2.2), (4.15, 2.2))
    _arrow(ax, (5.85, 2.2), (6.8, 2.2))
    z = np.linspace(-1.45, 1.45, 61)
    parts = (np.exp(-(z**2) / 0.5), 1.3 * np.exp(-((z - 0.5) ** 2) / 0.04), 0.2 + 0 * z)
    for part, (color, style, _) in zip(parts, PARTS, strict=True):
        ax.plot(5 + z, 4.0 + part, ls=style, color=color, lw=1.5)
    ax.plot([3.5, 6.5], [4, 4], color=BLACK, lw=0.8)
    ax.text(5, 3.85, "p(z)", ha="center", va="top", fontsize=9)
    for x, passes in ((2.4, "3 ×"), (7.6, "1 ×")):
        ax.text(x, 5.35, passes, ha="center", va="bottom", fontsize=9)


def _hvamp(ax: Axes) -> None:
    """Draw two codes, each behind weights with gates, and the made-up users."""
    _likes_and_scores(ax)
    _matrix(ax, 6.9, 0.8, 1.4, 4.4, "", written=True)
    for y, name in ((4.15, "$z_1$"), (1.85, "$z_2$")):
        _arrow(ax, (0.9, y), (1.65, y))
        for x in (1.7, 2.5):
            _matrix(ax, x, y - 1.05, 0.6, 2.1, "", written=True)
        ax.plot(3.66, y, marker="o", ms=9, mfc="white", mec=BLACK)
        ax.plot(3.66, y, marker="x", ms=5, color=BLACK)
        _code(ax, 5.2, y, name)
        _arrow(ax, (3.95, y), (4.35, y))
        _arrow(ax, (6.05, y), (6.8, y))
    _arrow(ax, (5.2, 2.65), (5.2, 3.3))
    for x in (4.1, 4.65, 5.2, 5.75, 6.3):
        _matrix(ax, x - 0.16, -0.25, 0.32, 0.85, "", linestyle="--")
    _arrow(ax, (5.2, 0.6), (5.2, 1.05), style=":")
    ax.text(3.75, 0.15, "$u_k$", ha="right", va="center", fontsize=9)


def _ultragcn(ax: Axes) -> None:
    """Draw users and items as dots and squares, items joined by shared users."""
    users, items = (4.9, 3.0, 1.1), (5.3, 3.8, 2.3, 0.8)
    for i, j in ((0, 0), (0, 1), (1, 1), (1, 2), (1, 0), (2, 2), (2, 3)):
        ax.plot([2.4, 4.6], [users[i], items[j]], color=GREY, lw=1)
    for i, j in ((0, 1), (1, 2), (2, 3), (0, 2)):
        bend = {"connectionstyle": f"arc3,rad={-0.5 - 0.15 * (j - i - 1)}"}
        ends = (4.8, items[i]), (4.8, items[j])
        line = {"arrowstyle": "-", "color": VERMILLION, "lw": 2, "zorder": 2}
        ax.add_patch(FancyArrowPatch(*ends, **bend, **line))
    for y in users:
        ax.plot(2.4, y, "o", ms=10, mfc="white", mec=BLACK, zorder=3)
        _matrix(ax, 0.3, y - 0.35, 1.4, 0.7, "")
    for y in items:
        ax.plot(4.7, y, "s", ms=9, mfc="white", mec=BLACK, zorder=3)
        _matrix(ax, 7.0, y - 0.42, 2.6, 0.84, "", written=True)


def _encoder_and_decoder(ax: Axes) -> None:
    """Draw x, the matrix that reads it, the matrix that writes scores, and these."""
    _likes_and_scores(ax)
    for x in (1.7, 6.9):
        _matrix(ax, x, 0.8, 1.4, 4.4, "", written=True)
    _arrow(ax, (0.9, 3), (1.65, 3))


def _likes_and_scores(ax: Axes) -> None:
    """Draw what goes into an autoencoder, and what comes out."""
    for x, name in ((0.6, "x"), (9.4, "π")):
        _matrix(ax, x - 0.25, 0.8, 0.5, 4.4, "")
        ax.text(x, 5.35, name, ha="center", va="bottom", fontsize=10)
    _arrow(ax, (8.35, 3), (9.1, 3))


def _matrix(
    ax: Axes,
    x: float,
    y: float,
    width: float,
    height: float,
    words: str,
    *,
    written: bool = False,
    linestyle: str = "-",
) -> None:
    """Draw a matrix; what ImplicitSLIM writes is coloured and hatched."""
    face = WRITTEN if written else {"facecolor": "white", "edgecolor": BLACK}
    ax.add_patch(Rectangle((x, y), width, height, linestyle=linestyle, **face))
    if words:
        field = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        middle = x + width / 2, y + height / 2
        ax.text(*middle, words, ha="center", va="center", fontsize=9, bbox=field)


def _code(ax: Axes, x: float, y: float, name: str) -> None:
    """Draw a code."""
    ax.add_patch(Circle((x, y), 0.8, facecolor="white", edgecolor=BLACK))
    ax.text(x, y, name, ha="center", va="center", fontsize=10)


def _arrow(
    ax: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    bend: float = 0.0,
    style: str = "-",
) -> None:
    """Draw an arrow, bent to one side if need be."""
    ax.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>",
            mutation_scale=9,
            connectionstyle=f"arc3,rad={bend}",
            color=BLACK,
            linestyle=style,
            shrinkA=0,
            shrinkB=0,
        )
    )


def _key(ax: Axes) -> None:
    """Say what is what."""
    _matrix(ax, 0.4, 4.2, 1.6, 1.2, "", written=True)
    ax.text(2.5, 4.8, "one vector an item:\nImplicitSLIM writes it", va="center")
    _matrix(ax, 0.4, 2.4, 1.6, 1.2, "")
    ax.text(2.5, 3.0, "everything else", va="center")
    ax.plot([0.4, 2.0], [1.2, 1.2], color=VERMILLION, lw=2)
    ax.text(2.5, 1.2, "two items with\nusers in common", va="center")
    for text in ax.texts:
        text.set_fontsize(9.5)


#: How a host is drawn, and what is its own.
DRAWN: dict[str, tuple[Callable[[Axes], None], str]] = {
    "MF": (_mf, "ridge steps in turn:\nusers, items, users, …"),
    "MultVAE": (_multvae, "a code with a variance"),
    "RecVAE": (_recvae, "a prior of three parts; encoder\nand decoder learn in turn"),
    "H+Vamp": (
        _hvamp,
        "a prior of made-up users $u_k$;\nweights with gates; two codes",
    ),
    "UltraGCN": (_ultragcn, "no net: items joined\nby shared users"),
}


# ---- priors ----


@styled
def composite_prior(
    z: np.ndarray,
    parts: Mapping[str, np.ndarray],
    total: np.ndarray,
    posterior: np.ndarray | None = None,
    *,
    protocol: str = "one number z of a user's code",
) -> Figure:
    """Draw the parts of a prior and their sum, on a plain and on a log scale.

    Parameters
    ----------
    z : float array of shape (n_z,)
        Rising.
    parts : dict, name -> float array of shape (n_z,)
        At most three densities, each times its weight.
    total : float array of shape (n_z,)
        Density of the prior.
    posterior : float array of shape (n_z,), optional
        Density of the encoder's posterior as it is now.
    protocol : str

    Raises
    ------
    ValueError
        If there are more parts, or a density has not one value for each z.
    """
    if len(parts) > len(PARTS):
        raise ValueError(f"{len(parts)} parts; at most {len(PARTS)} can be drawn.")
    z = np.asarray(z)
    drawn = {
        name: (density, {"color": color, "ls": style, "marker": marker, "lw": 1.6})
        for (name, density), (color, style, marker) in zip(
            parts.items(), PARTS, strict=False
        )
    }
    drawn["their sum, the prior p(z)"] = total, {"color": BLACK, "ls": "-", "lw": 2.2}
    if posterior is not None:
        style = {"color": PURPLE, "ls": (0, (6, 2)), "marker": "o", "lw": 1.6}
        drawn["posterior q(z | x) now"] = posterior, style
    fig, axes = pair(protocol, height=4.2)
    for ax in axes:
        for name, (density, style) in drawn.items():
            density = _density(name, density, z)
            every = max(1, len(z) // 9)
            ax.plot(z, density, ms=5, markevery=every, label=name, **style)
        ax.set_xlabel("z")
    axes[0].set(ylabel="probability density", ylim=(0, None))
    axes[0].set_title("density", fontsize=10)
    axes[1].set_yscale("log")
    floor = np.asarray(total).min() / 10
    axes[1].set_ylim(floor, 3 * max(np.max(density) for density, _ in drawn.values()))
    axes[1].set_title("the same (log scale)", fontsize=10)
    legend_below(fig, axes[0])
    return fig


def _density(name: str, density: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Return a density as an array, or complain unless it has a value for each z."""
    density = np.asarray(density)
    if density.shape != z.shape:
        raise ValueError(
            f"{name} has shape {density.shape}, and z {z.shape}: a density has one "
            "value for each z."
        )
    return density


@styled
def prior_of_users(
    z: np.ndarray,
    posteriors: Mapping[str, np.ndarray],
    standard: np.ndarray,
    mixture: np.ndarray,
    made_up: np.ndarray | None = None,
    *,
    protocol: str = "a code of one number z",
) -> Figure:
    """Draw users' posteriors in two groups, and two priors for them.

    Parameters
    ----------
    z : float array of shape (n_z,)
        Rising.
    posteriors : dict, name of a group -> float array of shape (n_users, n_z)
        Density q(z | x) of each user; at most two groups.
    standard, mixture : float arrays of shape (n_z,)
        Densities of the standard normal, and of the mixture of made-up users.
    made_up : float array of shape (K, n_z), optional
        Density q(z | u_k) of each made-up user; drawn with its weight 1 / K.
    protocol : str

    Raises
    ------
    ValueError
        If there are more groups, or a density has not one value for each z.
    """
    if len(posteriors) > len(GROUPS):
        raise ValueError(
            f"{len(posteriors)} groups of users; at most {len(GROUPS)} can be drawn."
        )
    z = np.asarray(z)
    fig, ax = new_figure(height=4.2)
    for (name, densities), (color, style) in zip(
        posteriors.items(), GROUPS, strict=False
    ):
        of_each = [_density(name, density, z) for density in np.asarray(densities)]
        label = f"q(z | x), {len(of_each)} users: {name}"
        for density in of_each:
            ax.plot(z, density, color=color, ls=style, lw=0.9, label=label)
            label = "_more"
    if made_up is not None:
        label = f"made-up users, {len(made_up)}, each times 1/K"
        for density in np.asarray(made_up):
            density = _density("made_up", density, z) / len(made_up)
            ax.plot(z, density, color=GREEN, ls="-.", lw=1.6, label=label)
            label = "_more"
    for density, name, style in (
        (
            standard,
            "prior: standard normal",
            {"color": BLACK, "ls": ":", "marker": "s"},
        ),
        (mixture, "prior: mixture of made-up users", {"color": PURPLE, "marker": "D"}),
    ):
        every = max(1, len(z) // 12)
        density = _density(name, density, z)
        ax.plot(z, density, **style, lw=2.4, ms=5, markevery=every, label=name)
    ax.set(xlabel="z", ylabel="probability density", ylim=(0, None))
    ax.set_title(protocol, fontsize=10)
    legend_below(fig, ax)
    return fig


# ---- graph filters ----


@styled
def filter_responses(
    eigenvalues: np.ndarray, responses: Mapping[str, np.ndarray], protocol: str
) -> Figure:
    """Draw filters' responses to eigenvalues; beneath, how many of these are as large.

    Parameters
    ----------
    eigenvalues : float array of shape (n_items,)
        Of the items' graph, in any order. Those below `SMALLEST` are drawn there.
    responses : dict, name of a filter -> float array of shape (n_items,)
        What the filter multiplies each eigenvector with; at most five filters.
    protocol : str

    Raises
    ------
    ValueError
        If there are more filters, or one has not one response to each eigenvalue.
    """
    if len(responses) > len(FILTERS):
        raise ValueError(f"{len(responses)} filters; {len(FILTERS)} can be drawn.")
    eigenvalues = np.asarray(eigenvalues)
    order = np.argsort(-eigenvalues)
    x = np.maximum(eigenvalues[order], SMALLEST)
    width, _ = RC["figure.figsize"]
    fig = Figure(figsize=(width, 5.4), layout="constrained")
    fig.suptitle(protocol, fontsize=10, x=0.01, ha="left")
    top, below = fig.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    marked = _spread(x)
    for (name, response), (color, style, marker) in zip(
        responses.items(), FILTERS, strict=False
    ):
        y = _response(name, response, eigenvalues)[order]
        drawn = {"color": color, "ls": style, "marker": marker, "ms": 6}
        top.plot(x, y, lw=1.8, markevery=marked, label=name, **drawn)
    top.set(xscale="log", ylim=(0, None), ylabel="response h")
    top.set_title("what a filter multiplies an eigenvector with", fontsize=10)
    below.step(x, np.arange(1, len(x) + 1), where="post", color=GREY)
    below.set(yscale="log", ylabel="how many (log scale)")
    below.set_title("eigenvalues at least as large", fontsize=10)
    below.xaxis.set_major_formatter("{x:g}")
    below.yaxis.set_major_formatter("{x:,.0f}")
    below.yaxis.set_minor_formatter(NullFormatter())
    below.set_xlabel(f"eigenvalue of the items' graph (log scale, from {SMALLEST:g})")
    legend_below(fig, top)
    return fig


def _spread(x: np.ndarray, n: int = 9) -> list[int]:
    """Return about n places of falling numbers that lie evenly on a log scale."""
    aims = np.geomspace(x[0], x[-1], n)
    return sorted({int(np.argmin(np.abs(np.log(x / aim)))) for aim in aims})


def _response(name: str, response: np.ndarray, eigenvalues: np.ndarray) -> np.ndarray:
    """Return a response as an array, or complain unless it fits the eigenvalues."""
    response = np.asarray(response)
    if response.shape != eigenvalues.shape:
        raise ValueError(
            f"{name} has {response.size} responses to {eigenvalues.size} eigenvalues; "
            "there has to be one to each."
        )
    return response


@styled
def filter_dial(
    eigenvalues: np.ndarray,
    k: int,
    alpha: float,
    levels: Mapping[str, float],
    *,
    protocol: str,
    top: float | None = None,
    span: tuple[float, float] | None = None,
) -> Figure:
    """Draw the response of one GF-CF, and its quality beside that of its halves.

    Parameters
    ----------
    eigenvalues : float array of shape (n_known,)
        The largest of the items' graph, falling; at least k of them.
    k : int
        How many eigenvectors the ideal low-pass filter keeps.
    alpha : float
        Its strength beside one step of smoothing.
    levels : dict, name -> validation NDCG@100
        The first is this GF-CF's, the last is EASE's, which is drawn as a line.
    protocol : str
    top : float, optional
        The largest alpha that can be chosen: the axis reaches there.
    span : (lowest, highest), optional
        Values that the axis of the quality reaches.

    Raises
    ------
    ValueError
        Unless k is from 1 to n_known.
    """
    eigenvalues = np.asarray(eigenvalues)
    if not 1 <= k <= len(eigenvalues):
        raise ValueError(f"k must be from 1 to {len(eigenvalues)}, not {k}.")
    width, _ = RC["figure.figsize"]
    # Fixed margins: a slider waits for this figure, and constrained layout is slow.
    fig = Figure(figsize=(width, 3.9))
    fig.subplots_adjust(left=0.1, right=0.97, bottom=0.15, top=0.83, wspace=0.62)
    left, right = fig.subplots(1, 2)
    _dialled(left, eigenvalues, k, alpha, alpha if top is None else top)
    level_rows(right, levels, span)
    fig.suptitle(f"k = {k}, α = {alpha:g}; {protocol}", fontsize=10, x=0.01, ha="left")
    return fig


def _dialled(ax: Axes, known: np.ndarray, k: int, alpha: float, top: float) -> None:
    """Draw the response to the eigenvalues that are known, and to smaller ones."""
    least = known[-1] / 10
    kept, others = known[:k], known[k:]
    ax.plot([least, 1], [least, 1], "--", color=GREY, lw=1.2, label="h = eigenvalue")
    style = {"color": PURPLE, "ls": "none"}
    ax.plot(kept, kept + alpha, "D", ms=4, **style, label=f"the {k} largest: + α")
    if len(others):
        smaller = {"ms": 4, "mfc": "white", "label": "the next smaller"}
        ax.plot(others, others, "o", **style, **smaller)
    ax.set(xscale="log", yscale="log", xlabel="eigenvalue (log scale)")
    ax.set(xlim=(least, 1.5), ylim=(least, 2 * (1 + top)))
    ax.minorticks_off()
    ax.xaxis.set_major_formatter("{x:g}")
    ax.yaxis.set_major_formatter("{x:g}")
    ax.set_title("response h (log scale)", fontsize=10)
    ax.legend(fontsize=8, loc="lower right", handlelength=1.6, borderaxespad=0.2)


# ---- what it brings ----


@styled
def host_gains(table: pd.DataFrame, protocol: str) -> Figure:
    """Draw each arm of each host minus the plain host, a marker a split.

    Parameters
    ----------
    table : DataFrame with columns host, arm, seed, minus_plain, minus_plain_error
        Paired differences and their standard errors; a row a host, arm and split of
        one dataset. Hosts from top to bottom as they first stand; the arm "plain" is
        the line at zero.
    protocol : str

    Raises
    ------
    ValueError
        If an arm is unknown, there is none but "plain", or one stands twice for a host
        and split.
    """
    table = table[table["arm"] != "plain"]
    if unknown := set(table["arm"]) - set(ARMS):
        raise ValueError(f"The arms are {', '.join(ARMS)}, not {', '.join(unknown)}.")
    check_once(table, ["host", "arm"])
    rows = []
    for host, of_host in table.groupby("host", sort=False):
        rows.append((NAME_OF.get(host, host), None, {}))
        for arm in (arm for arm in ARMS if (of_host["arm"] == arm).any()):
            label, color, _, marker = ARMS[arm]
            style = {"color": color, "marker": marker}
            rows.append((label, of_host[of_host["arm"] == arm], style))
    fig, ax = new_figure(height=1.4 + 0.26 * len(rows))
    difference_rows(ax, rows, "minus_plain")
    ax.axvline(0, color=BLACK, lw=1.2)
    ax.set_xlabel(
        f"{GAIN} the plain host's\n(marker: a split; line: ± its standard error; "
        "bar: mean of the splits)"
    )
    fig.suptitle(protocol, fontsize=10, x=0.01, ha="left")
    return fig


@styled
def tags_gains(table: pd.DataFrame, protocol: str) -> Figure:
    """Draw models with tags minus EASE, a panel a group of films, a marker a split.

    Parameters
    ----------
    table : DataFrame with columns model, seed, minus_ease, minus_ease_error, group
        Paired differences and their standard errors; a row a model, split and group of
        films. Models and groups in the order in which they first stand; EASE is the
        line at zero. What stands behind a comma in a model's name is a variant, such as
        "CEASE, shuffled", whose markers are open.
    protocol : str

    Raises
    ------
    ValueError
        If there is no model but EASE, one has no look, or one stands twice for a group
        and split.
    """
    table = table[table["model"] != "EASE"]
    check_once(table, ["group", "model"])
    models = table["model"].unique()
    groups = table.groupby("group", sort=False)
    width, _ = RC["figure.figsize"]
    size = (width, 1.6 + 0.42 * len(models))
    fig = Figure(figsize=size, layout="constrained")
    axes = fig.subplots(1, len(groups), squeeze=False)[0]
    for ax, (group, of_group) in zip(axes, groups, strict=True):
        rows = [
            (model, of_group[of_group["model"] == model], _of_model(model))
            for model in models
        ]
        difference_rows(ax, rows, "minus_ease")
        ax.axvline(0, color=look("EASE").color, lw=1.6)
        ax.set_title(group, fontsize=10)
        ax.locator_params(axis="x", nbins=4)
        ax.tick_params(axis="x", labelsize=9)
    for ax in axes[1:]:
        ax.set_yticklabels([])
    fig.supxlabel(
        f"{GAIN} EASE's (blue line); scales differ\n(marker: a split; line: ± its "
        "standard error; bar: mean of the splits)",
        fontsize=10,
    )
    fig.suptitle(protocol, fontsize=10, x=0.01, ha="left")
    return fig


def _of_model(model: str) -> dict[str, object]:
    """Return how the markers of a model are drawn; a variant's are open."""
    name, _, variant = model.partition(",")
    style = look(LOOK_OF.get(name, name))
    face = {"mfc": "white"} if variant else {}
    return {"color": style.color, "marker": style.marker, **face}
