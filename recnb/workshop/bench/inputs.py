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
