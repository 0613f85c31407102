"""Popularity, co-occurrence and the rating baselines, against sums done by hand."""

import numpy as np
import pytest
from scipy import sparse

from recnb.models import (
    Bias,
    Cooccurrence,
    GlobalMean,
    ItemKNN,
    ItemMean,
    Popularity,
)


@pytest.fixture
def X():
    return sparse.csr_array(
        np.array([[5.0, 3, 0, 0], [4, 0, 0, 0], [0, 1, 2, 0], [3, 0, 0, 0]])
    )


def test_popularity_counts_users_not_stars(X):
    model = Popularity().fit(X)
    np.testing.assert_array_equal(model.counts_, [3, 2, 1, 0])
    np.testing.assert_array_equal(model.recommend(X[[2]], k=2), [[0, 3]])


def test_popularity_recommends_to_an_empty_history(X):
    listed = Popularity().fit(X).recommend(sparse.csr_array((1, 4)), k=4)
    np.testing.assert_array_equal(listed, [[0, 1, 2, 3]])


def test_cooccurrence_counts_pairs():
    X = sparse.csr_array(np.array([[1.0, 1, 0], [1, 1, 1], [0, 0, 1]]))
    model = Cooccurrence().fit(X)
    np.testing.assert_array_equal(model.weights_, [[0, 2, 1], [2, 0, 1], [1, 1, 0]])
    np.testing.assert_array_equal(model.predict(X[[0]]), [[2, 2, 2]])


def test_global_and_item_means(X):
    assert GlobalMean().fit(X).predict(X)[0, 3] == pytest.approx(3)
    means = ItemMean().fit(X).predict(X)[2]
    np.testing.assert_allclose(means, [4, 2, 2, 3])  # nobody rated item 3: the mean


def test_bias_without_damping_is_a_sum_of_means(X):
    model = Bias(damping=0).fit(X)
    np.testing.assert_allclose(model.item_bias_, [1, -1, -1, 0])
    # User 0 gave 5 and 3 where mean + item bias say 4 and 2: one star more.
    np.testing.assert_allclose(model.predict(X)[0], [5, 3, 3, 4])


def test_damping_pulls_biases_to_zero(X):
    free, damped = Bias(damping=0).fit(X), Bias(damping=5).fit(X)
    assert (np.abs(damped.item_bias_) <= np.abs(free.item_bias_)).all()
    with pytest.raises(ValueError, match="at least 0"):
        Bias(damping=-1).fit(X)


def test_bias_of_an_unknown_user_is_zero(X):
    model = Bias().fit(X)
    nobody = model.predict(sparse.csr_array((1, 4)))[0]
    np.testing.assert_allclose(nobody, model.mean_ + model.item_bias_, rtol=1e-6)


def test_item_knn_keeps_the_cosines_of_the_nearest():
    X = sparse.csr_array(np.array([[1.0, 1, 1], [1, 1, 0], [0, 1, 1], [1, 0, 0]]))
    every = ItemKNN(n_neighbors=None).fit(X).weights_
    expected = [
        [0, 2 / 3, 1 / 6**0.5],
        [2 / 3, 0, 2 / 6**0.5],
        [1 / 6**0.5, 2 / 6**0.5, 0],
    ]
    np.testing.assert_allclose(every, expected, rtol=1e-6)
    nearest = ItemKNN(n_neighbors=1).fit(X).weights_
    # Item 0 and item 2 are both nearest to item 1; item 1 is nearer to item 2.
    np.testing.assert_array_equal(nearest > 0, [[0, 0, 0], [1, 0, 1], [0, 1, 0]])
    with pytest.raises(ValueError, match="at least 1"):
        ItemKNN(n_neighbors=0).fit(X)
