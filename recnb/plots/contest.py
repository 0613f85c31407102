"""The figures of a contest on data of one's own: models as points, told apart by kind.

Anybody's model may compete, so that a model has no look of its own here: its kind has
one, and its name stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter

from recnb.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    PURPLE,
    VERMILLION,
    new_figure,
    styled,
)

#: Words, colour, marker and line style of the kinds of models.
SOLVED = ("solved: closed form or convex", BLUE, "o", "-")
KINDS = {
    "closed form": SOLVED,
    "convex": SOLVED,
    "alternating": ("alternating least squares", GREEN, "D", "-."),
    "kernel": ("kernel of an infinitely wide net", PURPLE, "v", (0, (3, 1, 1, 1))),
    "net": ("net, by gradients", VERMILLION, "s", "--"),
}
OTHER = ("another kind", GREY, "^", ":")
METRIC = "NDCG@100"
#: Room that a name takes, as a share of the height of a figure of one inch.
LINE_HEIGHT = 0.19


@styled
def contest_quality(table: pd.DataFrame, protocol: str) -> Figure:
    """Draw a row a model: its quality on test users, with two standard errors.

    Parameters
    ----------
    table : DataFrame, index: model, the best first
        ``kind``, ``NDCG@100`` and ``error``. Rows without a value are left out.
    protocol : str
        One line: dataset, split, users.
    """
    known = table[table[METRIC].notna()]
    fig, ax = new_figure(height=1.5 + 0.3 * len(known))
    for row, (_, model) in enumerate(known.iterrows()):
        _, color, marker, _ = KINDS.get(model["kind"], OTHER)
        ax.errorbar(
            model[METRIC],
            -row,
            xerr=2 * model["error"],
            color=color,
            marker=marker,
            ms=7,
            elinewidth=1.4,
        )
    ax.axvline(known[METRIC].iloc[0], color=GREY, lw=1, ls=":")
    ax.set_yticks(-np.arange(len(known)), list(known.index))
    ax.set_ylim(-len(known) + 0.4, 0.6)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y", visible=False)
    ax.set_xlabel(f"{METRIC} of the test users (line: two standard errors each way)")
    ax.set_title(protocol, fontsize=10, parse_math=False)
    _legend(fig, known["kind"])
    return fig


@styled
def contest_search(
    trials: pd.DataFrame, kinds: Mapping[str, str], protocol: str
) -> Figure:
    """Draw what each search held after so many minutes, on validation users.

    Parameters
    ----------
    trials : DataFrame, a trial a row, in the order in which they ended
        ``model``, ``val`` (NaN without a score) and ``seconds``.
    kinds : dict, model -> kind
    protocol : str
    """
    fig, ax = new_figure(height=4.6)
    ends = {}
    longest = trials.groupby("model")["seconds"].sum().max() / 60
    for model, own in trials.groupby("model", sort=False):
        minutes, best = own["seconds"].cumsum() / 60, own["val"].cummax().ffill()
        if best.isna().all():
            continue
        _, color, marker, style = KINDS.get(kinds[model], OTHER)
        x, y = [*minutes[best.notna()], longest], [*best.dropna(), best.iloc[-1]]
        ax.step(x, y, where="post", color=color, ls=style, lw=1.3, alpha=0.8)
        ax.plot(x[0], y[0], marker=marker, color=color, ms=5)
        ends[model] = (longest, y[-1])
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter(FuncFormatter("{:g}".format))
    ax.xaxis.set_minor_formatter(FuncFormatter(lambda *_: ""))
    ax.set_xlabel("minutes of the model's own trials (logarithmic)")
    ax.set_ylabel(f"{METRIC} of the validation users,\nbest trial so far")
    ax.set_title(protocol, fontsize=10, parse_math=False)
    _names_at_right(fig, ax, ends)
    _legend(fig, pd.Series({model: kinds[model] for model in ends}))
    return fig


@styled
def contest_coverage(table: pd.DataFrame, protocol: str) -> Figure:
    """Draw quality against the share of the catalogue that is recommended at all.

    Parameters
    ----------
    table : DataFrame, index: model
        ``kind``, ``NDCG@100`` and ``coverage@100``. Rows without values are left out.
    protocol : str
    """
    known = table[table[METRIC].notna()]
    fig, ax = new_figure(height=4.6)
    points = {}
    for name, model in known.iterrows():
        _, color, marker, _ = KINDS.get(model["kind"], OTHER)
        points[name] = 100 * model["coverage@100"], model[METRIC]
        ax.plot(*points[name], marker=marker, color=color, ms=8, ls="none")
    ax.set_xlabel("coverage: % of all items that are in anybody's list of 100")
    ax.set_ylabel(f"{METRIC} of the test users")
    ax.set_title(protocol, fontsize=10, parse_math=False)
    ax.margins(0.06)
    _names_at_right(fig, ax, points)
    _legend(fig, known["kind"])
    return fig


def _names_at_right(
    fig: Figure, ax: Axes, points: Mapping[str, tuple[float, float]]
) -> None:
    """Write the names beside the axes, one above another, each joined to its point."""
    low, high = ax.get_ylim()
    _, height = fig.get_size_inches()
    room = LINE_HEIGHT / (0.75 * height)
    heights = {name: (y - low) / (high - low) for name, (_, y) in points.items()}
    for name, place in spread(heights, room).items():
        ax.annotate(
            name,
            points[name],
            (1.06, place),
            parse_math=False,
            textcoords="axes fraction",
            va="center",
            fontsize=8.5,
            color=BLACK,
            arrowprops={
                "arrowstyle": "-",
                "color": GREY,
                "lw": 0.6,
                "relpos": (0, 0.5),
            },
        )


def spread(heights: Mapping[str, float], room: float) -> dict[str, float]:
    """Return heights from 0 to 1, moved as little as needed to be so far apart.

    Parameters
    ----------
    heights : dict, name -> wanted height
    room : float
        Least distance of two. Less, where so many have no room.
    """
    names = sorted(heights, key=heights.__getitem__)
    room = min(room, 1 / max(1, len(names) - 1))
    found = np.array([heights[name] for name in names])
    floor = room * np.arange(len(names))
    # Less their distance from the lowest, heights only have to rise.
    found = np.maximum.accumulate(found - floor) + floor
    found = np.minimum(found, 1 - floor[::-1])
    return dict(zip(names, found, strict=True))


def _legend(fig: Figure, kinds: pd.Series) -> None:
    """Explain the markers that occur."""
    shown = dict.fromkeys(KINDS.get(kind, OTHER) for kind in kinds)
    handles = [
        Line2D([], [], color=color, marker=marker, ls=style, label=words)
        for words, color, marker, style in shown
    ]
    fig.legend(handles=handles, loc="outside lower center", ncols=2, fontsize=9)
