"""LRR: ridge regression of all items on all items, of low rank, in closed form.

R. Jin, D. Li, J. Gao, Z. Liu, L. Chen and Y. Zhou: Towards a Better Understanding of
Linear Models for Recommendation. KDD 2021.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import svds
from sklearn.utils.validation import check_is_fitted

from recnb.models.base import Recommender, whole_or_not
from recnb.models.checks import check_training_matrix
from recnb.models.ease import check_l2


class LRR(Recommender):
    """Low-rank regression: each item from all items, itself included.

        minimise ||X - XW||² + l2 ||W||²   subject to rank(W) <= L,

    which gives W = V diag(s² / (s² + l2)) Vᵀ with the L largest singular values s of X
    and their right singular vectors V. No matrix of items x items exists: scores are
    ((X V) diag(...)) Vᵀ.

    Parameters
    ----------
    L : int
        The rank, below the numbers of users and of items.
    l2 : float
        Penalty, > 0.
    seed : int
        Of the vector that the search for singular vectors starts from; it changes the
        last digits.

    Attributes
    ----------
    V_ : array of shape (n_items, L)
        Right singular vectors of X, largest singular value first.
    shrinkage_ : array of shape (L,)
        s² / (s² + l2), falling.
    n_items_ : int
    """

    def __init__(self, L: int = 64, l2: float = 300.0, seed: int = 0) -> None:
        self.L = L
        self.l2 = l2
        self.seed = seed

    @whole_or_not
    def fit(self, X: sparse.csr_array) -> Self:
        """Find the singular vectors of X, of shape (n_users, n_items).

        Raises
        ------
        ValueError
            If l2 <= 0, X is empty or holds NaN, or L is out of its range.
        """
        check_l2(self.l2)
        X = check_training_matrix(X)
        s, Vt = leading_singular_vectors(X, self.L, self.seed)
        self.n_items_ = X.shape[1]
        self.V_ = Vt.T
        self.shrinkage_ = s**2 / (s**2 + self.l2)
        return self

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for each history; dense, shape (n_users, n_items)."""
        return self.user_vectors(X) @ self.item_vectors().T

    def user_vectors(self, X: sparse.csr_array) -> np.ndarray:
        """Return the vectors of users with these histories; shape (n_users, L).

        Their dot products with the items' vectors are the scores.
        """
        X = self._check_history(X).astype(self.V_.dtype, copy=False)
        return X @ self.V_ * self.shrinkage_

    def item_vectors(self) -> np.ndarray:
        """Return the items' vectors; shape (n_items, L)."""
        check_is_fitted(self)
        return self.V_


def leading_singular_vectors(
    X: sparse.csr_array, L: int, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Return the L largest singular values of X, falling, and their right vectors.

    Returns
    -------
    s : array of shape (L,)
    Vt : array of shape (L, n_items)

    Raises
    ------
    ValueError
        Unless 1 <= L < min(n_users, n_items).
    """
    if not 1 <= L < min(X.shape):
        raise ValueError(
            f"L must be a whole number from 1 to {min(X.shape) - 1}, below the numbers "
            f"of users and of items, not {L}."
        )
    scale = np.abs(X.data).max()  # ARPACK squares the numbers, which may vanish
    _, s, Vt = svds(X / scale, k=L, rng=np.random.default_rng(seed))
    order = np.argsort(-s)
    return s[order] * scale, Vt[order]
