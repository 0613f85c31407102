"""Lesson 14's drawing: users vote, and their votes add up to scores."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from recnb import plots

TITLES = ["Alien", "Chocolat", "Titanic"]
HISTORY = np.array([1, 0, 0])
VOTES = np.array([0.5, -0.25])
LIKES = np.array([[1, 1, 0], [0, 1, 1]])


def drawn(**other):
    given = {"history": HISTORY, "votes": VOTES, "likes": LIKES, "titles": TITLES}
    (ax,) = plots.votes_of_users(**given | other).axes
    return ax


def test_votes_and_scores_stand_with_their_signs():
    words = [text.get_text() for text in drawn().texts]
    assert {"user 1", "user 2", *TITLES} <= set(words)
    assert words.count("+.50") == 1 and words.count("−.25") == 2  # a vote, a score
    assert "+.25" in words and words.count("seen") == 1
    assert words.count("1") == 1 + 4 and words.count("0") == 2 + 2


def test_a_vote_below_zero_is_hatched_and_the_best_score_framed():
    rectangles = [p for p in drawn().patches if isinstance(p, Rectangle)]
    assert sum(patch.get_hatch() is not None for patch in rectangles) == 1
    (first,) = [patch for patch in rectangles if patch.get_label() == "first"]
    scores = [t for t in drawn().texts if t.get_text() == "+.25"]
    assert scores[0].get_position()[0] == first.get_x() + 0.5


def test_no_word_leaves_the_picture(words_outside):
    ax = drawn(titles=["Alien", "Chocolat", "A long title of a film"])
    assert not words_outside(ax.figure)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"votes": VOTES[:1]}, "1 votes need a history of 3 and likes of 1 x 3"),
        ({"history": [1, 0]}, r"these have the shapes \(2,\) and \(2, 3\)"),
        ({"likes": LIKES * 2}, "ones and zeros"),
        ({"history": [1, 1, 1]}, "needs a zero"),
    ],
)
def test_what_cannot_be_drawn_is_refused(other, words):
    with pytest.raises(ValueError, match=words):
        drawn(**other)
