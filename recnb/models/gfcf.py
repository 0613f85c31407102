"""GF-CF: a low-pass filter on the graph of users and items, without training.

Y. Shen, Y. Wu, Y. Zhang, C. Shan, J. Zhang, K. B. Letaief and D. Li: How Powerful is
Graph Convolution for Recommendation? CIKM 2021. Checked against the authors' public
code, github.com/yshenaw/GF_CF.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from scipy import sparse

from recnb.models.base import Recommender, whole_or_not
from recnb.models.checks import check_at_least, check_training_matrix
from recnb.models.lrr import leading_singular_vectors


class GFCF(Recommender):
    r"""Graph filter based collaborative filtering, a linear model in closed form.

    With :math:`D_U` and :math:`D_I` the numbers of likes of each user and each item on
    their diagonals, and
    :math:`\tilde R = D_U^{-1/2} X D_I^{-1/2}`, the scores of a history h are

    .. math::

        h \, (\tilde R^\top \tilde R
        + \alpha D_I^{-1/2} V V^\top D_I^{1/2}) ,

    where V holds the k leading right singular vectors of :math:`\tilde R`. The first
    term passes each direction as much as its eigenvalue, from 0 to 1; the second is an
    ideal low-pass filter, which passes k of them whole.

    Parameters
    ----------
    k : int
        Directions of the ideal filter, below the numbers of users and of items.
    alpha : float
        Weight of the ideal filter, >= 0. Published: 0.3 for Gowalla and Yelp2018; for
        Amazon-Book, the code leaves the ideal filter out, which is 0.
    seed : int
        Of the vector that the search for singular vectors starts from; it changes the
        last digits.

    Attributes
    ----------
    R_ : csr_array of shape (n_users, n_items)
        The normalised likes, float32.
    V_ : array of shape (n_items, k)
        Largest singular value first.
    eigenvalues_ : array of shape (k,)
        The squared singular values, falling, the first one 1.
    root_of_likes_ : array of shape (n_items,)
        The diagonal of :math:`D_I^{1/2}`.
    n_items_ : int

    Notes
    -----
    Memory: X and n_items x k numbers; no matrix of items x items. A user without likes
    and an item without fans have a row, or a column, of zeros in :math:`\tilde R`.

    Deviations from the published code: none in the formula. There, everybody is a
    training user and scored by the training likes; here any history is.
    """

    def __init__(self, k: int = 256, alpha: float = 0.3, seed: int = 0) -> None:
        self.k = k
        self.alpha = alpha
        self.seed = seed

    @whole_or_not
    def fit(self, X: sparse.csr_array) -> Self:
        """Normalise the likes and find the directions that pass.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
            Binary, or with weights above 0.

        Raises
        ------
        ValueError
            If X is empty, holds NaN or a negative entry, or k or alpha is out of its
            range.
        """
        check_at_least(0, self, "alpha")
        X = check_training_matrix(X)
        if X.data.min() < 0:
            raise ValueError("X has a negative entry: hand over ones and zeros.")
        of_users, of_items = X.sum(axis=1), X.sum(axis=0)
        R = X.multiply(inverse_root(of_users)[:, np.newaxis])
        R = sparse.csr_array(R.multiply(inverse_root(of_items)), dtype=np.float32)
        if not 1 <= self.k < min(R.shape):
            raise ValueError(
                f"k must be a whole number from 1 to {min(R.shape) - 1}, below the "
                f"numbers of users and of items, not {self.k}."
            )
        s, Vt = leading_singular_vectors(R, self.k, self.seed)
        self.R_, self.V_, self.eigenvalues_ = R, Vt.T, s**2
        self.root_of_likes_ = np.sqrt(of_items).astype(np.float32)
        self.n_items_ = X.shape[1]
        return self

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for each history; dense, shape (n_users, n_items)."""
        X = self._check_history(X).astype(np.float32, copy=False)
        scores = (X @ self.R_.T @ self.R_).toarray()
        if self.alpha:
            rare = X.multiply(inverse_root(self.root_of_likes_**2)).tocsr()
            scores += self.alpha * (rare @ self.V_) @ self.V_.T * self.root_of_likes_
        return scores


def inverse_root(numbers: np.ndarray) -> np.ndarray:
    """Return 1 / sqrt(x) of each number, and 0 of 0."""
    numbers = np.asarray(numbers, dtype=np.float64)
    positive = numbers > 0
    return np.divide(1, np.sqrt(numbers), where=positive, out=np.zeros_like(numbers))
