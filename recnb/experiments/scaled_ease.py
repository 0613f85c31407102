"""Lesson 16: EASE between scaled columns, whole: SparseEASE's control.

SparseEASE differs from EASE in two things: it leaves weights out, and it centres and
scales the columns of X. This model does the second alone.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from scipy import sparse

from recnb.models.base import whole_or_not
from recnb.models.checks import check_matrix
from recnb.models.ease import BLOCK, check_l2, gram_matrix, inverse_in_place
from recnb.models.item_item import ItemItemModel
from recnb.models.sparse_ease import Covariances


class ScaledEASE(ItemItemModel):
    """`SparseEASE` with one block of all items and all weights.

    Parameters
    ----------
    l2 : float
        Penalty, > 0, of weights between scaled columns.
    alpha : float
        From 0 to 1, as `SparseEASE` has it.

    Attributes
    ----------
    weights_ : array of shape (n_items, n_items)
        B in units of X; zero diagonal.
    n_items_ : int
    """

    def __init__(self, l2: float = 1.0, alpha: float = 0.75) -> None:
        self.l2 = l2
        self.alpha = alpha

    @whole_or_not
    def fit(self, X: sparse.csr_array) -> Self:
        """Solve for the weights, in one matrix of items x items.

        Raises
        ------
        ValueError
            If l2 <= 0, or X is empty or holds NaN.
        MemoryError
            If the matrix does not fit into the memory that is left.
        """
        check_l2(self.l2)
        X = check_matrix(X)
        C = Covariances(X, None, self.alpha, True, "float32")
        B = gram_matrix(X)
        for start in range(0, len(B), BLOCK):
            rows = slice(start, start + BLOCK)
            B[rows] -= np.multiply.outer(C.centre[rows], C.centre)
            B[rows] /= np.multiply.outer(C.scale[rows], C.scale)
        B[np.diag_indices_from(B)] += self.l2
        B = inverse_in_place(B)
        B /= -np.diag(B).copy()
        np.fill_diagonal(B, 0)
        B *= C.scale
        B /= C.scale[:, np.newaxis]
        self.n_items_ = X.shape[1]
        self.weights_ = B
        return self
