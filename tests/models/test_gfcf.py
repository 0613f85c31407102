"""GF-CF is the published formula, takes whatever history, and says what it can't do."""

import numpy as np
import pytest
from scipy import sparse

import recnb
from recnb.evaluation import evaluate, strong_generalization
from recnb.models import GFCF, Popularity

RNG = np.random.default_rng(0)
DENSE = (RNG.random((40, 15)) < 0.3).astype(float)
DENSE[:, 3] = 0  # nobody's film
DENSE[5] = 0  # a user without likes
X = sparse.csr_array(DENSE)
H = sparse.csr_array((RNG.random((7, 15)) < 0.3).astype(float))


def dense_filter(X, k, alpha):
    """Return the items x items filter, straight from the paper's formula."""
    with np.errstate(divide="ignore"):
        of_users, of_items = X.sum(axis=1) ** -0.5, X.sum(axis=0) ** -0.5
    of_users[np.isinf(of_users)] = of_items[np.isinf(of_items)] = 0
    R = np.diag(of_users) @ X @ np.diag(of_items)
    V = np.linalg.svd(R)[2][:k].T
    ideal = np.diag(of_items) @ V @ V.T @ np.diag(X.sum(axis=0) ** 0.5)
    return R.T @ R + alpha * ideal


@pytest.mark.parametrize(("k", "alpha"), [(1, 0.3), (4, 0.3), (4, 0), (10, 5)])
def test_it_is_the_dense_formula(k, alpha):
    model = GFCF(k=k, alpha=alpha).fit(X)
    expected = H @ dense_filter(DENSE, k, alpha)
    np.testing.assert_allclose(model.predict(H), expected, atol=1e-5)


def test_the_first_direction_is_popularity_and_passes_whole():
    model = GFCF(k=5).fit(X)
    assert model.eigenvalues_[0] == pytest.approx(1, abs=1e-5)
    assert (np.diff(model.eigenvalues_) <= 0).all()
    first = np.abs(model.V_[:, 0])
    expected = np.sqrt(DENSE.sum(axis=0) / DENSE.sum())
    np.testing.assert_allclose(first, expected, atol=1e-5)


def test_a_film_that_nobody_has_is_never_above_another():
    scores = GFCF(k=4).fit(X).predict(H)
    assert (scores[:, 3] == 0).all()


def test_it_beats_popularity_for_new_users():
    split = strong_generalization(recnb.load("simulated"), seed=0)
    ours, plain = (
        evaluate(model.fit(split.train), split.test).metrics["NDCG@100"]
        for model in (GFCF(k=64, alpha=3), Popularity())
    )
    assert ours > plain + 0.05


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"k": 15}, "from 1 to 14"),
        ({"k": 0}, "from 1 to 14"),
        ({"alpha": -1}, "alpha must be at least 0"),
    ],
)
def test_a_setting_out_of_range_is_named(settings, said):
    with pytest.raises(ValueError, match=said):
        GFCF(**settings).fit(X)


def test_negative_entries_are_refused():
    with pytest.raises(ValueError, match="negative entry"):
        GFCF(k=2).fit(-X)
