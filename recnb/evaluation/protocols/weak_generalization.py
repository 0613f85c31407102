"""Weak generalisation: known users; hold out a part of what each likes, rank it."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from recnb.data.interactions import Interactions
from recnb.evaluation.group import Group
from recnb.evaluation.protocols.cards import LISTS, card, positive_in_words
from recnb.evaluation.protocols.checks import (
    FEW_LEFT,
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

WEAK_METRICS = (
    "NDCG@100",
    "MAP@10",
    "recall@20",
    "recall@50",
    "recall@100",
    "precision@100",
    "coverage@100",
    "novelty@100",
    "Gini@100",
)


def weak_generalization(
    interactions: Interactions,
    min_rating: float | None = 4,
    min_items: int = 5,
    heldout_share: float = 0.2,
    val_share: float = 0.1,
    seed: int = 0,
) -> Split:
    """Hold out a part of what each user likes; the model is trained on the rest of it.

    All users who have enough positive items are training users. Of the n items of each,
    ``max(1, int(heldout_share * n))`` are held out at random for test, and of the items
    that are left, a part is found in the same way for validation. A model may keep
    something for each user, since it meets nobody new; that is also why its numbers say
    nothing about new users.

    If the data has timestamps, ``train_order`` and ``order`` say in which order a user
    met what `train` and the history hold, for models of sequences.

    Parameters
    ----------
    interactions : Interactions
        `Interactions.heldout`, if there is one, is not used.
    min_rating : float, optional
        Lowest rating that counts as positive. None, or data without ratings: every
        interaction is positive.
    min_items : int
        Users with fewer positive items are left out.
    heldout_share : float
        Between 0 and 1.
    val_share : float
        Share of the items that are left then; 0 for no validation group. The test items
        are the same whatever this share is.
    seed : int

    Returns
    -------
    Split
        Binary matrices. Row i of all of them is the same user; columns are the items
        that somebody here likes, some of which may have nobody left in `train`. The
        history of the test group holds the validation items, too.

    Raises
    ------
    ValueError
        If an argument is out of its range, no user has enough items, or nobody of a
        group has anything held out.

    Source
    ------
    Wu et al. (WSDM 2016) judge CDAE so, with validation by cross-validation, and with
    items filtered, too.
    """
    check_data(interactions)
    check_positive(min_items=min_items)
    check_share("heldout_share", heldout_share)
    if val_share:
        check_share("val_share", val_share)
    positive = positives(interactions, min_rating)
    counts = np.bincount(interactions.users[positive], minlength=interactions.n_users)
    rows = np.flatnonzero(counts >= min_items)
    if not len(rows):
        raise ValueError(
            f"No user of {interactions.name} has at least {min_items} positive items: "
            "lower min_items or min_rating, or load a larger dataset."
        )
    kept = positive & are_among(interactions.users, rows, interactions.n_users)
    columns = occurring(interactions.items[kept], interactions.n_items)
    test_rows = hold_out_items(interactions, kept, "random", heldout_share, seed)
    rest = kept & ~test_rows
    val_rows = np.zeros_like(rest)
    if val_share:
        val_rows = hold_out_items(interactions, rest, "random", val_share, seed, 2)

    def matrix(which: np.ndarray) -> sparse.csr_array:
        return binary(interactions, which)[rows][:, columns]

    train = matrix(rest & ~val_rows)
    protocol = card(
        interactions,
        "weak generalisation",
        WEAK_METRICS,
        seed,
        None,
        {
            "users": f"{len(rows):,}, all of them in training; at least {min_items} "
            "positive items each",
            "items": f"{len(columns):,}",
            "interactions": f"{train.nnz:,} training",
            "positive": positive_in_words(interactions, min_rating),
            "held out": f"a random {heldout_share:.0%} of each user's items for test"
            + (f", {val_share:.0%} of the others for validation" if val_share else ""),
            **LISTS,
        },
    )
    shares = shares_of(train)

    def group(
        kind: type[Group], name: str, shown: np.ndarray, held: np.ndarray
    ) -> Group:
        order = places_in_time(interactions, shown, rows, columns)
        parts = (name, protocol, rows, matrix(shown), matrix(held), shares)
        return judging(kind(*parts, order=order), FEW_LEFT)

    val = group(Validation, "val", rest & ~val_rows, val_rows) if val_share else None
    test = group(Group, "test", rest, test_rows)
    table = interactions.item_table.iloc[columns].reset_index(drop=True)
    train_order = places_in_time(interactions, rest & ~val_rows, rows, columns)
    return Split(protocol, train, rows, columns, table, test, val, train_order)
