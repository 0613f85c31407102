"""SLIT: the normal equations, a memory that fades, and bad input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.base import clone

from recnb.ground.sequences import in_order, places
from recnb.models import SLIT
from recnb.models.slit import FORGOTTEN

N_ITEMS = 9
histories = st.lists(
    st.permutations(range(N_ITEMS)).flatmap(
        lambda items: st.integers(2, N_ITEMS).map(lambda n: np.array(items[:n]))
    ),
    min_size=1,
    max_size=6,
)


def by_hand(histories, fading, k, forgotten=0):
    """Return pasts and futures of all cuts, dense."""
    pasts, futures = [], []
    for history in histories:
        past = np.zeros(N_ITEMS)
        for t, item in enumerate(history[:-1], start=1):
            past = fading * past
            past[item] = 1
            pasts.append(np.where(past < forgotten, 0, past))
            futures.append(np.isin(np.arange(N_ITEMS), history[t : t + k]))
    return np.array(pasts), np.array(futures, dtype=float)


# From .6 on, nothing of a history of nine films is forgotten; with .3 and .05, what
# came four or two places before the last film is.
@settings(deadline=None)
@given(histories, st.sampled_from([0.0, 0.05, 0.3, 0.6, 0.8, 1.0]), st.integers(1, 5))
def test_the_gradient_of_the_ridge_regression_is_zero(histories, fading, k):
    model = SLIT(l2=2, fading=fading, k=k).fit(places(histories, N_ITEMS))
    S, T = by_hand(histories, fading, k, FORGOTTEN)
    gradient = S.T @ (S @ model.weights_ - T) + 2 * model.weights_
    np.testing.assert_allclose(gradient, 0, atol=1e-4)


def test_a_past_fades_film_by_film():
    model = SLIT(l2=1, fading=0.5).fit(places([np.arange(N_ITEMS)], N_ITEMS))
    X = places([np.array([3, 1])], N_ITEMS)
    expected = model.weights_[1] + 0.5 * model.weights_[3]
    np.testing.assert_allclose(model.predict(X)[0], expected, rtol=1e-6)


def test_a_memory_that_does_not_fade_forgets_the_order():
    model = SLIT(l2=1, fading=1).fit(places([np.arange(N_ITEMS)], N_ITEMS))
    one, other = (places([np.array(h)], N_ITEMS) for h in ([5, 2, 4], [4, 5, 2]))
    np.testing.assert_array_equal(model.predict(one), model.predict(other))


def test_without_a_memory_only_the_last_film_counts():
    model = SLIT(l2=1, fading=0).fit(places([np.arange(N_ITEMS)], N_ITEMS))
    long, short = (places([np.array(h)], N_ITEMS) for h in ([5, 2, 4], [4]))
    np.testing.assert_array_equal(model.predict(long), model.predict(short))


def test_it_learns_what_follows_what_and_not_the_reverse():
    rng = np.random.default_rng(0)
    pairs = np.arange(8).reshape(4, 2)
    order = [pairs[rng.permutation(4)].ravel() for _ in range(50)]
    model = SLIT(l2=1, fading=0.2, k=1).fit(places(order, N_ITEMS))
    for first, second in pairs:
        assert model.weights_[first].argmax() == second
        assert model.weights_[second, first] < 0.1


def test_recommend_leaves_out_what_was_seen():
    X = places([np.array([0, 1, 2, 3]), np.array([2, 0, 1])], N_ITEMS)
    model = SLIT(l2=1).fit(X)
    listed = model.recommend(X, k=5)
    for history, items in zip(in_order(X), listed, strict=True):
        assert not set(history) & set(items)


def test_an_empty_history_scores_zero_and_gets_no_list():
    model = SLIT(l2=1).fit(places([np.arange(4)], N_ITEMS))
    empty = sparse.csr_array((1, N_ITEMS))
    assert not model.predict(empty).any()
    with pytest.raises(ValueError, match="is empty"):
        model.recommend(empty)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"l2": 0}, "l2 must be above 0"),
        ({"fading": 1.1}, "fading must be from 0 to 1"),
        ({"fading": -0.1}, "fading must be from 0 to 1"),
        ({"k": 0}, "k must be at least 1"),
    ],
)
def test_a_setting_out_of_range_is_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        SLIT(**settings).fit(places([np.arange(4)], N_ITEMS))


def test_ones_are_no_order():
    X = sparse.csr_array(np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"split\.train_order"):
        SLIT().fit(X)


def test_nobody_with_two_items_is_nothing_to_learn_from():
    with pytest.raises(ValueError, match="nothing to learn from"):
        SLIT().fit(places([np.array([1]), np.array([2])], N_ITEMS))


def test_it_can_be_cloned():
    assert clone(SLIT(l2=3, fading=0.1, k=2)).get_params() == {
        "l2": 3,
        "fading": 0.1,
        "k": 2,
    }
