"""The figures of lesson 11: dot products, learned similarities, and their exam."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from recnb.evaluation import same_protocol
from recnb.plots.lines import MARKS, legend_below, pair
from recnb.plots.style import (
    BLACK,
    GREY,
    RC,
    look,
    new_figure,
    styled,
)

METRICS = ("HR@10", "NDCG@10")
#: Nets that get a panel in `beside_mf`.
NETS = ("GMF", "MLP", "NeuMF", "NeuMF, pretrained")
#: `table_beside_published` writes what is below this share of the best: drawn, it would
#: squeeze everything else.
NEAR = 0.75
#: Height of a label in `beside_mf`, with some space, in units of the hit ratio.
LABEL = 0.01
#: What a panel of `beside_mf` says that has no published value.
UNPUBLISHED = "(no printed number known to us)"
#: What the weights w do in `gmf_in_training`.
WEIGHTS = {"learned": "w learned: GMF", "ones": "w is 1: dot product"}


@styled
def beside_mf(
    ours: pd.DataFrame,
    published: pd.DataFrame | None,
    anchors: pd.DataFrame | None,
    *,
    protocol: str,
    metric: str = "HR@10",
) -> Figure:
    """Draw a panel a net, against the length of the vectors, and MF's line in each.

    A published value is a bar between the two places that its size may have; of our
    nets of one k, the one at the shorter of two lengths is hollow.

    Parameters
    ----------
    ours : DataFrame with columns model, k, d, mean, min, max
        MF among the models; a mark is the mean over seeds, its line least to largest.
    published : DataFrame with columns model, k, value, text, file, optional
        Of `recnb.experiments.ncf_shown.papers`: two lengths of each net.
    anchors : DataFrame with columns model, d, `metric`, optional
        Nets that others trained, scored by us.
    protocol, metric : str
    """
    nets = [model for model in NETS if model in set(ours["model"])]
    width, _ = RC["figure.figsize"]
    fig = Figure(figsize=(width, 6.0), layout="constrained")
    fig.suptitle(protocol, fontsize=10, x=0.01, ha="left")
    axes = fig.subplots(2, 2, sharex=True, sharey=True)
    of_mf = ours[ours["model"] == "MF"].sort_values("d")
    for ax, model in zip(axes.flat, nets, strict=False):
        _with_seeds(ax, of_mf, "MF")
        for _, rows in ours[ours["model"] == model].groupby("k"):
            _with_seeds(ax, rows.sort_values("d"), model)
            _hollow_where_shorter(ax, rows.sort_values("d"), model)
        if published is not None:
            bars = published[published["model"] == model]
            _bars(ax, bars, model, of_mf)
            if bars.empty:
                corner = {"ha": "right", "transform": ax.transAxes}
                ax.text(0.97, 0.05, UNPUBLISHED, fontsize=8, **corner)
        if anchors is not None:
            found = anchors[anchors["model"] == model]
            ax.plot(found["d"], found[metric], "*", ms=13, mfc="white", mec=BLACK)
        ax.set_title(model, fontsize=11)
        ax.set_xscale("log", base=2)
        ax.xaxis.set_major_formatter("{x:g}")
    for ax in axes[1]:
        ax.set_xlabel("d: numbers that a user has (log scale)", fontsize=10)
    for ax in axes[:, 0]:
        ax.set_ylabel(metric)
    _explained(fig, published is not None, anchors is not None)
    return fig


def _with_seeds(ax: Axes, rows: pd.DataFrame, model: str) -> None:
    """Draw means, with a line from the least seed to the largest; joined for MF."""
    drawn = _line(model) | {"ms": 4 if model == "MF" else 8, "lw": 1.5}
    drawn |= {} if model == "MF" else {"linestyle": "none"}
    spread = [rows["mean"] - rows["min"], rows["max"] - rows["mean"]]
    ax.errorbar(rows["d"], rows["mean"], yerr=spread, elinewidth=2, **drawn)


def _hollow_where_shorter(ax: Axes, rows: pd.DataFrame, model: str) -> None:
    """Draw the shorter of two nets of one k hollow."""
    if len(rows) > 1:
        shorter, style = rows.iloc[0], _line(model) | {"linestyle": "none"}
        ax.plot(shorter["d"], shorter["mean"], mfc="white", zorder=3, **style)


def _bars(ax: Axes, published: pd.DataFrame, model: str, of_mf: pd.DataFrame) -> None:
    """Draw each published value between its two places, with its k beside it.

    The k stands above the bar, or below it where MF's line is near.
    """
    color = look(model).color
    for row in published.itertuples(index=False):
        places = [row.text, row.file]
        ax.plot(places, [row.value] * 2, "-", color=color, lw=4, alpha=0.35)
        ax.plot(places, [row.value] * 2, "|", color=BLACK, ms=9, mew=1.5)
        d = (row.text * row.file) ** 0.5  # the middle of a log scale
        crowded = np.interp(d, of_mf["d"], of_mf["mean"]) - row.value < LABEL
        side = {"va": "top", "xytext": (0, -5)} if crowded else {"xytext": (0, 5)}
        side |= {"textcoords": "offset points", "ha": "center"}
        ax.annotate(f"k = {row.k}", (d, row.value), fontsize=8, **side)


def _explained(fig: Figure, with_published: bool, with_anchors: bool) -> None:
    """Put below the figure what its marks are."""
    mark = {"color": BLACK, "linestyle": "none"}
    handles = [
        Line2D([], [], **_line("MF") | {"ms": 4}),
        Line2D([], [], marker="o", **mark),
        Line2D([], [], marker="o", mfc="white", **mark),
    ]
    names = ["MF, trained by us", "net, trained by us"]
    names.append("the same k, its shorter reading")
    if with_published:
        handles.append(Line2D([], [], color=GREY, lw=4, alpha=0.5))
        names.append("published, between the two readings of its size")
    if with_anchors:
        handles.append(Line2D([], [], marker="*", ms=12, mfc="white", **mark))
        names.append("the authors' own weights")
    fig.legend(handles, names, loc="outside lower center", ncols=2, fontsize=9)


def _line(model: str) -> dict[str, object]:
    """Return how what we measured of a model is drawn."""
    style = look(model)
    return {
        "color": style.color,
        "linestyle": style.linestyle,
        "marker": style.marker,
        "ms": 8,
    }


def _hollow(model: str) -> dict[str, object]:
    """Return how a published figure of the model is drawn."""
    style = look(model)
    return {
        "color": style.color,
        "linestyle": "none",
        "marker": style.marker,
        "ms": 11,
        "mfc": "none",
        "mew": 1.5,
    }


def _of_metric(published: pd.DataFrame | None, metric: str) -> pd.DataFrame:
    """Return the published figures of one metric, which share a protocol, or none."""
    if published is None:
        return pd.DataFrame(columns=["model", "value"])
    return same_protocol(published[published["metric"] == metric])


def _legend_with_faces(
    fig: Figure, ax: Axes, published: pd.DataFrame | None, columns: int = 4
) -> None:
    """Put a legend below: the models, and what filled and hollow marks are."""
    handles, names = ax.get_legend_handles_labels()
    if published is not None:
        mark = {"color": BLACK, "marker": "o", "linestyle": "none"}
        handles += [Line2D([], [], **mark), Line2D([], [], **mark, mfc="none", ms=9)]
        names += ["filled: ours", "hollow: published"]
    if names:
        fig.legend(
            handles, names, loc="outside lower center", ncols=columns, fontsize=9
        )


@styled
def table_beside_published(
    ours: pd.DataFrame, published: pd.DataFrame | None, *, protocol: str
) -> Figure:
    """Draw a row a model: HR@10 and NDCG@10, ours and published (source 4, table 1).

    What is far below the best is written at the left edge, not drawn.

    Parameters
    ----------
    ours : DataFrame with columns model, HR@10, NDCG@10
        The first row is drawn on top. Standard errors may stand in columns "error
        HR@10" and "error NDCG@10", lengths of vectors in ``d``.
    published : DataFrame of `recnb.evaluation.published`, optional
        Models named as ours; others get rows of their own, below.
    protocol : str

    Raises
    ------
    ValueError
        If the published figures are of different datasets or protocols.
    """
    theirs = [] if published is None else list(published["model"])
    models = list(dict.fromkeys([*ours["model"], *theirs]))
    place = {model: row for row, model in enumerate(reversed(models))}
    named = {row["model"]: _with_length(row) for row in ours.to_dict("records")}
    fig, axes = pair(protocol, height=1.7 + 0.36 * len(models))
    for ax, metric in zip(axes, METRICS, strict=True):
        of_papers = _of_metric(published, metric)
        least = NEAR * ours[metric].max()
        for row in ours[ours[metric] >= least].to_dict("records"):
            error = row.get(f"error {metric}")
            drawn = {**_line(row["model"]), "elinewidth": 1.5, "capsize": 3}
            ax.errorbar(row[metric], place[row["model"]], xerr=error, **drawn)
            _above(ax, row[metric], place[row["model"]])
        for row in of_papers[of_papers["value"] >= least].to_dict("records"):
            ax.plot(row["value"], place[row["model"]], **_hollow(row["model"]))
        _far_below(ax, ours.set_index("model")[metric], of_papers, least, place)
        names = [named.get(model, model) for model in place]
        ax.set_yticks(list(place.values()), names, fontsize=9)
        ax.set_ylim(-0.6, len(models) - 0.3)
        ax.margins(x=0.12)
        ax.xaxis.set_major_locator(MaxNLocator(5))
        ax.tick_params(axis="x", labelsize=9)
        if f"error {metric}" in ours:
            ax.set_xlabel("(line: ± one standard error)", fontsize=9)
        ax.set_title(metric, fontsize=11)
    axes[1].set_yticklabels([])
    _legend_with_faces(fig, axes[0], published)
    return fig


def _with_length(row: dict[str, object]) -> str:
    """Return a model's name, with the length of its vectors if the row has one."""
    d = row.get("d", np.nan)
    return row["model"] if np.isnan(d) else f"{row['model']}, d = {d:g}"


