"""EASE with tags: both models against least squares, and the ends of their settings."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone

from recnb.models import CEASE, EASE, AddEASE, cease, gram_matrix
from recnb.models.locally_linear import slim_lle_weights

L2, ALPHA, COLD = 7.0, 3.0, 5


@pytest.fixture(scope="module")
def S():
    """Five tags of twelve items, some of which have none; COLD shares two with 1."""
    dense = (np.random.default_rng(4).random((5, 12)) < 0.4) * 1.0
    dense[:, 0] = 0
    dense[:, COLD] = dense[:, 1] = [1, 1, 0, 0, 0]
    return sparse.csr_array(dense)


def fitted(S, X, **settings):
    return CEASE(S, **{"l2": L2, "alpha": ALPHA, "dtype": "float64"} | settings).fit(X)


def added(S, X, **settings):
    return AddEASE(S, **{"l2": L2, "dtype": "float64"} | settings).fit(X)


# ---- CEASE ---------------------------------------------------------------------------


def test_each_item_is_a_ridge_regression_on_the_others_of_users_and_tags(likes, S):
    A = np.vstack([likes.toarray(), np.sqrt(ALPHA) * S.toarray()])
    B = fitted(S, likes).weights_
    assert (np.diag(B) == 0).all()
    for item in range(12):
        others = np.delete(np.arange(12), item)
        gram = A[:, others].T @ A[:, others] + L2 * np.eye(11)
        ridge = np.linalg.solve(gram, A[:, others].T @ A[:, item])
        np.testing.assert_allclose(B[others, item], ridge, atol=1e-10)


def test_a_tag_is_a_user_who_has_all_its_items(likes, S):
    users = sparse.vstack([likes, S, S]).tocsr()
    expected = EASE(L2, "float64").fit(users).weights_
    np.testing.assert_allclose(fitted(S, likes, alpha=2).weights_, expected, atol=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_without_tags_or_without_their_weight_it_is_ease(likes, S, dtype):
    ease = EASE(L2, dtype).fit(likes).weights_
    for tags, alpha in ((S, 0), (0 * S, ALPHA)):
        same = fitted(tags, likes, alpha=alpha, dtype=dtype).weights_
        np.testing.assert_array_equal(same, ease)
    assert np.abs(fitted(S, likes).weights_ - ease).max() > 0.01


def test_a_large_alpha_makes_the_weights_reproduce_the_tags(likes, S):
    few = S[:2]
    B = fitted(few, likes, alpha=1e8).weights_
    np.testing.assert_allclose(few @ B, few.toarray(), atol=1e-5)
    loose = few @ EASE(L2).fit(likes).weights_
    assert np.abs(loose - few).max() > 0.3


def test_one_tag_that_all_items_have_makes_columns_sum_to_one(likes):
    """SLIM-LLE, which lesson 13 has by another formula."""
    everything = np.ones((1, 12))
    B = fitted(everything, likes, alpha=1e8).weights_
    expected = slim_lle_weights(likes.astype(np.float64), L2)
    np.testing.assert_allclose(B, expected, atol=1e-6)


def test_an_item_that_nobody_has_gets_weights_from_its_tags(likes, S):
    assert not likes[:, [COLD]].nnz
    column = fitted(S, likes).column(COLD)
    assert np.argmax(column) == 1  # it has the same tags
    unlike = (S.T @ S).toarray()[COLD] == 0
    assert unlike.sum() > 3 and column[unlike].max() <= 0
    assert not EASE(L2).fit(likes).column(COLD).any()
    history = np.zeros((1, 12))
    history[0, 1] = 1
    assert COLD in fitted(S, likes).recommend(history, k=3)


def test_blocks_of_rows_are_put_together(likes, S, monkeypatch):
    whole = fitted(S, likes).weights_
    monkeypatch.setattr(cease, "BLOCK", 5)
    np.testing.assert_array_equal(fitted(S, likes).weights_, whole)


# ---- AddEASE -------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_at_its_ends_it_is_the_ease_of_users_or_of_tags(likes, S, dtype):
    for beta, one in ((1, EASE(L2, dtype).fit(likes)), (0, EASE(2, dtype).fit(S))):
        both = added(S, likes, l2_tags=2.0, beta=beta, dtype=dtype)
        np.testing.assert_array_equal(both.weights_, one.weights_)


def test_between_them_it_is_the_weighted_mean(likes, S):
    X, T = likes.toarray(), S.toarray()
    mean = 0
    for share, A, l2 in ((0.7, X, L2), (0.3, T, 2.0)):
        P = np.linalg.inv(A.T @ A + l2 * np.eye(12))
        mean = mean + share * (np.eye(12) - P / np.diag(P))
    found = added(S, likes, l2_tags=2.0, beta=0.7).weights_
    np.testing.assert_allclose(found, mean, atol=1e-12)


# ---- both ----------------------------------------------------------------------------

BOTH = pytest.mark.parametrize("kind", [CEASE, AddEASE])


@BOTH
def test_single_precision_agrees_with_double(likes, S, kind):
    single = kind(S, l2=L2).fit(likes).weights_
    assert single.dtype == np.float32
    double = kind(S, l2=L2, dtype="float64").fit(likes).weights_
    np.testing.assert_allclose(single, double, atol=1e-4)


@BOTH
def test_a_gram_matrix_at_hand_is_of_the_users_alone(likes, S, kind):
    gram = gram_matrix(likes)
    before = gram.copy()
    weights = kind(S, l2=L2).fit(likes, gram=gram).weights_
    np.testing.assert_array_equal(gram, before)
    np.testing.assert_array_equal(weights, kind(S, l2=L2).fit(likes).weights_)


@BOTH
def test_tags_of_any_kind_by_position(likes, S, kind):
    D, order = S.toarray(), np.random.default_rng(0).permutation(12)
    right = kind(S, l2=L2).fit(likes).weights_
    for tags in (
        D.astype(bool),
        D.tolist(),
        sparse.coo_array(D),
        pd.DataFrame(D, columns=order),
    ):
        model = kind(tags, l2=L2)
        assert model.tags is tags
        np.testing.assert_array_equal(clone(model).fit(likes).weights_, right)


BAD = {
    "none": (lambda S: None, "tags must be a matrix.*item_tags"),
    "text": (lambda S: [["Drama"] * 12], "tags must be a matrix of finite numbers"),
    "NaN": (lambda S: S * np.nan, "finite numbers"),
    "rows of several lengths": (lambda S: [[1, 0], [1]], "tags must be a matrix"),
    "one row": (lambda S: S.toarray()[0], "tags must be a matrix"),
    "no tag": (lambda S: S[:0], "a row for each tag"),
    "transposed": (
        lambda S: S.T,
        r"tags has shape \(12, 5\), but X has 12.*transposed",
    ),
    "of another split": (lambda S: S[:, :11], "but X has 12 items"),
}


@BOTH
@pytest.mark.parametrize("what", BAD)
def test_tags_that_do_not_fit_are_refused_in_words(likes, S, kind, what):
    made, words = BAD[what]
    with pytest.raises(ValueError, match=words):
        kind(made(S)).fit(likes)


@pytest.mark.parametrize(
    ("kind", "settings", "words"),
    [
        (CEASE, {"l2": 0}, "l2 must be a finite number above 0, not 0"),
        (CEASE, {"alpha": -1}, "alpha must be a finite number from 0 up, not -1"),
        (CEASE, {"alpha": np.inf}, "alpha must be a finite number"),
        (CEASE, {"dtype": "float16"}, "float64"),
        (AddEASE, {"l2": -1}, "l2 must be a finite number above 0, not -1"),
        (AddEASE, {"l2_tags": 0}, "l2_tags must be a finite number above 0, not 0"),
        (AddEASE, {"beta": 1.1}, "beta must be from 0 to 1, not 1.1"),
        (AddEASE, {"beta": -0.1}, "beta must be from 0 to 1"),
        (AddEASE, {"dtype": "float16"}, "float64"),
    ],
)
def test_settings_out_of_their_range_are_named(likes, S, kind, settings, words):
    with pytest.raises(ValueError, match=words):
        kind(S, **settings).fit(likes)
