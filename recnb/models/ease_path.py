"""EASE for every lambda, from one eigendecomposition."""

from __future__ import annotations

from functools import cached_property
from typing import Self

import numpy as np
from scipy import linalg, sparse
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from recnb.ground.machine import GIB, available_memory
from recnb.models.base import whole_or_not
from recnb.models.checks import check_kinds, check_matrix
from recnb.models.ease import LAPACK_MAX_ITEMS, check_l2, own_gram_matrix
from recnb.models.item_item import ItemItemModel


class EASEPath(ItemItemModel):
    """EASE along its regularisation path: one fit serves every lambda.

    The Gram matrix is symmetric, so that it has an eigendecomposition

        XᵀX = V diag(L) Vᵀ,   with VᵀV = VVᵀ = I and L >= 0.

    Adding l2 I to it adds l2 to each eigenvalue and leaves the eigenvectors as they
    are. The inverse P of EASE and its diagonal d are therefore, for any l2,

        P = (XᵀX + l2 I)⁻¹ = V diag(f) Vᵀ,   f[k] = 1 / (L[k] + l2),
        d[j] = P[j, j] = sum over k of V[j, k]² f[k],

    and with B = I - P diag(1/d), which is EASE's solution, the scores of histories H
    need no items x items matrix of their own:

        H B = H - ((H V) diag(f) Vᵀ) / d.

    `fit` computes V and L; `at` gives the model of another lambda, which shares them.

    Parameters
    ----------
    l2 : float
        EASE's lambda, > 0.
    dtype : {"float32", "float64"}
        Precision of the Gram matrix and its eigenvectors.

    Attributes
    ----------
    eigenvalues_ : array of shape (n_items,)
        L, ascending. What rounding has made negative is 0.
    eigenvectors_ : array of shape (n_items, n_items)
        V; column k belongs to ``eigenvalues_[k]``.
    shrunk_, diagonal_ : arrays of shape (n_items,)
        f and d, for this model's l2.
    weights_ : array of shape (n_items, n_items)
        EASE's B. It is computed when it is first asked for, by `explain` and
        `similar_items` too, in n_items³ operations; `predict` does without it.
    n_items_ : int

    Notes
    -----
    Memory: two dense n_items x n_items matrices while fitting, and LAPACK's workspace;
    H V of the histories that were scored last is kept, as large as their scores.
    Precision: rounding in the smallest eigenvalues counts where l2 does not outweigh
    it. On MovieLens 1M (split seed 0) a weight in float32 is off by at most .012 at
    l2 = 1, 5e-4 at 10, 5e-5 at 100 and 1.2e-5 at 500, EASE's own by 2e-5 at 1; NDCG@100
    differs by 1.2e-4 at most. For the weights of a small l2, use float64 or `EASE`.
    """

    def __init__(self, l2: float = 500.0, dtype: str = "float32") -> None:
        self.l2 = l2
        self.dtype = dtype

    @whole_or_not
    def fit(self, X: sparse.csr_array, gram: np.ndarray | None = None) -> Self:
        """Decompose the Gram matrix.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
            Usually binary: one where a user has an item. Other values are weights.
        gram : array of shape (n_items, n_items), optional
            ``gram_matrix(X)``, if it is at hand. It is not changed.

        Raises
        ------
        ValueError
            If l2 <= 0, X is empty or holds NaN, there are more than 20,000 items, or
            `gram` does not fit X.
        MemoryError
            If the matrices do not fit into the memory that is left.
        """
        check_l2(self.l2)
        X = check_matrix(X)
        check_size(X.shape[1], self.dtype)
        G = own_gram_matrix(X, gram, self.dtype)
        # G.T is the same memory in Fortran's order, which LAPACK overwrites by V.
        L, V = linalg.eigh(G.T, driver="evd", overwrite_a=True)
        vars(self).pop("weights_", None)  # of an earlier fit
        return self._place(np.maximum(L, 0), Projection(np.ascontiguousarray(V)))

    def at(self, l2: float) -> EASEPath:
        """Return the fitted model of another lambda; it shares the eigenvectors.

        Raises
        ------
        ValueError
            If l2 is no number above 0.
        """
        check_is_fitted(self)
        other = clone(self).set_params(l2=l2)
        check_kinds(other)
        check_l2(l2)
        return other._place(self.eigenvalues_, self._projection)

    def _place(self, L: np.ndarray, projection: Projection) -> Self:
        """Set what is learned to these eigenvalues and vectors, at this model's l2."""
        V = projection.V
        self.n_items_ = len(L)
        self.eigenvalues_ = L
        self.eigenvectors_ = V
        self._projection = projection
        self.shrunk_ = 1 / (L + L.dtype.type(self.l2))
        self.diagonal_ = np.square(V) @ self.shrunk_
        return self

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for each history: X B; dense, shape (n_users, n_items).

        An empty history gives a row of zeros.
        """
        X = self._check_history(X).astype(self.dtype, copy=False)
        scores = (self._projection(X) * self.shrunk_) @ self.eigenvectors_.T
        scores /= -self.diagonal_
        scores += X.toarray()
        return scores

    @cached_property
    def weights_(self) -> np.ndarray:
        """EASE's B = I - P diag(1/d), with P as a product of a matrix and itself."""
        root = self.eigenvectors_ * np.sqrt(self.shrunk_)
        B = root @ root.T
        B /= -np.diag(B).copy()
        np.fill_diagonal(B, 0)
        return B

    def squared_norm(self) -> float:
        """Return ||B||², the sum of all squared weights, without computing B.

        A column of B has the squared length (P²)[j, j] / d[j]² - 1, and P² has the
        eigenvectors of P and the squares of its eigenvalues.
        """
        check_is_fitted(self)
        squares = np.square(self.eigenvectors_) @ self.shrunk_**2
        return float(np.sum(squares / self.diagonal_**2 - 1))