def _above(ax: Axes, value: float, row: float) -> None:
    """Write a value above its mark."""
    ax.annotate(
        f"{value:.3f}",
        (value, row),
        xytext=(0, 7),
        textcoords="offset points",
        ha="center",
        fontsize=8,
    )


def _far_below(
    ax: Axes,
    ours: pd.Series,
    published: pd.DataFrame,
    least: float,
    place: dict[str, int],
) -> None:
    """Write at the left edge what is less than `least`."""
    theirs = published.groupby("model")["value"].first()
    for model, row in place.items():
        values = {"ours": ours.get(model), "published": theirs.get(model)}
        far = [
            f"{value:.3f} ({whose})"
            for whose, value in values.items()
            if value is not None and value < least
        ]
        if far:
            text = "◂ " + ", ".join(far)
            edge = {"transform": ax.get_yaxis_transform(), "va": "center"}
            ax.text(0.02, row, text, fontsize=8, **edge)


@styled
def sampled_against_full(
    table: pd.DataFrame, *, protocol: str, metric: str = "HR@10"
) -> Figure:
    """Draw each model by its value among 99 films and among all, with their errors.

    Parameters
    ----------
    table : DataFrame with columns model, `metric`, "full " + `metric`
        Standard errors stand in columns "error " + either, lengths of vectors, if any,
        in ``d``. A model without both values is left out.
    protocol, metric : str
    """
    table = table.dropna(subset=[metric, f"full {metric}"])
    fig, ax = new_figure(height=4.6)
    for row in table.to_dict("records"):
        x, y = row[metric], row[f"full {metric}"]
        errors = {"xerr": row[f"error {metric}"], "yerr": row[f"error full {metric}"]}
        drawn = _line(row["model"]) | {"ms": 10, "elinewidth": 1, "linestyle": "none"}
        ax.errorbar(x, y, **errors, **drawn, label=_with_length(row))
    ax.set_xlabel(f"{metric} among 99 drawn films and the one held out")
    ax.set_ylabel(f"{metric} among all films")
    ax.set_title(protocol, fontsize=10)
    handles, names = ax.get_legend_handles_labels()
    marks = [handle.lines[0] for handle in handles]  # without their errors
    fig.legend(marks, names, loc="outside lower center", ncols=3, fontsize=9)
    return fig


