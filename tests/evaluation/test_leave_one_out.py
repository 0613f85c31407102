"""Leave-one-out: the newest item or the published one, and whom it is ranked among."""

import dataclasses

import numpy as np
import pytest
from splits import everything

from recnb.data import HeldOut
from recnb.evaluation import leave_one_out


def given_split(make_interactions, **changes):
    """Three users, six items; the published rows name users 2 and 0."""
    heldout = HeldOut(np.array([2, 0]), np.array([5, 1]), np.array([[0, 1], [5, 3]]))
    return make_interactions(
        [0, 0, 1, 2, 2],
        [0, 4, 2, 3, 4],
        timestamps=[2, 1, 5, 9, 9],
        n_items=6,
        heldout=changes.pop("heldout", heldout),
        **changes,
    )


def test_given_rows_and_negatives_are_taken_as_they_are(make_interactions):
    data = given_split(make_interactions)
    split = leave_one_out(data)
    assert split.train.nnz == 5 and split.val is None
    assert split.test.users.tolist() == [2, 0]
    assert split.test.heldout.indices.tolist() == [5, 1]
    assert split.test.candidates.tolist() == [[5, 0, 1], [1, 5, 3]]
    np.testing.assert_array_equal(
        split.test.history.toarray(), split.train.toarray()[[2, 0]]
    )
    assert split.protocol.published_as == "ncf-loo-99"


def test_validation_takes_the_newest_training_row(make_interactions):
    split = leave_one_out(given_split(make_interactions), validation=True)
    assert split.train.nnz == 3 and split.protocol.published_as is None
    assert split.val.users.tolist() == [0, 2]  # user 1 has nothing to spare
    assert split.val.heldout.indices.tolist() == [0, 4]  # of equal times, later line
    assert split.test.history.nnz == 4  # the test histories know the validation items
    assert split.val.history.nnz == 2
    assert split.val.candidates.shape == (2, 3)


def test_newest_item_is_held_out(world):
    split = leave_one_out(world, candidates="all", validation=True)
    for user in range(world.n_users):
        rows = np.flatnonzero(world.users == user)
        rows = rows[np.argsort(world.timestamps[rows], kind="stable")]
        expected = world.items[rows].tolist()
        assert split.test.heldout[[user]].indices.tolist() == expected[-1:]
        assert split.val.heldout[[user]].indices.tolist() == expected[-2:-1]
        assert sorted(split.train[[user]].indices) == sorted(expected[:-2])
        assert sorted(split.test.history[[user]].indices) == sorted(expected[:-1])
    assert split.test.candidates is None


def test_drawn_negatives_are_unseen_distinct_and_the_seed_s(world):
    split = leave_one_out(world, candidates=9, validation=True)
    known = everything(world)
    for group in (split.val, split.test):
        assert group.candidates.shape == (len(group.users), 10)
        for user, listed in zip(group.users, group.candidates, strict=True):
            assert len(set(listed)) == 10
            assert [(user, item) in known for item in listed] == [True] + 9 * [False]
    again = leave_one_out(world, candidates=9, validation=True)
    other = leave_one_out(world, candidates=9, validation=True, seed=1)
    assert (split.test.candidates == again.test.candidates).all()
    assert (split.test.candidates != other.test.candidates).any()
    assert (split.train != other.train).nnz == 0


def test_leave_one_out_names_bad_input(world, make_interactions):
    with pytest.raises(ValueError, match="candidates=99"):
        leave_one_out(world)
    for candidates in ("some", 0, -3, 2.5):
        with pytest.raises(ValueError, match='"given", "all" or a whole number'):
            leave_one_out(world, candidates=candidates)
    with pytest.raises(ValueError, match="unseen items, not 59"):
        leave_one_out(world, candidates=59)
    with pytest.raises(ValueError, match="no timestamps"):
        leave_one_out(dataclasses.replace(world, timestamps=None), candidates="all")
    twice = HeldOut(np.array([0, 0]), np.array([1, 2]), np.array([[5], [5]]))
    with pytest.raises(ValueError, match="use strong_generalization"):
        leave_one_out(given_split(make_interactions, heldout=twice))
    lonely = make_interactions([0, 1], [0, 1], timestamps=[1, 2])
    with pytest.raises(ValueError, match="two interactions left"):
        leave_one_out(lonely, candidates="all")


def test_card_counts_lists_that_name_an_item_twice(make_interactions):
    heldout = HeldOut(np.array([2, 0]), np.array([5, 1]), np.array([[5, 1], [5, 3]]))
    split = leave_one_out(given_split(make_interactions, heldout=heldout))
    assert "1 lists name an item twice" in repr(split)


def test_leave_one_out_of_nothing_is_refused(make_interactions):
    data = make_interactions([0, 1], [0, 1], timestamps=[1, 2])
    with pytest.raises(ValueError, match="No user of toy has two interactions left"):
        leave_one_out(data, candidates="all")
    given = HeldOut(np.array([], int), np.array([], int), np.zeros((0, 1), int))
    with pytest.raises(ValueError, match="Nobody in the test group of toy"):
        leave_one_out(dataclasses.replace(data, heldout=given))
