"""Reasons: what is taken out of a history, and whose examples are shown."""

import numpy as np
import pytest
from scipy import sparse

from recnb.contest.reasons import N_REASONS, examples, people, reasons_for
from recnb.models import EASE, Popularity


class Sum:
    """Scores are sums of weights, so that the reasons are known."""

    def __init__(self, B):
        self.B = np.array(B, dtype=float)

    def predict(self, X):
        return X @ self.B


def test_reasons_are_the_largest_parts_of_a_sum():
    B = np.zeros((5, 5))
    B[:, 4] = [1, 3, 2, -1, 0]
    history = sparse.csr_array(np.array([[1.0, 1, 1, 1, 0]]))
    assert reasons_for(Sum(B), history, np.array([4])).tolist() == [[1, 2]]


def test_what_speaks_against_it_is_no_reason():
    B = np.zeros((3, 3))
    B[:, 2] = [1, -1, 0]
    history = sparse.csr_array(np.array([[1.0, 1, 0]]))
    assert reasons_for(Sum(B), history, np.array([2])).tolist() == [[0, -1]]


def test_of_no_recommendation_there_is_no_reason():
    history = sparse.csr_array(np.array([[1.0, 1, 0]]))
    found = reasons_for(Sum(np.ones((3, 3))), history, np.array([2, -1]))
    assert found[1].tolist() == [-1] * N_REASONS


def test_a_model_of_one_list_for_all_has_no_reasons(planned):
    histories = planned.split.test.history[people(planned.split.test)]
    found = examples(Popularity().fit(planned.split.train), histories)
    assert (found.items >= 0).all()
    assert (found.reasons == -1).all()


def test_reasons_are_among_the_likes_and_agree_with_the_weights(planned):
    histories = planned.split.test.history[people(planned.split.test)]
    model = EASE(l2=10).fit(planned.split.train)
    found = examples(model, histories)
    for row, (items, reasons) in enumerate(
        zip(found.items, found.reasons, strict=True)
    ):
        liked = histories[[row]].indices
        assert not set(items) & set(liked)
        weights = model.weights_[np.ix_(liked, items)]
        assert reasons[:, 0].tolist() == liked[weights.argmax(axis=0)].tolist()


def test_people_have_histories_of_middling_length(planned):
    group = planned.split.test
    lengths = np.diff(group.history.indptr)
    rows = people(group)
    assert len(set(rows)) == 3
    off = np.abs(lengths - np.median(lengths))
    assert off[rows].max() <= np.sort(off)[2]


@pytest.mark.parametrize("n", [1, 60])
def test_histories_of_any_length(n):
    history = sparse.csr_array(np.ones((1, 80)) * (np.arange(80) < n))
    assert reasons_for(Sum(np.eye(80)), history, np.array([79])).shape == (1, 2)
