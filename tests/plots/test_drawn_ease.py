"""Lesson 08's drawing holds the history, each weight with its sign, and the scores."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from recnb import plots
from recnb.plots.drawn.ease import signed
from recnb.plots.style import BLUE, VERMILLION

TITLES = ["A", "B", "C"]
WEIGHTS = np.array([[0, 0.5, -0.25], [0.1, 0, 0.2], [-0.2, 0.3, 0]])


@pytest.fixture
def ax():
    (ax,) = plots.row_times_matrix(np.array([1, 0, 0]), WEIGHTS, TITLES).axes
    return ax


def text_in(ax, patch):
    """Return the words that stand in the middle of a cell."""
    middle = patch.get_x() + 0.5, patch.get_y() + 0.5
    return next(
        text.get_text() for text in ax.texts if np.allclose(text.get_position(), middle)
    )


def cells(ax):
    """Return the cells, without frames, from left to right and top to bottom."""
    found = [patch for patch in ax.patches if patch.get_fill()]
    return sorted(found, key=lambda p: (-p.get_y(), p.get_x()))


def weights(ax):
    left = max(patch.get_x() for patch in ax.patches) - 2
    return [p for p in cells(ax) if p.get_x() >= left and p.get_y() >= 0]


def test_every_weight_stands_in_its_place_with_its_sign(ax):
    assert [text_in(ax, patch) for patch in weights(ax)] == [
        *("0", "+.50", "−.25"),
        *("+.10", "0", "+.20"),
        *("−.20", "+.30", "0"),
    ]


def test_signs_can_be_told_without_colour(ax):
    for patch, weight in zip(weights(ax), WEIGHTS.ravel(), strict=True):
        assert bool(patch.get_hatch()) == (weight < 0)
        color = VERMILLION if weight < 0 else BLUE
        assert to_hex(patch.get_facecolor()).upper() == color


def test_a_larger_weight_is_darker(ax):
    alphas = [patch.get_facecolor()[3] for patch in weights(ax)]
    order = np.argsort(np.abs(WEIGHTS.ravel()), kind="stable")
    assert np.all(np.diff(np.array(alphas)[order]) >= 0)
    assert max(alphas) > min(alphas)


def test_the_row_of_a_liked_film_is_framed_and_the_best_score_too(ax):
    rows = {p.get_label(): p.get_y() for p in ax.patches if not p.get_fill()}
    assert rows["A"] == 2
    assert rows["first"] < 0
    assert set(rows) == {"A", "first"}


def test_scores_are_the_sums_of_the_framed_rows():
    history = np.array([1, 1, 0])
    (ax,) = plots.row_times_matrix(history, WEIGHTS, TITLES).axes
    scores = [p for p in cells(ax) if p.get_y() < 0]
    assert [text_in(ax, patch) for patch in scores] == ["seen", "seen", "−.05"]


def test_the_history_and_all_titles_are_there(ax):
    history = [p for p in cells(ax) if p.get_x() < 3]
    assert [text_in(ax, patch) for patch in history] == ["1", "0", "0"]
    words = [text.get_text() for text in ax.texts]
    for title in TITLES:  # over the history, over the columns, beside the rows
        assert words.count(title) == 3
    assert any("speaks" in each for each in words)
    assert any("spoken of" in each for each in words)


@pytest.mark.parametrize(
    ("history", "titles", "words"),
    [
        ([1, 0], TITLES, "a history of 3"),
        ([1, 0, 0], ["A", "B"], "2 x 2"),
        ([1, 2, 0], TITLES, "ones and zeros"),
        ([1, 1, 1], TITLES, "a zero to recommend"),
    ],
)
def test_what_does_not_fit_is_refused(history, titles, words):
    with pytest.raises(ValueError, match=words):
        plots.row_times_matrix(np.array(history), WEIGHTS, titles)


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.376, "+.38"), (-0.06, "−.06"), (0.001, "0"), (-0.004, "0"), (1.25, "+1.25")],
)
def test_a_weight_is_written_with_its_sign(value, words):
    assert signed(value) == words
