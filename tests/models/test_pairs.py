"""What all models of pairs share: who may be asked for, and what they learn from."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from recnb.models import GMF, MF, MLP, NeuMF, pairs
from recnb.models.pairs import (
    PairModel,
    draw_negatives,
    draw_unseen,
    positive_pairs,
)

NETS = {"d": 6, "m": 2, "epochs": 2, "batch_size": 64}
MODELS = {
    "MF": MF(d=6, m=2, lr=0.05, epochs=2, n_threads=1),
    "GMF": GMF(**NETS),
    "MLP": MLP(**NETS),
    "NeuMF": NeuMF(**NETS),
}
ALL = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


@pytest.fixture(scope="module")
def fits(likes):
    return {name: clone(model).fit(likes) for name, model in MODELS.items()}


@pytest.fixture(params=MODELS)
def fitted(request, fits):
    return fits[request.param]


# ---- scores ----


def test_predict_scores_all_pairs(fitted, likes):
    scores = fitted.predict(likes)
    users, items = np.indices(likes.shape)
    assert scores.shape == likes.shape and scores.dtype == np.float32
    assert np.ptp(scores) > 0
    one_by_one = fitted.predict_pairs(users.ravel(), items.ravel())
    np.testing.assert_allclose(one_by_one, scores.ravel(), rtol=1e-5, atol=1e-6)


def test_users_and_items_are_broadcast(fitted, likes):
    users, items = np.array([7, 3, 7]), np.array([[0, 11], [4, 4], [1, 2]])
    scores = fitted.predict_pairs(users[:, None], items)
    expected = fitted.predict(likes)[users[:, None], items]
    np.testing.assert_allclose(scores, expected, rtol=1e-5, atol=1e-6)
    assert fitted.predict_pairs(3, 4).shape == ()
    assert fitted.predict_pairs(np.arange(0), np.arange(0)).shape == (0,)


def test_many_pairs_are_scored_in_parts(fitted, likes, monkeypatch):
    users, items = np.indices(likes.shape)
    at_once = fitted.predict_pairs(users, items)
    monkeypatch.setattr(pairs, "PAIRS_AT_ONCE", 7)
    in_parts = fitted.predict_pairs(users, items)
    np.testing.assert_allclose(in_parts, at_once, rtol=1e-5, atol=1e-6)


def test_what_a_user_is_shown_to_have_changes_no_score_but_masks(fitted, likes):
    nothing = sparse.csr_array(likes.shape)
    assert np.array_equal(fitted.predict(nothing), fitted.predict(likes))
    lists, seen = fitted.recommend(likes, 12), likes.toarray() == 1
    for row, items in enumerate(lists):
        listed = items[items >= 0]
        assert not seen[row, listed].any() and len(listed) == (~seen[row]).sum()


@pytest.mark.parametrize("bad", [-1, 60, [3, 99], np.uint8(200)])
def test_a_user_who_was_not_in_training_is_refused(fitted, bad):
    unknown = np.atleast_1d(bad)[-1]
    with pytest.raises(ValueError, match=f"no user {unknown}: .* from 0 to 59"):
        fitted.predict_pairs(bad, 0)


@pytest.mark.parametrize("bad", [-1, 12])
def test_an_item_that_was_not_in_training_is_refused(fitted, bad):
    with pytest.raises(ValueError, match=f"no item {bad}: .* 12 items"):
        fitted.predict_pairs(0, [0, bad])


@pytest.mark.parametrize("bad", [1.0, np.nan, True, "1"])
def test_a_code_is_a_whole_number(fitted, bad):
    with pytest.raises(ValueError, match="Codes of users are whole numbers"):
        fitted.predict_pairs([bad], [0])
    with pytest.raises(ValueError, match="Codes of items are whole numbers"):
        fitted.predict_pairs([0], [bad])


def test_other_users_than_those_of_training_have_no_embedding(fitted, likes):
    with pytest.raises(ValueError, match=r"X has 5 rows.*60 training users"):
        fitted.predict(likes[:5])
    with pytest.raises(ValueError, match="X has 11 columns"):
        fitted.predict(likes[:, :11])
    with pytest.raises(ValueError, match=r"X has 5 rows.*predict_pairs"):
        fitted.recommend(likes[:5])


@ALL
def test_before_fit_there_is_nothing_to_ask(model, likes):
    for ask in (lambda m: m.predict_pairs(0, 0), lambda m: m.predict(likes)):
        with pytest.raises(NotFittedError):
            ask(clone(model))


# ---- training ----


@ALL
def test_the_seed_decides_every_bit(model, likes, fits):
    twin, other = clone(model).fit(likes), clone(model).set_params(seed=1).fit(likes)
    name = type(model).__name__
    assert np.array_equal(twin.predict(likes), fits[name].predict(likes))
    assert twin.log_.loss == fits[name].log_.loss
    assert not np.allclose(other.predict(likes), fits[name].predict(likes))


@ALL
def test_the_input_is_left_as_it_was(model, likes):
    X = likes.copy()
    clone(model).fit(X)
    assert (likes != X).nnz == 0


@ALL
@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"d": 0}, "d must be at least 1, not 0"),
        ({"m": 0}, "m must be at least 1, not 0"),
        ({"epochs": 0}, "epochs must be at least 1, not 0"),
        ({"l2": -0.1}, "l2 must be at least 0, not -0.1"),
        ({"lr": 0}, "lr must be above 0, not 0"),
        ({"lr": float("nan")}, "lr must be a number, not nan"),
    ],
)
def test_settings_out_of_range_are_refused(model, likes, setting, message):
    with pytest.raises(ValueError, match=message):
        clone(model).set_params(**setting).fit(likes)


@ALL
def test_data_to_learn_from_is_binary_and_there(model, likes):
    X = likes.toarray()
    with pytest.raises(ValueError, match="ones and zeros: make the matrix binary"):
        clone(model).fit(sparse.csr_array(3 * X))
    with pytest.raises(ValueError, match="nothing to learn from"):
        clone(model).fit(sparse.csr_array(X.shape))
    X[0, 0] = np.nan
    with pytest.raises(ValueError, match="NaN or infinity"):
        clone(model).fit(sparse.csr_array(X))


@ALL
def test_a_user_without_a_history_still_gets_a_list(model, likes):
    X = sparse.csr_array(np.vstack([likes.toarray(), np.zeros(12)]))
    fitted = clone(model).fit(X)
    assert (fitted.recommend(X, 5)[-1] >= 0).all()


# ---- pairs ----


def test_positive_pairs_are_the_cells_of_the_matrix(likes):
    users, items = positive_pairs(likes)
    assert users.dtype == items.dtype == np.int32
    rows, columns = likes.toarray().nonzero()
    assert np.array_equal(users, rows) and np.array_equal(items, columns)


@given(st.integers(1, 9), st.integers(0, 30), st.integers(1, 5), st.integers(0, 99))
def test_negatives_are_items_of_the_catalogue(n_items, n_positive, m, seed):
    drawn = draw_negatives(n_items, n_positive, m, np.random.default_rng(seed))
    assert drawn.shape == (n_positive, m) and drawn.dtype == np.int32
    assert ((drawn >= 0) & (drawn < n_items)).all()


def test_negatives_are_drawn_uniformly():
    drawn = draw_negatives(10, 20_000, 5, np.random.default_rng(0))
    counts = np.bincount(drawn.ravel(), minlength=10)
    expected = drawn.size / 10
    assert np.abs(counts - expected).max() < 5 * np.sqrt(expected * 0.9)


@pytest.mark.parametrize("at_once", [1, 30, 2**24])
def test_no_item_that_the_user_has_is_drawn_where_that_is_asked(
    likes, at_once, monkeypatch
):
    monkeypatch.setattr(pairs, "CELLS_AT_ONCE", at_once)
    drawn = draw_unseen(likes, 5, np.random.default_rng(0))
    assert drawn.shape == (likes.nnz, 5) and drawn.dtype == np.int32
    users, _ = positive_pairs(likes)
    assert not likes.toarray()[users[:, None], drawn].any()


def test_unseen_items_are_drawn_uniformly():
    X = sparse.csr_array(np.repeat([[1, 0, 1, 0, 0], [0, 1, 0, 0, 0]], [1, 1], axis=0))
    drawn = draw_unseen(X.astype(np.float32), 20_000, np.random.default_rng(0))
    for rows, unseen in ((drawn[:2], [1, 3, 4]), (drawn[2:], [0, 2, 3, 4])):
        counts = np.bincount(rows.ravel(), minlength=5)
        assert counts.sum() == counts[unseen].sum() == rows.size
        expected = rows.size / len(unseen)
        assert np.abs(counts[unseen] - expected).max() < 5 * np.sqrt(expected)


def test_who_has_everything_has_no_unseen_item_and_is_named(likes):
    X = sparse.csr_array(np.vstack([likes.toarray(), np.ones(12)]))
    with pytest.raises(ValueError, match="User 60 has all 12 items"):
        clone(MODELS["GMF"]).fit(X)
    fitted = clone(MODELS["GMF"]).set_params(verify_negatives=False).fit(X)
    assert np.isfinite(fitted.predict(X)).all()


def test_a_model_of_pairs_has_to_score_them():
    with pytest.raises(NotImplementedError):
        PairModel()._score(np.zeros(1, int), np.zeros(1, int))
