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


def spans(container, axis=0):
    """Return the ends of each error bar."""
    (bars,) = container.lines[2]
    return [segment[:, axis].tolist() for segment in bars.get_segments()]


def test_whoever_is_trained_on_has_a_node():
    fig = plots.who_is_known()
    for ax, (name, rows) in zip(fig.axes, KNOWN.items(), strict=True):
        assert ax.get_title(loc="left") == name
        signs = [text.get_text() for text in ax.texts]
        nodes = [sign for sign in signs if sign in ("V", "–")]
        assert nodes == ["V" if "T" in row else "–" for row in rows]
    known = ["T" in row for row in KNOWN["strong generalisation"]]
    assert known == 4 * [True] + 2 * [False]


def differences():
    return pd.DataFrame(
        {
            "net": ["M1", "M1", "M1", "M1", "M4", "M4"],
            "node": ["none", "none", "own", "own", "none", "own"],
            "seed": [0, 1, 0, 1, 0, 0],
            "minus_ease": [-0.04, -0.05, -0.01, -0.02, -0.03, -0.02],
            "minus_ease_error": [0.001, 0.002, 0.003, 0.004, 0.005, 0.006],
        }
    )


def test_every_split_of_a_net_and_node_is_a_point_with_its_paired_error():
    (ax,) = plots.behind_ease(differences(), **P).axes
    shown = points(ax)
    assert [list(x.get_xdata()) for x in shown] == [
        [-0.04, -0.05],
        [-0.03],
        [-0.01, -0.02],
        [-0.02],
    ]
    assert np.allclose(spans(ax.containers[0]), [[-0.041, -0.039], [-0.052, -0.048]])
    assert ticks(ax.get_yticklabels()) == ["M1", "M4"]
    for points_of, place in zip(shown, (1, 0, 1, 0), strict=True):
        assert np.abs(points_of.get_ydata() - place).max() < 0.5
    assert np.mean(shown[0].get_ydata()) > np.mean(shown[2].get_ydata())
    bars = [x for x in ax.lines if x.get_marker() == "None"][1:]
    assert np.allclose([x.get_xdata()[0] for x in bars], [-0.045, -0.03, -0.015, -0.02])


def test_ease_is_the_line_at_zero_and_nodes_differ_in_color_and_marker():
    fig = plots.behind_ease(differences(), **P)
    (ax,) = fig.axes
    assert set(ax.lines[0].get_xdata()) == {0}
    assert ax.lines[0].get_color() == plots.look("EASE").color
    names = [text.get_text() for text in fig.legends[0].get_texts()]
    assert names == ["EASE", "none", "own"]
    none, _, own, _ = points(ax)
    assert none.get_marker() != own.get_marker()
    assert none.get_color() != own.get_color()
    assert ax.get_title(loc="left") == "some data" and "NDCG@100" in ax.get_xlabel()


def test_there_are_no_more_kinds_of_node_than_marks():
    with pytest.raises(ValueError, match="marks for 3 nodes, not 4"):
        plots.behind_ease(differences().head(4).assign(node=list("abcd")), **P)


def test_quality_stands_by_number_of_negatives_and_by_seconds_beside_ease():
    quality = pd.DataFrame(
        {"value": [0.2, 0.3, 0.31], "error": [0.01, 0.02, 0.03]}, index=[1, 5, 0]
    )
    curves = {
        "5 negatives": pd.DataFrame({"seconds": [1.0, 2.0], "value": [0.1, 0.2]}),
        "all": pd.DataFrame({"seconds": [3.0, 6.0], "value": [0.3, 0.4]}),
    }
    fig = plots.negatives_and_time(
        quality, curves, ease=(0.35, 0.45), metric="recall", protocols=("left", "right")
    )
    left, right = fig.axes
    (shown,) = points(left)
    assert list(shown.get_ydata()) == [0.2, 0.3, 0.31]
    lengths = np.diff(spans(left.containers[0], axis=1)).ravel()
    assert np.allclose(lengths, [0.02, 0.04, 0.06])
    assert ticks(left.get_xticklabels()) == ["1", "5", "all"]
    few, every, line = right.lines
    assert list(few.get_xdata()) == [1, 2] and list(few.get_ydata()) == [0.1, 0.2]
    assert list(every.get_xdata()) == [3, 6] and list(every.get_ydata()) == [0.3, 0.4]
    assert few.get_marker() != every.get_marker()
    assert few.get_linestyle() != every.get_linestyle()
    assert set(line.get_ydata()) == {0.45}
    assert set(left.lines[-1].get_ydata()) == {0.35}
    assert [ax.get_title(loc="left") for ax in fig.axes] == ["left", "right"]
    names = [text.get_text() for text in fig.legends[0].get_texts()]
    assert names == ["5 negatives", "all", "EASE"]
    assert "recall" in fig.get_suptitle()


@pytest.mark.parametrize("share", [0.0, 0.1, 2.0])
def test_the_dial_stands_beside_what_was_measured(share):
    curve = pd.DataFrame({"value": [0.3, 0.4, 0.2]}, index=[0.0, 1.0, 2.0])
    (ax,) = plots.node_dial(curve, share=share, ease=0.5, **P).axes
    shown, ease, dial = ax.lines
    assert list(shown.get_xdata()) == [0, 1, 2]
    assert list(shown.get_ydata()) == [0.3, 0.4, 0.2]
    assert set(ease.get_ydata()) == {0.5}
    assert set(dial.get_xdata()) == {share}
    assert dial.get_linestyle() != shown.get_linestyle()
    assert texts(ax) == ["EASE"]  # between the points nothing is claimed
    assert ax.get_title(loc="left") == "some data"
    assert "NDCG@100" in ax.get_ylabel()
