"""Weak generalisation: the same users in every group, and nothing gets lost."""

import dataclasses

import numpy as np
import pytest
from splits import everything, pairs

from recnb.evaluation import weak_generalization


def test_weak_parts_are_disjoint_and_complete_and_rows_are_the_same_users(world):
    split = weak_generalization(world)
    users, items = split.train_users, split.items
    parts = [split.train, split.val.heldout, split.test.heldout]
    found = [pairs(part, users, items) for part in parts]
    liked = everything(world, min_rating=4)
    counts = np.bincount([u for u, _ in liked], minlength=world.n_users)
    assert users.tolist() == np.flatnonzero(counts >= 5).tolist()
    assert len(users) < world.n_users
    for group in (split.val, split.test):
        assert group.users.tolist() == users.tolist()
    assert set.union(*found) == {(u, i) for u, i in liked if counts[u] >= 5}
    assert sum(map(len, found)) == len(set.union(*found))
    assert items.tolist() == sorted({i for _, i in set.union(*found)})
    assert (split.val.history != split.train).nnz == 0
    assert (split.test.history != split.train + split.val.heldout).nnz == 0


def test_weak_matrices_are_binary_float32_with_the_same_columns(world):
    split = weak_generalization(world)
    for X in (split.train, split.val.heldout, split.test.history, split.test.heldout):
        assert X.dtype == np.float32 and (X.data == 1).all()
        assert X.shape == (len(split.train_users), len(split.items))
    titles = [f"film {item}" for item in split.items]
    assert split.item_table["title"].tolist() == titles
    shares = split.train.toarray().mean(axis=0)
    for group in (split.val, split.test):
        np.testing.assert_allclose(group.popularity, shares, rtol=1e-6)


def test_weak_shares_are_held_out_of_each_user(world):
    split = weak_generalization(world, heldout_share=0.5, val_share=0.3, min_items=1)
    parts = (split.train, split.val.heldout, split.test.heldout)
    for train, val, test in zip(*(np.diff(p.indptr) for p in parts), strict=True):
        n, left = train + val + test, train + val
        assert test == (max(1, int(0.5 * n)) if n > 1 else 0)
        assert val == (max(1, int(0.3 * left)) if left > 1 else 0)


def test_weak_columns_are_the_items_of_those_who_stay(make_interactions):
    data = make_interactions([0, 1, 1], [0, 1, 2])
    split = weak_generalization(data, min_items=2, val_share=0)
    assert split.train_users.tolist() == [1] and split.items.tolist() == [1, 2]


def test_weak_users_of_few_items_keep_one_to_learn_from(make_interactions):
    data = make_interactions([0, 1, 1, 2, 2, 2], [0, 1, 2, 0, 1, 2])
    split = weak_generalization(data, min_items=1)
    assert np.diff(split.train.indptr).tolist() == [1, 1, 1]
    assert np.diff(split.val.heldout.indptr).tolist() == [0, 0, 1]
    assert np.diff(split.test.heldout.indptr).tolist() == [0, 1, 1]


def test_weak_depends_on_the_seed_only(world):
    first, again = weak_generalization(world), weak_generalization(world)
    other = weak_generalization(world, seed=1)
    assert first.protocol == again.protocol != other.protocol
    for part in ("val", "test"):
        one, same, another = (getattr(s, part).heldout for s in (first, again, other))
        assert (one != same).nnz == 0 and (one != another).nnz > 0
    assert first.train_users.tolist() == other.train_users.tolist()


def test_weak_test_items_are_the_same_whatever_the_validation_share(world):
    some, more, none = (weak_generalization(world, val_share=v) for v in (0.1, 0.4, 0))
    for split in (more, none):
        assert (split.test.heldout != some.test.heldout).nnz == 0
        assert (split.test.history != some.test.history).nnz == 0
    assert none.val is None and (none.train != none.test.history).nnz == 0
    assert "validation" not in repr(none) and "validation" in repr(some)


def test_weak_without_ratings_or_threshold_takes_everything(world):
    no_ratings = dataclasses.replace(world, ratings=None)
    a, b = weak_generalization(no_ratings), weak_generalization(world, min_rating=None)
    assert (a.train != b.train).nnz == 0
    assert b.test.history.nnz + b.test.heldout.nnz == len(world)
    assert "no ratings" in repr(a) and "whatever its rating" in repr(b)


def test_weak_card_says_who_was_trained_on_and_what_was_held_out(world):
    split = weak_generalization(world, heldout_share=0.3, val_share=0.25)
    for words in (
        "weak generalisation",
        "all of them in training; at least 5 positive items",
        f"{split.train.nnz} training",
        "a rating of at least 4",
        "a random 30% of each user's items for test, 25% of the others for validation",
    ):
        assert words in repr(split)
    assert split.protocol.published_as is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"min_items": 0}, "min_items must be at least 1"),
        ({"heldout_share": 0}, "heldout_share must be between 0 and 1"),
        ({"heldout_share": 1}, "heldout_share must be between 0 and 1"),
        ({"val_share": 1}, "val_share must be between 0 and 1"),
        ({"val_share": -0.1}, "val_share must be between 0 and 1"),
        ({"min_rating": 6}, "lower min_items or min_rating"),
        ({"min_items": 50}, "No user of toy has at least 50 positive items"),
    ],
)
def test_weak_names_bad_input(world, changes, words):
    with pytest.raises(ValueError, match=words):
        weak_generalization(world, **changes)


@pytest.mark.parametrize(("n", "name"), [(1, "val"), (2, "val")])
def test_a_weak_group_without_a_held_out_item_is_refused(make_interactions, n, name):
    data = make_interactions(np.repeat(np.arange(4), n), np.arange(4 * n))
    with pytest.raises(
        ValueError, match=f"Nobody in the {name} group .* min_rating or raise min_items"
    ):
        weak_generalization(data, min_items=1)


def test_a_weak_test_group_without_a_held_out_item_is_refused(make_interactions):
    data = make_interactions(np.arange(4), np.arange(4))
    with pytest.raises(ValueError, match="Nobody in the test group of toy"):
        weak_generalization(data, min_items=1, val_share=0)
