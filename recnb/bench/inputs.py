"""What the cases are timed on: MovieLens 1M where it is at hand; made once."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy import sparse

import recnb
from recnb.data import Interactions
from recnb.evaluation import Split, leave_one_out, rating_holdout, strong_generalization
from recnb.models import gram_matrix


@cache
def likes() -> Interactions:
    """Return the data of most lessons."""
    return recnb.load("ml-1m", fallback=True)


@cache
def new_users() -> Split:
    """Return the split of most lessons: of users who are not in training."""
    return strong_generalization(likes())


@cache
def ratings() -> Split:
    """Return the split of lesson 03."""
    return rating_holdout(likes())


@cache
def ncf() -> Split:
    """Return the split of lesson 11."""
    data = recnb.load("ncf-ml-1m", fallback=True)
    return leave_one_out(data, 99 if data.heldout is None else "given")


@cache
def gowalla() -> sparse.csr_array:
    """Return the training matrix of 41,000 items, where it is at hand."""
    return recnb.load("gowalla", fallback=True).to_csr()


@cache
def gram() -> np.ndarray:
    """Return the Gram matrix of `new_users`; not to be changed."""
    return gram_matrix(new_users().train)


def long_tail(n_users: int, n_items: int, n_pairs: int) -> sparse.csr_array:
    """Return a binary matrix of so many random pairs, or somewhat fewer.

    The popularity of the items falls as 1 / rank.
    """
    rng = np.random.default_rng(0)
    share = 1 / np.arange(1, n_items + 1)
    items = rng.choice(n_items, n_pairs, p=share / share.sum())
    users = rng.integers(n_users, size=n_pairs)
    X = sparse.csr_array(
        (np.ones(n_pairs, dtype=np.float32), (users, items)), shape=(n_users, n_items)
    )
    X.data[:] = 1  # a pair that was drawn twice
    return X
