"""Lists for many users, block by block, are those that the model gives at once."""

import tracemalloc

import numpy as np
import pytest
from scipy import sparse

from recnb.ground.ranking import mask_seen, top_k, top_k_stored
from recnb.models import (
    ALSMF,
    EASE,
    LRR,
    FixedWeights,
    ItemKNN,
    KnownUsersMF,
    Popularity,
    SparseEASE,
)
from recnb.scale import lists, searched_lists
from recnb.scale.serve import SCORES_AT_ONCE


@pytest.fixture(scope="module")
def X():
    """Return 300 users' likes of 80 items; some users have one, some nearly all."""
    rng = np.random.default_rng(0)
    share = rng.choice([0.02, 0.1, 0.9], p=[0.5, 0.45, 0.05], size=(300, 1))
    has = rng.random((300, 80)) < share
    has[:, 0] |= ~has.any(axis=1)
    return sparse.csr_array(has.astype(np.float32))


def at_once(model, X, k):
    return top_k(mask_seen(model.predict(X), X), k)


MODELS = [
    SparseEASE(threshold=0.05, r=0.3),
    SparseEASE(threshold=0.4),  # so sparse that most users have too few scores
    ItemKNN(n_neighbors=5),
    EASE(10),
    LRR(L=8, l2=10),
    ALSMF(L=8, epochs=3),
    Popularity(),
]


@pytest.mark.parametrize("model", MODELS, ids=repr)
@pytest.mark.parametrize("k", [1, 10, 80, 200])
def test_blocks_change_no_list(model, X, k):
    expected = at_once(model.fit(X), X, k)
    for users_at_once in (1, 7, 300, 1000, None):
        found = lists(model, X, k, users_at_once)
        assert np.array_equal(found, expected)
    assert found.dtype == np.int32
    assert np.array_equal(model.recommend(X, k), expected)


@pytest.mark.parametrize("k", [1, 5, 40])
def test_scores_that_are_not_stored_are_zeros_of_equal_rank(k):
    rng = np.random.default_rng(1)
    # Whole numbers: many ties; some stored zeros, and rows without a score.
    dense = rng.integers(-2, 3, size=(60, 40)) * (rng.random((60, 40)) < 0.3)
    scores = sparse.csr_array(dense.astype(np.float32))
    scores.data[::7] = 0
    history = sparse.csr_array((rng.random((60, 40)) < 0.2).astype(np.float32))
    expected = top_k(mask_seen(scores.toarray(), history), k)
    assert np.array_equal(top_k_stored(scores, history, k), expected)
    shuffled = sparse.csr_array(scores[:, ::-1])[:, ::-1]  # rows that are not sorted
    assert np.array_equal(top_k_stored(shuffled, history, k), expected)


def test_a_score_that_is_no_number_is_refused():
    scores = sparse.csr_array(np.array([[1.0, np.nan, 2.0]]))
    history = sparse.csr_array((1, 3))
    with pytest.raises(ValueError, match="NaN"):
        top_k_stored(scores, history, 1)


def test_nothing_dense_is_made_where_enough_items_score_above_zero(X, monkeypatch):
    model = SparseEASE(threshold=0.05).fit(X)
    few = X[np.diff(X.indptr) < 20]
    enough = few[(model._scores(few) > 0).sum(axis=1) >= 30]
    assert enough.shape[0] > 100
    expected = model.recommend(enough, 5)

    def refuse(*_):
        raise AssertionError("a dense matrix was made")

    monkeypatch.setattr(sparse.csr_array, "toarray", refuse)
    assert np.array_equal(lists(model, enough, 5, 50), expected)


@pytest.mark.parametrize("is_sparse", [False, True])
def test_the_memory_is_that_of_a_block(is_sparse):
    rng = np.random.default_rng(3)
    X = sparse.random_array((2000, 1000), density=0.01, rng=rng, format="csr")
    X.data[:] = 1
    B = sparse.random_array((1000, 1000), density=0.03, rng=rng, format="csr")
    model = FixedWeights(B if is_sparse else B.toarray()).fit(X)
    bytes_held = {}
    for n_users in (500, 2000):
        tracemalloc.start()
        found = lists(model, X[:n_users], 5, 100)
        bytes_held[n_users] = tracemalloc.get_traced_memory()[1] - found.nbytes
        tracemalloc.stop()
        assert bytes_held[n_users] < 60 * 100 * 1000
    histories = 12 * X.nnz + 8 * X.shape[0]  # X[:n_users] is a copy
    assert bytes_held[2000] < 1.2 * bytes_held[500] + histories


