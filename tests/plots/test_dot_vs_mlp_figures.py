"""Lesson 11's figures draw the numbers that they are given."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from recnb import plots
from recnb.plots.style import BLUE, GREY, VERMILLION

P = {"protocol": "some data"}
MODELS = ["MF", "GMF", "MLP", "NeuMF", "NeuMF, pretrained", "iALS"]
BESIDE = ["EASE", "Popularity"]


def texts(ax):
    return [text.get_text() for text in ax.texts]


def ticks(labels):
    return [label.get_text() for label in labels]


def legend(fig):
    return [text.get_text() for text in fig.legends[0].get_texts()]


def points(line):
    return [tuple(map(float, point)) for point in line.get_xydata()]


def overlaps(ax):
    """Return the pairs of texts of a drawn panel that cover each other."""
    boxes = [Text.get_window_extent(text) for text in ax.texts]
    return [
        (ax.texts[i].get_text(), ax.texts[j].get_text())
        for i, box in enumerate(boxes)
        for j in range(i)
        if box.overlaps(boxes[j])
    ]


def test_the_models_of_the_lesson_share_no_color_marker_or_line():
    looks = [plots.look(model) for model in (*MODELS, *BESIDE)]
    for what in ("color", "marker", "linestyle"):
        assert len({getattr(look, what) for look in looks}) == len(looks)


# ---- the two similarities ----


def test_an_mlp_is_a_stack_of_layers_of_2d_d_and_half_of_d():
    fig = plots.two_similarities()
    dot, mlp = fig.axes
    assert [ax.get_title(loc="left") for ax in fig.axes] == [
        "dot product",
        "multilayer perceptron",
    ]
    boxes = {
        text: (patch.get_y(), patch.get_width())
        for text, patch in zip(
            [t for t in texts(mlp) if t in ("p", "q", "2d", "d", "d/2")],
            mlp.patches,
            strict=True,
        )
    }
    assert [boxes[name][1] for name in ("p", "q", "2d", "d", "d/2")] == [
        1,
        1,
        2,
        1,
        0.5,
    ]
    assert [boxes[name][0] for name in ("p", "2d", "d", "d/2")] == [0, 1, 2, 3]
    p, q = mlp.patches[:2]
    assert p.get_x() + p.get_width() == pytest.approx(q.get_x())  # side by side
    assert len(dot.patches) == 2 and "nothing" in dot.get_xlabel()
    for ax in fig.axes:
        assert len({patch.get_hatch() for patch in ax.patches[:3]}) > 1
        assert "score φ(p, q)" in texts(ax)


def test_an_mlp_has_the_weights_that_the_figure_says():
    """2d 2d + 2d d + d d/2 = 6.5 d^2, without offsets and the score."""
    from recnb.models.ncf import MLPNet

    d = 100
    layers = [layer for layer in MLPNet(1, 1, d).layers if hasattr(layer, "weight")]
    assert sum(layer.weight.numel() for layer in layers) == 6.5 * d**2
    assert "6.5 d²" in plots.two_similarities().axes[1].get_xlabel()


# ---- learning curves ----


def curves(*models):
    """Validation is best in epoch 2, test in epoch 3; rows are not in order."""
    rows = [
        {"model": model, "epoch": epoch, "HR@10": hr + shift, "val HR@10": val}
        for shift, model in enumerate(models)
        for epoch, hr, val in ((3, 0.4, 0.25), (1, 0.1, 0.2), (2, 0.3, 0.5))
    ]
    table = pd.DataFrame(rows)
    return table.assign(kept=table["epoch"] == 2)


def test_a_curve_shows_the_chosen_epoch_and_the_best_on_test():
    fig = plots.learning_curves(curves("MF", "NeuMF"), **P)
    for shift, (ax, model) in enumerate(zip(fig.axes, ("MF", "NeuMF"), strict=True)):
        val, test, chosen, best = ax.lines
        assert points(val) == [(1, 0.2), (2, 0.5), (3, 0.25)]
        assert points(test) == [(1, 0.1 + shift), (2, 0.3 + shift), (3, 0.4 + shift)]
        assert points(chosen) == [(2, 0.3 + shift)]
        assert points(best) == [(3, 0.4 + shift)]
        assert val.get_linestyle() != test.get_linestyle()
        assert chosen.get_marker() != best.get_marker()
        said = f"{model}\nchosen {0.3 + shift:.3f}, best {0.4 + shift:.3f}"
        assert ax.get_title(loc="left") == said
        assert all(tick == round(tick) for tick in ax.get_xticks())
    assert legend(fig)[:2] == ["validation films", "test films"]
    assert fig.get_suptitle() == "some data"
    assert fig.axes[0].get_ylabel() == "HR@10"


@pytest.mark.parametrize(("n", "shape"), [(1, (1, 1)), (3, (1, 3)), (5, (2, 3))])
def test_there_is_a_panel_a_model(n, shape):
    fig = plots.learning_curves(curves(*MODELS[:n]), **P)
    grid = fig.axes[0].get_gridspec()
    assert (grid.nrows, grid.ncols) == shape
    assert sum(ax.get_visible() for ax in fig.axes) == n


def test_another_metric_can_be_drawn():
    table = curves("MF").rename(
        columns={"HR@10": "NDCG@10", "val HR@10": "val NDCG@10"}
    )
    fig = plots.learning_curves(table, metric="NDCG@10", **P)
    assert fig.axes[0].get_ylabel() == "NDCG@10"


# ---- figure 2 ----


def papers(**columns):
    rows = [("MF", 192, 0.729, 0.452), ("MLP", 16, 0.671, 0.399)]
    table = [
        {"model": model, "d": d, "metric": metric, "value": value}
        for model, d, *values in rows
        for metric, value in zip(("HR@10", "NDCG@10"), values, strict=True)
    ]
    same = {"dataset": "ncf-ml-1m", "protocol": "ncf-loo-99"}
    return pd.DataFrame(table).assign(**{**same, **columns})


OURS = pd.DataFrame(
    {
        "model": ["MF", "MF", "MLP"],
        "model_d": [32, 16, 128],
        "HR@10": [0.7, 0.6, 0.5],
        "NDCG@10": [0.4, 0.3, 0.2],
    }
)


def test_quality_is_drawn_against_d_and_published_marks_are_hollow():
    fig = plots.quality_by_dimension(OURS, papers(), **P)
    drawn = {"HR@10": (0.6, 0.7, 0.5), "NDCG@10": (0.3, 0.4, 0.2)}
    published = {"HR@10": (0.729, 0.671), "NDCG@10": (0.452, 0.399)}
    for ax, metric in zip(fig.axes, drawn, strict=True):
        mf, mlp, of_mf, of_mlp = ax.lines
        small, large, other = drawn[metric]
        assert points(mf) == [(16, small), (32, large)] and points(mlp) == [
            (128, other)
        ]
        assert points(of_mf) == [(192, published[metric][0])]
        assert points(of_mlp) == [(16, published[metric][1])]
        for line, model in ((mf, "MF"), (mlp, "MLP"), (of_mf, "MF"), (of_mlp, "MLP")):
            look = plots.look(model)
            assert (line.get_color(), line.get_marker()) == (look.color, look.marker)
        assert {line.get_mfc() for line in (of_mf, of_mlp)} == {"none"}
        assert {line.get_linestyle() for line in (of_mf, of_mlp)} == {"None"}
        assert ticks(ax.get_xticklabels()) == ["16", "32", "128", "192"]
        assert ax.get_xscale() == "log" and ax.get_title(loc="left") == metric
    assert legend(fig) == ["MF", "MLP", "filled: ours", "hollow: published"]


def test_without_published_figures_none_are_spoken_of():
    fig = plots.quality_by_dimension(OURS, None, **P)
    assert [len(ax.lines) for ax in fig.axes] == [2, 2]
    assert legend(fig) == ["MF", "MLP"]


@pytest.mark.parametrize("draw", ["quality_by_dimension", "table_beside_published"])
def test_figures_of_different_protocols_are_refused(draw):
    mixed = papers(protocol=["ncf-loo-99", "ncf-loo-99", "another", "another"])
    with pytest.raises(ValueError, match="do not belong on one axis"):
        getattr(plots, draw)(OURS, mixed, **P)


# ---- table 1 ----


def marks(ax):
    """Return the marks of a panel: (x, row, model by its look, hollow)."""
    by_look = {(plots.look(m).color, plots.look(m).marker): m for m in MODELS + BESIDE}
    found = set()
    for line in ax.lines:
        key = line.get_color(), line.get_marker()
        if key in by_look:
            found.add((*points(line)[0], by_look[key], line.get_mfc() == "none"))
    return found


def test_a_row_a_model_with_ours_and_the_published():
    ours = pd.DataFrame(
        {
            "model": ["EASE", "MF", "Popularity"],
            "HR@10": [0.72, 0.73, 0.45],
            "NDCG@10": [0.45, 0.46, 0.25],
            "error HR@10": [0.01, 0.02, 0.03],
        }
    )
    fig = plots.table_beside_published(ours, papers(), **P)
    left, right = fig.axes
    assert ticks(left.get_yticklabels())[::-1] == ["EASE", "MF", "Popularity", "MLP"]
    assert marks(left) == {
        (0.72, 3, "EASE", False),
        (0.73, 2, "MF", False),
        (0.729, 2, "MF", True),
        (0.671, 0, "MLP", True),
    }
    assert {mark[:2] for mark in marks(right)} == {
        *((0.45, 3), (0.46, 2), (0.452, 2), (0.399, 0))
    }
    half = [
        np.ptp(bar.lines[2][0].get_segments()[0][:, 0]) / 2 for bar in left.containers
    ]
    assert half == pytest.approx([0.01, 0.02])
    assert "standard error" in left.get_xlabel() and right.get_xlabel() == ""
    assert texts(left) == ["0.720", "0.730", "◂ 0.450 (ours)"]
    assert legend(fig) == ["filled: ours", "hollow: published"]


def test_a_value_far_below_is_written_at_the_edge():
    ours = pd.DataFrame(
        {"model": ["MF", "Popularity"], "HR@10": [0.7, 0.45], "NDCG@10": [0.4, 0.38]}
    )
    theirs = pd.DataFrame(
        {
            "model": "Popularity",
            "metric": ["HR@10", "NDCG@10"],
            "value": [0.46, 0.1],
            "dataset": "d",
            "protocol": "p",
        }
    )
    left, right = plots.table_beside_published(ours, theirs, **P).axes
    assert texts(left) == ["0.700", "◂ 0.450 (ours), 0.460 (published)"]
    assert texts(right) == ["0.400", "0.380", "◂ 0.100 (published)"]
    assert left.get_xlim()[0] > 0.46
    assert [text.get_position()[1] for text in left.texts[1:]] == [0]  # its row


def test_the_table_needs_no_published_figures():
    fig = plots.table_beside_published(OURS.iloc[1:], None, **P)
    assert {mark[3] for ax in fig.axes for mark in marks(ax)} == {False}
    assert not fig.legends


# ---- ninety-nine against all ----


def table():
    """Return five models of nearly the same value, whose order is reversed."""
    sampled = np.array([0.73, 0.7295, 0.72, 0.71, 0.7])
    columns = {"model": MODELS[:5], "HR@10": sampled, "full HR@10": 1 - sampled}
    return pd.DataFrame(columns)


def test_slopes_go_from_place_to_place_and_are_labelled():
    fig = plots.sampled_against_full(table(), **P)
    (ax,) = fig.axes
    for place, (line, model) in enumerate(zip(ax.lines, MODELS, strict=False), start=1):
        assert points(line) == [(0, place), (1, 6 - place)]
        look = plots.look(model)
        assert (line.get_color(), line.get_marker()) == (look.color, look.marker)
    assert texts(ax)[:2] == ["MF  0.730", "0.270  MF"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the best on top
    assert ax.get_title(loc="left") == "some data" and "HR@10" in ax.get_ylabel()


def test_no_label_covers_another_or_is_cut_off():
    fig = plots.sampled_against_full(table(), **P)
    fig.draw_without_rendering()
    (ax,) = fig.axes
    assert len(ax.texts) == 10 and overlaps(ax) == []
    for text in ax.texts:
        box = text.get_window_extent()
        assert box.x0 >= 0 and box.x1 <= fig.bbox.x1


def test_a_model_that_was_not_judged_on_both_sides_has_no_line():
    judged = table().rename(columns={"HR@10": "N", "full HR@10": "full N"})
    judged.loc[0, "full N"] = np.nan
    (ax,) = plots.sampled_against_full(judged, metric="N", **P).axes
    assert len(ax.lines) == 4 and "MF  0.730" not in texts(ax)


# ---- equation 7 ----


def test_the_penalty_falls_and_the_scores_stay():
    a, change = np.array([1.0, 10, 100]), np.array([0, 2e-7, 1e-7])
    fig = plots.rescaled_penalty(a, 5 / a**2, change)
    left, right = fig.axes
    assert points(left.lines[0]) == list(zip(a, 5 / a**2, strict=True))
    assert points(right.lines[0]) == list(zip(a, change, strict=True))
    assert left.get_xscale() == right.get_xscale() == left.get_yscale() == "log"
    fig.draw_without_rendering()
    low, high = right.get_ylim()
    assert low == 0 and high > 2e-7  # a score that did not change is drawn, too


def test_lengths_are_drawn_for_each_penalty_with_and_without_w():
    rows = [
        {"w": w, "l2": l2, "epoch": epoch, "embeddings": 10 + epoch, "weights": 2 + l2}
        for l2 in (0.0, 0.01)
        for w in ("learned", "ones")
        for epoch in (1, 2)
    ]
    fig = plots.gmf_in_training(pd.DataFrame(rows), protocol="GMF, d = 16")
    assert fig.get_suptitle() == "GMF, d = 16"
    left, right = fig.axes
    assert all(points(line) == [(1, 11), (2, 12)] for line in left.lines)
    assert [points(line)[0][1] for line in right.lines] == [2, 2, 2.01, 2.01]
    assert legend(fig) == [
        "λ = 0, w learned",
        "λ = 0, w is 1",
        "λ = 0.01, w learned",
        "λ = 0.01, w is 1",
    ]
    drawn = {(line.get_marker(), line.get_linestyle()) for line in left.lines}
    assert len(drawn) == 4  # without their colours
    assert left.get_yscale() == right.get_yscale() == "log"


# ---- the widget's figure ----


def test_mf_s_training_is_drawn_beside_popularity():
    log = pd.DataFrame({"loss": [0.5, 0.4, 0.3], "val": [0.6, 0.3, 0.4]}, [1, 2, 3])
    fig = plots.mf_training(log, popularity=0.45, title="MF")
    left, right = fig.axes
    curve, best, reference = left.lines
    assert points(curve) == [(1, 0.4), (2, 0.7), (3, 0.6)]
    assert points(best) == [(2, 0.7)]
    assert set(reference.get_ydata()) == {0.45}
    assert points(right.lines[0]) == [(1, 0.5), (2, 0.4), (3, 0.3)]
    assert legend(fig) == ["MF", "best epoch", "Popularity"]
    styles = {line.get_linestyle() for line in (curve, reference, right.lines[0])}
    assert len(styles) == 3
    colors = [line.get_color() for line in (curve, reference, right.lines[0])]
    assert colors == [VERMILLION, GREY, GREY] and BLUE not in colors
