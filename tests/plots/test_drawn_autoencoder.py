"""Lesson 02's drawing holds the row, every weight, each unit and the rebuilt row."""

import numpy as np
import pytest
from matplotlib.patches import Circle, Rectangle

from recnb import plots

X, H, REBUILT = np.array([1, 0, 1]), np.array([0.88, 0.12]), np.array([0.8, 0.3, 0.95])
W = np.array([[2.0, 0, 0], [0, -1.5, 0]])
W_OUT = np.array([[4.0, 0], [0, 3], [0, 0]])
TITLES, UNITS = ["A", "B", "C"], ["left", "right"]


def drawn(**given):
    parts = {"x": X, "h": H, "x_rebuilt": REBUILT, "W": W, "W_out": W_OUT}
    return plots.row_through_net(**(parts | given), titles=TITLES, units=UNITS)


def words(ax):
    return [text.get_text() for text in ax.texts]


def by_number(ax):
    """Return the lines of the weights, by the number on each."""
    numbers = [text for text in ax.texts if text.get_text() in ("2", "-1.5", "4", "3")]
    return dict(zip((text.get_text() for text in numbers), ax.lines, strict=True))


def test_every_weight_but_zero_is_a_line_with_its_number():
    (ax,) = drawn().axes
    assert list(by_number(ax)) == ["2", "-1.5", "4", "3"]


def test_a_weight_of_a_film_that_is_not_there_is_thin_and_one_below_zero_dashed():
    (ax,) = drawn().axes
    lines = by_number(ax)
    assert lines["-1.5"].get_linewidth() < lines["2"].get_linewidth()
    assert [lines[n].get_linestyle() for n in ("2", "-1.5")] == ["-", "--"]


def test_row_code_and_rebuilt_row_have_their_numbers():
    (ax,) = drawn().axes
    assert {"1", "0", ".88", ".12", ".80", ".30", ".95", "left", "right"} <= set(
        words(ax)
    )
    assert words(ax).count("A") == 2
    assert len([p for p in ax.patches if isinstance(p, Rectangle)]) == 2 * len(TITLES)
    assert len([p for p in ax.patches if isinstance(p, Circle)]) == 2 * len(UNITS)


def test_a_larger_output_is_darker():
    (ax,) = drawn().axes
    outputs = [p for p in ax.patches if isinstance(p, Rectangle) and p.get_x() > 1]
    alphas = [patch.get_facecolor()[3] for patch in outputs]
    assert np.argsort(alphas).tolist() == np.argsort(REBUILT).tolist()


@pytest.mark.parametrize("given", [{"x": X[:2]}, {"W": W.T}, {"h": H[:1]}])
def test_shapes_that_do_not_fit_are_named(given):
    with pytest.raises(ValueError, match="3 titles and 2 units need a row of 3"):
        drawn(**given)


def test_no_word_leaves_the_picture(words_outside):
    assert not words_outside(drawn())
