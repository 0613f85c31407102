"""Lesson 05's figures draw the numbers that they are given."""

import numpy as np
import pandas as pd
import pytest

from recnb import plots
from recnb.plots.cdae import KNOWN

P = {"metric": "NDCG@100", "protocol": "some data"}


def texts(ax):
    return [text.get_text() for text in ax.texts]


def ticks(labels):
    return [label.get_text() for label in labels]


def points(ax):
    """Return the data lines of the error bars in a panel."""
    return [container.lines[0] for container in ax.containers]


def spans(container):
    """Return the ends of each error bar."""
    (bars,) = container.lines[2]
    return [segment[:, 0].tolist() for segment in bars.get_segments()]


def test_whoever_is_trained_on_has_a_node():
    fig = plots.who_is_known()
    for ax, (name, rows) in zip(fig.axes, KNOWN.items(), strict=True):
        assert ax.get_title(loc="left") == name
        signs = [text.get_text() for text in ax.texts]
        nodes = [sign for sign in signs if sign in ("V", "–")]
        assert nodes == ["V" if "T" in row else "–" for row in rows]
    known = ["T" in row for row in KNOWN["strong generalisation"]]
    assert known == 4 * [True] + 2 * [False]


def test_with_and_without_the_node_are_two_points_a_row():
    table = pd.DataFrame(
        {"without": [0.2, 0.3], "with": [0.25, 0.28], "error": [0.01, 0.02]},
        index=["M1", "M4"],
    )
    fig = plots.with_and_without_node(table, **P)
    (ax,) = fig.axes
    without, own = points(ax)
    assert list(without.get_xdata()) == [0.2, 0.3]
    assert list(own.get_xdata()) == [0.25, 0.28]
    assert np.round(own.get_ydata()).tolist() == ax.get_yticks().tolist()
    assert (without.get_ydata() > own.get_ydata()).all()
    assert np.allclose(spans(ax.containers[0]), [[0.19, 0.21], [0.28, 0.32]])
    assert without.get_marker() != own.get_marker()
    assert ticks(ax.get_yticklabels()) == ["M1", "M4"]
    assert texts(ax) == ["0.200", "0.300", "0.250", "0.280"]
    names = [text.get_text() for text in fig.legends[0].get_texts()]
    assert names == ["without user node", "with user node"]
    assert ax.get_title(loc="left") == "some data" and "NDCG@100" in ax.get_xlabel()


def test_what_is_added_can_have_another_name():
    table = pd.DataFrame({"without": [0.2], "with": [0.3], "error": [0.1]})
    (legend,) = plots.with_and_without_node(table, label="noise", **P).legends
    assert [t.get_text() for t in legend.get_texts()] == ["without noise", "with noise"]


def test_strangers_nodes_show_every_split_and_the_mean():
    table = pd.DataFrame(
        {
            "node": ["mean", "mean", "zero", "learned"],
            "seed": [0, 1, 0, 0],
            "value": [0.3, 0.4, 0.2, 0.5],
            "error": [0.01, 0.02, 0.03, 0.04],
        }
    )
    (ax,) = plots.strangers_nodes(table, **P).axes
    shown = points(ax)
    assert [list(x.get_xdata()) for x in shown] == [[0.3, 0.4], [0.2], [0.5]]
    assert np.allclose(spans(ax.containers[1]), [[0.17, 0.23]])
    assert len({x.get_marker() for x in shown}) == 3
    means = [x.get_xdata() for x in ax.lines if x.get_marker() == "None"]
    assert np.allclose(means, [[0.35] * 2, [0.2] * 2, [0.5] * 2])
    assert texts(ax) == ["0.350", "0.200", "0.500"]
    assert ticks(ax.get_yticklabels()) == ["mean", "zero", "learned"]
    heights = [np.mean(x.get_ydata()) for x in shown]
    assert np.allclose(heights, ax.get_yticks())
    assert ax.get_title(loc="left") == "some data" and "NDCG@100" in ax.get_xlabel()


def test_negatives_cost_time_and_the_last_row_is_the_loss_at_all_items():
    table = pd.DataFrame(
        {
            "quality": [0.2, 0.3, 0.31],
            "error": [0.01, 0.02, 0.03],
            "seconds": [1.5, 3.0, 12.0],
        },
        index=[1, 5, 0],
    )
    fig = plots.negatives_and_time(table, **P)
    left, right = fig.axes
    assert list(points(left)[0].get_ydata()) == [0.2, 0.3, 0.31]
    heights = [bar.get_height() for bar in right.patches]
    assert heights == list(table["seconds"])
    assert texts(right) == ["1.5", "3", "12"]
    assert right.get_ylim()[0] == 0 and right.get_ylim()[1] > 12
    for ax in fig.axes:
        assert ticks(ax.get_xticklabels()) == ["1", "5", "all"]
    assert fig.get_suptitle() == "some data"
    assert "NDCG@100" in left.get_title(loc="left")
    assert "seconds" in right.get_title(loc="left")


@pytest.mark.parametrize("share", [0.0, 0.1, 2.0])
def test_the_dial_stands_beside_what_was_measured(share):
    hits = pd.DataFrame({"value": [0.3, 0.4, 0.2]}, index=[0.0, 1.0, 2.0])
    fig = plots.node_dial(hits, share=share, user="share", **P)
    (ax,) = fig.axes
    curve, dial = ax.lines
    assert list(curve.get_xdata()) == [0, 1, 2]
    assert list(curve.get_ydata()) == [0.3, 0.4, 0.2]
    assert set(dial.get_xdata()) == {share}
    assert dial.get_linestyle() != curve.get_linestyle()
    assert not texts(ax)  # between the points nothing is claimed
    assert ax.get_title(loc="left") == "share (some data)"
    assert "NDCG@100" in ax.get_ylabel()
