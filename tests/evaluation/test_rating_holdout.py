"""Rating holdout: every rating is in one part, at random or by time."""

import dataclasses

import numpy as np
import pytest
from scipy import sparse
from splits import everything, pairs

from recnb.evaluation import rating_holdout


def test_rating_parts_are_disjoint_and_complete(world):
    split = rating_holdout(world, test_share=0.2, val_share=0.25)
    users, items = split.train_users, split.items
    parts = [split.train, split.val.heldout, split.test.heldout]
    assert [part.nnz for part in parts] == [960, 320, 320]
    assert set.union(*(pairs(p, users, items) for p in parts)) == everything(world)
    whole = sum(part.toarray() for part in parts)
    np.testing.assert_array_equal(whole, world.to_csr().toarray())
    for group in (split.val, split.test):
        assert group.history is split.train
        assert group.rating_range == (1, 5)


def test_rating_holdout_depends_on_the_seed_only(world):
    first, again = rating_holdout(world), rating_holdout(world)
    assert (first.test.heldout != again.test.heldout).nnz == 0
    assert (first.test.heldout != rating_holdout(world, seed=1).test.heldout).nnz > 0


def test_rating_holdout_without_validation(world):
    split = rating_holdout(world, val_share=0)
    assert split.val is None and split.train.nnz == 1440


def test_the_test_ratings_are_the_same_whatever_the_validation_share(world):
    for order in ("random", "time"):
        with_val = rating_holdout(world, order=order)
        without = rating_holdout(world, val_share=0, order=order)
        assert (with_val.test.heldout != without.test.heldout).nnz == 0
        both = with_val.train + with_val.val.heldout
        assert (both != without.train).nnz == 0


def test_by_time_each_user_s_newest_ratings_are_held_out(world):
    split = rating_holdout(world, 0.2, 0.25, order="time")
    times = sparse.coo_array(
        (world.timestamps.astype(float) + 1, (world.users, world.items)),
        shape=(world.n_users, world.n_items),
    ).tocsr()
    parts = [split.train, split.val.heldout, split.test.heldout]
    train, val, test = ((p != 0).multiply(times).tocsr() for p in parts)
    counts = np.bincount(world.users, minlength=world.n_users)
    for user in range(world.n_users):
        old, newer, newest = (t[[user]].data for t in (train, val, test))
        assert len(newest) == round(0.2 * counts[user])
        assert len(newer) == round(0.25 * (counts[user] - len(newest)))
        for before, after in ((old, newer), (newer, newest)):
            if len(before) and len(after):
                assert before.max() <= after.min()


def test_by_time_the_card_says_so_and_nothing_published_stands_beside_it(world):
    split = rating_holdout(world, order="time")
    assert "each user's ratings, the newest" in repr(split)
    assert "rating holdout by time" in split.protocol.summary
    assert split.protocol.published_as is None


def test_by_time_bad_input_is_named(world, make_interactions):
    with pytest.raises(ValueError, match='"random" or "time"'):
        rating_holdout(world, order="newest")
    with pytest.raises(ValueError, match="time"):
        rating_holdout(dataclasses.replace(world, timestamps=None), order="time")
    few = make_interactions([0, 1], [0, 1], ratings=[1.0, 2.0], timestamps=[1, 2])
    with pytest.raises(ValueError, match="larger share"):
        rating_holdout(few, order="time")


def test_rating_holdout_names_bad_input(world, make_interactions):
    with pytest.raises(ValueError, match="no ratings to predict"):
        rating_holdout(dataclasses.replace(world, ratings=None))
    for share in (0, 1, -0.1):
        with pytest.raises(ValueError, match="test_share must be between"):
            rating_holdout(world, test_share=share)
    with pytest.raises(ValueError, match="val_share must be between"):
        rating_holdout(world, val_share=1)
    with pytest.raises(ValueError, match="too few"):
        rating_holdout(make_interactions([0, 1], [0, 1], ratings=[1.0, 2.0]))


@pytest.mark.parametrize("order", ["random", "time"])
def test_rating_holdout_of_nothing_is_refused(make_interactions, order):
    data = make_interactions([0, 1], [0, 1], timestamps=[1, 2], ratings=[1, 2])
    with pytest.raises(ValueError, match=r"too few|No user has enough"):
        rating_holdout(data, order=order)
