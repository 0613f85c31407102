"""LLE against scikit-learn; SLIM-LLE against optimality and a direct eigen-solution."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.manifold import LocallyLinearEmbedding

from recnb.models import lle, slim_lle
from recnb.models.locally_linear import neighbor_weights, places, slim_lle_weights

L2 = 4.0


@pytest.fixture
def curve():
    t = np.linspace(0, 3, 60) + np.random.default_rng(0).uniform(0, 0.02, 60)
    return np.stack([np.cos(2 * t), np.sin(2 * t), t], axis=1)


@pytest.fixture
def X():
    rng = np.random.default_rng(0)
    shares = np.linspace(0.5, 0.05, 25)
    return sparse.csr_array((rng.random((90, 25)) < shares).astype(float))


# ---- points --------------------------------------------------------------------------


def test_lle_is_scikit_learn_s(curve):
    peer = LocallyLinearEmbedding(
        n_neighbors=6, n_components=2, reg=1e-3, eigen_solver="dense"
    )
    expected = peer.fit_transform(curve).T
    found = lle(curve, n_neighbors=6, L=2)
    signs = np.sign((found * expected).sum(axis=1, keepdims=True))
    np.testing.assert_allclose(found * signs, expected, atol=1e-6)


def test_a_curve_is_laid_out_in_its_own_order(curve):
    (line,) = lle(curve, n_neighbors=4, L=1)
    steps = np.diff(line)
    assert (steps > 0).all() or (steps < 0).all()


def test_places_are_centred_and_of_length_one(curve):
    V = lle(curve, n_neighbors=6, L=3)
    np.testing.assert_allclose(V.mean(axis=1), 0, atol=1e-6)
    np.testing.assert_allclose(V @ V.T, np.eye(3), atol=1e-10)


def test_points_that_coincide_do_no_harm(curve):
    assert np.isfinite(lle(np.repeat(curve, 5, axis=0), n_neighbors=4, L=1)).all()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"n_neighbors": 60}, "no more other points"),
        ({"n_neighbors": 0}, "n_neighbors must be"),
        ({"L": 0}, "L must be"),
        ({"L": 61}, "L must be"),
        ({"L": 60}, "L must be below"),
        ({"reg": 0}, "reg must be"),
        ({"points": np.ones(5)}, "a point a row"),
        ({"points": np.full((9, 2), np.nan)}, "finite"),
    ],
)
def test_bad_points_are_refused_in_words(curve, changed, words):
    with pytest.raises(ValueError, match=words):
        lle(**{"points": curve} | changed)


# ---- items ---------------------------------------------------------------------------


def cost(B, X):
    return ((X - X @ B) ** 2).sum() + L2 * (B**2).sum()


def test_the_weights_sum_to_one_with_zeros_on_the_diagonal(X):
    B = slim_lle_weights(X, L2)
    np.testing.assert_allclose(B.sum(axis=0), 1)
    assert (np.diag(B) == 0).all()


def test_no_weights_under_the_constraints_cost_less(X):
    X = X.toarray()
    B = slim_lle_weights(X, L2)
    rng = np.random.default_rng(1)
    for scale in (1e-4, 1e-2, 0.1):
        for _ in range(20):
            step = rng.normal(size=B.shape)
            np.fill_diagonal(step, 0)
            step -= (1 - np.eye(25)) * step.sum(axis=0) / 24
            assert cost(B + scale * step, X) > cost(B, X)


def test_all_neighbors_are_the_closed_form(X):
    np.testing.assert_allclose(
        neighbor_weights(X, 24, L2), slim_lle_weights(X, L2), atol=1e-9
    )


def test_few_neighbors_are_the_most_similar(X):
    B = neighbor_weights(X, 3, L2)
    G = (X.T @ X).toarray()
    cosine = G / np.sqrt(np.outer(np.diag(G), np.diag(G)))
    np.fill_diagonal(cosine, -1)
    for j in range(25):
        assert set(np.flatnonzero(B[:, j])) == set(np.argsort(-cosine[j])[:3])
    np.testing.assert_allclose(B.sum(axis=0), 1)


def test_slim_lle_is_the_direct_eigen_solution(X):
    B = slim_lle_weights(X, L2)
    R = np.eye(25) - B
    values, vectors = np.linalg.eigh(R @ R.T)
    assert values[0] < 1e-12 < values[1]
    V = slim_lle(X, 4, L2)
    expected = vectors[:, 1:5].T
    np.testing.assert_allclose(np.abs((V * expected).sum(axis=1)), 1)
    rebuilt = ((V - V @ B) ** 2).sum(axis=1)
    np.testing.assert_allclose(rebuilt, values[1:5])


def test_neighbors_reach_the_embedding(X):
    V = slim_lle(X, 2, L2, n_neighbors=3)
    np.testing.assert_allclose(
        np.abs((V * places(neighbor_weights(X, 3, L2), 2)).sum(axis=1)), 1
    )


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"l2": 0}, "l2 must be"),
        ({"L": 26}, "L must be"),
        ({"L": 25}, "L must be below"),
        ({"n_neighbors": 25}, "no more other items"),
        ({"X": sparse.csr_array((0, 3))}, "no user"),
    ],
)
def test_bad_items_are_refused_in_words(X, changed, words):
    with pytest.raises(ValueError, match=words):
        slim_lle(**{"X": X, "L": 2, "l2": L2} | changed)
