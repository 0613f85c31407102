"""The figures of lesson 15: minutes of tuning, and quality against any cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle, pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from recnb.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    RC,
    SKY,
    VERMILLION,
    new_figure,
    styled,
)

#: Colours of the models, one each; blue is EASE, which stands in every panel. The
#: course's eight are too few here, so other tones follow. Line style, marker and the
#: name beside each line say the same without the colour.
COLOURS = (
    BLACK, VERMILLION, GREEN, PURPLE, ORANGE, SKY, GREY,
    "#332288", "#882255", "#999933", "#44AA99",
    "#CC6677", "#117733", "#AA4499", "#661100", "#6699CC", "#B8860B",
    "#225555", "#7A5CBF",
)  # fmt: skip
STYLES = (
    "-", "--", "-.", (0, (6, 1.5)), (0, (2, 1)), ":", (0, (1, 2)),
    (0, (8, 1, 1, 1)), (0, (3, 1, 1, 1)),
)  # fmt: skip
MARKERS = ("s", "^", "D", "P", "v", "X", "*", "p", "h")
#: Colour, line style and marker of the models, panel by panel, best first.
MARKS = tuple(zip(COLOURS, cycle(STYLES), cycle(MARKERS), strict=False))
#: So many models of a panel have different styles and markers.
A_PANEL = len(MARKERS)
#: Marker and colour of a kind of model.
KINDS = {
    "closed form": ("o", BLUE),
    "convex": ("D", GREEN),
    "alternating": ("s", ORANGE),
    "kernel": ("v", PURPLE),
    "net": ("^", VERMILLION),
}
#: How far above its point a name may begin, in points: right beside it, or further.
NEAR, FARTHER = (3, -3, -10), (12, -19, 21, -28, 30, -37, 39)
#: Where a name may stand beside its point, in points, and how it is aligned.
BESIDE = tuple(
    (dx, dy, align)
    for dy in (*NEAR, *FARTHER)
    for dx, align in ((6, "left"), (-6, "right"))
)
#: A model's name stands at least so far from the next one, as a share of the axis.
APART = 0.062


@styled
def tuning_curves(
    curves: Mapping[str, Mapping[str, pd.DataFrame]],
    ease: pd.DataFrame,
    *,
    protocol: str,
    least: float,
) -> Figure:
    """Draw the quality that a search holds by its minutes; a panel a group of models.

    Parameters
    ----------
    curves : dict, title of a panel -> name of a model -> DataFrame
        As `recnb.experiments.tuning_minutes.after_minutes` returns it: index minutes,
        with ``mean``, ``low``, ``high`` and ``ends``, the minutes of all its trials:
        there its line ends, in a bar. At most nine models a panel; each has a colour
        of its own; the panels share one scale.
    ease : DataFrame
        The same of EASE, which is drawn in every panel.
    protocol : str
        For the title: data, split, users.
    least : float
        Where the axes of the quality begin at the lowest; a model that stays below is
        named there.

    Raises
    ------
    ValueError
        If a panel has more models than can be told apart, or none, or all panels
        together have more than there are colours.
    """
    for title, models in curves.items():
        if not 0 < len(models) <= A_PANEL:
            raise ValueError(
                f"Panel {title!r} has {len(models)} models; 1 to {A_PANEL} can be "
                "told apart."
            )
    n_models = sum(map(len, curves.values()))
    if n_models > len(MARKS):
        raise ValueError(f"{n_models} models; there are colours for {len(MARKS)}.")
    fig, _ = new_figure(width=9.6, height=4.4)
    fig.clear()
    axes = fig.subplots(1, len(curves), squeeze=False)[0]
    fig.suptitle(protocol, fontsize=10, x=0.01, ha="left")
    drawn = [ease, *(each for group in curves.values() for each in group.values())]
    top = max(each["high"].max() for each in drawn) + 0.004
    lowest = min(each["low"].min() for each in drawn) - 0.004
    marks = iter(MARKS)
    for ax, (title, models) in zip(axes, curves.items(), strict=True):
        ax.set_title(title, fontsize=11)
        ax.set(xscale="log", ylim=(max(least, lowest), top))
        _draw_models(ax, models, ease, marks)
        minutes = ease.index
        ax.set_xticks(minutes, [f"{minute:g}" for minute in minutes], fontsize=9)
        ax.minorticks_off()
        ends = [each["ends"].iloc[0] for each in (ease, *models.values())]
        ax.set_xlim(min(minutes[0], *ends) / 1.2, minutes[-1] * 1.2)
        ax.tick_params(axis="y", labelsize=9)
    axes[0].set_ylabel("NDCG@100, test users", fontsize=10)
    fig.supxlabel(
        "minutes of tuning on two cores (a bar: all trials are done; shaded: 80% of "
        "the orders)",
        fontsize=RC["font.size"],
    )
    return fig


def _draw_models(
    ax: Axes,
    models: Mapping[str, pd.DataFrame],
    ease: pd.DataFrame,
    marks: Iterator[tuple[str, object, str]],
) -> None:
    """Draw EASE's line and the models', in the next marks; name each at the right."""
    _draw_search(ax, ease, BLUE, "-", "o")
    ends, colors = {"EASE": ease["mean"].iloc[-1]}, {"EASE": BLUE}
    ranked = sorted(models, key=lambda name: -models[name]["mean"].iloc[-1])
    for name, (color, style, marker) in zip(ranked, marks, strict=False):
        done = _draw_search(ax, models[name], color, style, marker)
        ax.fill_between(
            done.index, done["low"], done["high"], color=color, alpha=0.12, lw=0
        )
        ends[name], colors[name] = models[name]["mean"].iloc[-1], color
    names = sorted(ends, key=ends.get)
    low, high = ax.get_ylim()
    heights = [(ends[name] - low) / (high - low) for name in names]
    for name, height, place in zip(names, heights, spread(heights, APART), strict=True):
        leader = {"color": colors[name], "lw": 0.8, "clip_on": False}
        ax.plot([1.0, 1.04], [height, place], transform=ax.transAxes, **leader)
        ax.text(
            1.05, place, name, transform=ax.transAxes, color=colors[name], va="center",
            fontsize=8.5,
        )  # fmt: skip


def _draw_search(
    ax: Axes, curve: pd.DataFrame, color: str, style: object, marker: str
) -> pd.DataFrame:
    """Draw a search until its trials end, and return what is drawn.

    A bar stands at the end; from there faint dots lead to the right, to the name.
    """
    ends, last = curve["ends"].iloc[0], curve.iloc[-1]
    done = curve[curve.index < ends]
    if ends <= curve.index[-1]:
        done = pd.concat([done, last.to_frame(ends).T]).astype(float)
        ax.plot(ends, last["mean"], marker="|", ms=13, mew=2.2, color=color)
        ax.hlines(last["mean"], ends, 1e4, color=color, ls=":", lw=0.7, alpha=0.6)
    ax.plot(done.index, done["mean"], color=color, ls=style, marker=marker, ms=5)
    return done


def spread(places: Sequence[float], apart: float) -> list[float]:
    """Move rising places on an axis from 0 to 1 until all are so far apart.

    Raises
    ------
    ValueError
        If the axis is too short for them.
    """
    n = len(places)
    if (n - 1) * apart > 1:
        raise ValueError(f"{n} names do not fit on an axis, {apart} of it apart.")
    found: list[float] = []
    for i, place in enumerate(places):
        lowest = found[-1] + apart if found else 0.0
        highest = 1 - (n - 1 - i) * apart
        found.append(float(min(max(place, lowest), highest)))
    return found


@styled
def quality_against(
    table: pd.DataFrame,
    cost: str,
    *,
    metric: str = "NDCG@100",
    protocol: str,
    log: bool = True,
    more_is_better: bool = False,
) -> Figure:
    """Draw models as points: quality against a cost, and the front that none beats.

    Parameters
    ----------
    table : DataFrame, index: model
        ``kind`` (of `KINDS`) and columns of numbers, among them `cost` and `metric`.
    cost : str
        Column of the horizontal axis.
    metric : str
        Column of the vertical axis; more is better.
    protocol : str
        For the title.
    log : bool
        Whether the cost has a logarithmic axis; then it has to be above 0.
    more_is_better : bool
        Whether the "cost" is a good, such as coverage.

    Raises
    ------
    ValueError
        If a column is missing, or a cost on a logarithmic axis is not above 0.
    """
    missing = {"kind", cost, metric} - set(table.columns)
    if missing:
        raise ValueError(f"The table has no column {', '.join(sorted(missing))}.")
    if log and not (table[cost] > 0).all():
        raise ValueError(f"{cost} has values of 0 and less: pass log=False.")
    fig, ax = new_figure(height=4.8, width=8.2)
    for kind, group in table.groupby("kind", sort=False):
        marker, color = KINDS[kind]
        ax.scatter(group[cost], group[metric], marker=marker, color=color, label=kind)
    best = table.loc[front(table[cost], table[metric], more_is_better)]
    best = best.sort_values(cost)
    if len(best) > 1:
        front_line = {"color": GREY, "lw": 1, "ls": "--", "label": "none beats these"}
        ax.plot(best[cost], best[metric], **front_line)
    ax.set_xscale("log" if log else "linear")
    ax.margins(x=0.12, y=0.08)
    _name_points(ax, table[[cost, metric]], list(best.index))
    ax.set(xlabel=cost, ylabel=metric)
    ax.set_title(protocol, fontsize=10)
    ax.legend(fontsize=9, loc="lower right")
    return fig


def _name_points(ax: Axes, points: pd.DataFrame, front: list) -> None:
    """Write each name where no other name or point and no line of the front is.

    Names of the front are bold. One that stands further off has a line to its point.
    """
    ax.figure.draw_without_rendering()  # so that the places below are the final ones
    pixels = ax.transData.transform(points.to_numpy(dtype=float))
    scale = ax.figure.dpi / 72
    on_front = ax.transData.transform(points.loc[front].to_numpy(dtype=float))
    taken = [_around(each, scale, scale) for each in _along(on_front, 3 * scale)]
    marks = [_around(each, 12.5 * scale, 4 * scale) for each in pixels]
    for i, (name, point) in enumerate(points.iterrows()):
        others, (x, y) = marks[:i] + marks[i + 1 :], pixels[i]
        wide = (6.2 if name in front else 5) * scale * len(str(name))
        for dx, dy, align in BESIDE:
            left = x + dx * scale - (wide if align == "right" else 0)
            low = y + dy * scale
            box = (left, low, left + wide, low + 8 * scale)
            if not any(_overlap(box, other) for other in taken + others):
                break
        taken.append(box)
        far = dy not in NEAR
        leader = {"arrowstyle": "-", "lw": 0.6, "color": GREY, "shrinkB": 3}
        ax.annotate(
            name,
            point,
            (dx, dy),
            textcoords="offset points",
            ha=align,
            fontsize=8,
            fontweight="bold" if name in front else "normal",
            arrowprops=leader if far else None,
        )


def _around(point: np.ndarray, beside: float, above: float) -> tuple[float, ...]:
    """Return a box (left, low, right, high) around a point."""
    x, y = point
    return (x - beside, y - above, x + beside, y + above)


def _along(corners: np.ndarray, step: float) -> np.ndarray:
    """Return points on the line through some corners, so far apart at most."""
    found = [corners[:1]]
    for begin, end in pairwise(corners):
        n = max(int(np.hypot(*(end - begin)) / step), 1)
        found.append(begin + np.linspace(0, 1, n + 1)[1:, None] * (end - begin))
    return np.concatenate(found)


def _overlap(box: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Tell whether two boxes (left, low, right, high) share a place."""
    apart = box[0] > other[2] or other[0] > box[2]
    return not (apart or box[1] > other[3] or other[1] > box[3])