@styled
def gmf_in_training(
    table: pd.DataFrame, *, popularity: float, protocol: str, metric: str = "HR@10"
) -> Figure:
    """Draw what a penalty does to GMF, with w learned and with w held at ones.

    Parameters
    ----------
    table : DataFrame with columns w, l2, epoch, weights, `metric`
        What w does ("learned" or "ones"), and the squared length of w.
    popularity : float
        The metric of Popularity.
    protocol, metric : str
    """
    fig, (left, right) = pair(protocol, height=4.0)
    last = table[table["epoch"] == table["epoch"].max()]
    penalties = sorted(table["l2"].unique())
    places = np.arange(len(penalties))
    for w, (color, style, marker) in zip(WEIGHTS, MARKS, strict=False):
        found = last[last["w"] == w].set_index("l2")[metric].loc[penalties]
        drawn = {"color": color, "linestyle": style, "marker": marker, "ms": 8}
        left.plot(places, found, **drawn, label=WEIGHTS[w])
    of_popularity = look("Popularity")
    line = {"color": of_popularity.color, "linestyle": of_popularity.linestyle}
    left.axhline(popularity, **line, label="Popularity")
    left.set_xticks(places, [f"{l2:g}" for l2 in penalties])
    left.set_xlabel("λ on p and q")
    left.set_title(f"{metric} after the last epoch", fontsize=10)
    for (color, style, marker), l2 in zip(MARKS, penalties, strict=False):
        rows = table[(table["w"] == "learned") & (table["l2"] == l2)]
        drawn = {"color": color, "linestyle": style, "marker": marker, "ms": 5}
        right.plot(rows["epoch"], rows["weights"], **drawn, label=f"λ = {l2:g}")
    right.set_yscale("log")
    right.set_xlabel("epoch")
    right.set_title("‖w‖², where w is learned (log scale)", fontsize=10)
    right.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    left.legend(loc="lower left", fontsize=9)
    # Below the axes: the curves fill them from the lower left to the upper right.
    right.legend(loc="upper center", bbox_to_anchor=(0.5, -0.18), ncols=3, fontsize=9)
    return fig


@styled
def mf_training(
    log: pd.DataFrame, *, popularity: float, title: str, metric: str = "HR@10"
) -> Figure:
    """Draw how MF learned: its loss, and its lists beside Popularity's.

    Parameters
    ----------
    log : DataFrame, index: epoch; columns loss and val
        `val` is 1 minus the metric on validation films.
    popularity : float
        The metric of Popularity.
    title, metric : str
    """
    fig, (left, right) = pair(title, height=3.4)
    quality, best = 1 - log["val"], log["val"].idxmin()
    left.plot(log.index, quality, color=look("MF").color, label="MF")
    left.plot(
        best, quality[best], "o", ms=11, mfc="none", mec=BLACK, label="best epoch"
    )
    left.axhline(
        popularity,
        color=look("Popularity").color,
        linestyle=look("Popularity").linestyle,
        label="Popularity",
    )
    left.set_title(f"{metric}, validation films", fontsize=10)
    right.plot(log.index, log["loss"], "--", color=GREY)
    right.set_title("loss of a training pair", fontsize=10)
    for ax in (left, right):
        ax.set_xlabel("epoch")
        ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    legend_below(fig, left)
    return fig