def test_the_default_block_has_eight_million_scores(X):
    sizes = []

    class Counted(Popularity):
        def recommend(self, X, k=10):
            sizes.append(X.shape[0])
            return super().recommend(X, k)

    n_items = SCORES_AT_ONCE // 100
    many = sparse.csr_array((X.data, X.indices, X.indptr), shape=(300, n_items))
    lists(Counted().fit(many), many, 5)
    assert sizes == [100, 100, 100]


@pytest.mark.parametrize("model", [LRR(L=8, l2=10), ALSMF(L=8, epochs=3)], ids=repr)
def test_vectors_give_the_scores(model, X):
    P, Q = model.fit(X).user_vectors(X), model.item_vectors()
    np.testing.assert_allclose(P @ Q.T, model.predict(X), atol=1e-5)


@pytest.mark.parametrize("model", [LRR(L=8, l2=10), ALSMF(L=8, epochs=3)], ids=repr)
def test_an_exact_search_finds_the_same_lists(model, X):
    retrieval = pytest.importorskip("recnb.models.retrieval")
    pytest.importorskip("faiss")
    search = retrieval.ExactSearch().fit(model.fit(X).item_vectors())
    scores = mask_seen(model.predict(X), X)
    expected = np.sort(scores, axis=1)[:, ::-1][:, :10]
    for users_at_once in (1, 64, None):
        found = searched_lists(model, search, X, 10, users_at_once)
        assert found.shape == (300, 10)
        values = np.take_along_axis(scores, found.astype(int), axis=1)
        # Where a user has nearly all, fewer than ten are left.
        values = np.where(found < 0, -np.inf, values)
        np.testing.assert_allclose(values, expected, atol=1e-5)
        assert all(len(set(row[row >= 0])) == (row >= 0).sum() for row in found)


def test_an_approximate_search_lists_nothing_seen(X):
    retrieval = pytest.importorskip("recnb.models.retrieval")
    pytest.importorskip("faiss")
    model = LRR(L=8, l2=10).fit(X)
    search = retrieval.IVFSearch(nlist=10, nprobe=1).fit(model.item_vectors())
    found = searched_lists(model, search, X, 10)
    listed = found >= 0
    assert 0.2 < listed.mean() < 1
    assert not X.toarray()[np.nonzero(listed)[0], found[listed]].any()
    assert (np.diff(listed.astype(int), axis=1) <= 0).all()  # -1 at the end only


def test_bad_input_is_refused_before_the_first_block(X):
    model = EASE(10).fit(X)
    for bad in (0, -1, 2.5, "all"):
        with pytest.raises(ValueError, match="users_at_once must be a whole number"):
            lists(model, X, 5, bad)
    with pytest.raises(ValueError, match="k must be a whole number"):
        lists(model, X, 0)
    with pytest.raises(ValueError, match="79 columns"):
        lists(model, X[:, :79], 5)
    empty = X.copy()
    empty.data[empty.indptr[200] : empty.indptr[201]] = 0
    with pytest.raises(ValueError, match=r"row 200 is empty \(1 such rows\)"):
        lists(model, empty, 5)
    assert lists(Popularity().fit(X), empty, 5).shape == (300, 5)
    everyone = KnownUsersMF(L=4, epochs=1).fit(X)
    with pytest.raises(ValueError, match="all its training users at once"):
        lists(everyone, X, 5)


def test_an_index_of_other_items_is_refused(X):
    retrieval = pytest.importorskip("recnb.models.retrieval")
    pytest.importorskip("faiss")
    search = retrieval.ExactSearch().fit(np.ones((79, 8)))
    with pytest.raises(ValueError, match=r"79 items.*item_vectors"):
        searched_lists(LRR(L=8).fit(X), search, X, 5)


def test_weights_that_are_given_as_coordinates_are_served_too(X):
    B = sparse.random_array((80, 80), density=0.3, rng=np.random.default_rng(2))
    model = FixedWeights(B.tocoo().astype(np.float32)).fit(X)
    assert np.array_equal(lists(model, X, 5, 50), at_once(model, X, 5))
