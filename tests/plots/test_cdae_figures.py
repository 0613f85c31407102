"""Lesson 05's figures draw the numbers that they are given."""

import numpy as np
import pandas as pd
import pytest

from recnb import plots
from recnb.plots.cdae import ALL, KNOWN, NODES, SAMPLED

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
            "node": [
                "no node",
                "no node",
                "own node",
                "own node",
                "no node",
                "own node",
            ],
            "seed": [0, 1, 0, 1, 0, 0],
            "minus_ease": [-0.04, -0.05, -0.01, -0.02, -0.03, -0.035],
        }
    )


def marks(ax):
    """Return the points of each kind of node, by its label."""
    return {c.get_label(): c.get_offsets().tolist() for c in ax.collections}


def test_every_net_and_split_is_a_row_with_a_mark_for_each_node():
    (ax,) = plots.behind_ease(differences(), **P).axes
    names = ["M1, split 0", "M1, split 1", "M4, split 0"]
    assert ticks(ax.get_yticklabels()) == names
    assert marks(ax) == {
        "no node": [[-0.04, 0], [-0.05, 1], [-0.03, 2]],
        "own node": [[-0.01, 0], [-0.02, 1], [-0.035, 2]],
    }
    top, bottom = ax.get_ylim()[::-1]
    assert top < 0 and bottom > 2  # the first net stands at the top


def test_no_mark_of_a_stranger_s_row_hides_another():
    kinds = ["no node", "mean node", "learned node"]
    level = differences().iloc[[0, 0, 0]].assign(node=kinds)
    (ax,) = plots.behind_ease(level, **P).axes
    assert marks(ax) == {
        "no node": [[-0.04, 0]],
        "mean node": [[-0.04, -0.25]],
        "learned node": [[-0.04, 0.25]],
    }


def test_the_marks_of_a_row_are_joined():
    (ax,) = plots.behind_ease(differences(), **P).axes
    joined = [
        line.get_xdata()
        for line in ax.lines
        if len(set(line.get_ydata())) == 1 and line.get_ydata()[0] in (0, 1, 2)
    ]
    assert np.allclose(joined, [[-0.04, -0.01], [-0.05, -0.02], [-0.035, -0.03]])


def test_ease_is_the_line_at_zero_and_nodes_differ_in_color_and_marker():
    fig = plots.behind_ease(differences(), **P)
    (ax,) = fig.axes
    assert set(ax.lines[0].get_xdata()) == {0}
    assert ax.lines[0].get_color() == plots.look("EASE").color
    names = [text.get_text() for text in fig.legends[0].get_texts()]
    assert names == ["EASE", "no node", "own node"]
    assert ax.get_title(loc="left") == "some data" and "NDCG@100" in ax.get_xlabel()


def test_no_two_things_of_the_lesson_share_a_color_or_a_marker():
    looks = [*(look[:2] for look in NODES.values()), SAMPLED, ALL]
    assert len({color for color, _ in looks}) == len(looks)
    assert len({marker for _, marker in looks}) == len(looks)


def test_a_kind_of_node_without_a_mark_is_named():
    with pytest.raises(ValueError, match="no mark for half a node"):
        plots.behind_ease(differences().assign(node="half a node"), **P)


def test_quality_stands_by_number_of_negatives_and_by_seconds_beside_ease():
    quality = pd.DataFrame(
        {"value": [0.2, 0.3, 0.31], "error": [0.01, 0.02, 0.03]}, index=[1, 5, 0]
    )
    curves = {
        "sampled": pd.DataFrame({"seconds": [1.0, 2.0], "value": [0.1, 0.2]}),
        "all": pd.DataFrame({"seconds": [3.0, 6.0], "value": [0.3, 0.4]}),
    }
    fig = plots.negatives_and_time(
        quality, curves, ease=(0.35, 0.45), metric="recall", protocols=("left", "right")
    )
    left, right = fig.axes
    sampled, all_items = points(left)
    assert list(sampled.get_ydata()) == [0.2, 0.3]
    assert list(all_items.get_ydata()) == [0.31]
    lengths = [np.diff(spans(bars, axis=1)).ravel() for bars in left.containers]
    assert np.allclose(np.concatenate(lengths), [0.02, 0.04, 0.06])
    assert ticks(left.get_xticklabels()) == ["1", "5", "all"]
    few, every, line = right.lines
    assert list(few.get_xdata()) == [1, 2] and list(few.get_ydata()) == [0.1, 0.2]
    assert list(every.get_xdata()) == [3, 6] and list(every.get_ydata()) == [0.3, 0.4]
    assert few.get_marker() != every.get_marker()
    assert few.get_linestyle() != every.get_linestyle()
    assert few.get_marker() == sampled.get_marker()
    assert every.get_marker() == all_items.get_marker()
    assert set(line.get_ydata()) == {0.45}
    assert set(left.lines[-1].get_ydata()) == {0.35}
    assert [ax.get_title(loc="left") for ax in fig.axes] == ["left", "right"]
    names = [text.get_text() for text in fig.legends[0].get_texts()]
    assert names == ["sampled", "all", "EASE"]
    assert "recall" in fig.get_suptitle()


@pytest.mark.parametrize("share", [0.0, 0.1, 2.0])
def test_the_dial_stands_beside_what_was_measured_and_the_list(share):
    curve = pd.DataFrame({"value": [0.3, 0.4, 0.2]}, index=[0.0, 1.0, 2.0])
    films = ["+ Alien", "   Up ✓"]
    fig = plots.node_dial(curve, films, user=7, share=share, ease=0.5, **P)
    left, right = fig.axes
    shown, dial = left.lines
    assert list(shown.get_xdata()) == [0, 1, 2]
    assert list(shown.get_ydata()) == [0.3, 0.4, 0.2]
    assert set(dial.get_xdata()) == {share}
    assert dial.get_linestyle() != shown.get_linestyle()
    assert texts(left) == ["EASE, not drawn: 0.500"]
    assert texts(right) == films
    assert "user 7" in right.get_title(loc="left")
    assert fig.get_suptitle() == "some data"
    assert "NDCG@100" in left.get_title(loc="left")
