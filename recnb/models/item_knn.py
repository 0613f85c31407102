"""Item-based nearest neighbours: the classic that a new model has to beat."""

from __future__ import annotations

from typing import Self

import numpy as np
from scipy import sparse

from recnb.models.base import whole_or_not
from recnb.models.checks import check_at_least, check_matrix
from recnb.models.ease import own_gram_matrix
from recnb.models.item_item import ItemItemModel
from recnb.ranking import top_k


class ItemKNN(ItemItemModel):
    """Score item j by the cosines between j and its nearest items in the history.

    The cosine of two items is ``G[i, j] / sqrt(G[i, i] G[j, j])`` with G = XᵀX: the
    number of users who have both, relative to how many have each. Only the k nearest
    items of j have a say (Sarwar et al., WWW 2001; Deshpande and Karypis, TOIS 2004).

    Parameters
    ----------
    n_neighbors : int, optional
        The k above, at least 1. None: every item has a say.

    Attributes
    ----------
    weights_ : float32 array of shape (n_items, n_items)
        ``weights_[i, j]`` is what having item i adds to the score of item j.
    """

    def __init__(self, n_neighbors: int | None = 100) -> None:
        self.n_neighbors = n_neighbors

    @whole_or_not
    def fit(self, X: sparse.csr_array, gram: np.ndarray | None = None) -> Self:
        """Compute the cosines and keep the nearest.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
        gram : array of shape (n_items, n_items), optional
            ``gram_matrix(X)``, if it is at hand. It is not changed.

        Raises
        ------
        ValueError
            If n_neighbors < 1, or X is empty or holds NaN.
        """
        if self.n_neighbors is not None:
            check_at_least(1, self, "n_neighbors")
        X = check_matrix(X)
        self.n_items_ = X.shape[1]
        cosines = own_gram_matrix(X, gram, "float32")
        norms = np.sqrt(np.maximum(np.diag(cosines), 1))  # 1 for items that nobody has
        cosines /= norms
        cosines /= norms[:, None]
        np.fill_diagonal(cosines, 0)
        if self.n_neighbors is not None:
            # Row j of the symmetric matrix lists the neighbours of item j.
            nearest = top_k(cosines, self.n_neighbors)
            kept = np.zeros(cosines.shape, dtype=bool)
            np.put_along_axis(kept, nearest, True, axis=1)
            cosines[~kept.T] = 0
        self.weights_ = cosines
        return self
