"""Strong generalisation: new users; show a part of what they like, rank the rest."""

from __future__ import annotations

from typing import Literal

import numpy as np

from recnb.data.interactions import Interactions
from recnb.evaluation.group import Group
from recnb.evaluation.protocols.cards import LISTS, card, positive_in_words
from recnb.evaluation.protocols.checks import (
    check_data,
    check_positive,
    check_share,
    judging,
)
from recnb.evaluation.protocols.matrices import binary, places_in_time, shares_of
from recnb.evaluation.protocols.rows import (
    are_among,
    hold_out_items,
    occurring,
    positives,
)
from recnb.evaluation.split import Split
from recnb.evaluation.validation import Validation

STRONG_METRICS = (
    "NDCG@100",
    "min-recall@20",
    "min-recall@50",
    "min-recall@100",
    "recall@20",
    "recall@50",
    "recall@100",
    "precision@100",
    "coverage@100",
    "novelty@100",
    "Gini@100",
)
#: What helps where nobody has anything held out.
FEW_KNOWN = (
    "its users have fewer than two items that training users have; lower min_rating, "
    "raise n_val and n_test, or load a larger dataset"
)


def strong_generalization(
    interactions: Interactions,
    min_rating: float | None = 4,
    min_items: int = 5,
    n_val: int = 750,
    n_test: int = 750,
    order: Literal["random", "time"] = "random",
    heldout_share: float = 0.2,
    seed: int = 0,
) -> Split:
    """Hold out whole users, and hold out a part of what each of them likes.

    The users who have enough positive items are divided at random into training,
    validation and test users. The columns of all matrices are the items that training
    users have; a held-out user's other items are dropped. Then, of a held-out user's n
    items, ``max(1, int(heldout_share * n))`` are held out and the others are the
    history. A user left with a single item keeps it as history, and with none has an
    empty history: both stay as rows with nothing held out, and so without a value in
    per-user metrics. Whoever is judged therefore has a history.

    Who is in which group depends on the seed and the filters, not on `order`, so that
    both orders can be compared on the same users.

    If the data has timestamps, the split also says in which order a training user met
    the items, and a held-out user those of the history, whichever part is held out:
    ``train_order`` and ``order``, for models of sequences.

    Parameters
    ----------
    interactions : Interactions
        `Interactions.heldout`, if there is one, is not used.
    min_rating : float, optional
        Lowest rating that counts as positive. None, or data without ratings: every
        interaction is positive.
    min_items : int
        Users with fewer positive items are left out.
    n_val, n_test : int
        Users of the two groups; never more than an eighth of the users each, so that
        small datasets keep a training set.
    order : {"random", "time"}
        Hold out random items, or each user's newest ones; of equal timestamps, the
        later line of the file is newer, as everywhere here.
    heldout_share : float
        Between 0 and 1.
    seed : int

    Returns
    -------
    Split
        Binary matrices; `train` has the training users as rows.

    Raises
    ------
    ValueError
        If an argument is out of its range, too few users remain, nobody of a group has
        anything held out, or order is "time" and there are no timestamps.

    Source
    ------
    Liang et al. (WWW 2018), section 4.1, and their published code; "time" as in
    Sachdeva et al. (WSDM 2019). The code of the former holds out nothing of a user with
    fewer than five items left; here two are enough. The latter's rounds the number of
    held-out items up, leaves out users with more than 1,000 items, and shows the model
    all but the last item of the history.
    """
    check_data(interactions)
    check_positive(min_items=min_items, n_val=n_val, n_test=n_test)
    check_share("heldout_share", heldout_share)
    users, items = interactions.users, interactions.items
    positive = positives(interactions, min_rating)
    groups = _divide_users(interactions, positive, min_items, n_val, n_test, seed)
    train_users, val_users, test_users = groups
    in_train = positive & are_among(users, train_users, interactions.n_users)
    columns = occurring(items[in_train], interactions.n_items)
    judged = np.concatenate([val_users, test_users])
    known = positive & are_among(users, judged, interactions.n_users)
    known &= are_among(items, columns, interactions.n_items)
    held = hold_out_items(interactions, known, order, heldout_share, seed)
    rest = known & ~held

    train = binary(interactions, in_train)[train_users][:, columns]
    shown = binary(interactions, rest)[:, columns]
    hidden = binary(interactions, held)[:, columns]
    train_order = places_in_time(interactions, in_train, train_users, columns)
    which = {"random": "a random", "time": "the newest"}[order]
    usual = (min_rating, min_items, heldout_share) == (4, 5, 0.2)
    published = {"random": "strong-random-vae_cf", "time": "strong-time-svae"}[order]
    protocol = card(
        interactions,
        f"strong generalisation, {order} fold-in",
        STRONG_METRICS,
        seed,
        published if usual else None,
        {
            "users": (
                f"{len(train_users):,} training, {len(val_users):,} validation, "
                f"{len(test_users):,} test; at least {min_items} positive items each"
            ),
            "items": f"{len(columns):,}: those that training users have",
            "interactions": f"{train.nnz:,} training",
            "positive": positive_in_words(interactions, min_rating),
            "held out": (
                f"{which} {heldout_share:.0%} of the items of validation and test users"
            ),
            **LISTS,
        },
    )
    shares = shares_of(train)

    def group(kind: type[Group], name: str, rows: np.ndarray) -> Group:
        theirs = rest & are_among(users, rows, interactions.n_users)
        order = places_in_time(interactions, theirs, rows, columns)
        parts = (name, protocol, rows, shown[rows], hidden[rows], shares)
        return judging(kind(*parts, order=order), FEW_KNOWN)

    val = group(Validation, "val", val_users)
    test = group(Group, "test", test_users)
    table = interactions.item_table.iloc[columns].reset_index(drop=True)
    return Split(protocol, train, train_users, columns, table, test, val, train_order)


def _divide_users(
    interactions: Interactions,
    positive: np.ndarray,
    min_items: int,
    n_val: int,
    n_test: int,
    seed: int,
) -> list[np.ndarray]:
    """Return the codes of the training, validation and test users, ascending."""
    counts = np.bincount(interactions.users[positive], minlength=interactions.n_users)
    active = np.flatnonzero(counts >= min_items)
    largest = len(active) // 8
    if largest == 0:
        raise ValueError(
            f"{interactions.name} has {len(active)} users with at least {min_items} "
            "positive items, and 8 are needed to hold out an eighth: lower min_items "
            "or min_rating, or load a larger dataset."
        )
    n_val, n_test = min(n_val, largest), min(n_test, largest)
    shuffled = np.random.default_rng([seed, 0]).permutation(active)
    val, test, train = np.split(shuffled, [n_val, n_val + n_test])
    return [np.sort(train), np.sort(val), np.sort(test)]
