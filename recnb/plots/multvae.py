"""The figures of lesson 06: likelihoods, the two terms of the ELBO, and the clinic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from recnb.plots.lines import legend_below, pair
from recnb.plots.style import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    RC,
    SKY,
    VERMILLION,
    look,
    new_figure,
    styled,
)

#: The taxonomy: title, and of each step its text and whether what enters it is drawn.
TAXONOMY = {
    "AE": (("x", False), ("z", False), ("x'", False)),
    "DAE": (("x", False), ("x~", True), ("z", False), ("x'", False)),
    "VAE": (("x", False), ("μ, σ", False), ("z", True), ("x'", False)),
    "MultDAE": (("x", False), ("x~", True), ("z", False), ("π", False)),
    "MultVAE": (
        ("x", False),
        ("x~", True),
        ("μ, σ", False),
        ("z", True),
        ("π", False),
    ),
}
#: Boxes with a colour: the code, and the cloud that it is drawn from.
FACES = {"z": ORANGE, "μ, σ": SKY}
BOX = (0.62, 0.62)


@styled
def taxonomy() -> Figure:
    """Draw five autoencoders as chains of what is computed; dotted: what is drawn."""
    width, _ = RC["figure.figsize"]
    fig = Figure(figsize=(width, 4.9), layout="constrained")
    ax = fig.add_subplot()
    longest = max(map(len, TAXONOMY.values()))
    for row, (name, steps) in enumerate(TAXONOMY.items()):
        y = len(TAXONOMY) - 1 - row
        ax.text(-1.1, y, name, ha="left", va="center", fontweight="bold")
        places = np.linspace(0, longest - 1, len(steps))
        for x, (text, _) in zip(places, steps, strict=True):
            _box(ax, x, y, text)
        for (a, b), (_, drawn) in zip(pairwise(places), steps[1:], strict=True):
            _arrow(ax, a, b, y, drawn)
    ax.text(
        (longest - 1) / 2,
        -0.85,
        "solid arrow: computed     dotted arrow: drawn at random (in training)\n"
        "orange box: the code     blue box: the cloud that the code is drawn from",
        ha="center",
        fontsize=10,
    )
    ax.set(xlim=(-1.2, longest - 0.5), ylim=(-1.2, len(TAXONOMY) - 0.4))
    ax.axis("off")
    return fig


def _box(ax: Axes, x: float, y: float, text: str) -> None:
    width, height = BOX
    corner = (x - width / 2, y - height / 2)
    face = FACES.get(text, "white")
    ax.add_patch(Rectangle(corner, width, height, facecolor=face, edgecolor=BLACK))
    ax.text(x, y, text, ha="center", va="center", fontsize=12)


def _arrow(ax: Axes, a: float, b: float, y: float, drawn: bool) -> None:
    start, end = a + BOX[0] / 2, b - BOX[0] / 2
    color = VERMILLION if drawn else BLACK
    style = {"linestyle": ":", "linewidth": 2.6} if drawn else {"linewidth": 1.5}
    ax.plot([start, end - 0.12], [y, y], color=color, **style)
    head = {"arrowstyle": "-|>", "mutation_scale": 13, "color": color}
    ax.add_patch(FancyArrowPatch((end - 0.16, y), (end, y), **head))


@styled
def competing(
    titles: Sequence[str],
    before: Mapping[str, np.ndarray],
    after: Mapping[str, np.ndarray],
    *,
    raised: int,
) -> Figure:
    """Draw each item's probability before and after one score is raised.

    Parameters
    ----------
    titles : sequence of n_items str
    before, after : dict, likelihood -> array of shape (n_items,)
        The same two likelihoods, a panel each.
    raised : int
        The item whose score was raised.
    """
    titles = list(titles)
    fig, axes = pair(f"the score of {titles[raised]} goes up by 1", height=3.4)
    places = np.arange(len(titles))
    highest = max(map(max, (*before.values(), *after.values())))
    for ax, (name, old) in zip(axes, before.items(), strict=True):
        ax.bar(places - 0.2, old, 0.38, color=GREY, label="before")
        ax.bar(
            places + 0.2,
            after[name],
            0.38,
            color=BLUE,
            hatch="//",
            edgecolor="white",
            label="after",
        )
        ax.set_xticks(places, titles)
        ax.set_ylim(0, 1.12 * highest)
        ax.grid(axis="x", visible=False)
        ax.set_title(name, fontsize=10)
    axes[0].set_ylabel("probability")
    legend_below(fig, axes[0])
    return fig


@styled
def elbo_terms(terms: Mapping[str, pd.DataFrame], *, protocol: str) -> Figure:
    """Draw the log likelihood and the KL divergence of nets, epoch by epoch.

    Parameters
    ----------
    terms : dict, model class name -> DataFrame, index: epochs
        Columns log_likelihood and kl, in nats a user.
    protocol : str
    """
    fig, axes = pair(protocol)
    names = {
        "log_likelihood": "log likelihood of the likes, a user",
        "kl": "KL divergence before its weight, nats a user",
    }
    for ax, (column, name) in zip(axes, names.items(), strict=True):
        for model, table in terms.items():
            style = look(model)
            ax.plot(
                table[column],
                color=style.color,
                linestyle=style.linestyle,
                marker=style.marker,
                markevery=max(1, len(table) // 6),
                label=model,
                clip_on=False,
                zorder=3,
            )
        ax.set_title(name, fontsize=10)
        ax.set_xlabel("epochs of training")
    axes[1].set_ylim(bottom=0)
    legend_below(fig, axes[0])
    return fig


@styled
def beta_dial(
    curves: Mapping[float, pd.DataFrame],
    beta: float,
    *,
    levels: Mapping[str, float],
    metric: str,
    protocol: str,
    live: pd.DataFrame | None = None,
) -> Figure:
    """Draw the best epoch's quality and its code's price by weight; one stands out.

    Parameters
    ----------
    curves : dict, beta -> DataFrame, a row an epoch
        Columns epoch, val, and, the same in each row, what validation users' codes
        cost in the best epoch: kl_best, and active, the units that are in use.
    beta : float
        The weight that is singled out.
    levels : dict, model class name -> float
        The metric of other models on the same users.
    metric, protocol : str
    live : DataFrame, optional
        Columns epoch and val: of a net that was trained just now. Its last epoch is
        set beside the stored net's in the same epoch.
    """
    width, _ = RC["figure.figsize"]
    fig = Figure(figsize=(width, 4.6))
    fig.subplots_adjust(left=0.09, right=0.98, bottom=0.27, top=0.82, wspace=0.24)
    left, right = fig.subplots(1, 2)
    betas, one = list(curves), curves[beta]
    places, chosen = np.arange(len(betas)), betas.index(beta)
    best = [curve["val"].max() for curve in curves.values()]
    left.plot(places, best, "-o", color=BLACK, ms=4, label="MultVAE")
    left.plot(chosen, best[chosen], "o", color=ORANGE, ms=10, label=f"β = {beta:g}")
    for model, value in levels.items():
        style = look(model)
        drawn = {"color": style.color, "linestyle": style.linestyle}
        left.axhline(value, label=model, linewidth=1.5, **drawn)
    if live is not None:
        n, now = len(live), {"ms": 9, "markeredgewidth": 2, "linestyle": "none"}
        then = one.loc[one["epoch"] == n, "val"]
        hollow = now | {"mfc": "none", "label": f"stored, {n} epochs"}
        left.plot([chosen], then, "s", color=ORANGE, **hollow)
        trained = now | {"label": f"trained now, {n} epochs"}
        left.plot([chosen], live["val"].iloc[-1:], "x", color=VERMILLION, **trained)
    left.set_title(f"{metric}, best epoch\n(the axis starts above 0)", fontsize=10)
    prices = [curve["kl_best"].iloc[-1] for curve in curves.values()]
    drawn = {"clip_on": False, "zorder": 3}
    right.plot(places, prices, "-o", color=BLACK, ms=4, **drawn)
    right.plot(chosen, prices[chosen], "o", color=ORANGE, ms=10, **drawn)
    for place, (curve, price) in enumerate(zip(curves.values(), prices, strict=True)):
        used = f"{curve['active'].iloc[-1]:.0f}"
        above = {"xytext": (0, 6), "textcoords": "offset points"}
        right.annotate(used, (place, price), ha="center", fontsize=8, **above)
    right.set_yscale("symlog", linthresh=0.01)
    right.set_ylim(0, 4 * max(prices))
    right.set_title(
        "nats a user, best epoch (logarithmic)\nnumbers: units above .01 nats",
        fontsize=10,
    )
    for ax in (left, right):
        ax.set_xticks(places, [f"{b:g}" for b in betas], fontsize=8, rotation=45)
        ax.set_xlabel("weight β, in steps that are not equal")
    fig.legend(
        *left.get_legend_handles_labels(), loc="lower center", ncols=6, fontsize=8
    )
    fig.suptitle(f"β = {beta:g} ({protocol})", fontsize=10, x=0.01, ha="left")
    return fig


@styled
def likelihood_leads(
    table: pd.DataFrame, ease: float, *, metric: str, protocol: str
) -> Figure:
    """Draw the lead of each cell of the 2 x 3 table over EASE, a point a split.

    Parameters
    ----------
    table : DataFrame with columns model, likelihood, minus_ease, minus_ease_error
        ``model`` is "VAE" or "DAE"; a row a split. Likelihoods in order of appearance.
    ease : float
        EASE's own mean, which the zero line stands for.
    metric, protocol : str
    """
    fig, ax = new_figure(height=3.8)
    style = look("EASE")
    line = {"color": style.color, "linestyle": style.linestyle}
    ax.axhline(0, label=f"EASE, {ease:.3f}", linewidth=1.5, zorder=1, **line)
    likelihoods = list(table["likelihood"].unique())
    for model, shift in (("VAE", -0.15), ("DAE", 0.15)):
        for place, likelihood in enumerate(likelihoods):
            of_cell = (table["model"] == model) & (table["likelihood"] == likelihood)
            label = model if place == 0 else None
            _splits(ax, place + shift, table[of_cell], model, label)
    ax.set_xticks(range(len(likelihoods)), likelihoods)
    ax.set_xlim(-0.6, len(likelihoods) - 0.4)
    ax.grid(axis="x", visible=False)
    ax.set_ylabel(f"{metric} minus EASE's\n(line: ± one paired error)")
    ax.set_title(f"{protocol}; bar: mean over splits", fontsize=10)
    legend_below(fig, ax)
    return fig


def _splits(
    ax: Axes, middle: float, cell: pd.DataFrame, model: str, label: str | None
) -> None:
    """Draw a cell's splits side by side, and their mean as a bar with its number."""
    spread = 0.05 * (np.arange(len(cell)) - (len(cell) - 1) / 2)
    ax.errorbar(
        middle + spread,
        cell["minus_ease"],
        yerr=cell["minus_ease_error"],
        color=look(model).color,
        marker=look(model).marker,
        linestyle="none",
        ms=8,
        elinewidth=1,
        label=label,
    )
    mean, side = cell["minus_ease"].mean(), -1 if model == "VAE" else 1
    ax.plot([middle - 0.12, middle + 0.12], [mean, mean], color=BLACK)
    ax.annotate(
        f"{mean:+.4f}",
        (middle + side * 0.13, mean),
        ha="right" if side < 0 else "left",
        va="center",
        fontsize=9,
    )


