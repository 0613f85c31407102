"""Rating baselines: what a rating is likely to be before any model has learned much.

All of them predict ratings in the unit of the data (stars for MovieLens) for every
cell of the users x items matrix. What a sparse X stores is a rating, a 0 as well; in a
dense one a zero means "not rated".
"""

from __future__ import annotations

from typing import Self

import numpy as np
from scipy import sparse

from recnb.models.base import Recommender, whole_or_not
from recnb.models.checks import check_matrix


def _counts(X: sparse.csr_array, axis: int) -> np.ndarray:
    return (
        np.diff(X.indptr) if axis == 1 else np.bincount(X.indices, minlength=X.shape[1])
    )


class GlobalMean(Recommender):
    """Predict the mean of all training ratings.

    Attributes
    ----------
    mean_ : float
    """

    needs_history = False
    takes_ratings = True

    @whole_or_not
    def fit(self, X: sparse.csr_array) -> Self:
        """Average the ratings in X, shape (n_users, n_items)."""
        X = check_matrix(X, keep_zeros=True)
        self.n_items_ = X.shape[1]
        self.mean_ = float(X.data.mean()) if X.nnz else 0.0
        return self

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Return the mean for every cell; shape (n_users, n_items)."""
        X = self._check_history(X)
        return np.full(X.shape, self.mean_, dtype=np.float32)


class ItemMean(Recommender):
    """Predict an item's mean rating; an item that nobody rated gets the global mean.

    Attributes
    ----------
    means_ : float32 array of shape (n_items,)
    """

    needs_history = False
    takes_ratings = True

    @whole_or_not
    def fit(self, X: sparse.csr_array) -> Self:
        """Average each column of X, shape (n_users, n_items), over its ratings."""
        X = check_matrix(X, keep_zeros=True)
        self.n_items_ = X.shape[1]
        counts = _counts(X, axis=0)
        mean = X.data.mean() if X.nnz else 0.0
        sums = X.sum(axis=0) + (counts == 0) * mean
        self.means_ = (sums / np.maximum(counts, 1)).astype(np.float32)
        return self

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Return the item means, the same for every row; shape (n_users, n_items)."""
        X = self._check_history(X)
        return np.tile(self.means_, (X.shape[0], 1))


class Bias(Recommender):
    """Predict mean + item bias + user bias, each bias damped towards zero.

    An item's bias is the damped mean of ``r - mean`` over its ratings; a user's bias is
    the damped mean of ``r - mean - item bias`` over the history handed to `predict`.
    (Koren, Bell and Volinsky, IEEE Computer 2009, equation 3; damped means instead of
    their least squares, as in Koren, TKDD 2010, section 2.1.)

    Parameters
    ----------
    damping : float
        Number of imaginary ratings of bias zero that are averaged in; at least 0.

    Attributes
    ----------
    mean_ : float
    item_bias_ : float array of shape (n_items,)
    """

    needs_history = False
    takes_ratings = True

    def __init__(self, damping: float = 10.0) -> None:
        self.damping = damping

    @whole_or_not
    def fit(self, X: sparse.csr_array) -> Self:
        """Learn the mean and the item biases; X has shape (n_users, n_items)."""
        if self.damping < 0:
            raise ValueError(f"damping must be at least 0, not {self.damping}.")
        X = check_matrix(X, keep_zeros=True)
        self.n_items_ = X.shape[1]
        self.mean_ = float(X.data.mean()) if X.nnz else 0.0
        counts = _counts(X, axis=0)
        self.item_bias_ = self._damped(X.sum(axis=0) - counts * self.mean_, counts)
        return self

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Predict every cell; dense, shape (n_users, n_items)."""
        X = self._check_history(X)
        counts = _counts(X, axis=1)
        expected = sparse.csr_array(
            (self.mean_ + self.item_bias_[X.indices], X.indices, X.indptr), X.shape
        )
        user_bias = self._damped(X.sum(axis=1) - expected.sum(axis=1), counts)
        scores = self.mean_ + self.item_bias_ + user_bias[:, None]
        return scores.astype(np.float32)

    def _damped(self, sums: np.ndarray, counts: np.ndarray) -> np.ndarray:
        # Nothing to average and no damping: the bias is zero.
        return sums / np.maximum(counts + self.damping, np.finfo(float).tiny)
