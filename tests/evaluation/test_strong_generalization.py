"""Strong generalisation: no user is in two groups, and nothing leaks."""

import dataclasses

import numpy as np
import pytest
from splits import everything, pairs, strong

from recnb.evaluation import strong_generalization


@pytest.mark.parametrize("order", ["random", "time"])
def test_strong_users_are_disjoint_and_nothing_leaks(world, order):
    split = strong(world, order=order)
    groups = [split.train_users, split.val.users, split.test.users]
    assert len(np.unique(np.concatenate(groups))) == sum(map(len, groups))
    liked = everything(world, min_rating=4)
    columns = set(split.items)
    for group in (split.val, split.test):
        shown = pairs(group.history, group.users, split.items)
        hidden = pairs(group.heldout, group.users, split.items)
        assert not shown & hidden
        mine = {(u, i) for u, i in liked if u in set(group.users) and i in columns}
        assert shown | hidden == mine
    seen = {(u, i) for u, i in liked if u in set(split.train_users)}
    assert pairs(split.train, split.train_users, split.items) == seen
    assert columns == {item for _, item in seen}


def test_strong_matrices_are_binary_float32_with_the_same_columns(world):
    split = strong(world)
    for X in (split.train, split.val.history, split.test.heldout):
        assert X.dtype == np.float32 and X.shape[1] == len(split.items)
        assert (X.data == 1).all()
    titles = [f"film {item}" for item in split.items]
    assert split.item_table["title"].tolist() == titles
    assert split.item_table.index.tolist() == list(range(len(titles)))
    shares = split.train.toarray().mean(axis=0)
    np.testing.assert_allclose(split.test.popularity, shares, rtol=1e-6)


def test_strong_share_of_held_out_items(world):
    split = strong(world, heldout_share=0.5)
    for group in (split.val, split.test):
        for row in range(len(group.users)):
            held, shown = group.heldout[[row]].nnz, group.history[[row]].nnz
            n = held + shown
            assert held == (max(1, n // 2) if n > 1 else 0)


def test_strong_group_is_at_most_an_eighth(world):
    split = strong(world)
    n = len(split.train_users) + len(split.val.users) + len(split.test.users)
    assert len(split.val.users) == len(split.test.users) == n // 8
    small = strong(world, n_val=2, n_test=3)
    assert (len(small.val.users), len(small.test.users)) == (2, 3)


def test_strong_depends_on_the_seed_only(world):
    first, again, other = strong(world), strong(world), strong(world, seed=1)
    assert first.test.users.tolist() == again.test.users.tolist()
    assert (first.test.heldout != again.test.heldout).nnz == 0
    assert first.protocol == again.protocol != other.protocol
    assert first.test.users.tolist() != other.test.users.tolist()


def test_strong_orders_compare_the_same_users(world):
    by_chance, by_time = strong(world), strong(world, order="time")
    assert by_chance.test.users.tolist() == by_time.test.users.tolist()
    assert (by_chance.train != by_time.train).nnz == 0
    assert (by_chance.test.heldout != by_time.test.heldout).nnz > 0


def test_strong_by_time_holds_out_the_newest_and_later_lines(world):
    split = strong(world, order="time")
    line = {
        (u, i): (world.timestamps[n], n)
        for n, (u, i) in enumerate(zip(world.users, world.items, strict=True))
    }
    for group in (split.val, split.test):
        shown = pairs(group.history, group.users, split.items)
        hidden = pairs(group.heldout, group.users, split.items)
        for user in group.users:
            old = [line[pair] for pair in shown if pair[0] == user]
            new = [line[pair] for pair in hidden if pair[0] == user]
            assert not new or max(old) < min(new)


def test_strong_keeps_users_of_whom_little_is_left(make_interactions):
    """Whoever has one known item shows it; nobody is judged without a history."""
    rng = np.random.default_rng(0)
    users = np.repeat(np.arange(80), 2)
    items = np.concatenate([rng.choice(120, 2, replace=False) for _ in range(80)])
    split = strong_generalization(make_interactions(users, items), min_items=2)
    assert len(split.test.users) == 10
    sizes = set()
    for seed in range(10):
        split = strong_generalization(
            make_interactions(users, items), min_items=2, seed=seed
        )
        shown = np.diff(split.test.history.indptr)
        held = np.diff(split.test.heldout.indptr)
        sizes |= set(zip(shown.tolist(), held.tolist(), strict=True))
    assert sizes == {(0, 0), (1, 0), (1, 1)}


def test_strong_without_ratings_or_threshold_takes_everything(world):
    no_ratings = dataclasses.replace(world, ratings=None)
    a, b = strong(no_ratings), strong(world, min_rating=None)
    assert (a.train != b.train).nnz == 0
    assert a.train.nnz > strong(world).train.nnz
    assert "no ratings" in repr(a) and "whatever its rating" in repr(b)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"n_test": 0}, "n_test must be at least 1"),
        ({"n_val": -1}, "n_val must be at least 1"),
        ({"min_items": 0}, "min_items must be at least 1"),
        ({"heldout_share": 1}, "between 0 and 1"),
        ({"order": "newest"}, '"random" or "time"'),
        ({"min_rating": 6}, "lower min_items or min_rating"),
        ({"min_items": 50}, "lower min_items"),
    ],
)
def test_strong_names_bad_input(world, changes, words):
    with pytest.raises(ValueError, match=words):
        strong(world, **changes)


def test_strong_by_time_needs_timestamps(world):
    with pytest.raises(ValueError, match='order="random"'):
        strong(dataclasses.replace(world, timestamps=None), order="time")


def test_a_strong_group_without_a_held_out_item_is_refused(make_interactions):
    """Sixteen users, each with two items that nobody else has."""
    data = make_interactions(np.repeat(np.arange(16), 2), np.arange(32))
    with pytest.raises(
        ValueError, match=r"Nobody in the val group of toy .* lower min_"
    ):
        strong_generalization(data, min_items=2)