@styled
def clinic(
    curves: pd.DataFrame,
    *,
    metric: str,
    protocol: str,
    ease: float,
    published: tuple[str, float] | None = None,
) -> Figure:
    """Draw the same net, judged after each epoch with and without the seen items.

    Parameters
    ----------
    curves : DataFrame, index: epochs; columns masked, unmasked
    metric, protocol : str
    ease : float
        Its value with seen items masked.
    published : (str, float), optional
        What a source reports of its unmasked evaluation.
    """
    fig, ax = new_figure(height=3.7)
    net, ease_style = look("MultVAE"), look("EASE")
    every = max(1, len(curves) // 8)
    drawn = {"color": net.color, "linestyle": net.linestyle, "marker": net.marker}
    masked = curves["masked"]
    ax.plot(masked, **drawn, markevery=every, label="seen films masked")
    drawn = {"color": VERMILLION, "linestyle": "--", "marker": "^"}
    unmasked = curves["unmasked"]
    ax.plot(unmasked, **drawn, markevery=every, label="nothing masked: the mistake")
    drawn = {"color": ease_style.color, "linestyle": ease_style.linestyle}
    ax.axhline(ease, **drawn, linewidth=1.5, label="EASE, seen films masked")
    if published is not None:
        ax.axhline(published[1], color=GREY, linestyle=":", linewidth=1.5)
        ax.annotate(
            f"{published[0]}: {published[1]:.4f}",
            (curves.index[-1], published[1]),
            xytext=(0, 4),
            textcoords="offset points",
            ha="right",
            fontsize=9,
        )
    ax.set_ylim(bottom=0)
    ax.set_xlabel("epochs of training")
    ax.set_ylabel(metric)
    ax.set_title(protocol, fontsize=10)
    legend_below(fig, ax)
    return fig
