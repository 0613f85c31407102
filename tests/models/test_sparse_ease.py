"""SparseEASE as mathematics: EASE where it sees all, its three steps where it doesn't.

`by_the_book` computes the same in plain loops over dense matrices.
"""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from recnb.models import EASE, SparseEASE, gram_matrix, sparse_ease

N_ITEMS = 14
#: EASE's own products, all of them that are not 0.
PLAIN = {"alpha": 0.0, "centered": False, "threshold": 0.0, "dtype": "float64"}
EXACT = {"dtype": "float64", "l2": 0.8, "threshold": 0.15}


def likes(seed=3):
    rng = np.random.default_rng(seed)
    popular = rng.random(N_ITEMS) * 0.6
    dense = (rng.random((60, N_ITEMS)) < popular) * 1.0
    dense[:, 7] = np.where(rng.random(60) < 0.8, dense[:, 6], dense[:, 7])
    dense[:, 5] = 0  # an item that nobody has
    return sparse.csr_array(dense)


@pytest.fixture(scope="module")
def X():
    return likes()


@pytest.fixture(scope="module")
def all_pairs(X):
    """Return likes of which one user has everything that anybody has."""
    return sparse.vstack([X, np.arange(N_ITEMS)[None] != 5]).tocsr() * 1.0


def covariances(X, alpha, centered):
    A = X.toarray()
    A = A - A.mean(axis=0) if centered else A
    C = A.T @ A
    s = np.diag(C) ** (alpha / 2)
    s[s == 0] = 1
    return C / np.outer(s, s), s


def by_the_book(X, l2, threshold, max_neighbors=1000, r=0.5, alpha=0.75, centered=True):
    """Return B and how many blocks it took, as the paper's steps say it."""
    C, s = covariances(X, alpha, centered)
    together = (X.T @ X).toarray() > 0
    n = len(C)
    block_of = []
    for i in range(n):
        near = [j for j in range(n) if j != i and together[i, j]]
        near = [j for j in near if abs(C[i, j]) > threshold]
        near.sort(key=lambda j: -abs(C[i, j]))
        block_of.append([i, *near[:max_neighbors]] if together[i, i] else [])
    left = [i for i in range(n) if block_of[i]]
    left.sort(key=lambda i: (-len(block_of[i]), -C[i, i] * s[i] ** 2))
    said = {}
    n_blocks = 0
    while left:
        S = block_of[left[0]]
        D = S[: max(1, int(np.ceil(r * len(S))))]
        P = np.linalg.inv(C[np.ix_(S, S)] + l2 * np.eye(len(S)))
        for b, j in enumerate(D):
            for a, i in enumerate(S):
                weight = 0 if i == j else -P[a, b] / P[b, b]
                said.setdefault((i, j), []).append(weight)
        left = [i for i in left if i not in D]
        n_blocks += 1
    B = np.zeros((n, n))
    for (i, j), weights in said.items():
        if i in block_of[j]:
            B[i, j] = np.mean(weights) * s[j] / s[i]
    return B, n_blocks


@pytest.mark.parametrize("r", [0.0, 0.5, 1.0])
def test_at_full_density_it_is_ease(all_pairs, r):
    found = SparseEASE(l2=7, r=r, **PLAIN).fit(all_pairs)
    expected = EASE(l2=7, dtype="float64").fit(all_pairs)
    np.testing.assert_allclose(found.weights_.toarray(), expected.weights_, atol=1e-12)
    scores = found.predict(all_pairs), expected.predict(all_pairs)
    np.testing.assert_allclose(*scores, atol=1e-11)
    if r == 1:
        assert found.n_blocks_ == 1


def test_scaled_and_centred_it_is_the_ridge_of_such_columns(all_pairs):
    """At full density: EASE of the covariances, put back into the units of X."""
    C, s = covariances(all_pairs, alpha=0.75, centered=True)
    P = np.linalg.inv(C + 2 * np.eye(N_ITEMS))
    B = -P / np.diag(P) * s / s[:, None]
    np.fill_diagonal(B, 0)
    B[5] = B[:, 5] = 0
    found = SparseEASE(l2=2, threshold=0, dtype="float64").fit(all_pairs)
    np.testing.assert_allclose(found.weights_.toarray(), B, atol=1e-12)


