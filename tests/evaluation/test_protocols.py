"""Splits: nothing leaks, nothing gets lost, the seed decides, the card tells."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from recnb.data import HeldOut
from recnb.evaluation import (
    evaluate,
    leave_one_out,
    published_holdout,
    rating_holdout,
    strong_generalization,
    weak_generalization,
)


def pairs(matrix, users, items):
    """Return the (user code, item code) pairs that a matrix stores."""
    matrix = matrix.tocoo()
    return set(zip(users[matrix.row], items[matrix.col], strict=True))


def everything(interactions, min_rating=0):
    rows = interactions.ratings >= min_rating
    users, items = interactions.users[rows], interactions.items[rows]
    return set(zip(users, items, strict=True))


def strong(world, **changes):
    return strong_generalization(world, **{"min_items": 3, **changes})


# ---- strong generalisation ----


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


# ---- weak generalisation ----


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


# ---- leave-one-out ----


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


# ---- rating holdout ----


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


# ---- a published split ----


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


# ---- cards ----


def splits(world):
    yield strong(world)
    yield weak_generalization(world)
    yield leave_one_out(world, candidates=5)
    yield published_holdout(dataclasses.replace(world, heldout=HeldOut([0], [0])))
    yield rating_holdout(world)


def test_cards_tell_what_decides_the_number(world):
    simulated = dataclasses.replace(world, is_simulated=True)
    for split, real in zip(splits(simulated), splits(world), strict=True):
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


# ---- nobody has anything held out ----


def test_a_strong_group_without_a_held_out_item_is_refused(make_interactions):
    """Sixteen users, each with two items that nobody else has."""
    data = make_interactions(np.repeat(np.arange(16), 2), np.arange(32))
    with pytest.raises(
        ValueError, match=r"Nobody in the val group of toy .* lower min_"
    ):
        strong_generalization(data, min_items=2)


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


def test_leave_one_out_of_nothing_is_refused(make_interactions):
    data = make_interactions([0, 1], [0, 1], timestamps=[1, 2])
    with pytest.raises(ValueError, match="No user of toy has two interactions left"):
        leave_one_out(data, candidates="all")
    given = HeldOut(np.array([], int), np.array([], int), np.zeros((0, 1), int))
    with pytest.raises(ValueError, match="Nobody in the test group of toy"):
        leave_one_out(dataclasses.replace(data, heldout=given))


@pytest.mark.parametrize("order", ["random", "time"])
def test_rating_holdout_of_nothing_is_refused(make_interactions, order):
    data = make_interactions([0, 1], [0, 1], timestamps=[1, 2], ratings=[1, 2])
    with pytest.raises(ValueError, match=r"too few|No user has enough"):
        rating_holdout(data, order=order)


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
