"""A published split: its held-out items, and validation items of our own."""

import dataclasses

import numpy as np
import pytest
from splits import everything, pairs

from recnb.data import HeldOut
from recnb.evaluation import published_holdout


@pytest.fixture
def published_world(world):
    """Return a world whose newest rows are a published split's test rows."""
    newest = np.arange(len(world)) % 4 == 0
    parts = {
        name: getattr(world, name)[~newest]
        for name in ("users", "items", "ratings", "timestamps")
    }
    held = HeldOut(world.users[newest], world.items[newest])
    return dataclasses.replace(world, heldout=held, **parts)


def test_published_parts_are_disjoint_and_complete(published_world):
    split = published_holdout(published_world, val_share=0.2)
    users, items = split.train_users, split.items
    train = pairs(split.train, users, items)
    val = pairs(split.val.heldout, users, items)
    assert train and val and not train & val
    assert train | val == everything(published_world)
    assert pairs(split.val.history, users, items) == train
    assert pairs(split.test.history, users, items) == train | val
    given = published_world.heldout
    assert pairs(split.test.heldout, users, items) == set(
        zip(given.users, given.items, strict=True)
    )


def test_without_validation_a_model_learns_from_all_that_is_left(published_world):
    split = published_holdout(published_world, val_share=0)
    assert split.val is None
    assert split.train.nnz == len(published_world)
    assert (split.train != split.test.history).nnz == 0


def test_the_seed_decides_the_validation_items_only(published_world):
    one, same, other = (published_holdout(published_world, seed=s) for s in (0, 0, 1))
    assert (one.train != same.train).nnz == 0
    assert (one.train != other.train).nnz > 0
    assert (one.test.heldout != other.test.heldout).nnz == 0


def test_gowalla_is_judged_as_it_was_published(published_world):
    named = dataclasses.replace(published_world, name="gowalla")
    assert published_holdout(named).protocol.published_as == "lightgcn-all"
    assert published_holdout(published_world).protocol.published_as is None


def test_a_published_split_has_to_be_there(world):
    with pytest.raises(ValueError, match="brings no published split"):
        published_holdout(world)
    with pytest.raises(ValueError, match="val_share must be between"):
        published_holdout(dataclasses.replace(world, heldout=HeldOut([0], [0])), 1)
