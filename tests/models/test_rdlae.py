"""RDLAE as mathematics: its corners, its optimality, and dropout summed out exactly."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recnb.models import EASE, RDLAE, gram_matrix

L2 = 7.0


def fitted(X, **settings):
    return RDLAE(l2=L2, dtype="float64", **settings).fit(X)


def penalty(X, p):
    return L2 + p / (1 - p) * X.toarray().sum(axis=0)


def test_a_zero_diagonal_without_dropout_is_ease(likes):
    ease = EASE(l2=L2, dtype="float64").fit(likes)
    weights = fitted(likes).weights_
    np.testing.assert_allclose(weights, ease.weights_, atol=1e-12)
    assert (np.diag(weights) == 0).all()


@pytest.mark.parametrize("p", [0, 0.4])
def test_without_a_bound_it_is_ridge(likes, p):
    G = gram_matrix(likes, "float64")
    ridge = np.linalg.solve(G + np.diag(penalty(likes, p)), G)
    weights = fitted(likes, dropout=p, xi=1).weights_
    np.testing.assert_allclose(weights, ridge, atol=1e-12)


@pytest.mark.parametrize("xi", [0, 0.02, 0.1, 0.3, 1])
@pytest.mark.parametrize("p", [0, 0.3])
def test_kkt_conditions(likes, xi, p):
    """Feasible; multipliers from 0 up, and 0 where the bound does not bind."""
    model, A = fitted(likes, dropout=p, xi=xi), likes.toarray()
    B, Lambda = model.weights_, penalty(likes, p)
    gradient = A.T @ (A @ B - A) + Lambda[:, None] * B
    gamma = model.mu_ - Lambda
    np.testing.assert_allclose(gradient, -np.diag(gamma), atol=1e-10)
    assert (gamma >= -1e-12).all()
    assert (np.diag(B) <= xi + 1e-12).all()
    np.testing.assert_allclose(gamma * (np.diag(B) - xi), 0, atol=1e-10)


@given(seed=st.integers(0, 10_000), size=st.sampled_from([1e-3, 1e-1, 1.0]))
@settings(max_examples=30, deadline=None)
def test_no_feasible_perturbation_is_better(likes, seed, size):
    xi, A, Lambda = 0.1, likes.toarray(), penalty(likes, 0.3)
    B = fitted(likes, dropout=0.3, xi=xi).weights_

    def objective(B):
        return ((A - A @ B) ** 2).sum() + (Lambda[:, None] * B**2).sum()

    other = B + np.random.default_rng(seed).normal(0, size, B.shape)
    np.fill_diagonal(other, np.minimum(np.diag(other), xi))
    assert objective(other) > objective(B)


def every_dropout(A, p):
    """Return the rows of A under every pattern of dropout, and their probabilities."""
    masks = np.array(list(product([0, 1], repeat=A.shape[1])))
    kept = masks.sum(axis=1)
    chance = (1 - p) ** kept * p ** (A.shape[1] - kept)
    inputs = np.concatenate([A * mask / (1 - p) for mask in masks])
    return inputs, masks.repeat(len(A), axis=0), chance.repeat(len(A))


@pytest.fixture
def small():
    return (np.random.default_rng(4).random((9, 5)) < 0.5) * 1.0


@pytest.mark.parametrize("p", [0.2, 0.5])
def test_dropout_is_a_penalty_by_popularity(small, p):
    """The expected loss, all 32 patterns summed, has this model's solution."""
    inputs, _, chance = every_dropout(small, p)
    targets = np.tile(small, (32, 1))
    weighted = inputs * chance[:, None]
    B = np.linalg.solve(weighted.T @ inputs + L2 * np.eye(5), weighted.T @ targets)
    np.testing.assert_allclose(fitted(small, dropout=p, xi=1).weights_, B, atol=1e-12)


@pytest.mark.parametrize("p", [0.2, 0.5])
def test_judged_on_what_was_dropped_it_has_a_zero_diagonal(small, p):
    """Column j is learnt from the patterns in which item j itself is missing."""
    inputs, masks, chance = every_dropout(small, p)
    targets, weights = np.tile(small, (32, 1)), fitted(small, dropout=p).weights_
    for j in range(5):
        rows = masks[:, j] == 0
        A, c = inputs[rows], chance[rows] / p
        column = np.linalg.solve(
            (A * c[:, None]).T @ A + L2 * np.eye(5),
            (A * c[:, None]).T @ targets[rows, j],
        )
        np.testing.assert_allclose(weights[:, j], column, atol=1e-12)


def test_a_looser_bound_lets_the_diagonal_grow(likes):
    diagonals = [np.diag(fitted(likes, xi=xi).weights_) for xi in (0, 0.1, 0.4, 1)]
    assert (np.diff(diagonals, axis=0) >= -1e-12).all()


def test_float32_agrees_with_float64(likes):
    single = RDLAE(l2=L2, dropout=0.3, xi=0.1).fit(likes)
    double = fitted(likes, dropout=0.3, xi=0.1)
    assert single.weights_.dtype == np.float32
    np.testing.assert_allclose(single.weights_, double.weights_, atol=1e-5)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"l2": 0}, "above 0"),
        ({"dropout": 1}, "below 1"),
        ({"dropout": -0.1}, "from 0"),
        ({"xi": 1.5}, "from 0 to 1"),
        ({"xi": np.nan}, "xi must be a number"),
        ({"dtype": "float16"}, "float32"),
    ],
)
def test_hyper_parameters_out_of_range_are_named(likes, settings, message):
    with pytest.raises(ValueError, match=message):
        RDLAE(**settings).fit(likes)
