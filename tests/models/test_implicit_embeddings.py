"""ImplicitSLIM against its definition, written out with inverses and full matrices."""

import tracemalloc
import warnings

import numpy as np
import pytest
from scipy import sparse

from recnb.models import ImplicitSLIM, implicit_slim

L2, ALPHA = 5.0, 0.7


@pytest.fixture
def X():
    rng = np.random.default_rng(0)
    shares = np.linspace(0.4, 0.02, 30)
    return sparse.csr_array((rng.random((80, 30)) < shares).astype(float))


@pytest.fixture
def W():
    return np.random.default_rng(1).normal(size=(4, 30))


def explicit(W, A, X, l2, alpha, D):
    """Return the minimiser by the normal equations, with every matrix written out."""
    G = X.T @ X.toarray() + l2 * np.eye(X.shape[1])
    K = np.linalg.inv(G @ np.diag(D**2) @ G)
    return alpha * W @ A.T @ A @ np.linalg.inv(K + alpha * A.T @ A)


def approximate_diagonal(X, l2):
    return 1 / (X.toarray().sum(axis=0) + l2)


def test_it_is_the_explicit_inverse(X, W):
    D = approximate_diagonal(X, L2)
    expected = explicit(W, W, X, L2, ALPHA, D)
    np.testing.assert_allclose(implicit_slim(W, X, L2, ALPHA), expected, atol=1e-9)


def test_in_single_precision_to_a_millionth(X, W):
    found = implicit_slim(W.astype(np.float32), X, L2, ALPHA)
    assert found.dtype == np.float32
    expected = explicit(W, W, X, L2, ALPHA, approximate_diagonal(X, L2))
    np.testing.assert_allclose(found, expected, atol=1e-5 * np.abs(expected).max())


def test_rows_that_are_nearly_alike_cost_no_digits_in_single_precision(X, W):
    """After many epochs of a long host they are, and the system is ill-conditioned."""
    W[3] = W[2] + 0.01 * W[3]
    W = (100 * W).astype(np.float32)
    same = W.astype(float)
    expected = explicit(same, same, X, L2, ALPHA, approximate_diagonal(X, L2))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = implicit_slim(W, X, L2, ALPHA)
    np.testing.assert_allclose(found, expected, atol=2e-5 * np.abs(expected).max())


def test_it_is_the_published_formula(X, W):
    D = approximate_diagonal(X, L2)
    gram = X.T @ X.toarray()
    M = (L2 * W + W @ gram) * D**2
    C = L2 * M + M @ gram
    CA = C @ W.T
    K = C - CA @ np.linalg.inv(np.eye(4) / ALPHA + CA) @ C
    expected = ALPHA * W @ W.T @ K
    np.testing.assert_allclose(implicit_slim(W, X, L2, ALPHA), expected, atol=1e-9)


def test_with_the_exact_diagonal_no_other_embeddings_cost_less(X, W):
    """Then V is the minimiser for EASE's own weights."""
    G = X.T @ X.toarray() + L2 * np.eye(30)
    P = np.linalg.inv(G)
    exact = np.diag(P)
    V = implicit_slim(W, X, L2, ALPHA, diagonal=exact)
    B = np.eye(30) - P / exact

    def cost(V):
        return ((V - V @ B) ** 2).sum() + ALPHA * (((V - W) @ W.T) ** 2).sum()

    rng = np.random.default_rng(2)
    for scale in (1e-3, 1e-2, 0.1):
        for _ in range(20):
            assert cost(V + scale * rng.normal(size=V.shape)) > cost(V)


def test_rare_items_are_not_held_back(X, W):
    users = X.toarray().sum(axis=0)
    threshold = int(np.median(users))
    A = np.where(users >= threshold, W, 0)
    expected = explicit(W, A, X, L2, ALPHA, approximate_diagonal(X, L2))
    found = implicit_slim(W, X, L2, ALPHA, threshold)
    np.testing.assert_allclose(found, expected, atol=1e-9)
    assert not np.allclose(found, implicit_slim(W, X, L2, ALPHA))


def test_what_W_holds_of_rare_items_does_not_count_in_A(X, W):
    """Only W Aᵀ sees W: there, items below the threshold are multiplied by zero."""
    threshold = int(np.median(X.toarray().sum(axis=0)))
    other = W.copy()
    other[:, X.toarray().sum(axis=0) < threshold] = 99
    np.testing.assert_allclose(
        implicit_slim(other, X, L2, ALPHA, threshold),
        implicit_slim(W, X, L2, ALPHA, threshold),
    )


def test_weights_other_than_one_count_by_their_squares(W):
    rng = np.random.default_rng(3)
    X = sparse.csr_array(rng.random((80, 30)) * (rng.random((80, 30)) < 0.2))
    D = 1 / ((X.toarray() ** 2).sum(axis=0) + L2)
    expected = explicit(W, W, X, L2, ALPHA, D)
    np.testing.assert_allclose(implicit_slim(W, X, L2, ALPHA), expected, atol=1e-9)


def test_it_needs_no_matrix_of_items_by_items():
    n, L = 5000, 8
    X = sparse.random_array((300, n), density=0.01, rng=0, format="csr")
    W = np.random.default_rng(0).normal(size=(L, n))
    tracemalloc.start()
    try:
        implicit_slim(W, X, 10, 1)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20 * L * n * 8 < n * n * 8 / 10


def test_the_object_does_the_same(X, W):
    expected = implicit_slim(W, X, 7.0, 0.3, 3)
    found = ImplicitSLIM(l2=7.0, alpha=0.3, threshold=3).embed(W, X)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"l2": 0}, "l2 must be"),
        ({"l2": -3}, "l2 must be"),
        ({"alpha": 0}, "alpha must be"),
        ({"alpha": -1}, "alpha must be"),
        ({"alpha": float("inf")}, "alpha must be"),
        ({"threshold": 1000}, "leaves no item"),
        ({"diagonal": np.ones(4)}, "diagonal has shape"),
        ({"W": np.ones((31, 30))}, "from 1 to 30"),
        ({"W": np.ones((30, 4))}, "transposed"),
        ({"W": np.ones((0, 30))}, "embeddings have shape"),
        ({"W": np.full((4, 30), np.nan)}, "NaN"),
        ({"X": sparse.csr_array((0, 30))}, "no user or no item"),
    ],
)
def test_bad_input_is_refused_in_words(X, W, changed, words):
    arguments = {"W": W, "X": X, "l2": L2, "alpha": ALPHA} | changed
    with pytest.raises(ValueError, match=words):
        implicit_slim(**arguments)


def test_words_for_numbers_are_refused(X, W):
    with pytest.raises(ValueError, match="threshold must be a whole number"):
        ImplicitSLIM(threshold=2.5).embed(W, X)
