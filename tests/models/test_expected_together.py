"""Expected counts keep all sums, and forget everything else."""

import numpy as np
import pytest
from scipy import sparse

from recnb.models import expected_together, gram_matrix


def world(seed=0, n_users=400, n_items=12):
    """Draw likes from the very model: activities and attractions, nothing else."""
    rng = np.random.default_rng(seed)
    odds = np.exp(rng.normal(size=(n_users, 1)) + rng.normal(-1, 1, n_items))
    likes = rng.random(odds.shape) < odds / (1 + odds)
    return sparse.csr_array(likes[~likes.all(axis=1)] * 1.0)


def test_equal_users_and_items_are_independent():
    X = sparse.csr_array(np.tile(np.eye(4), (5, 1)))  # all like 1, all are liked by 5
    E = expected_together(X)
    np.testing.assert_allclose(E, np.full((4, 4), 20 / 16), rtol=5e-3)


def test_of_a_user_who_likes_n_items_all_pairs_are_expected_together():
    """The sums of a row of X fix the expected number of its ordered pairs."""
    X = world()
    E, n = expected_together(X), X.sum(axis=1)
    np.testing.assert_allclose(E.sum(), (n**2).sum(), rtol=1e-3)
    np.testing.assert_allclose(E, E.T, rtol=1e-5)


def test_where_nothing_but_the_sums_counts_the_counts_are_as_expected():
    X = world(n_users=5000, n_items=100)
    G, E = gram_matrix(X, "float64"), expected_together(X)
    off = ~np.eye(len(G), dtype=bool)
    assert np.median((G / E)[off]) == pytest.approx(1, abs=0.02)
    lift = G * X.shape[0] / np.outer(np.diag(G), np.diag(G))
    assert np.median(lift[off]) > 1.1  # which independence does not explain


@pytest.mark.parametrize(
    ("X", "words"),
    [
        ([[1, 2], [0, 1]], "ones and zeros"),
        ([[1, 1], [0, 1], [1, 0]], "leave it out"),
        ([[1, 0, 0], [1, 1, 0]], "leave it out"),
    ],
)
def test_what_has_no_expectation_is_refused(X, words):
    with pytest.raises(ValueError, match=words):
        expected_together(sparse.csr_array(np.array(X, dtype=float)))
