"""Lesson 00's drawing counts, frames and adds what it is given."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from recnb import plots

FILMS = ["A", "B", "C"]
LIKES = pd.DataFrame([[1, 1, 0], [1, 1, 1], [0, 1, 1], [1, 0, 0]], columns=FILMS)
WEIGHTS = pd.DataFrame(
    [[0, 0.5, -0.25], [0.75, 0, 0.125], [-0.5, 0.25, 0]], FILMS, FILMS
)


def draw(likes=LIKES, weights=WEIGHTS, ticked=("A",)):
    (ax,) = plots.from_likes_to_scores(likes, weights, ticked).axes
    return ax


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_each_like_is_a_dot_in_its_cell():
    dots = {(x.get_xdata()[0], x.get_ydata()[0]) for x in draw().lines}
    left = min(x for x, _ in dots)
    expected = {(left + j, i + 0.5) for i, j in np.argwhere(LIKES.to_numpy())}
    assert dots == expected


def test_common_fans_are_counted():
    shown = texts(draw())
    counts = [int(text) for text in shown if text in "123"]
    assert counts == [3, 2, 1, 2, 3, 2, 1, 2, 2]
    assert "4 people" in shown


def test_weights_have_signs_and_negative_ones_are_hatched():
    ax = draw()
    for text in ("+.50", "−.25", "+.75", "+.12", "−.50", "+.25"):
        assert text in texts(ax)
    hatched = [p for p in ax.patches if isinstance(p, Rectangle) and p.get_hatch()]
    assert len(hatched) == 2


@pytest.mark.parametrize(
    ("ticked", "scores"),
    [(["A"], ["seen", "+.50", "−.25"]), (["A", "C"], ["seen", "+.75", "seen"])],
)
def test_the_framed_rows_add_up_to_the_scores(ticked, scores):
    ax = draw(ticked=ticked)
    end = texts(ax).index("scores")
    assert texts(ax)[end - 3 : end] == scores
    framed = [p.get_y() for p in ax.patches if getattr(p, "get_width", int)() == 3]
    assert framed == [FILMS.index(film) for film in ticked]
    bold = [t.get_text() for t in ax.texts if t.get_fontweight() == "bold"]
    assert set(ticked) < set(bold)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"likes": LIKES * 2}, "A like is 1"),
        ({"weights": WEIGHTS[["B", "A", "C"]]}, "must be A, B, C"),
        ({"ticked": ["D"]}, "no film D"),
        ({"ticked": []}, "Tick a film"),
        ({"ticked": FILMS}, "leave one"),
    ],
)
def test_what_does_not_fit_is_refused(change, words):
    with pytest.raises(ValueError, match=words):
        draw(**change)