@given(
    seed=st.integers(0, 1000),
    threshold=st.sampled_from([0.0, 0.05, 0.2, 0.5]),
    r=st.sampled_from([0.0, 0.3, 0.5, 1.0]),
    max_neighbors=st.sampled_from([1, 3, 1000]),
    alpha=st.sampled_from([0.0, 0.75, 1.0]),
    centered=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_the_steps_are_the_papers(seed, threshold, r, max_neighbors, alpha, centered):
    rng = np.random.default_rng(seed)
    # Weights that are no whole numbers leave no two covariances equal.
    X = likes(seed=seed)
    X.data = 0.5 + rng.random(X.nnz)
    how = {"threshold": threshold, "max_neighbors": max_neighbors, "r": r}
    how |= {"alpha": alpha, "centered": centered, "l2": 1.3}
    B, n_blocks = by_the_book(X, **how)
    found = SparseEASE(**how, dtype="float64").fit(X)
    np.testing.assert_allclose(found.weights_.toarray(), B, atol=1e-9)
    assert found.n_blocks_ == n_blocks


def test_a_block_is_the_inverse_of_its_part_of_the_covariances(X):
    C, _ = covariances(X, 0.75, True)
    S = np.array([6, 7, 2, 11])
    parts = sparse_ease.Covariances(X, None, 0.75, True, "float64")
    np.testing.assert_allclose(parts.square(S), C[np.ix_(S, S)], atol=1e-12)
    B = sparse_ease.block_weights(parts.square(S), 0.8, 2)
    P = np.linalg.inv(C[np.ix_(S, S)] + 0.8 * np.eye(4))
    expected = (-P / np.diag(P))[:, :2]
    expected[[0, 1], [0, 1]] = 0
    np.testing.assert_allclose(B, expected, atol=1e-12)


def test_no_item_speaks_for_itself_and_one_that_nobody_has_for_none(X):
    B = SparseEASE(**EXACT).fit(X).weights_
    assert sparse.issparse(B)
    assert not B.diagonal().any()
    assert not B[:, [5]].nnz
    assert not B[[5]].nnz
    assert B.data.all()  # no zero is stored


def test_a_higher_threshold_keeps_fewer_pairs_and_those_that_are_larger(X):
    C, _ = covariances(X, 0.75, True)
    entries = []
    for threshold in (0.0, 0.1, 0.2, 0.4, 0.8):
        B = SparseEASE(1.0, threshold, dtype="float64").fit(X).weights_.tocoo()
        assert (np.abs(C[B.row, B.col]) > threshold).all()
        entries.append(B.nnz)
    assert all(more > fewer for more, fewer in pairwise(entries))
    assert SparseEASE(1.0, 1e6).fit(X).weights_.nnz == 0


@pytest.mark.parametrize("many", [1, 2, 5])
def test_a_column_has_at_most_so_many_weights(X, many):
    model = SparseEASE(1.0, 0.0, max_neighbors=many).fit(X)
    assert np.diff(model.weights_.tocsc().indptr).max() == many
    assert model.largest_block_ == many + 1


def test_larger_steps_through_the_list_invert_fewer_blocks(X):
    n_blocks = [SparseEASE(r=r, **EXACT).fit(X).n_blocks_ for r in (0, 0.3, 0.6, 1)]
    assert n_blocks == sorted(n_blocks, reverse=True)
    assert n_blocks[0] == N_ITEMS - 1
    assert n_blocks[-1] < n_blocks[0]


def test_single_precision_agrees_with_double(X):
    double = SparseEASE(**EXACT).fit(X).weights_.toarray()
    single = SparseEASE(**EXACT | {"dtype": "float32"}).fit(X).weights_
    assert single.dtype == np.float32
    np.testing.assert_allclose(single.toarray(), double, atol=2e-6)


def test_a_gram_matrix_may_lie_on_a_disk(X, tmp_path):
    np.save(tmp_path / "gram.npy", gram_matrix(X))
    gram = np.load(tmp_path / "gram.npy", mmap_mode="r")
    own, given_ = SparseEASE().fit(X), SparseEASE().fit(X, gram)
    np.testing.assert_array_equal(given_.weights_.toarray(), own.weights_.toarray())


def test_it_is_explained_like_any_other_sum_over_items(X):
    model = SparseEASE(**EXACT).fit(X)
    history = X[[4]]
    parts = model.explain(history, 2)
    assert parts.sum() == pytest.approx(model.predict(history)[0, 2])
    assert list(model.similar_items(6, 1).index) == [7]


def test_the_gram_matrix_is_never_dense(monkeypatch):
    """What is made dense has the size of a block."""
    n = 1500
    X = sparse.random_array((400, n), density=0.01, rng=0, format="csr")
    X.data[:] = 1
    sizes = []
    whole = sparse_ease.gram_matrix

    def watched(part, dtype):
        sizes.append(part.shape[1])
        return whole(part, dtype)

    monkeypatch.setattr(sparse_ease, "gram_matrix", watched)
    model = SparseEASE(threshold=0.3, max_neighbors=40).fit(X)
    assert len(sizes) == model.n_blocks_ > 10
    assert max(sizes) == model.largest_block_ <= 41


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"l2": 0.0}, "l2 must be a finite number above 0"),
        ({"threshold": -0.1}, "threshold must be at least 0"),
        ({"max_neighbors": 0}, "max_neighbors must be at least 1"),
        ({"r": 1.5}, "r must be from 0 to 1"),
        ({"alpha": -1.0}, "alpha must be from 0 to 1"),
        ({"dtype": "float16"}, "dtype must be"),
    ],
)
def test_settings_out_of_range_are_named(X, bad, words):
    with pytest.raises(ValueError, match=words):
        SparseEASE(**bad).fit(X)


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_array])
def test_a_gram_matrix_of_other_items_is_named(X, kind):
    with pytest.raises(ValueError, match="but X has 14 items"):
        SparseEASE().fit(X, kind(np.eye(3)))


def test_a_pattern_that_is_too_large_is_refused_with_what_can_be_done(X, monkeypatch):
    monkeypatch.setattr(sparse_ease, "available_memory", lambda: 100)
    with pytest.raises(MemoryError, match="Raise threshold, or lower max_neighbors"):
        SparseEASE(threshold=0).fit(X)


def test_blocks_that_are_too_large_are_refused(monkeypatch):
    """16.8 million pairs, a hundredth of 41,000 items' squared, are 0.3 GiB."""
    monkeypatch.setattr(sparse_ease, "available_memory", lambda: 2**29)
    sparse_ease.check_memory(16_800_000, 1001)
    with pytest.raises(MemoryError, match=r"blocks of up to 6,000 .* need 1\.1 GiB"):
        sparse_ease.check_memory(16_800_000, 6000)
