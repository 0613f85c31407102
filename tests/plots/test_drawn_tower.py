"""The drawings of the tower and of re-feeding: gaps, the code, which errors count."""

import numpy as np
import pytest

from recnb import plots

TITLES = ["A", "B", "C"]
X, Y, AGAIN = np.array([4, 0, 1]), np.array([4.2, 3.5, 1.4]), np.array([4, 3.4, 1.9])


def words_of(fig):
    (ax,) = fig.axes
    return [text.get_text() for text in ax.texts]


def test_the_tower_names_every_width_and_crosses_the_code():
    fig = plots.tower([20, 6, 9, 6, 20])
    (ax,) = fig.axes
    assert [word for word in words_of(fig) if word.isdigit()] == [
        "20",
        "6",
        "9",
        "6",
        "20",
    ]
    (code,) = [patch for patch in ax.patches if patch.get_hatch() == "xx"]
    assert code.get_height() < max(p.get_height() for p in ax.patches[4:5])
    gaps = [patch for patch in ax.patches if patch.get_hatch() == "////"]
    assert len(gaps) == 8
    assert {patch.get_x() for patch in gaps} == {0.0}


@pytest.mark.parametrize("widths", [[20, 6, 5, 20], [20, 20], [20]])
def test_a_tower_has_two_equal_halves(widths):
    with pytest.raises(ValueError, match="no tower"):
        plots.tower(widths)


def test_the_first_pass_asks_at_ratings_and_the_second_everywhere():
    words = words_of(plots.fed_again(X, Y, AGAIN, TITLES))
    assert words.count("–") == 1
    for square in ("0.04", "0.16", "0.01", "0.25"):
        assert square in words
    assert words.count("4.20") == 2  # y is the output, and then the input
    assert words.count("4.00") == 2  # a rating, and a prediction of the second pass


def test_rows_have_to_fit():
    with pytest.raises(ValueError, match="3 titles need three rows of 3"):
        plots.fed_again(X, Y[:2], AGAIN, TITLES)
