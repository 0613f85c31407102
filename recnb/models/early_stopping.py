"""When to stop training a ranking model: its error on held-out users."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from scipy import sparse

from recnb.models.base import Recommender

ROWS_AT_ONCE = 1024


class HeldOutUsers(Protocol):
    """What early stopping needs: ``split.val`` of a ranking protocol has it.

    Attributes
    ----------
    history : csr_array of shape (n_users, n_items)
        What the model is shown.
    heldout : csr_array of shape (n_users, n_items)
        What it shall find.
    """

    history: sparse.csr_array
    heldout: sparse.csr_array


def ranking_error(model: Recommender, val: HeldOutUsers, k: int = 100) -> float:
    """Return 1 - NDCG@k, the mean over the users who have something held out.

    Parameters
    ----------
    model : Recommender
    val : HeldOutUsers
    k : int

    Notes
    -----
    Models don't know the room that evaluates them, so the formula stands here once
    more, in short; a test compares the two.
    """
    gains = []
    for start in range(0, val.history.shape[0], ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        items = model.recommend(val.history[rows], k)
        wanted = val.heldout[rows].toarray() > 0
        hits = np.take_along_axis(wanted, items, axis=1) & (items >= 0)
        gains.append(_ndcg(hits, wanted.sum(axis=1)))
    return 1 - float(np.nanmean(np.concatenate(gains)))


def _ndcg(hits: np.ndarray, n_wanted: np.ndarray) -> np.ndarray:
    """Return each user's NDCG; NaN for a user without a held-out item."""
    discount = 1 / np.log2(2 + np.arange(hits.shape[1]))
    best = np.concatenate([[np.nan], discount.cumsum()])
    return hits @ discount / best[np.minimum(n_wanted, len(discount))]


def check_val(val: HeldOutUsers, n_items: int) -> None:
    """Complain about validation users that a model of `n_items` items can't use.

    Raises
    ------
    ValueError
        If the shapes don't fit, or nothing is held out.
    """
    for name, X in (("history", val.history), ("heldout", val.heldout)):
        if X.shape[1] != n_items:
            raise ValueError(
                f"val.{name} has {X.shape[1]} columns, but X has {n_items}: hand over "
                "split.val of the split that X comes from."
            )
    if not val.heldout.data.any():
        raise ValueError("val has nothing held out; leave it out to train without.")
