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
    item_knn,
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
    assert sparse.issparse(nearest)
    found = nearest.toarray() > 0
    np.testing.assert_array_equal(found, [[0, 0, 0], [1, 0, 1], [0, 1, 0]])
    with pytest.raises(ValueError, match="at least 1"):
        ItemKNN(n_neighbors=0).fit(X)


@pytest.fixture
def many_ties():
    """150 items of few users each, so that many cosines are alike; nobody has 7."""
    dense = (np.random.default_rng(0).random((40, 150)) < 0.1).astype(np.float32)
    dense[:, 7] = 0
    return sparse.csr_array(dense)


@pytest.mark.parametrize("k", [1, 20, 200])
def test_item_knn_lists_the_neighbours_that_a_sort_lists(many_ties, k):
    """Ties go to the lower code; a cosine of zero is no weight."""
    every = ItemKNN(n_neighbors=None).fit(many_ties).weights_
    expected = np.zeros_like(every)
    for j in range(150):
        order = sorted(range(150), key=lambda i, j=j: (-every[i, j], i))[:k]
        expected[order, j] = every[order, j]
    weights = ItemKNN(n_neighbors=k).fit(many_ties).weights_
    np.testing.assert_array_equal(weights.toarray(), expected)
    assert weights.nnz == (expected != 0).sum()
    assert weights.has_canonical_format


@pytest.mark.parametrize(("alpha", "shrink"), [(0.2, 0), (0.5, 3), (1, 0), (0, 20)])
def test_item_knn_weighs_popularity_and_shrinks_as_told(many_ties, alpha, shrink):
    G = (many_ties.T @ many_ties).toarray()
    n = np.maximum(np.diag(G), 1)
    said = G / (n[:, None] ** (1 - alpha) * n[None, :] ** alpha + shrink)
    np.fill_diagonal(said, 0)
    model = ItemKNN(None, alpha, shrink).fit(many_ties)
    np.testing.assert_allclose(model.weights_, said, rtol=1e-5)
    nearest = ItemKNN(5, alpha, shrink).fit(many_ties).weights_.toarray()
    kept = nearest > 0
    assert kept.sum(axis=0).max() == 5
    np.testing.assert_allclose(nearest[kept], said[kept], rtol=1e-5)
    for j in range(150):
        assert said[~kept[:, j], j].max() <= said[kept[:, j], j].min(initial=1) + 1e-6


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"alpha": 1.1}, "alpha must be from 0 to 1"), ({"shrink": -1}, "at least 0")],
)
def test_item_knn_refuses_what_is_out_of_range(many_ties, settings, said):
    with pytest.raises(ValueError, match=said):
        ItemKNN(**settings).fit(many_ties)


@pytest.mark.parametrize(("alpha", "shrink"), [(0.5, 0), (0.2, 10)])
@pytest.mark.parametrize("values", ["likes", "stars", "opinions"])
@pytest.mark.parametrize("k", [20, 140, 200])
@pytest.mark.parametrize("dense", [0, 1])
def test_item_knn_is_the_same_for_large_catalogues(
    many_ties, monkeypatch, values, k, dense, alpha, shrink
):
    """Negative cosines, too, which come after those of zero that are not stored."""
    X = many_ties.copy()
    if values != "likes":
        X.data = np.random.default_rng(1).integers(1, 6, X.nnz).astype(np.float32)
        X.data -= 2.5 if values == "opinions" else 0
    settings = {"n_neighbors": k, "alpha": alpha, "shrink": shrink}
    small = ItemKNN(**settings).fit(X)
    monkeypatch.setattr(item_knn, "SMALL", 10)
    monkeypatch.setattr(item_knn, "DENSE", dense)
    monkeypatch.setattr(item_knn, "own_gram_matrix", None)  # not to be asked
    large = ItemKNN(**settings).fit(X)
    np.testing.assert_array_equal(large.weights_.indices, small.weights_.indices)
    np.testing.assert_allclose(large.weights_.data, small.weights_.data, rtol=1e-6)
    np.testing.assert_allclose(large.predict(X), small.predict(X), rtol=1e-5, atol=1e-5)