class Projection:
    """H V, kept for the histories H that came last.

    Along the path the same users are scored at one lambda after another, and this half
    of the scores does not depend on lambda.

    Parameters
    ----------
    V : array of shape (n_items, n_items)
    """

    def __init__(self, V: np.ndarray) -> None:
        self.V = V
        self._last: tuple[sparse.csr_array, np.ndarray] | None = None

    def __call__(self, H: sparse.csr_array) -> np.ndarray:
        """Return H V, shape (n_users, n_items); not to be changed."""
        last = self._last
        if last is None or not _equal(last[0], H):
            last = self._last = H.copy(), H @ self.V
        return last[1]


def _equal(A: sparse.csr_array, B: sparse.csr_array) -> bool:
    """Return whether two matrices are stored with the same entries in the same order.

    The values are compared as well: whoever changes a history in place gets new scores.
    """
    return A.shape == B.shape and all(
        np.array_equal(getattr(A, part), getattr(B, part))
        for part in ("indptr", "indices", "data")
    )


def check_size(n_items: int, dtype: str) -> None:
    """Raise before an eigendecomposition that LAPACK or the memory cannot hold.

    Raises
    ------
    ValueError
        If there are more items than LAPACK is trusted with.
    MemoryError
        If the matrix and LAPACK's workspace, twice its size, do not fit.
    """
    instead = "Fit EASE for each lambda instead, which needs a third of the memory"
    if n_items > LAPACK_MAX_ITEMS:
        raise ValueError(
            f"An eigendecomposition takes at most {LAPACK_MAX_ITEMS:,} items here, and "
            f"X has {n_items:,}. {instead}."
        )
    itemsize = 8 if dtype == "float64" else 4
    needed = 3 * n_items**2 * itemsize
    left = available_memory()
    if needed > left:
        raise MemoryError(
            f"The eigenvectors of {n_items:,} items need {needed / GIB:.1f} GiB while "
            f"they are computed, and {left / GIB:.1f} GiB are left here. {instead}, or "
            "keep only items that enough users have (Interactions.keep_items)."
        )
