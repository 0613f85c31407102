"""ImplicitSLIM: embeddings that know what EASE knows, without EASE's matrix.

I. Shenbin and S. Nikolenko: ImplicitSLIM and How it Improves Embedding-based
Collaborative Filtering. ICLR 2024.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import linalg, sparse
from sklearn.base import BaseEstimator

from recnb.models.checks import check_kinds, check_matrix
from recnb.models.ease import check_l2


class ImplicitSLIM(BaseEstimator):
    """Where a host's item embeddings are drawn to; see `implicit_slim`.

    Parameters
    ----------
    l2, alpha, threshold : float, float, int
        As `implicit_slim` has them.
    """

    def __init__(
        self, l2: float = 300.0, alpha: float = 1.0, threshold: int = 50
    ) -> None:
        self.l2 = l2
        self.alpha = alpha
        self.threshold = threshold

    def embed(self, W: np.ndarray, X: sparse.csr_array) -> np.ndarray:
        """Return ``implicit_slim(W, X, ...)``, and raise what it raises."""
        check_kinds(self)
        return implicit_slim(W, X, self.l2, self.alpha, self.threshold)


def implicit_slim(
    W: np.ndarray,
    X: sparse.csr_array,
    l2: float,
    alpha: float,
    threshold: int = 0,
    diagonal: np.ndarray | None = None,
) -> np.ndarray:
    """Draw item embeddings towards ones that EASE's weights reproduce.

    Wanted are embeddings V that EASE's weights B rebuild, each item's from those of the
    other items, and that lie near W as A sees it:

        minimise   ||V - V B||²  +  alpha ||(V - W) Aᵀ||².

    Its solution, with K = (I - B)(I - B)ᵀ, is alpha W AᵀA (K + alpha AᵀA)⁻¹. For EASE
    I - B = P diag(1 / P[j, j]) with P = (XᵀX + l2 I)⁻¹, so that K has the inverse

        Y = (XᵀX + l2 I) D² (XᵀX + l2 I),   D[j, j] = P[j, j],

    in which nothing is left to invert but D. ImplicitSLIM takes 1 / (n_j + l2) for its
    entries, n_j the j-th number on the diagonal of XᵀX. Then, by Woodbury's identity,

        V = W Aᵀ (I / alpha + A Y Aᵀ)⁻¹ A Y,

    with one L x L system to solve. X is only ever multiplied by L vectors.

    Parameters
    ----------
    W : array of shape (L, n_items)
        The host's embeddings, an item a column; or random numbers, to begin with.
    X : csr_array of shape (n_users, n_items)
        Usually binary.
    l2 : float
        EASE's lambda, > 0.
    alpha : float
        How much it costs to leave W, > 0.
    threshold : int
        A is W without the columns of items that fewer users have: where little is
        known, W holds nothing back.
    diagonal : array of shape (n_items,), optional
        Another D, such as the exact one, to see what the approximation does.

    Returns
    -------
    array of shape (L, n_items)
        V, in the precision of W.

    Raises
    ------
    ValueError
        If W or `diagonal` does not fit X or holds NaN, L is above the number of items,
        l2 or alpha is not above 0, or no item has `threshold` users.

    Notes
    -----
    Time: four products of X and an n_items x L or n_users x L matrix, and
    O(n_items L² + L³). Memory: a few such matrices; nothing is items x items.

    With H = D (XᵀX + l2 I) Aᵀ, A Y Aᵀ is HᵀH, and what is computed is

        Vᵀ = (XᵀX + l2 I) D H (I / alpha + HᵀH)⁻¹ A Wᵀ.

    Deviations from the published code: A is not rounded to half precision. The formula
    there, alpha W Aᵀ (C - C Aᵀ (I / alpha + C Aᵀ)⁻¹ C) with C = A Y, is the same number
    in more steps.
    """
    X = check_matrix(X)
    check_penalties(l2, alpha)
    W = check_embeddings(W, X.shape[1])
    if diagonal is not None and np.shape(diagonal) != (X.shape[1],):
        raise ValueError(
            f"diagonal has shape {np.shape(diagonal)}; it takes a number for each of "
            f"the {X.shape[1]} items."
        )
    A = np.where(is_known(X, threshold), W, 0)
    D = 1 / (squared_lengths(X) + l2) if diagonal is None else np.asarray(diagonal)
    return drawn(W, A, D, alpha, lambda T: times_gram(X, T, l2))


def drawn(
    W: np.ndarray,
    A: np.ndarray,
    D: np.ndarray,
    alpha: float,
    product: Callable[[np.ndarray], np.ndarray],
) -> np.ndarray:
    """Return V of `implicit_slim`, wherever XᵀX is: only two products with it are made.

    Parameters
    ----------
    W, A : arrays of shape (L, n_items)
    D : array of shape (n_items,)
        The numbers on the diagonal of D.
    alpha : float
    product : function
        Returns (XᵀX + l2 I) T for an array T of shape (n_items, L).

    Returns
    -------
    array of shape (L, n_items)
        V, in the precision of W.
    """
    D = D.astype(W.dtype)[:, np.newaxis]
    H = D * product(A.T)
    # Formed as HᵀH, A Y Aᵀ has no negative eigenvalue but by rounding, and in double
    # precision the small ones are not lost. X is multiplied in the precision of W.
    H = H.astype(np.float64)
    S = H.T @ H
    S[np.diag_indices_from(S)] += 1 / alpha
    T = H @ linalg.solve(S, A.astype(np.float64) @ W.T, assume_a="pos")
    return product(D * T.astype(W.dtype)).T


def times_gram(X: sparse.csr_array, T: np.ndarray, l2: float) -> np.ndarray:
    """Return (XᵀX + l2 I) T, shape (n_items, L), from products with X."""
    X = X.astype(T.dtype, copy=False)
    T = np.ascontiguousarray(T)  # an item a row: fast in memory
    return X.T @ (X @ T) + l2 * T


def squared_lengths(X: sparse.csr_array) -> np.ndarray:
    """Return the diagonal of XᵀX: for binary X, how many users have each item."""
    return np.bincount(X.indices, X.data**2, minlength=X.shape[1]).astype(X.dtype)


def is_known(X: sparse.csr_array, threshold: int) -> np.ndarray:
    """Return whether at least `threshold` users have an item; shape (n_items,).

    Raises
    ------
    ValueError
        If there is no such item.
    """
    return has_users(np.bincount(X.indices, minlength=X.shape[1]), threshold)


def has_users(users: np.ndarray, threshold: int) -> np.ndarray:
    """Return `is_known` for items of so many users; raise what it raises."""
    known = users >= threshold
    if not known.any():
        raise ValueError(
            f"threshold={threshold} leaves no item: none has more than {users.max()} "
            "users. Take a smaller one."
        )
    return known


def check_embeddings(W: np.ndarray, n_items: int) -> np.ndarray:
    """Return W as a float array with a column for each item.

    Raises
    ------
    ValueError
        If it is not, is longer than the catalogue, or holds NaN.
    """
    W = np.asarray(W)
    if W.dtype not in (np.float32, np.float64):
        W = W.astype(np.float64)
    if W.ndim != 2 or W.shape[1] != n_items or len(W) == 0:
        raise ValueError(
            f"W has shape {W.shape}; embeddings have shape (L, {n_items}), a column "
            "for each item of X. Is it transposed?"
        )
    check_L(len(W), n_items)
    if not np.isfinite(W).all():
        raise ValueError("W holds NaN or infinity.")
    return W


def check_penalties(l2: float, alpha: float) -> None:
    """Raise a ValueError unless both are finite and above 0."""
    check_l2(l2)
    if not 0 < alpha < np.inf:
        raise ValueError(f"alpha must be a finite number above 0, not {alpha}; try 1.")


def check_L(L: int, n_items: int) -> None:
    """Raise a ValueError unless 1 <= L <= n_items."""
    if not 1 <= L <= n_items:
        raise ValueError(
            f"L must be a whole number from 1 to {n_items}, the number of items, "
            f"not {L}."
        )
