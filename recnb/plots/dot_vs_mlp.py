"""The figures of lesson 11: dot products, learned similarities, and their exam."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from recnb.evaluation import same_protocol
from recnb.plots.lines import MARKS, legend_below, pair
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

METRICS = ("HR@10", "NDCG@10")
#: Layers of the MLP, from the first: name, and width in units of d.
LAYERS = {"2d": 2.0, "d": 1.0, "d/2": 0.5}
WIDTH, CENTRE = 5.2, 2.6  # of a panel of `two_similarities`, in units of d
#: `table_beside_published` writes what is below this share of the best: drawn, it would
#: squeeze everything else.
NEAR = 0.75
#: Line style and face of `gmf_in_training`, by what the weights w do.
WEIGHTS = {"learned": ("-", None), "ones": (":", "white")}


@styled
def two_similarities() -> Figure:
    """Draw a dot product, and an MLP on two embeddings side by side."""
    fig, (left, right) = pair("", height=4.0)
    _stack(left, "dot product", gap=0.6, arrows=[(0.6, 1.8), (2.9, 4.1)])
    words = "multiply entry by entry,\nadd up"
    left.text(CENTRE, 2.35, words, ha="center", va="center")
    left.set_xlabel("learned besides p and q: nothing")
    ends = [(height + 0.6, height + 1) for height in range(3)]
    _stack(right, "multilayer perceptron", gap=0, arrows=[*ends, (3.6, 4.1)])
    for height, (name, width) in enumerate(LAYERS.items(), start=1):
        _box(right, CENTRE - width / 2, height, width, (SKY, "..", name))
    right.set_xlabel("learned besides p and q: some 6.5 d² weights")
    return fig


def _stack(
    ax: Axes, title: str, *, gap: float, arrows: list[tuple[float, float]]
) -> None:
    """Draw what both have: embeddings at the bottom, the way up, and a score."""
    _box(ax, CENTRE - gap / 2 - 1, 0, 1, (BLUE, "//", "p"))
    _box(ax, CENTRE + gap / 2, 0, 1, (ORANGE, "\\\\", "q"))
    ax.text(CENTRE - gap / 2 - 1.1, 0.27, "user", ha="right", va="center")
    ax.text(CENTRE + gap / 2 + 1.1, 0.27, "film", ha="left", va="center")
    style = {"arrowstyle": "->", "color": BLACK, "lw": 1.5}
    for start, end in arrows:
        ax.annotate("", (CENTRE, end), (CENTRE, start), arrowprops=style)
    ax.text(CENTRE, 4.35, "score φ(p, q)", ha="center", va="center")
    ax.set(xlim=(0, WIDTH), ylim=(-0.1, 4.6), xticks=[], yticks=[])
    ax.set_title(title, fontsize=11)
    ax.spines[:].set_visible(False)


def _box(
    ax: Axes, x: float, y: float, width: float, drawn: tuple[str, str, str]
) -> None:
    """Draw a vector as a box: its colour, hatching, and name on a white field."""
    color, hatch, name = drawn
    face = {"facecolor": color, "edgecolor": "white", "hatch": hatch}
    ax.add_patch(Rectangle((x, y), width, 0.55, **face))
    field = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
    middle = x + width / 2, y + 0.27
    ax.text(*middle, name, ha="center", va="center", fontsize=10, bbox=field)


@styled
def learning_curves(
    curves: pd.DataFrame, *, protocol: str, metric: str = "HR@10"
) -> Figure:
    """Draw each training on validation and test films, and two ways to end it.

    Parameters
    ----------
    curves : DataFrame with columns model, epoch, `metric`, "val " + `metric`, kept
        One training a model; `kept` is true for the epoch chosen on validation films.
    protocol, metric : str
    """
    models = list(curves["model"].unique())
    n_columns = min(3, len(models))
    n_rows = -(-len(models) // n_columns)
    width, _ = RC["figure.figsize"]
    fig = Figure(figsize=(width, 1.3 + 2.1 * n_rows), layout="constrained")
    fig.suptitle(protocol, fontsize=10, x=0.01, ha="left")
    grid = fig.subplots(n_rows, n_columns, sharey=True, squeeze=False)
    chosen = []
    for ax, model in zip(grid.flat, models, strict=False):
        curve = curves[curves["model"] == model].sort_values("epoch")
        _curve(ax, curve, metric)
        chosen.append(curve.loc[curve["kept"], metric].item())
        ax.set_xlabel("epoch", fontsize=9)
        ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        ax.tick_params(labelsize=9)
    for ax in grid.flat[len(models) :]:
        ax.set_visible(False)
    # First epochs are far below; what is to be seen is the end of the curves.
    grid.flat[0].set_ylim(bottom=0.94 * min(chosen))
    for ax in grid[:, 0]:
        ax.set_ylabel(metric)
    handles, names = grid.flat[0].get_legend_handles_labels()
    fig.legend(handles, names, loc="outside lower center", ncols=2, fontsize=9)
    return fig


def _curve(ax: Axes, curve: pd.DataFrame, metric: str) -> None:
    """Draw one training, and in the title what picking on test films would add."""
    ax.plot(
        curve["epoch"],
        curve[f"val {metric}"],
        color=GREY,
        linestyle="--",
        linewidth=1.5,
        label="validation films",
    )
    ax.plot(curve["epoch"], curve[metric], color=BLUE, label="test films")
    chosen, best = curve[curve["kept"]].iloc[0], curve.loc[curve[metric].idxmax()]
    ring, cross = {"marker": "o", "mfc": "none"}, {"marker": "X", "mfc": VERMILLION}
    for row, mark, size, words in (
        (chosen, ring, 12, "epoch chosen on validation films"),
        (best, cross, 8, "epoch that is best on test films"),
    ):
        style = {**mark, "mec": BLACK, "ms": size, "linestyle": "none"}
        ax.plot(row["epoch"], row[metric], **style, label=words)
    title = f"{chosen['model']}\nchosen {chosen[metric]:.3f}, best {best[metric]:.3f}"
    ax.set_title(title, fontsize=9)


@styled
def quality_by_dimension(
    ours: pd.DataFrame, published: pd.DataFrame | None, *, protocol: str
) -> Figure:
    """Draw HR@10 and NDCG@10 against the length of the embeddings (source 4, figure 2).

    Parameters
    ----------
    ours : DataFrame with columns model, model_d, HR@10, NDCG@10
    published : DataFrame of `recnb.evaluation.published`, optional
        With a column d, and models named as ours.
    protocol : str

    Raises
    ------
    ValueError
        If the published figures are of different datasets or protocols.
    """
    fig, axes = pair(protocol, height=4.2)
    for ax, metric in zip(axes, METRICS, strict=True):
        for model, rows in ours.groupby("model", sort=False):
            rows = rows.sort_values("model_d")
            ax.plot(rows["model_d"], rows[metric], **_line(model), label=model)
        for model, rows in _of_metric(published, metric).groupby("model"):
            ax.plot(rows["d"], rows["value"], **_hollow(model))
        _dimension_axis(ax, {d for line in ax.lines for d in line.get_xdata()})
        ax.set_title(metric, fontsize=11)
    _legend_with_faces(fig, axes[0], published)
    return fig


def _dimension_axis(ax: Axes, ds: set[float]) -> None:
    ax.set_xscale("log", base=2)
    ax.set_xticks(sorted(ds), [f"{d:g}" for d in sorted(ds)], fontsize=8)
    ax.minorticks_off()
    ax.set_xlabel("d: numbers that a user has (log scale)", fontsize=10)


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
        HR@10" and "error NDCG@10".
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
        ax.set_yticks(list(place.values()), list(place), fontsize=9)
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
    """Draw each model's place among 99 films (left) and in the catalogue (right).

    Parameters
    ----------
    table : DataFrame with columns model, `metric`, "full " + `metric`
    protocol, metric : str
    """
    table = table.dropna(subset=[metric, f"full {metric}"])
    fig, ax = new_figure(height=1.5 + 0.34 * len(table))
    values = table[[metric, f"full {metric}"]].to_numpy()
    places = table[[metric, f"full {metric}"]].rank(ascending=False, method="first")
    for model, sides, (sampled, full) in zip(
        table["model"], places.to_numpy(), values, strict=True
    ):
        ax.plot([0, 1], sides, **_line(model))
        ax.text(-0.06, sides[0], f"{model}  {sampled:.3f}", ha="right", va="center")
        ax.text(1.06, sides[1], f"{full:.3f}  {model}", ha="left", va="center")
    ax.set_xlim(-1, 2)
    ax.set_xticks([0, 1], ["among 99 drawn films", "in the whole catalogue"])
    ax.set_ylim(len(table) + 0.6, 0.4)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.set_ylabel(f"place by {metric}, the best on top")
    ax.grid(visible=False)
    ax.set_title(protocol, fontsize=10)
    return fig


@styled
def rescaled_penalty(a: np.ndarray, penalty: np.ndarray, change: np.ndarray) -> Figure:
    """Draw what P / a, Q / a and a² w do to the penalty and to the scores (equation 7).

    Parameters
    ----------
    a, penalty, change : float arrays of shape (n,)
        The scale, the squared lengths of all p / a and q / a, and the largest change of
        a score; some change must be above 0.
    """
    change = np.asarray(change)
    fig, (left, right) = pair("p and q divided by a, w multiplied by a²", height=3.2)
    left.plot(a, penalty, "o-", color=BLUE)
    left.set_yscale("log")
    left.set_title("penalty: ‖P‖² + ‖Q‖² (log scale)", fontsize=10)
    right.plot(a, change, "D-", color=VERMILLION)
    # Linear near 0, where a logarithm has no place for a score that did not change.
    right.set_yscale("symlog", linthresh=change[change > 0].min())
    right.set_ylim(0, 10 * change.max())
    right.set_title("largest change of a score", fontsize=10)
    for ax in (left, right):
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter("{x:g}")
        ax.set_xlabel("a (log scale)")
    return fig


@styled
def gmf_in_training(table: pd.DataFrame, *, protocol: str) -> Figure:
    """Draw the lengths of GMF's embeddings and weights as it is trained.

    Parameters
    ----------
    table : DataFrame with columns w, l2, epoch, embeddings, weights
        What w does ("learned" or "ones"), and the squared lengths of all p and q
        together, and of w.
    protocol : str
    """
    fig, axes = pair(protocol, height=4.3)
    drawn = {
        "embeddings": "all p and q: ‖P‖² + ‖Q‖²",
        "weights": "the weights: ‖w‖²",
    }
    for ax, (column, title) in zip(axes, drawn.items(), strict=True):
        penalties = sorted(table["l2"].unique())
        for (color, _, marker), l2 in zip(MARKS, penalties, strict=False):
            for w, (style, face) in WEIGHTS.items():
                rows = table[(table["w"] == w) & (table["l2"] == l2)]
                ax.plot(
                    rows["epoch"],
                    rows[column],
                    linestyle=style,
                    color=color,
                    marker=marker,
                    mfc=face,
                    label=f"λ = {l2:g}, w {'learned' if w == 'learned' else 'is 1'}",
                )
        ax.set_yscale("log")
        ax.set_xlabel("epoch")
        ax.set_title(f"{title} (log scale)", fontsize=10)
    handles, names = axes[0].get_legend_handles_labels()
    fig.legend(handles, names, loc="outside lower center", ncols=3, fontsize=9)
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