def front(
    cost: pd.Series, quality: pd.Series, more_is_better: bool = False
) -> pd.Index:
    """Return the models that no other equals at both, and beats at one.

    Parameters
    ----------
    cost, quality : Series, the same index
    more_is_better : bool
        Whether more of the cost is better, as of coverage.
    """
    price = -cost.to_numpy() if more_is_better else cost.to_numpy()
    value = quality.to_numpy()
    no_worse = (price[:, None] <= price) & (value[:, None] >= value)
    better = (price[:, None] < price) | (value[:, None] > value)
    beaten = (no_worse & better).any(axis=0)
    return cost.index[~beaten & ~np.isnan(value)]


@styled
def minus_rival(
    panels: Mapping[str, pd.DataFrame],
    *,
    rival: str,
    protocol: str,
    least: float = -np.inf,
    absent: str = "",
) -> Figure:
    """Draw each model's lead over a rival; a panel a dataset, a point a split.

    Parameters
    ----------
    panels : dict, title -> DataFrame
        A row a model and split: ``model``, ``kind`` (of `KINDS`), ``minus`` (the mean
        difference to the rival) and ``error`` (its standard error, NaN if unknown).
        The models stand in the order of their means in the first panel that has them;
        one that a panel has not has a line with the word `absent` there.
    rival : str
    protocol : str
        For the title.
    least : float
        Where the axes begin; a model whose mean is below is named there.
    absent : str

    Raises
    ------
    ValueError
        If there is no panel.
    """
    if not panels:
        raise ValueError("There is no panel to draw.")
    models = _ranked(panels, rival)
    fig, axes = _panels(len(panels), len(models))
    for ax, (title, rows) in zip(axes, panels.items(), strict=True):
        for model, group in rows[rows["model"] != rival].groupby("model"):
            _leads(ax, models.index(model), group, least)
        for model in set(models) - set(rows["model"]):
            place = models.index(model)
            ax.text(
                0.02, place, absent, va="center", fontsize=8, color=GREY,
                transform=ax.get_yaxis_transform(),
            )  # fmt: skip
        ax.margins(x=0.09)
        ax.axvline(0, color=BLUE, lw=1.5)
        ax.set_title(title, fontsize=10)
        ax.tick_params(axis="x", labelsize=9)
        ax.locator_params(axis="x", nbins=12 // len(panels))
        if np.isfinite(least):
            ax.set_xlim(left=least)
    axes[0].set_yticks(range(len(models)), models, fontsize=9)
    axes[0].set_ylim(-0.7, len(models) - 0.3)
    every = pd.concat(panels.values())
    bars = " (bar: mean)" if "seed" in every else ""
    axes[len(axes) // 2].set_xlabel(f"NDCG@100 minus {rival}'s{bars}", fontsize=10)
    _legend_of_kinds(fig, every["kind"])
    fig.suptitle(protocol, fontsize=10, x=0.01, ha="left")
    return fig


def _ranked(panels: Mapping[str, pd.DataFrame], rival: str) -> list[str]:
    """Return the models, worst first, by the first panel that has them."""
    found: dict[str, float] = {}
    for rows in panels.values():
        found = {**rows.groupby("model")["minus"].mean().to_dict(), **found}
    found.pop(rival, None)
    return sorted(found, key=found.get)


def _panels(n: int, n_rows: int) -> tuple[Figure, list[Axes]]:
    """Return a figure with panels side by side, of so many rows of text."""
    fig, _ = new_figure(width=8.2, height=1.6 + 0.23 * n_rows)
    fig.clear()
    return fig, list(fig.subplots(1, n, sharey=True, squeeze=False)[0])


def _leads(ax: Axes, place: int, rows: pd.DataFrame, least: float) -> None:
    """Draw one model's differences, a point a split with its error, and the mean."""
    marker, color = KINDS[rows["kind"].iloc[0]]
    mean = rows["minus"].mean()
    if mean < least:
        ax.text(
            0.02, place, f"← {_signed(mean)}", va="center", fontsize=8, color=color,
            transform=ax.get_yaxis_transform(),
        )  # fmt: skip
        return
    heights = place + 0.11 * (np.arange(len(rows)) - (len(rows) - 1) / 2)
    ax.errorbar(
        rows["minus"], heights, xerr=rows["error"].to_numpy(float), fmt=marker,
        color=color, ms=3.5 if len(rows) > 1 else 6, elinewidth=0.8,
    )  # fmt: skip
    if len(rows) > 1:
        ax.plot([mean, mean], [place - 0.4, place + 0.4], color=BLACK, lw=2)


def _signed(value: float) -> str:
    """Write a difference with its sign, such as −.152."""
    sign = "−" if value < 0 else "+"
    return sign + f"{abs(value):.3f}".removeprefix("0")


def _legend_of_kinds(fig: Figure, kinds: Sequence[str]) -> None:
    """Say below the figure which marker is which kind of model."""
    present = [kind for kind in KINDS if kind in set(kinds)]
    marks = [
        Line2D([], [], color=KINDS[kind][1], marker=KINDS[kind][0], ls="none")
        for kind in present
    ]
    fig.legend(marks, present, loc="outside lower center", ncols=5, fontsize=9)


@styled
def standing(
    table: pd.DataFrame, minutes: float, *, protocol: str, least: float
) -> Figure:
    """Draw how good each model's search is after some minutes, best on top.

    Parameters
    ----------
    table : DataFrame, index: model
        ``kind`` (of `KINDS`), ``mean``, ``low``, ``high``, ``trials`` and ``over`` as
        `recnb.experiments.tuning_minutes.after_minutes` returns them. A model whose
        mean is NaN has no finished trial in some order, and says so; one whose trials
        are over has a bar on its point.
    minutes : float
    protocol : str
        For the title.
    least : float
        Where the axis begins; a model below is named there.
    """
    done = table.sort_values("mean", na_position="first")
    fig, (ax,) = _panels(1, len(table))
    beside = ax.get_yaxis_transform()
    for place, row in enumerate(done.itertuples()):
        marker, color = KINDS[row.kind]
        words = {"fontsize": 8, "va": "center", "transform": beside}
        number = f"{row.trials:.0f}" + (", all" if row.over else "")
        ax.text(1.01, place, number, color=GREY, **words)
        if np.isnan(row.mean):
            ax.text(0.02, place, "none done in some orders", color=color, **words)
        elif row.mean < least:
            ax.text(0.02, place, f"← {row.mean:.3f}", color=color, **words)
        else:
            ax.plot([row.low, row.high], [place, place], color=color, lw=4, alpha=0.35)
            ax.plot(row.mean, place, marker, color=color, ms=6)
            if row.over:
                ax.plot(row.mean, place, "|", color=BLACK, ms=12, mew=1.6)
    ax.text(1.0, len(done) - 0.2, "trials", fontsize=8, color=GREY, transform=beside)
    ax.set_yticks(range(len(done)), done.index, fontsize=9)
    ax.set_ylim(-0.7, len(done) - 0.3)
    ax.set_xlim(left=least)
    marks = "line: 80% of the orders; bar: no trial is left"
    ax.set_xlabel(f"NDCG@100, test users ({marks})", fontsize=10)
    _legend_of_kinds(fig, table["kind"])
    fig.suptitle(f"{protocol}: after {minutes:g} min", fontsize=10, x=0.01, ha="left")
    return fig


@styled
def pairs_grid(pairs: pd.DataFrame, *, protocol: str) -> Figure:
    """Draw which leads stand among some models: filled squares, or open circles.

    Parameters
    ----------
    pairs : DataFrame
        As `recnb.experiments.showdown_summary.all_pairs` returns it: ``model``,
        ``rival``, ``lead``, ``error`` and ``stands``, for every two of the models. A
        mark has the lead in thousandths, and below it the lead in errors.
    protocol : str
        For the title.

    Raises
    ------
    ValueError
        If there is no pair.
    """
    if pairs.empty:
        raise ValueError("There is no pair to draw.")
    names = list(dict.fromkeys([*pairs["model"], *pairs["rival"]]))
    place = {name: i for i, name in enumerate(names)}
    fig, ax = new_figure(width=8.2, height=1.4 + 0.42 * len(names))
    for pair in pairs.itertuples():
        at = place[pair.rival], place[pair.model]
        face = BLUE if pair.stands else "none"
        edge = {"color": face, "mec": BLUE if pair.stands else GREY}
        ax.plot(*at, "s" if pair.stands else "o", ms=25, **edge)
        ink = "white" if pair.stands else BLACK
        words = f"{1000 * pair.lead:.1f}\n{pair.lead / pair.error:.1f} e"
        ax.text(*at, words, ha="center", va="center", fontsize=7.5, color=ink)
    ax.set(xlim=(0.4, len(names) - 0.4), ylim=(len(names) - 1.4, -0.6))
    ax.set_yticks(range(len(names) - 1), names[:-1], fontsize=9)
    ax.set_xticks(range(1, len(names)), names[1:], fontsize=9, rotation=35, ha="right")
    ax.grid(False)
    marks = [
        Line2D([], [], color=BLUE, marker="s", ls="none", ms=9, label="stands"),
        Line2D(
            [], [], color="none", mec=GREY, marker="o", ls="none", ms=9,
            label="does not stand",
        ),
    ]  # fmt: skip
    title = "row minus column, in thousandths;\nbelow: in errors (e) of its own"
    ax.legend(handles=marks, loc="lower left", fontsize=9, title=title)
    ax.set_title(protocol, fontsize=10)
    return fig
