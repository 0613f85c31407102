"""Co-occurrence: items that share users with the items of the history."""

from __future__ import annotations

from typing import Self

import numpy as np
from scipy import sparse

from recnb.models.base import whole_or_not
from recnb.models.checks import check_matrix
from recnb.models.ease import gram_matrix
from recnb.models.item_item import ItemItemModel


class Cooccurrence(ItemItemModel):
    """Score item j by how many users have both j and an item of the history.

    The score is ``x G`` with G = XᵀX, its diagonal set to zero. It uses exactly the
    statistics that EASE uses, without the inverse.

    Attributes
    ----------
    weights_ : float32 array of shape (n_items, n_items)
        ``weights_[i, j]`` is the number of users who have both i and j.
    """

    @whole_or_not
    def fit(self, X: sparse.csr_array) -> Self:
        """Count the users of each pair of items; X has shape (n_users, n_items)."""
        X = check_matrix(X)
        self.n_items_ = X.shape[1]
        self.weights_ = gram_matrix(X)
        np.fill_diagonal(self.weights_, 0)
        return self
