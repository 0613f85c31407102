"""Published hold-out: known users; rank what a published split holds out."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from recnb.data.interactions import Interactions
from recnb.evaluation.group import Group
from recnb.evaluation.protocols.cards import LISTS, card
from recnb.evaluation.protocols.checks import FEW_LEFT, check_data, check_share, judging
from recnb.evaluation.protocols.matrices import binary, pairs_matrix, shares_of
from recnb.evaluation.protocols.rows import hold_out_items
from recnb.evaluation.split import Split
from recnb.evaluation.validation import Validation

PUBLISHED_METRICS = ("NDCG@20", "recall@20", "coverage@20", "novelty@20", "Gini@20")


def published_holdout(
    interactions: Interactions, val_share: float = 0.1, seed: int = 0
) -> Split:
    """Rank what a published split holds out, among all items, for known users.

    ``gowalla`` brings such a split, as prepared for NGCF and LightGCN. Every
    interaction is positive. Published models were trained on all that the split leaves;
    to do the same, choose settings with a validation group, and then fit without one
    (``val_share=0``).

    Parameters
    ----------
    interactions : Interactions
        With `Interactions.heldout`.
    val_share : float
        Of a user's n training items, ``max(1, int(val_share * n))`` are held out at
        random for validation; 0 for no validation group. The test items are the same.
    seed : int
        Decides the validation items, and nothing else.

    Returns
    -------
    Split
        Binary matrices with all users as rows and all items as columns. The history of
        the test group holds the validation items, too.

    Raises
    ------
    ValueError
        If the data brings no held-out items, or an argument is out of its range.

    Source
    ------
    Wang et al. (SIGIR 2019), NGCF; He et al. (SIGIR 2020), LightGCN.
    """
    check_data(interactions)
    given = interactions.heldout
    if given is None:
        raise ValueError(
            f"{interactions.name} brings no published split; use strong_generalization "
            "or weak_generalization."
        )
    rest = np.ones(len(interactions), dtype=bool)
    val_rows = np.zeros_like(rest)
    if val_share:
        check_share("val_share", val_share)
        val_rows = hold_out_items(interactions, rest, "random", val_share, seed)
    train = binary(interactions, ~val_rows)
    users, items = (np.arange(n) for n in train.shape)
    protocol = card(
        interactions,
        "published hold-out",
        PUBLISHED_METRICS,
        seed,
        "lightgcn-all" if interactions.name == "gowalla" else None,
        {
            "users": f"{train.shape[0]:,}, all of them in training",
            "items": f"{train.shape[1]:,}",
            "interactions": f"{train.nnz:,} training",
            "positive": "every interaction",
            "held out": f"what the published split holds out, {len(given.users):,}"
            + (f", and {val_share:.0%} of the others for validation" * bool(val_share)),
            **LISTS,
        },
    )
    shares, whole = shares_of(train), binary(interactions)

    def group(
        kind: type[Group], name: str, shown: sparse.csr_array, held: sparse.csr_array
    ) -> Group:
        return judging(kind(name, protocol, users, shown, held, shares), FEW_LEFT)

    val = None
    if val_share:
        val = group(Validation, "val", train, binary(interactions, val_rows))
    held = pairs_matrix((given.users, given.items), train.shape)
    test = group(Group, "test", whole, held)
    return Split(protocol, train, users, items, interactions.item_table, test, val)
