"""MarginalizedDAE as mathematics: every corruption summed, samples, rank, cousins."""

from itertools import product

import numpy as np
import pytest
from scipy import sparse

from recnb.models import RDLAE, MarginalizedDAE, gram_matrix


def fitted(X, *settings, **more):
    return MarginalizedDAE(*settings, dtype="float64", **more).fit(X)


@pytest.fixture
def small():
    return (np.random.default_rng(4).random((9, 5)) < 0.5) * 1.0


def moments(A, p, rescale):
    """Return the two expectations, all 32 patterns of corruption summed."""
    Q, P = np.zeros((5, 5)), np.zeros((5, 5))
    for mask in product([0, 1], repeat=5):
        chance = np.prod([1 - p if kept else p for kept in mask])
        damaged = A * mask / ((1 - p) if rescale else 1)
        Q += chance * damaged.T @ damaged
        P += chance * damaged.T @ A
    return Q, P


@pytest.mark.parametrize("rescale", [True, False])
@pytest.mark.parametrize("p", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("l2", [0.0, 3.0])
def test_it_averages_over_every_corruption(small, p, l2, rescale):
    Q, P = moments(small, p, rescale)
    expected = np.linalg.solve(Q + l2 * np.eye(5), P)
    weights = fitted(small, p, l2, rescale).weights_
    np.testing.assert_allclose(weights, expected, atol=1e-12)


def test_samples_converge_to_it_like_one_over_the_root(likes):
    A, p, rng = likes.toarray()[:, [0, 1, 2, 3, 4]], 0.4, np.random.default_rng(1)
    closed = fitted(sparse.csr_array(A), p).weights_

    def error(copies):
        many = np.tile(A, (copies, 1))
        damaged = many * (rng.random(many.shape) >= p) / (1 - p)
        B = np.linalg.solve(damaged.T @ damaged, damaged.T @ many)
        return np.linalg.norm(B - closed)

    few, many = (np.mean([error(n) for _ in range(20)]) for n in (20, 2000))
    assert few / many == pytest.approx(10, rel=0.4)


def test_with_hardly_any_noise_weights_beside_the_diagonal_keep_proportions(small):
    """Lesson 02's cliff: near the copy B is I - r G⁻¹ diag(G), with r = p / (1 - p)."""
    G, p, off = small.T @ small, 1e-6, ~np.eye(5, dtype=bool)
    weights = fitted(small, p).weights_
    limit = -np.linalg.inv(G) * np.diag(G)
    np.testing.assert_allclose(weights[off] * (1 - p) / p, limit[off], rtol=0.01)
    assert np.diag(weights).min() > 0.99


def test_a_linear_autoencoder_trained_by_least_squares_is_pca(likes):
    """Lesson 02: the best reconstruction through 3 units is that of 3 components."""
    X = likes.toarray().astype(float)
    decoder = np.random.default_rng(0).normal(size=(3, X.shape[1]))
    for _ in range(3000):
        codes = X @ np.linalg.pinv(decoder)  # best for this decoder
        decoder = np.linalg.solve(codes.T @ codes, codes.T @ X)
    V = np.linalg.svd(X, full_matrices=False)[2][:3].T
    np.testing.assert_allclose(codes @ decoder, X @ V @ V.T, atol=1e-6)
    nearly_quiet = fitted(likes, 1e-9, hidden=3)
    np.testing.assert_allclose(X @ nearly_quiet.weights_, X @ V @ V.T, atol=1e-5)


@pytest.mark.parametrize("p", [0, 0.3, 0.9])
def test_with_a_penalty_it_is_lesson_09s_dlae(likes, p):
    dlae = RDLAE(l2=7, dropout=p, xi=1, dtype="float64").fit(likes)
    np.testing.assert_allclose(fitted(likes, p, 7).weights_, dlae.weights_, atol=1e-12)


def test_not_rescaled_it_ranks_alike(likes):
    q = 1 - 0.3
    scaled = fitted(likes, 0.3, 5 / q**2).weights_
    plain = fitted(likes, 0.3, 5, rescale=False).weights_
    np.testing.assert_allclose(plain * q, scaled, atol=1e-12)


def test_an_item_that_nobody_has_keeps_weights_of_zero(likes):
    weights = fitted(likes, 0.3).weights_
    assert (weights[5] == 0).all() and (weights[:, 5] == 0).all()


def test_noise_by_popularity_that_amounts_to_ridge(likes):
    """The stretch exercise: p = l2 / (l2 + likes) for each film is ridge."""
    G, l2 = gram_matrix(likes, "float64"), 6.0
    p = l2 / (l2 + np.diag(G))
    off = np.diag(G) > 0
    penalty = (p / (1 - np.where(off, p, 0)) * np.diag(G))[off]
    np.testing.assert_allclose(penalty, l2)


def expected_loss(A, B, p):
    extra = p / (1 - p) * (A**2).sum(axis=0)
    return ((A - A @ B) ** 2).sum() + (extra[:, None] * B**2).sum()


@pytest.mark.parametrize("hidden", [1, 3, 12])
def test_a_bottleneck_is_the_best_of_its_rank(likes, hidden):
    model = fitted(likes, 0.4, hidden=hidden)
    A, B = likes.toarray(), model.weights_
    np.testing.assert_allclose(model.encoder_ @ model.decoder_, B, atol=1e-12)
    assert np.linalg.matrix_rank(B) <= hidden
    lowest, rng = expected_loss(A, B, 0.4), np.random.default_rng(hidden)
    for size in (1e-3, 1e-2, 1e-1, 1.0):
        for _ in range(10):
            E = model.encoder_ + rng.normal(0, size, model.encoder_.shape)
            D = model.decoder_ + rng.normal(0, size, model.decoder_.shape)
            assert expected_loss(A, E @ D, 0.4) >= lowest - 1e-9


def test_a_bottleneck_as_wide_as_the_catalogue_is_none(likes):
    for rescale in (True, False):
        wide = fitted(likes, 0.4, 1.0, rescale, hidden=12)
        full = fitted(likes, 0.4, 1.0, rescale)
        np.testing.assert_allclose(wide.weights_, full.weights_, atol=1e-10)
        product = wide.encoder_ @ wide.decoder_
        np.testing.assert_allclose(product, wide.weights_, atol=1e-12)


def test_a_gram_matrix_at_hand_is_used_and_not_changed(likes):
    G = gram_matrix(likes)
    before = G.copy()
    given = MarginalizedDAE(0.3).fit(likes, gram=G)
    np.testing.assert_array_equal(G, before)
    np.testing.assert_allclose(given.weights_, fitted(likes, 0.3).weights_, atol=1e-5)
    assert given.weights_.dtype == np.float32


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"corruption": 1.0}, "below 1"),
        ({"corruption": -0.1}, "from 0"),
        ({"corruption": np.nan}, "corruption must be a number"),
        ({"l2": -1.0}, "from 0 up"),
        ({"corruption": 0.0}, "identity"),
        ({"hidden": 0}, "hidden"),
        ({"hidden": 13}, "hidden"),
        ({"dtype": "float16"}, "float32"),
    ],
)
def test_hyper_parameters_out_of_range_are_named(likes, settings, message):
    with pytest.raises(ValueError, match=message):
        MarginalizedDAE(**settings).fit(likes)
