"""The figures of lesson 01: the data, the protocols, and what can go wrong."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

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

# What a cell of a drawn user x film matrix may be: face, hatching, sign, colour of it.
CELLS = {
    "T": (BLUE, "", "●", "white"),
    "H": (SKY, "////", "", BLACK),
    "?": (ORANGE, "", "?", BLACK),
    "-": ("#F2F2F2", "", "–", BLACK),
    ".": ("white", "", "", BLACK),
}
MEANINGS = {
    "T": "training (white dot)",
    "H": "shown when judged (history)",
    "?": "? held out, to be found",
    "-": "– drawn negative",
    ".": "not rated",
}
PROTOCOLS = {
    "rating holdout": (
        "T?TT..T.",
        ".TT.?T..",
        "TT..TT.?",
        "?.TT..TT",
        ".T?.TTT.",
        "T..TT.T?",
    ),
    "strong generalisation": (
        "TTTT..T.",
        ".TT.TT..",
        "TT..TT.T",
        "T.TT..TT",
        ".HH.?HH.",
        "H..?H.HH",
    ),
    "leave-one-out": (
        "TTT?-.T-",
        "-TT.TT-?",
        "TT-.?T-T",
        "T-TT-.?T",
        "-T?-TTT.",
        "T-.TT-T?",
    ),
}


@styled
def long_tail(per_film: np.ndarray, per_user: np.ndarray, *, dataset: str) -> Figure:
    """Draw how unequally ratings are spread over films and over users.

    Parameters
    ----------
    per_film, per_user : int arrays
        Ratings of each film, and by each user.
    dataset : str
    """
    per_film, per_user = np.asarray(per_film), np.asarray(per_user)
    fig, (films, users) = _panels(2)
    shares = np.cumsum(np.sort(per_film)[::-1]) / per_film.sum()
    where = 100 * np.arange(1, len(shares) + 1) / len(shares)
    films.plot(where, 100 * shares, color=BLUE, label="measured")
    films.plot([0, 100], [0, 100], color=GREY, linestyle=":", label="if all were equal")
    tenth = 100 * shares[max(round(len(shares) / 10), 1) - 1]
    films.plot(10, tenth, "o", markersize=11, fillstyle="none", color=VERMILLION, mew=2)
    films.annotate(
        f"10% of the films:\n{tenth:.0f}% of the ratings",
        xy=(12, tenth - 1),
        xytext=(46, 33),
        va="center",
        arrowprops={"arrowstyle": "-", "color": VERMILLION},
    )
    films.set(xlabel="films, most rated first (%)", ylabel="ratings they have (%)")
    films.set_title("Ratings, spread over films", fontsize=11)
    films.legend(loc="lower right", fontsize=9)
    bins = np.geomspace(max(per_user.min(), 1), per_user.max() + 1, 25)
    users.hist(per_user, bins=bins, color=SKY, edgecolor="white")
    median = np.median(per_user)
    users.axvline(median, color=VERMILLION, linestyle="--")
    top = 1.15 * users.get_ylim()[1]
    users.set_ylim(0, top)
    users.text(1.1 * median, 0.93 * top, f"median {median:g}")
    users.set_xscale("log")
    ticks = [tick for tick in (20, 50, 100, 200, 500, 1000, 2000) if tick < bins[-1]]
    users.set_xticks(ticks, [f"{tick:,}" for tick in ticks], fontsize=9)
    users.minorticks_off()
    users.set(xlabel="ratings of a user (log scale)", ylabel="users")
    users.set_title("Ratings, spread over users", fontsize=11)
    fig.suptitle(dataset, fontsize=10, x=0.01, ha="left")
    return fig


@styled
def rating_by_popularity(
    means: pd.Series, errors: pd.Series, *, overall: float, dataset: str
) -> Figure:
    """Draw the mean rating of films, from the least to the most rated tenth.

    Parameters
    ----------
    means, errors : Series, a value for each group of films, least rated first
        Mean of the films' mean ratings, and its standard error.
    overall : float
        Mean of all ratings.
    dataset : str
    """
    fig, ax = new_figure(height=3.2)
    groups = np.arange(1, len(means) + 1)
    ax.errorbar(groups, means, yerr=errors, fmt="o", color=BLUE, capsize=3)
    label = f"mean of all ratings, most of them of popular films: {overall:.2f}"
    ax.axhline(overall, color=GREY, linestyle=":", label=label)
    ax.set_xticks(groups)
    ax.set_xlabel("tenths of the films, from the least rated to the most rated")
    ax.set_ylabel("mean of the films' mean stars")
    ax.legend()
    ax.set_title(f"{dataset}; line: one standard error over films", fontsize=10)
    return fig


@styled
def gaps(shares: pd.Series, *, dataset: str) -> Figure:
    """Draw how much time lies between a user's rating and the next one.

    Parameters
    ----------
    shares : Series, index: a length of time in words, values: shares that sum to 1
    dataset : str
    """
    fig, ax = new_figure(height=1.2 + 0.4 * len(shares))
    rows = np.arange(len(shares))[::-1]
    ax.barh(rows, 100 * shares, color=SKY, edgecolor="white")
    for row, share in zip(rows, shares, strict=True):
        ax.text(100 * share, row, f"  {100 * share:.1f}%", va="center")
    ax.set_yticks(rows, shares.index)
    ax.grid(axis="y", visible=False)
    ax.set_xlim(0, 115 * shares.max())
    ax.set_xlabel("share of all pairs of neighbouring ratings of a user (%)")
    ax.set_title(f"{dataset}: time until the user's next rating", fontsize=10)
    return fig


@styled
def protocols_drawn() -> Figure:
    """Draw the three protocols, each as a small matrix of users and films."""
    fig, axes = _panels(3, height=3.5)
    for ax, (name, rows) in zip(axes, PROTOCOLS.items(), strict=True):
        draw_matrix(ax, rows)
        ax.set_title(name, fontsize=11)
    axes[0].set_ylabel("users")
    axes[1].axhline(4, color=BLACK, linewidth=3)
    axes[2].set_xlabel("films (?: the newest)")
    axes[1].set_xlabel("films (below the line: new users)")
    swatches = [
        Patch(facecolor=face, hatch=hatch, edgecolor=GREY, label=MEANINGS[sign])
        for sign, (face, hatch, *_) in CELLS.items()
    ]
    fig.legend(handles=swatches, loc="outside lower center", ncols=3, fontsize=9)
    return fig


def draw_matrix(ax: Axes, rows: tuple[str, ...]) -> None:
    """Draw one matrix, a letter of `CELLS` a cell."""
    for y, row in enumerate(rows):
        for x, letter in enumerate(row):
            face, hatch, sign, color = CELLS[letter]
            cell = Rectangle((x, y), 1, 1, facecolor=face, hatch=hatch, edgecolor=GREY)
            ax.add_patch(cell)
            ax.text(x + 0.5, y + 0.5, sign, color=color, ha="center", va="center")
    ax.set(xlim=(0, len(rows[0])), ylim=(len(rows), 0), aspect="equal")
    ax.set(xticks=[], yticks=[], xlabel="films")
    ax.grid(visible=False)


@styled
def one_model(values: Mapping[str, float], *, metric: str, title: str) -> Figure:
    """Draw what one and the same model gets under several protocols.

    The bars do not belong on one scale, which is what the figure is there to say.

    Parameters
    ----------
    values : dict, protocol in words -> value
    metric, title : str
    """
    fig, ax = new_figure(height=1.3 + 0.45 * len(values))
    style = look("EASE")
    rows = np.arange(len(values))[::-1]
    ax.barh(rows, list(values.values()), color=style.color, height=0.65)
    for row, value in zip(rows, values.values(), strict=True):
        ax.text(value, row, f"  {value:.3f}", va="center")
    ax.set_yticks(rows, list(values))
    ax.grid(axis="y", visible=False)
    ax.set_xlim(0, 1.15 * max(values.values()))
    ax.set_xlabel(f"{metric}: no two bars answer the same question")
    ax.set_title(title, fontsize=10)
    return fig


@styled
def seen_in_list(shares: Mapping[str, np.ndarray], *, protocol: str) -> Figure:
    """Draw how often each rank of an unmasked list holds a film seen already.

    Parameters
    ----------
    shares : dict, model class name -> share of the users, rank 1 first
    protocol : str
    """
    fig, ax = new_figure(height=3.3)
    for model, share in shares.items():
        style, share = look(model), np.asarray(share)
        ranks = np.arange(1, len(share) + 1)
        ax.plot(
            ranks,
            100 * share,
            color=style.color,
            linestyle=style.linestyle,
            marker=style.marker,
            markevery=9,
            label=f"{model}, {100 * share.mean():.0f}% of all places",
        )
    ax.set_ylim(0, 104)
    ax.set_xlabel("rank in the list that nobody masked")
    ax.set_ylabel("users who have\nthis film already (%)")
    ax.set_title(protocol, fontsize=10)
    ax.legend()
    return fig


@styled
def optimism(
    divisions: Mapping[str, pd.DataFrame], *, metric: str, protocol: str
) -> Figure:
    """Draw how much too good the best of several tries looks if chosen on test.

    Parameters
    ----------
    divisions : dict, name of a group of test users -> DataFrame
        A row a division of the users, a column a number of tries. The mean is the
        line; the band holds the middle 80% of the divisions.
    metric, protocol : str
    """
    fig, ax = new_figure(height=3.3)
    looks = [("o", "-", BLUE), ("s", "--", VERMILLION), ("^", ":", GREY)]
    for (marker, line, color), (name, table) in zip(
        looks, divisions.items(), strict=False
    ):
        mean, (low, high) = table.mean(), np.percentile(table, (10, 90), axis=0)
        ax.plot(mean, marker=marker, linestyle=line, color=color, label=name)
        ax.fill_between(mean.index, low, high, color=color, alpha=0.15, linewidth=0)
    ax.axhline(0, color=GREY, linewidth=1)
    ax.set_xlabel("settings tried, all equally good in truth")
    ax.set_ylabel(f"{metric}: reported\nminus honest")
    ax.set_title(f"{protocol} (band: middle 80%)", fontsize=10)
    ax.legend()
    return fig


@styled
def negatives_curve(
    rates: pd.DataFrame, *, metric: str, protocol: str, here: int | None = None
) -> Figure:
    """Draw a metric against the number of negatives that a film is ranked among.

    Parameters
    ----------
    rates : DataFrame, index: number of negatives, a column a model
        A column's name is a class name, or a class name, a comma and a setting, which
        is drawn as a variant of that model.
    metric, protocol : str
    here : int, optional
        The number of negatives to single out.
    """
    fig, ax = new_figure(height=3.9)
    for name, rate in rates.items():
        ax.plot(rate, **_line(name), label=name)
    if here is not None:
        ax.axvline(here, color=VERMILLION, linestyle="--", linewidth=1.5)
        ax.text(here * 1.04, 1.03, f"{here:,}", color=VERMILLION, fontweight="bold")
    ax.set_xscale("log")
    ticks = [10, 30, 99, 300, 1000, 3000]
    last = rates.index[-1]
    ticks = [tick for tick in ticks if tick < 0.7 * last]
    ax.set_xticks([*ticks, last], [*(f"{tick:,}" for tick in ticks), "all"])
    ax.minorticks_off()
    ax.set_ylim(0, 1.1)
    ax.set_xlabel("films that the held-out film is ranked against (log scale)")
    ax.set_ylabel(metric)
    ax.set_title(protocol, fontsize=10)
    ax.legend(fontsize=9)
    return fig


def _line(name: str) -> dict[str, object]:
    """Return how to draw a model, or a variant of one: hollow and dashed."""
    model, _, setting = name.partition(",")
    style = look(model)
    drawn = {"color": style.color, "marker": style.marker, "linestyle": style.linestyle}
    if setting:
        drawn |= {"fillstyle": "none", "linestyle": (0, (3, 2))}
    return drawn


@styled
def sampled_users(
    means: pd.DataFrame, difference: pd.DataFrame, *, metric: str, protocol: str
) -> Figure:
    """Draw means with standard errors, and one difference with two of them.

    Parameters
    ----------
    means : DataFrame with columns mean, error; index: models, as in `negatives_curve`
    difference : DataFrame with columns mean, error; two rows
        The same difference, with the error of paired and of unpaired users.
    metric, protocol : str
    """
    fig, (left, right) = _panels(2, height=3.2)
    _points(left, means, [_line(name) for name in means.index])
    left.set_xlim(0, max(0.5, 1.05 * (means["mean"] + means["error"]).max()))
    left.set_xlabel(f"{metric}; line: one standard error")
    left.set_title("the models", fontsize=11)
    looks = [{"color": BLUE, "marker": "o"}, {"color": GREY, "marker": "D"}]
    _points(right, difference, looks)
    right.axvline(0, color=BLACK, linewidth=1)
    right.set_xlabel("difference; line: one standard error")
    reach = 1.15 * (difference["mean"].abs() + difference["error"]).max()
    reach = max(reach, 0.02)
    right.set_xlim(-reach, reach)
    right.locator_params(axis="x", nbins=5)
    right.set_title("one difference, two errors", fontsize=11)
    fig.suptitle(protocol, fontsize=10, x=0.01, ha="left")
    return fig


def _points(ax: Axes, table: pd.DataFrame, looks: list[dict[str, object]]) -> None:
    """Draw one point with its standard error a row, from top to bottom."""
    rows = np.arange(len(table))[::-1]
    for row, (_, values), style in zip(rows, table.iterrows(), looks, strict=True):
        style = {**style, "linestyle": "none"}
        ax.errorbar(values["mean"], row, xerr=values["error"], capsize=4, **style)
    ax.set_yticks(rows, table.index)
    ax.set_ylim(-0.6, len(table) - 0.4)
    ax.grid(axis="y", visible=False)


def _panels(n: int, height: float = 3.4) -> tuple[Figure, np.ndarray]:
    """Return a figure with n axes side by side."""
    figsize = (RC["figure.figsize"][0] + 0.8, height)
    fig = Figure(figsize=figsize, layout="constrained")
    return fig, fig.subplots(1, n)
