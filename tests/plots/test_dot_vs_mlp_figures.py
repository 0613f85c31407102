"""Lesson 11's figures draw the numbers that they are given."""

import numpy as np
import pandas as pd
import pytest

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


def test_the_models_of_the_lesson_share_no_color_marker_or_line():
    looks = [plots.look(model) for model in (*MODELS, *BESIDE)]
    for what in ("color", "marker", "linestyle"):
        assert len({getattr(look, what) for look in looks}) == len(looks)


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
        "HR@10": [0.7, 0.6, 0.5],
        "NDCG@10": [0.4, 0.3, 0.2],
    }
)


NETS = ["GMF", "MLP", "NeuMF", "NeuMF, pretrained"]


def lengths():
    """Return MF at two lengths, and each net at two, the second from three seeds."""
    rows = [("MF", 0, 32, 0.71, 0.70, 0.73), ("MF", 0, 16, 0.68, 0.68, 0.68)]
    for i, model in enumerate(NETS):
        x = 0.6 + i / 100
        rows += [(model, 8, 40, x, x, x), (model, 8, 24, x - 0.05, x - 0.06, x)]
    return pd.DataFrame(rows, columns=["model", "k", "d", "mean", "min", "max"])


def printed():
    columns = ["model", "k", "value", "text", "file"]
    return pd.DataFrame(
        [("MLP", 8, 0.671, 16, 32), ("NeuMF", 8, 0.688, 24, 40)], columns=columns
    )


def spread(container):
    """Return the ends of the upright lines of an errorbar, from left to right."""
    (bars,) = container.lines[2]
    return [tuple(ends[:, 1].round(6)) for ends in bars.get_segments()]


def test_each_net_has_a_panel_with_mf_s_line_and_its_seeds():
    fig = plots.beside_mf(lengths(), None, None, **P)
    assert [ax.get_title(loc="left") for ax in fig.axes] == NETS
    for i, (ax, model) in enumerate(zip(fig.axes, NETS, strict=True)):
        mf, net = ax.containers
        assert points(mf.lines[0]) == [(16, 0.68), (32, 0.71)]
        assert spread(mf) == [(0.68, 0.68), (0.7, 0.73)]
        x = 0.6 + i / 100
        assert points(net.lines[0]) == [(24, x - 0.05), (40, x)]
        assert spread(net) == [(round(x - 0.06, 6), x), (x, x)]
        for line, name in ((mf.lines[0], "MF"), (net.lines[0], model)):
            look = plots.look(name)
            assert (line.get_color(), line.get_marker()) == (look.color, look.marker)
        assert net.lines[0].get_linestyle() == "None"
        assert ax.get_xscale() == "log"
        (shorter,) = [line for line in ax.lines if line.get_mfc() == "white"]
        assert points(shorter) == [(24, x - 0.05)]
    names = ["MF, trained by us", "net, trained by us"]
    assert legend(fig) == [*names, "the same k, its shorter reading"]


def test_a_published_value_is_a_bar_between_two_lengths_with_its_k():
    fig = plots.beside_mf(lengths(), printed(), None, **P)
    found = {}
    for ax in fig.axes:
        bars = [line for line in ax.lines if len(set(line.get_ydata())) == 1]
        bars = [
            line for line in bars if len(line.get_xdata()) == 2 and line.get_lw() == 4
        ]
        found[ax.get_title(loc="left")] = [points(bar) for bar in bars], texts(ax)
    assert found["MLP"] == ([[(16, 0.671), (32, 0.671)]], ["k = 8"])
    assert found["NeuMF"] == ([[(24, 0.688), (40, 0.688)]], ["k = 8"])
    none = ([], ["(no printed number known to us)"])
    assert found["GMF"] == found["NeuMF, pretrained"] == none
    assert "published, between the two readings of its size" in legend(fig)


def test_a_k_stands_below_its_bar_where_mf_s_line_is_near():
    near = printed().assign(value=[0.671, 0.705])
    sides = {}
    for ax in plots.beside_mf(lengths(), near, None, **P).axes:
        for label in ax.texts:
            if label.get_text() == "k = 8":
                sides[ax.get_title(loc="left")] = label.xyann[1]
    assert sides["MLP"] > 0 > sides["NeuMF"]


