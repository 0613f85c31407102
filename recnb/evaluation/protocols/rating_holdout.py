"""Rating holdout: known users; predict ratings that were held out."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy import sparse

from recnb.data.interactions import Interactions
from recnb.evaluation.group import Group
from recnb.evaluation.protocols.cards import card
from recnb.evaluation.protocols.checks import check_data, check_order, check_share
from recnb.evaluation.protocols.matrices import shares_of
from recnb.evaluation.protocols.rows import last_rows, timestamps
from recnb.evaluation.split import Split
from recnb.evaluation.validation import Validation

RATING_METRICS = ("RMSE", "MAE")
#: What `rating_holdout` takes from, in words.
HELD_OUT_OF = {
    "random": "the ratings at random",
    "time": "each user's ratings, the newest",
}


def rating_holdout(
    interactions: Interactions,
    test_share: float = 0.1,
    val_share: float = 0.1,
    seed: int = 0,
    order: Literal["random", "time"] = "random",
) -> Split:
    """Hold out ratings; the model sees the other ratings of the same users.

    Test ratings are in no history. Nor are validation ratings: they are there to choose
    hyper-parameters on, and ``train`` is the input of both groups.

    An item or a user without a training rating keeps its place in the matrices. What
    to predict there is the model's business: AutoRec's authors predict 3.

    Parameters
    ----------
    interactions : Interactions
        With ratings.
    test_share : float
        Share of all ratings, between 0 and 1.
    val_share : float
        Share of the ratings that are left then; 0 for no validation group. The test
        ratings are the same whatever this share is.
    seed : int
        Of a random order.
    order : {"random", "time"}
        By time, each user's newest ratings are test ratings, and the newest of the
        others validation ratings. Each share is rounded for each user; ratings of the
        same second stay in the order of the file.

    Returns
    -------
    Split
        Matrices of ratings; all users are rows and all items are columns.

    Raises
    ------
    ValueError
        If the data has no ratings (or, by time, no timestamps), an argument is out of
        its range, or a part is empty.

    Source
    ------
    Sedhain et al. (WWW 2015), section 3: 90/10 at random, and 10% of the training
    ratings for validation, five times.
    """
    check_data(interactions)
    if interactions.ratings is None:
        raise ValueError(
            f"{interactions.name} has no ratings to predict; use strong_generalization "
            "or leave_one_out."
        )
    check_share("test_share", test_share)
    if val_share:
        check_share("val_share", val_share)
    check_order(order)
    if order == "time":
        part = _deal_newest(interactions, test_share, val_share)
    else:
        part = _deal_ratings(len(interactions), test_share, val_share, seed)
    lowest, highest = interactions.ratings.min(), interactions.ratings.max()
    train = _ratings(interactions, part == "train")
    n_val, n_test = np.count_nonzero(part == "val"), np.count_nonzero(part == "test")
    protocol = card(
        interactions,
        "rating holdout" if order == "random" else "rating holdout by time",
        RATING_METRICS,
        seed,
        "rating-holdout-90-10" if test_share == 0.1 and order == "random" else None,
        {
            "users": f"{train.shape[0]:,}",
            "items": f"{train.shape[1]:,}",
            "interactions": f"{train.nnz:,} training, {n_val:,} validation, "
            f"{n_test:,} test ratings, {lowest:g} to {highest:g}",
            "held out": f"{test_share:.0%} of {HELD_OUT_OF[order]}, then "
            f"{val_share:.0%} of the others for validation",
            "masked": "test and validation ratings are never input",
            "predictions": "moved into the range of the ratings",
            "error": "over all held-out ratings, each counting the same",
        },
    )
    users, items = (np.arange(n) for n in train.shape)
    shares = shares_of(train)

    def group(kind: type[Group], name: str) -> Group:
        heldout = _ratings(interactions, part == name)
        scale = (float(lowest), float(highest))
        return kind(name, protocol, users, train, heldout, shares, rating_range=scale)

    val = group(Validation, "val") if val_share else None
    test, table = group(Group, "test"), interactions.item_table
    return Split(protocol, train, users, items, table, test, val)


def _deal_newest(
    interactions: Interactions, test_share: float, val_share: float
) -> np.ndarray:
    """Say "train", "val" or "test" for each rating, by time within its user."""
    users, times = interactions.users, timestamps(interactions)
    part = np.full(len(interactions), "train")
    for name, share in (("test", test_share), ("val", val_share)):
        left = part == "train"
        counts = np.bincount(users[left], minlength=interactions.n_users)
        n_last = np.round(share * counts).astype(int)
        part[last_rows(users, times, left, n_last)] = name
        if share and not (part == name).any():
            raise ValueError(
                f"No user has enough ratings for a {name}_share of {share}; choose a "
                'larger share, or order="random".'
            )
    return part


def _deal_ratings(n: int, test_share: float, val_share: float, seed: int) -> np.ndarray:
    """Say "train", "val" or "test" for each of n ratings."""
    n_test = round(test_share * n)
    n_val = round(val_share * (n - n_test))
    if n_test == 0 or n_test + n_val == n or (val_share and n_val == 0):
        raise ValueError(
            f"{n} ratings are too few for test_share={test_share} and "
            f"val_share={val_share}: a part would be empty. Load a larger dataset."
        )
    part = np.full(n, "train")
    shuffled = np.random.default_rng(seed).permutation(n)
    part[shuffled[:n_test]] = "test"
    part[shuffled[n_test : n_test + n_val]] = "val"
    return part


def _ratings(interactions: Interactions, rows: np.ndarray) -> sparse.csr_array:
    values = interactions.ratings[rows].astype(np.float32)
    pairs = interactions.users[rows], interactions.items[rows]
    shape = (interactions.n_users, interactions.n_items)
    return sparse.coo_array((values, pairs), shape=shape).tocsr()
