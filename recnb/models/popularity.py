"""Popularity: recommend to everyone what most people have chosen."""

from __future__ import annotations

from typing import Self

import numpy as np
from scipy import sparse

from recnb.models.base import Recommender, whole_or_not
from recnb.models.checks import check_matrix


class Popularity(Recommender):
    """Score an item by the number of users who have it: the yardstick of the course.

    Attributes
    ----------
    counts_ : float array of shape (n_items,)
        Users that have each item.
    """

    needs_history = False

    @whole_or_not
    def fit(self, X: sparse.csr_array) -> Self:
        """Count each item's users; X has shape (n_users, n_items)."""
        X = check_matrix(X)
        self.n_items_ = X.shape[1]
        self.counts_ = np.bincount(X.indices, minlength=self.n_items_).astype(
            np.float32
        )
        return self

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Return the counts, the same for every row; shape (n_users, n_items)."""
        X = self._check_history(X)
        return np.tile(self.counts_, (X.shape[0], 1))