def test_nets_of_others_are_stars():
    anchors = pd.DataFrame({"model": ["MLP"], "d": [32], "HR@10": [0.671]})
    fig = plots.beside_mf(lengths(), None, anchors, **P)
    stars = {
        ax.get_title(loc="left"): [
            point
            for line in ax.lines
            if line.get_marker() == "*"
            for point in points(line)
        ]
        for ax in fig.axes
    }
    assert stars == {name: [(32, 0.671)] if name == "MLP" else [] for name in NETS}
    assert "the authors' own weights" in legend(fig)


def test_figures_of_different_protocols_are_refused():
    mixed = papers(protocol=["ncf-loo-99", "ncf-loo-99", "another", "another"])
    with pytest.raises(ValueError, match="do not belong on one axis"):
        plots.table_beside_published(OURS, mixed, **P)


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
    errors = {"error HR@10": 0.006, "error full HR@10": 0.004}
    return pd.DataFrame(columns).assign(**errors)


def test_a_model_stands_where_both_exams_put_it_with_both_errors():
    fig = plots.sampled_against_full(table(), **P)
    (ax,) = fig.axes
    assert len(ax.containers) == 5
    for bars, row in zip(ax.containers, table().to_dict("records"), strict=True):
        mark, _, (across, up) = bars.lines
        assert points(mark) == [(row["HR@10"], row["full HR@10"])]
        look = plots.look(row["model"])
        assert (mark.get_color(), mark.get_marker()) == (look.color, look.marker)
        assert np.ptp(across.get_segments()[0][:, 0]) == pytest.approx(0.012)
        assert np.ptp(up.get_segments()[0][:, 1]) == pytest.approx(0.008)
    assert legend(fig) == MODELS[:5]
    assert ax.get_title(loc="left") == "some data" and "HR@10" in ax.get_ylabel()


def test_models_are_named_with_the_length_of_their_vectors():
    ours = OURS.iloc[1:].assign(d=[192, np.nan])
    fig = plots.table_beside_published(ours, None, **P)
    assert ticks(fig.axes[0].get_yticklabels()) == ["MLP", "MF, d = 192"]
    judged = table().assign(d=192.0)
    named = [f"{model}, d = 192" for model in judged["model"]]
    assert legend(plots.sampled_against_full(judged, **P)) == named


def test_a_model_that_was_not_judged_on_both_sides_has_no_mark():
    judged = table()
    judged.loc[0, "full HR@10"] = np.nan
    fig = plots.sampled_against_full(judged, **P)
    assert legend(fig) == MODELS[1:5]


# ---- equation 7 ----


def test_a_penalty_is_drawn_with_and_without_a_free_w():
    rows = [
        {"w": w, "l2": l2, "epoch": epoch, "weights": 2 + l2 + epoch}
        | {"HR@10": 0.5 + l2 + epoch / 10 - (w == "ones") / 4}
        for l2 in (0.01, 0.0)
        for w in ("learned", "ones")
        for epoch in (1, 2)
    ]
    fig = plots.gmf_in_training(
        pd.DataFrame(rows), popularity=0.4, protocol="GMF, d = 16"
    )
    assert fig.get_suptitle() == "GMF, d = 16"
    left, right = fig.axes
    learned, ones, popular = left.lines
    np.testing.assert_allclose(points(learned), [(0, 0.7), (1, 0.71)])
    np.testing.assert_allclose(points(ones), [(0, 0.45), (1, 0.46)])
    assert set(popular.get_ydata()) == {0.4}
    assert ticks(left.get_xticklabels()) == ["0", "0.01"]
    assert [points(line) for line in right.lines] == [
        [(1, 3), (2, 4)],
        [(1, 3.01), (2, 4.01)],
    ]
    drawn = {(line.get_marker(), line.get_linestyle()) for line in left.lines}
    assert len(drawn) == 3  # without their colours
    assert right.get_yscale() == "log"


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
