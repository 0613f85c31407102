"""SLIM as mathematics: optimality, two independent solvers, and bad input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import nnls
from sklearn.linear_model import ElasticNet

from recnb.models import EASE, SLIM, NonNegativeEASE, ease, gram_matrix

L2 = 3.0


def slim(X, **settings):
    return SLIM(l2=L2, tol=1e-7, **settings).fit(X).weights_.toarray()


@pytest.mark.parametrize("nonnegative", [True, False])
@pytest.mark.parametrize("l1", [0.5, 2.0])
def test_equals_scikit_learns_elastic_net(likes, l1, nonnegative):
    A = likes.toarray()
    m, found = len(A), slim(likes, l1=l1, nonnegative=nonnegative)
    net = ElasticNet(
        alpha=(l1 + L2) / m,
        l1_ratio=l1 / (l1 + L2),
        fit_intercept=False,
        positive=nonnegative,
        tol=1e-10,
        max_iter=100_000,
    )
    for item in range(A.shape[1]):
        others = np.delete(np.arange(A.shape[1]), item)
        expected = net.fit(A[:, others], A[:, item]).coef_
        np.testing.assert_allclose(found[others, item], expected, atol=1e-5)


def test_equals_nonnegative_least_squares(likes):
    A = likes.toarray()
    found = NonNegativeEASE(l2=L2, tol=1e-7).fit(likes).weights_.toarray()
    for item in range(A.shape[1]):
        others = np.delete(np.arange(A.shape[1]), item)
        rows = np.vstack([A[:, others], np.sqrt(L2) * np.eye(len(others))])
        expected, _ = nnls(rows, np.append(A[:, item], np.zeros(len(others))))
        np.testing.assert_allclose(found[others, item], expected, atol=1e-5)


def test_without_an_l1_penalty_and_with_signs_it_is_ease(likes):
    weights = slim(likes, l1=0, nonnegative=False)
    np.testing.assert_allclose(weights, EASE(l2=L2).fit(likes).weights_, atol=1e-5)


@given(
    seed=st.integers(0, 10_000),
    l1=st.sampled_from([0.0, 0.3, 1.0, 4.0]),
    nonnegative=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_kkt_conditions(seed, l1, nonnegative):
    """Where a weight is zero the slope is at most l1; elsewhere it is l1 exactly."""
    rng = np.random.default_rng(seed)
    X = sparse.csr_array((rng.random((40, 90)) < 0.2) * 1.0)
    B, G = slim(X, l1=l1, nonnegative=nonnegative), gram_matrix(X, "float64")
    slope = G - (G + L2 * np.eye(90)) @ B
    free = ~np.eye(90, dtype=bool)
    assert not B[~free].any()
    used = (B != 0) & free
    np.testing.assert_allclose(slope[used], l1 * np.sign(B[used]), atol=1e-3)
    unused = slope[(B == 0) & free]
    assert ((unused if nonnegative else np.abs(unused)) <= l1 + 1e-3).all()
    assert not (nonnegative and (B < 0).any())


@pytest.mark.parametrize("threads", [1, 3])
def test_the_result_does_not_depend_on_threads_or_blocks(likes, monkeypatch, threads):
    before = slim(likes, l1=0.5)
    monkeypatch.setattr("recnb.models.slim.COLUMNS_AT_ONCE", 5)
    monkeypatch.setattr("os.cpu_count", lambda: threads)
    np.testing.assert_array_equal(slim(likes, l1=0.5), before)


def test_a_pair_below_l1_has_no_weight(likes):
    weights = slim(likes, l1=6.0)
    assert weights.any()
    assert not weights[gram_matrix(likes) < 6].any()


def test_weights_are_sparse_and_explain_a_score(likes):
    model = SLIM(l1=2, l2=L2).fit(likes)
    assert isinstance(model.weights_, sparse.csc_array)
    assert 0 < model.weights_.nnz < 0.5 * 12 * 12
    scores = model.predict(likes[[4]])
    parts = model.explain(likes[[4]], item=2)
    assert parts.sum() == pytest.approx(scores[0, 2])
    column = np.delete(model.weights_.toarray()[:, 2], 2)
    np.testing.assert_array_equal(
        model.similar_items(2, k=3), np.sort(column)[::-1][:3]
    )


def test_too_large_an_l1_leaves_nothing(likes):
    model = SLIM(l1=1e6, l2=L2).fit(likes)
    assert model.weights_.nnz == 0
    assert not model.predict(likes).any()


def test_a_gram_matrix_at_hand_is_used_and_not_changed(likes):
    gram = gram_matrix(likes)
    before = gram.copy()
    weights = SLIM(l1=1, l2=L2).fit(likes, gram=gram).weights_
    np.testing.assert_array_equal(gram, before)
    assert (weights != SLIM(l1=1, l2=L2).fit(likes).weights_).nnz == 0


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"l1": -1}, "from 0 up"),
        ({"l1": np.inf}, "from 0 up"),
        ({"l2": 0}, "above 0"),
        ({"tol": 0}, "tol"),
    ],
)
def test_hyper_parameters_out_of_range_are_named(likes, settings, message):
    with pytest.raises(ValueError, match=message):
        SLIM(**settings).fit(likes)


def test_wrong_input_is_named(likes, monkeypatch):
    with pytest.raises(ValueError, match="gram_matrix"):
        NonNegativeEASE().fit(likes, gram=np.eye(3))
    with pytest.raises(ValueError, match="12 items"):
        SLIM().fit(likes).predict(likes[:, :5])
    with pytest.raises(ValueError, match="codes run from 0 to 11"):
        SLIM().fit(likes).similar_items(12)
    monkeypatch.setattr(ease, "available_memory", lambda: 1000)
    with pytest.raises(MemoryError, match="Keep only items"):
        SLIM().fit(likes)
