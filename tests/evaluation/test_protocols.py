"""What all protocols have in common: cards, ratings of zero, what they split."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from splits import of_every_protocol, strong

from recnb.evaluation import (
    evaluate,
    leave_one_out,
    published_holdout,
    rating_holdout,
    strong_generalization,
    weak_generalization,
)

# ---- cards ----


def test_cards_tell_what_decides_the_number(world):
    simulated = dataclasses.replace(world, is_simulated=True)
    for split, real in zip(
        of_every_protocol(simulated), of_every_protocol(world), strict=True
    ):
        for card in (repr(split), split._repr_html_(), repr(split.test)):
            for word in ("toy", "simulated", "seed", "users", "held out", "masked"):
                assert word in card
        assert "simulated" not in repr(real)
        assert "(simulated)" in split.protocol.summary
    assert "min-recall" in repr(strong(world))
    assert "test group: " in strong(world).test._repr_html_()


def test_cards_escape_html(world):
    named = dataclasses.replace(world, name="<b>")
    assert "&lt;b&gt;" in rating_holdout(named)._repr_html_()


def test_item_table_is_not_shared(world):
    assert isinstance(strong(world).item_table, pd.DataFrame)
    assert strong(world).protocol.published_as is None  # min_items is not the usual 5


# ---- a rating of zero is a rating ----


def shifted(world, by):
    """The world on a scale from `by` to `by` + 4, so that 0 may be a rating."""
    return dataclasses.replace(world, ratings=world.ratings - 1 + by)


@pytest.mark.parametrize("order", ["random", "time"])
def test_ratings_from_zero_are_split_as_ratings_from_one(world, fixed, order):
    from_zero, from_one = (
        rating_holdout(shifted(world, by), order=order) for by in (0, 1)
    )
    assert (shifted(world, 0).ratings == 0).any()
    pairs = [(from_zero.train, from_one.train)]
    for zero, one in ((from_zero.val, from_one.val), (from_zero.test, from_one.test)):
        pairs += [(zero.history, one.history), (zero.heldout, one.heldout)]
        assert zero.rating_range == (0, 4) and one.rating_range == (1, 5)
        np.testing.assert_array_equal(zero.popularity, one.popularity)
    for zero, one in pairs:
        assert zero.nnz == one.nnz
        np.testing.assert_array_equal(zero.indptr, one.indptr)
        np.testing.assert_array_equal(zero.indices, one.indices)
        np.testing.assert_array_equal(zero.data + 1, one.data)
    scores = np.linspace(0, 4, world.n_items)
    a = evaluate(fixed(scores), from_zero.test)
    b = evaluate(fixed(scores + 1), from_one.test)
    assert a.metrics == pytest.approx(b.metrics)
    np.testing.assert_allclose(a.per_user, b.per_user, rtol=1e-6)


def test_whoever_rates_zero_has_seen_the_item(world, linear):
    zero = shifted(world, 0)
    one = shifted(world, 1)
    a, b = (leave_one_out(data, candidates=20) for data in (zero, one))
    assert (a.train != b.train).nnz == 0
    np.testing.assert_array_equal(a.test.candidates, b.test.candidates)
    a, b = (strong_generalization(data, None) for data in (zero, one))
    assert (a.train != b.train).nnz == 0


def test_a_history_of_zeros_is_masked(world, linear):
    """Among candidates too, and for a model that scores pairs."""
    group = rating_holdout(shifted(world, 0)).test
    candidates = np.tile(np.arange(world.n_items), (len(group.users), 1))
    group = dataclasses.replace(group, candidates=candidates, rating_range=None)
    seen = dataclasses.replace(group, heldout=group.history)

    class OfPairs(linear):
        def predict_pairs(self, users, items):
            return self.predict(np.eye(self.B.shape[0])[items % 7])[..., 0]

    metric = f"recall@{world.n_items}"
    for model in (linear(world.n_items), OfPairs(world.n_items)):
        assert evaluate(model, seen, [metric]).metrics[metric] == 0


# ---- what they take ----


@pytest.mark.parametrize(
    "split",
    [
        strong_generalization,
        weak_generalization,
        leave_one_out,
        published_holdout,
        rating_holdout,
    ],
)
@pytest.mark.parametrize("other", [pd.DataFrame({"user": [1]}), np.eye(3), None])
def test_a_protocol_splits_interactions(split, other):
    with pytest.raises(ValueError, match=r"Interactions, not a .*read_table"):
        split(other)
