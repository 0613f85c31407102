"""The simulated world of any size: reproducible block by block, and as planted."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from recnb.data import DataError
from recnb.scale import World, write_world
from recnb.scale.world import catalogue

WORLD = World(n_users=4000, n_items=800, n_groups=10, users_per_block=1000, shift=5.0)
PLANTED = replace(WORLD, companion_share=0.05, rival_share=0.05)


def matrix(world):
    blocks = [world.block(k) for k in range(world.plan().n_parts)]
    users, items = (np.concatenate([b[name] for b in blocks]) for name in blocks[0])
    X = sparse.csr_array(
        (np.ones(len(users)), (users, items)), shape=(world.n_users, world.n_items)
    )
    assert X.nnz == len(users)  # nothing is there twice
    return X


def test_a_block_is_the_same_whenever_it_is_drawn():
    first = WORLD.block(2)
    WORLD.block(0)
    catalogue.cache_clear()
    again = World(**vars(WORLD)).block(2)
    for name in ("user", "item"):
        np.testing.assert_array_equal(first[name], again[name])


def test_blocks_and_seeds_differ():
    blocks = [WORLD.block(0), WORLD.block(1), replace(WORLD, seed=1).block(0)]
    items = [block["item"][:100].tolist() for block in blocks]
    assert items[0] != items[1] != items[2] != items[0]


def test_a_larger_world_begins_with_the_users_of_a_smaller_one():
    small, large = matrix(replace(WORLD, n_users=1500)), matrix(WORLD)
    assert (large[:1500] != small).nnz == 0


def test_rows_are_sorted_and_of_the_block():
    block = WORLD.block(3)
    pairs = block["user"] * WORLD.n_items + block["item"]
    assert (np.diff(pairs) > 0).all()
    assert block["user"].min() >= 3000 and block["user"].max() < 4000
    assert block["item"].min() >= 0 and block["item"].max() < 800
    assert (block["user"].dtype, block["item"].dtype) == (np.int64, np.int32)


def test_the_default_world_has_twenty_items_a_user():
    n = len(World(n_users=10**7).block(17)["item"])
    assert n / 10_000 == pytest.approx(20, abs=0.5)


def test_the_tail_is_long():
    users = np.sort(matrix(WORLD).sum(axis=0))[::-1]
    assert users[:80].sum() > 0.35 * users.sum()  # a tenth of the items
    assert users[400:].sum() < 0.3 * users.sum()  # the lesser half


def test_most_of_a_history_is_of_two_groups():
    items = catalogue(WORLD.same_for_all_sizes())
    group = np.empty(800, dtype=int)
    group[items.codes] = np.repeat(np.arange(10), 80)
    X = matrix(WORLD)
    G = sparse.csr_array((np.ones(800), (np.arange(800), group)), shape=(800, 10))
    per_group = np.sort((X @ G).toarray(), axis=1)
    two = per_group[:, -2:].sum(axis=1) / X.sum(axis=1)
    assert two.mean() > 0.8  # of ten groups


def lift(X, pairs):
    """Return how much more often pairs are together than they would be by chance."""
    users = X.sum(axis=0)
    together = (X.T @ X).toarray()[pairs["item_a"], pairs["item_b"]]
    by_chance = users[pairs["item_a"]] * users[pairs["item_b"]] / X.shape[0]
    return together.sum() / by_chance.sum()


def test_planted_pairs_show():
    pairs = PLANTED.pairs()
    counts = pairs["kind"].value_counts()
    assert dict(counts) == {"companion": 40, "rival": 40}
    assert pairs[["item_a", "item_b"]].stack().is_unique
    without = replace(PLANTED, companion_chance=0.0, rival_chance=0.0)
    with_pairs, plain = matrix(PLANTED), matrix(without)
    for kind, sign in (("companion", 1), ("rival", -1)):
        chosen = pairs[pairs["kind"] == kind]
        ratio = lift(with_pairs, chosen) / lift(plain, chosen)
        assert (ratio > 3) if sign > 0 else (ratio < 0.3), (kind, ratio)


def test_a_folder_is_what_the_blocks_are(tmp_path):
    parts = write_world(WORLD, tmp_path / "world")
    assert parts.is_simulated and len(parts) == 4
    assert (sparse.vstack([p.read() for p in parts]) != matrix(WORLD)).nnz == 0
    before = {path.name: path.read_bytes() for path in parts.folder.iterdir()}
    parts[1].path.unlink()
    write_world(WORLD, parts.folder)  # goes on with what is missing
    assert {path.name: path.read_bytes() for path in parts.folder.iterdir()} == before
    with pytest.raises(DataError, match="holds other rows"):
        write_world(replace(WORLD, seed=2), parts.folder)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"n_users": 0}, "n_users must be a whole number"),
        ({"n_items": 2.5}, "n_items must be a whole number"),
        ({"users_per_block": -1}, "users_per_block must be a whole number"),
        ({"mean_draws": 3.0}, "mean_draws must be at least"),
        ({"n_groups": 200}, "too few for 200 taste groups"),
    ],
)
def test_a_world_that_cannot_be(change, words):
    with pytest.raises(ValueError, match=words):
        replace(WORLD, **change)
