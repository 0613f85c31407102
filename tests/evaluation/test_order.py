"""The order of histories: places in time, and who is shown them."""

import dataclasses

import numpy as np
import pytest

from recnb.data import HeldOut
from recnb.evaluation import (
    evaluate,
    leave_one_out,
    rating_holdout,
    strong_generalization,
    weak_generalization,
)
from recnb.models import SLIT, Popularity

BOTH_ORDERS = pytest.mark.parametrize("order", ["random", "time"])


def strong(world, order="time"):
    return strong_generalization(world, min_items=3, order=order)


def places(world, split, users, X):
    """Return the place in time of each cell of X in its row, by a naive sort."""
    lines = zip(world.users, world.items, strict=True)
    when = {cell: (world.timestamps[n], n) for n, cell in enumerate(lines)}
    expected = np.zeros(X.shape)
    for row, user in enumerate(users):
        columns = np.flatnonzero(X[[row]].toarray())
        in_time = sorted(columns, key=lambda c, u=user: when[u, split.items[c]])
        expected[row, in_time] = np.arange(1, len(columns) + 1)
    return expected


class LatestFirst:
    """Scores what was seen last highest, and keeps what it was shown."""

    needs_order = True

    def __init__(self):
        self.shown = []

    def predict(self, X):
        self.shown.append(X.toarray())
        return X.toarray()


# ---- the split ----


@BOTH_ORDERS
def test_the_order_has_the_cells_of_the_histories(world, order):
    split = strong(world, order)
    pairs = [(split.train_order, split.train)]
    pairs += [(group.order, group.history) for group in (split.val, split.test)]
    for ordered, X in pairs:
        assert ordered.dtype == np.float32
        np.testing.assert_array_equal(ordered.toarray() > 0, X.toarray() == 1)


@BOTH_ORDERS
def test_training_users_have_their_places_in_time_and_then_in_the_file(world, order):
    split = strong(world, order)
    expected = places(world, split, split.train_users, split.train)
    np.testing.assert_array_equal(split.train_order.toarray(), expected)


@BOTH_ORDERS
def test_held_out_users_have_the_places_of_what_is_shown(world, order):
    split = strong(world, order)
    for group in (split.val, split.test):
        expected = places(world, split, group.users, group.history)
        np.testing.assert_array_equal(group.order.toarray(), expected)


def test_of_equal_times_the_later_line_comes_later(make_interactions):
    """Sixteen users, each of whom meets four items at once, in another order."""
    rng = np.random.default_rng(0)
    items = [rng.permutation(4) for _ in range(16)]
    users, times = np.repeat(np.arange(16), 4), np.full(64, 5)
    data = make_interactions(users, np.concatenate(items), timestamps=times)
    split = strong(data)
    for user, row in zip(split.train_users, split.train_order, strict=True):
        assert np.argsort(row.toarray()).tolist() == items[user].tolist()


@BOTH_ORDERS
def test_an_item_that_no_training_user_has_leaves_no_gap(make_interactions, order):
    rng = np.random.default_rng(0)
    items = np.concatenate([rng.choice(300, 8, replace=False) for _ in range(40)])
    times = rng.integers(0, 5, 320)
    data = make_interactions(np.repeat(np.arange(40), 8), items, timestamps=times)
    split = strong(data, order)
    group = split.test
    assert group.history.nnz + group.heldout.nnz < 8 * len(group.users)
    expected = places(data, split, group.users, group.history)
    np.testing.assert_array_equal(group.order.toarray(), expected)


def test_by_time_all_that_is_shown_came_before_all_that_is_held_out(world):
    """Places among the shown items are their places among all of a user's items."""
    split = strong(world)
    for group in (split.val, split.test):
        everything = places(world, split, group.users, group.history + group.heldout)
        shown = group.history.toarray()
        np.testing.assert_array_equal(everything * shown, group.order.toarray())


def test_both_ways_of_holding_out_have_the_same_users_and_training_order(world):
    by_chance, by_time = strong(world, "random"), strong(world)
    for name in ("val", "test"):
        one, other = getattr(by_chance, name), getattr(by_time, name)
        assert one.users.tolist() == other.users.tolist()
        assert (one.order != other.order).nnz > 0
    assert by_chance.train_users.tolist() == by_time.train_users.tolist()
    assert (by_chance.train_order != by_time.train_order).nnz == 0


