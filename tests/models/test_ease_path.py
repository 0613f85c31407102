"""EASE's path as mathematics: it is EASE, for every lambda, from one fit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from recnb.models import EASE, EASEPath, ease_path, gram_matrix

N_ITEMS = 12


@pytest.fixture(scope="module")
def X():
    rng = np.random.default_rng(3)
    dense = (rng.random((60, N_ITEMS)) < 0.3) * 1.0
    dense[:, 5] = 0  # an item that nobody has
    dense[:, 6] = dense[:, 7]  # two that the same people have
    return sparse.csr_array(dense)


@pytest.fixture(scope="module")
def path(X):
    return EASEPath(dtype="float64").fit(X)


def ease(X, l2):
    return EASE(l2=l2, dtype="float64").fit(X)


def test_the_eigenvectors_are_a_basis_that_gives_the_gram_matrix_back(X, path):
    V, L = path.eigenvectors_, path.eigenvalues_
    np.testing.assert_allclose(V.T @ V, np.eye(N_ITEMS), atol=1e-12)
    np.testing.assert_allclose(V * L @ V.T, (X.T @ X).toarray(), atol=1e-12)
    assert (L >= 0).all()


@given(log_l2=st.floats(-3, 8))
@settings(max_examples=50, deadline=None)
def test_it_is_ease_for_every_lambda(X, path, log_l2):
    l2 = 10**log_l2
    model, expected = path.at(l2), ease(X, l2)
    np.testing.assert_allclose(model.predict(X), expected.predict(X), atol=1e-9)
    np.testing.assert_allclose(model.weights_, expected.weights_, atol=1e-9)
    assert not np.diag(model.weights_).any()


def test_scores_of_ratings_and_of_seen_items_are_ease_s_own(X, path):
    ratings = X * 3
    ratings.data[::2] = 0.5
    expected = ease(X, 7).predict(ratings)
    np.testing.assert_allclose(path.at(7).predict(ratings), expected, atol=1e-12)


def test_fitting_at_a_lambda_is_moving_there(X, path):
    there = EASEPath(l2=7, dtype="float64").fit(X)
    np.testing.assert_array_equal(there.predict(X), path.at(7).predict(X))


def test_moving_shares_the_eigenvectors_and_leaves_the_model_where_it_was(X, path):
    before = path.predict(X)
    other = path.at(3)
    assert other.eigenvectors_ is path.eigenvectors_
    assert (path.l2, other.l2, other.dtype) == (500, 3, "float64")
    other.weights_.fill(0)
    np.testing.assert_array_equal(path.predict(X), before)
    assert path.weights_.any()


def test_along_the_path_histories_are_projected_once(X, path, monkeypatch):
    first, second = path.at(1), path.at(50)
    first.predict(X)
    monkeypatch.setattr(second._projection, "V", None)  # no second product is possible
    expected = ease(X, 50).predict(X)
    np.testing.assert_allclose(second.predict(X.copy()), expected, atol=1e-12)


@pytest.mark.parametrize("change", ["value", "items", "user"])
def test_histories_that_have_changed_are_projected_anew(X, path, change):
    H = X[:20].copy()
    path.at(5).predict(H)
    if change == "value":
        H.data[3] = 4  # in place
    elif change == "items":
        H.indices[:] = N_ITEMS - 1 - H.indices
        H.sort_indices()
    else:
        H = H[:19]
    expected = ease(X, 5).predict(H)
    np.testing.assert_allclose(path.at(5).predict(H), expected, atol=1e-12)


def test_another_fit_forgets_what_was_projected(X):
    model = EASEPath(l2=3, dtype="float64").fit(X)
    model.predict(X)
    model.fit(X[:30])
    expected = ease(X[:30], 3).predict(X)
    np.testing.assert_allclose(model.predict(X), expected, atol=1e-12)


def test_another_fit_forgets_the_weights_of_the_first(X):
    model = EASEPath(l2=7, dtype="float64").fit(X)
    assert model.weights_.any()
    model.fit(X[:30])
    np.testing.assert_allclose(model.weights_, ease(X[:30], 7).weights_, atol=1e-12)


@pytest.mark.parametrize("l2", [0.1, 7, 1e4])
def test_the_squared_norm_is_the_sum_of_squared_weights(X, path, l2):
    expected = np.square(ease(X, l2).weights_).sum()
    assert path.at(l2).squared_norm() == pytest.approx(expected, rel=1e-6)


def test_a_larger_penalty_never_makes_the_weights_larger(path):
    norms = [path.at(l2).squared_norm() for l2 in np.logspace(-2, 5, 30)]
    assert (np.diff(norms) < 0).all()


def test_explanations_and_neighbours_are_ease_s(X, path):
    model, expected = path.at(7), ease(X, 7)
    parts = model.explain(X[[4]], item=2)
    assert parts.sum() == pytest.approx(model.predict(X[[4]])[0, 2])
    near = model.similar_items(2, k=4)
    np.testing.assert_allclose(near, expected.similar_items(2, k=4), atol=1e-12)


def test_float32_agrees_with_float64(X):
    single = EASEPath(l2=7).fit(X)
    assert single.predict(X).dtype == single.weights_.dtype == np.float32
    np.testing.assert_allclose(single.predict(X), ease(X, 7).predict(X), atol=1e-5)


def test_a_gram_matrix_is_taken_and_not_changed(X):
    gram = gram_matrix(X)
    before = gram.copy()
    model = EASEPath(l2=7).fit(X, gram=gram)
    np.testing.assert_array_equal(gram, before)
    np.testing.assert_array_equal(model.predict(X), EASEPath(l2=7).fit(X).predict(X))


def test_an_item_that_nobody_has_gets_no_weight(path):
    weights = path.at(1).weights_
    np.testing.assert_allclose(weights[5], 0, atol=1e-12)
    np.testing.assert_allclose(weights[:, 5], 0, atol=1e-12)


def test_a_user_with_every_item_and_one_with_none(path):
    histories = sparse.csr_array(np.vstack([np.ones(N_ITEMS), np.zeros(N_ITEMS)]))
    every, none = path.at(7).predict(histories)
    np.testing.assert_allclose(every, path.at(7).weights_.sum(axis=0), atol=1e-12)
    assert not none.any()


@pytest.mark.parametrize("l2", [0, -1, np.inf])
def test_l2_must_be_positive(X, path, l2):
    with pytest.raises(ValueError, match="above 0"):
        EASEPath(l2=l2).fit(X)
    with pytest.raises(ValueError, match="above 0"):
        path.at(l2)


@pytest.mark.parametrize("l2", ["7", None, float("nan"), True, [7]])
def test_l2_must_be_a_number_where_one_moves(path, l2):
    with pytest.raises(ValueError, match="l2 must be a number"):
        path.at(l2)


def test_only_two_precisions_are_offered(X):
    with pytest.raises(ValueError, match="float64"):
        EASEPath(dtype="longdouble").fit(X)


def test_a_gram_matrix_that_does_not_fit_or_holds_nan_is_named(X):
    with pytest.raises(ValueError, match="gram_matrix"):
        EASEPath().fit(X, gram=np.eye(3))
    with pytest.raises(ValueError, match="NaN"):
        EASEPath().fit(X, gram=np.full((N_ITEMS, N_ITEMS), np.nan))


def test_memory_is_checked_before_anything_is_allocated(X, monkeypatch):
    def never(*_):
        raise AssertionError("it was allocated")

    monkeypatch.setattr(ease_path, "available_memory", lambda: 1000)
    monkeypatch.setattr(ease_path, "own_gram_matrix", never)
    with pytest.raises(MemoryError, match="Fit EASE for each lambda"):
        EASEPath().fit(X)


def test_more_items_than_lapack_is_trusted_with_are_refused(X, monkeypatch):
    monkeypatch.setattr(ease_path, "LAPACK_MAX_ITEMS", 11)
    with pytest.raises(ValueError, match="at most 11 items"):
        EASEPath().fit(X)
