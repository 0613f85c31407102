"""Lesson 01's drawings show what they are given."""

import numpy as np
import pytest

from recnb import plots


def words(fig):
    return [text.get_text() for text in fig.axes[0].texts]


def test_each_rank_has_its_worth_and_hits_behind_k_do_not_count():
    fig = plots.rank_discounts([0, 1, 0, 1, 1], 2)
    bars = fig.axes[0].patches
    worth = 1 / np.log2(np.arange(2, 7))
    np.testing.assert_allclose([bar.get_height() for bar in bars], worth)
    assert [word for word in words(fig) if "hit" in word] == [
        "hit",
        "hit,\ntoo late",
        "hit,\ntoo late",
    ]
    filled = [bar.get_facecolor() != (1, 1, 1, 1) for bar in bars]
    assert filled == [False, True, False, False, False]
    assert "cut at k = 2" in words(fig)


@pytest.mark.parametrize(
    ("hits", "k", "said"), [([0, 1], 3, "from 1 to 2"), ([0, 2], 1, "zeros and ones")]
)
def test_hits_that_are_none_are_refused(hits, k, said):
    with pytest.raises(ValueError, match=said):
        plots.rank_discounts(hits, k)


def test_the_best_and_the_chosen_model_stand_where_they_are():
    fig = plots.best_of_many([0.1, -0.5, 0.9, 0.2], chosen=1)
    (ax,) = fig.axes
    single = [line for line in ax.lines if len(line.get_xdata()) == 1]
    assert [line.get_xdata()[0] for line in single] == [0.9, -0.5]
    assert {line.get_marker() for line in single} == {"D", "s"}
    assert "4 models" in ax.get_xlabel()
    with pytest.raises(ValueError, match="no model 4"):
        plots.best_of_many([0.1, -0.5, 0.9, 0.2], chosen=4)
