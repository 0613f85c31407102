"""The dot product task: its scales, its split, its seed, bad input."""

import numpy as np
import pytest

from recnb.data.dot_product_task import (
    RMSE_ZERO,
    SIGMA_LABEL,
    Pairs,
    dot_product_task,
    sigma_emb,
)


@pytest.fixture(scope="module")
def task():
    return dot_product_task(M=500, d=12, seed=3)


def cells(pairs, M):
    return pairs.users * M + pairs.items


@pytest.mark.parametrize("part", ["train", "test", "fresh"])
def test_the_errors_of_zero_and_of_the_dot_product_are_those_of_the_formula(task, part):
    pairs = getattr(task, part)
    # One standard error of an RMSE s over n labels is about s / sqrt(2 n); those of one
    # user's pairs hang together, so that a little more is allowed.
    tolerance = 6 / np.sqrt(2 * len(pairs)) + 0.02
    assert pairs.rmse(0.0) == pytest.approx(RMSE_ZERO, abs=tolerance)
    assert pairs.rmse(pairs.dot) == pytest.approx(SIGMA_LABEL, abs=tolerance)


@pytest.mark.parametrize("d", [1, 8, 128])
def test_the_spread_solves_the_equation(d):
    assert SIGMA_LABEL**2 + d * sigma_emb(d) ** 4 == pytest.approx(RMSE_ZERO**2)


def test_the_embeddings_have_the_spread(task):
    assert task.train.P.std() == pytest.approx(sigma_emb(12), rel=0.03)
    assert task.fresh.Q.std() == pytest.approx(sigma_emb(12), rel=0.01)


def test_no_pair_is_drawn_twice_and_the_parts_have_their_sizes(task):
    both = np.concatenate([cells(task.train, 500), cells(task.test, 500)])
    assert len(np.unique(both)) == len(both) == 100 * 500
    assert len(task.train) == 90 * 500 and len(task.fresh) == 100_000
    assert both.min() >= 0 and both.max() < 500 * 500


def test_when_all_pairs_are_drawn_each_occurs_once():
    task = dot_product_task(M=100, d=2, n_fresh=1)
    both = np.concatenate([cells(task.train, 100), cells(task.test, 100)])
    assert np.array_equal(np.sort(both), np.arange(10_000))


def test_test_pairs_have_known_embeddings_and_fresh_ones_their_own(task):
    assert task.test.P is task.train.P and task.test.Q is task.train.Q
    known = set(map(bytes, task.train.P)) | set(map(bytes, task.train.Q))
    for E in (task.fresh.P, task.fresh.Q):
        assert known.isdisjoint(map(bytes, E))
    assert np.array_equal(task.fresh.users, np.arange(100_000))


def test_the_label_is_the_dot_product_and_noise_that_knows_nothing_of_it(task):
    pairs = task.fresh
    expected = np.sum(pairs.P[pairs.users] * pairs.Q[pairs.items], axis=1)
    np.testing.assert_allclose(pairs.dot, expected, atol=1e-5)
    noise = pairs.y - pairs.dot
    assert abs(np.corrcoef(noise, pairs.dot)[0, 1]) < 0.02


def test_the_seed_decides_everything(task):
    same = dot_product_task(M=500, d=12, seed=3)
    other = dot_product_task(M=500, d=12, seed=4)
    for part in ("train", "test", "fresh"):
        for name in ("P", "Q", "users", "items", "y"):
            mine = getattr(getattr(task, part), name)
            assert np.array_equal(mine, getattr(getattr(same, part), name)), name
    assert not np.array_equal(task.train.y, other.train.y)
    assert not np.array_equal(task.train.users, other.train.users)


def test_the_approximation_error_is_above_that_of_the_dot_product(task):
    pairs = task.test
    assert pairs.above_dot(pairs.dot) == 0
    expected = pairs.rmse(0.0) - pairs.rmse(pairs.dot)
    assert pairs.above_dot(0.0) == pytest.approx(expected)


def test_rmse_by_hand():
    y = np.array([1.0, -1.0], dtype=np.float32)
    empty = np.zeros((2, 1), dtype=np.float32)
    pairs = Pairs(empty, empty, np.arange(2), np.arange(2), y)
    assert pairs.rmse(0.0) == 1 and pairs.rmse(np.array([1.0, 2.0])) == np.sqrt(4.5)
    assert len(pairs) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"M": 99, "d": 4}, "M must be at least 100"),
        ({"M": 100, "d": 0}, "d must be at least 1"),
        ({"M": 100, "d": 4, "n_fresh": 0}, "n_fresh must be at least 1"),
    ],
)
def test_what_cannot_be_drawn_is_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        dot_product_task(**arguments)