def test_without_timestamps_there_is_no_order(world):
    split = strong(dataclasses.replace(world, timestamps=None), "random")
    assert split.train_order is split.val.order is split.test.order is None


def known_users(world):
    """Splits of known users, with what was held out of each."""
    yield leave_one_out(world, candidates=5, validation=True)
    yield leave_one_out(world, candidates="all")
    yield weak_generalization(world, min_items=3)


def test_known_users_have_an_order_too(world):
    for split in known_users(world):
        cells = [(split.train_order, split.train, split.train_users)]
        for group in filter(None, (split.val, split.test)):
            cells.append((group.order, group.history, group.users))
        for ordered, X, users in cells:
            expected = places(world, split, users, X)
            np.testing.assert_array_equal(ordered.toarray(), expected)


def test_the_newest_item_is_in_no_order(world):
    split = leave_one_out(world, candidates=5, validation=True)
    for group in (split.val, split.test):
        assert not split.train_order[group.users].multiply(group.heldout).nnz
        assert not group.order.multiply(group.heldout).nnz
    assert split.test.order[split.val.users].multiply(split.val.heldout).nnz


def test_a_published_split_with_timestamps_has_an_order(world):
    given = HeldOut([0, 1], [59, 59], [[0, 1], [2, 3]])
    rows = world.items != 59
    columns = ("users", "items", "ratings", "timestamps")
    kept = {name: getattr(world, name)[rows] for name in columns}
    split = leave_one_out(dataclasses.replace(world, heldout=given, **kept))
    np.testing.assert_array_equal(
        split.train_order.toarray() > 0, split.train.toarray()
    )
    np.testing.assert_array_equal(
        split.test.order.toarray() > 0, split.test.history.toarray()
    )


def test_without_timestamps_known_users_have_no_order(world):
    split = weak_generalization(dataclasses.replace(world, timestamps=None))
    assert split.train_order is split.val.order is split.test.order is None


def test_slit_beats_popularity_under_leave_one_out(make_interactions):
    """Everybody walks up the catalogue from somewhere: the last item says the next."""
    rng = np.random.default_rng(0)
    starts = rng.integers(0, 50, 300)
    items = (starts[:, None] + np.arange(8)) % 50
    users, times = np.repeat(np.arange(300), 8), np.tile(np.arange(8), 300)
    shuffled = rng.permutation(2400)
    data = make_interactions(
        users[shuffled], items.ravel()[shuffled], timestamps=times[shuffled]
    )
    split = leave_one_out(data, candidates=20, validation=True)
    for group in (split.val, split.test):
        slit = evaluate(SLIT().fit(split.train_order), group).metrics["HR@10"]
        popular = evaluate(Popularity().fit(split.train), group).metrics["HR@10"]
        assert slit > 0.95 > popular


# ---- who is shown it ----


def test_a_model_that_needs_the_order_is_shown_it(world):
    group, model = strong(world).test, LatestFirst()
    evaluate(model, group, batch_size=3)
    assert len(model.shown) > 1
    np.testing.assert_array_equal(np.concatenate(model.shown), group.order.toarray())


def test_another_model_is_shown_ones(world):
    class Unordered(LatestFirst):
        needs_order = False

    group, model = strong(world).test, Unordered()
    evaluate(model, group)
    np.testing.assert_array_equal(np.concatenate(model.shown), group.history.toarray())


def test_the_history_of_a_model_that_needs_the_order_is_masked(world):
    """Without the mask, what it saw would be its best items, and recall 1."""
    group = strong(world).test
    seen = dataclasses.replace(group, heldout=group.history)
    metric = f"recall@{group.history.shape[1]}"
    assert evaluate(LatestFirst(), seen, [metric]).metrics == {metric: 0}
    unmasked = evaluate(LatestFirst(), seen, [metric], mask_seen=False)
    assert unmasked.metrics == {metric: 1}


def groups_without_order(world):
    untimed = dataclasses.replace(world, timestamps=None)
    heldout = HeldOut([0, 1], [world.n_items - 1] * 2, [[0, 1], [2, 3]])
    yield strong(untimed, "random").test
    yield weak_generalization(untimed).test
    yield leave_one_out(dataclasses.replace(untimed, heldout=heldout)).test
    yield rating_holdout(world).test


def test_a_group_without_order_is_refused_with_a_way_out(world):
    words = "LatestFirst needs the order.*timestamps.*leave_one_out"
    for group in groups_without_order(world):
        with pytest.raises(ValueError, match=words):
            evaluate(LatestFirst(), group)
