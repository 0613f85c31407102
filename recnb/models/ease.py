"""EASE: a linear autoencoder with a zero diagonal, solved in closed form."""

from __future__ import annotations

from typing import Self

import numpy as np
from scipy import linalg, sparse
from scipy.linalg import lapack

from recnb.ground.machine import GIB, available_memory, chosen_device
from recnb.models.base import whole_or_not
from recnb.models.checks import check_dtype, check_matrix
from recnb.models.item_item import ItemItemModel

# From here on LAPACK's potrf in SciPy's wheels has been seen to end the process
# without an exception (float32, 30,000 items); PyTorch's works there.
LAPACK_MAX_ITEMS = 20_000
BLOCK = 512


class EASE(ItemItemModel):
    """Embarrassingly shallow autoencoder (Steck, WWW 2019).

    EASE predicts each item from all the *other* items of a history by least squares:

        minimise ||X - XB||² + l2 ||B||²   subject to diag(B) = 0,

    which has the closed form (equation 8 of the paper), with P = (XᵀX + l2 I)⁻¹,

        B[i, j] = -P[i, j] / P[j, j]   for i != j,   and B[j, j] = 0.

    Parameters
    ----------
    l2 : float
        The paper's lambda, > 0. Larger values shrink the weights and smooth over items
        with few users; 100 to 1000 suits data of MovieLens size.
    dtype : {"float32", "float64"}
        Precision of the Gram matrix and its inverse. Half the memory, half the time
        and the same ranking in float32.
    device : str
        Where the matrix is inverted: ``"cpu"``, ``"cuda"`` (a graphics card, which must
        have room for the matrix), or ``"auto"``, a card where there is one; see
        `recnb.ground.machine.chosen_device`. All else is computed on the processor, and
        the weights are the same to rounding.

    Attributes
    ----------
    weights_ : array of shape (n_items, n_items)
        The paper's B. ``weights_[i, j]`` is what having item i adds to the score of
        item j.
    diagonal_ : array of shape (n_items,)
        Of P, which the weights and it give back.
    n_items_ : int

    Notes
    -----
    Memory: one dense n_items x n_items matrix, worked on in place. Time: the Gram
    matrix takes as many operations as the squared lengths of the histories sum to, the
    inverse n_items³. Where the matrix is too large, `SparseEASE` and `LRR` need none.
    """

    def __init__(
        self, l2: float = 500.0, dtype: str = "float32", device: str = "cpu"
    ) -> None:
        self.l2 = l2
        self.dtype = dtype
        self.device = device

    @whole_or_not
    def fit(self, X: sparse.csr_array, gram: np.ndarray | None = None) -> Self:
        """Solve for the weights.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
            Usually binary: one where a user has an item. Other values are weights.
        gram : array of shape (n_items, n_items), optional
            ``gram_matrix(X)``, if it is at hand: fitting for another `l2` then skips
            the pass over the users. It is not changed.

        Raises
        ------
        ValueError
            If l2 <= 0, or X is empty or holds NaN, or `gram` does not fit X, or there
            is no such device.
        MemoryError
            If the dense matrix does not fit into the memory that is left, here or on
            the device.
        """
        check_l2(self.l2)
        device = chosen_device(self.device)
        X = check_matrix(X)
        self.n_items_ = X.shape[1]
        G = own_gram_matrix(X, gram, self.dtype)
        G[np.diag_indices_from(G)] += self.l2
        return self._place(inverse_in_place(G, device))

    @whole_or_not
    def update(self, X: sparse.csr_array) -> Self:
        """Take in new users without learning anew: the weights of old and new ones.

        With P the inverse so far and U the m new users, Woodbury's identity says

            (P⁻¹ + UᵀU)⁻¹ = P - P Uᵀ (I + U P Uᵀ)⁻¹ U P.

        Parameters
        ----------
        X : csr_array of shape (m, n_items)
            U: users who were not in training. New items of old users are none: they
            change a row that is counted already.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            If X has other items, or holds NaN.
        MemoryError
            If there is no room for a second matrix: the old weights stay until the new
            ones are whole.

        Notes
        -----
        Exact but for rounding. Time: some 2 m n_items² operations and the Cholesky
        factor of an m x m matrix, beside n_items³ for a fit, so that it pays while the
        new users are few beside the items; many are better learned with the old ones.
        """
        U = self._check_history(X).astype(self.weights_.dtype, copy=False)
        check_memory(self.n_items_, self.weights_.dtype)
        d = self.diagonal_
        P = self.weights_ * -d  # column j of B was divided by -P[j, j]
        P[np.diag_indices_from(P)] = d
        UP = U @ P
        S = np.asarray(UP @ U.T)
        S[np.diag_indices_from(S)] += 1
        half = linalg.solve_triangular(linalg.cholesky(S, lower=True), UP, lower=True)
        for start in range(0, self.n_items_, BLOCK):
            rows = slice(start, start + BLOCK)
            P[rows] -= half[:, rows].T @ half
        return self._place(P)

    def _place(self, P: np.ndarray) -> Self:
        """Overwrite the inverse by the weights, and keep its diagonal."""
        self.diagonal_ = np.diag(P).copy()
        P /= -self.diagonal_  # column j is divided by -P[j, j]
        np.fill_diagonal(P, 0)
        self.weights_ = P
        return self


def check_l2(l2: float) -> None:
    """Raise a ValueError unless the penalty makes the Gram matrix invertible."""
    if not l2 > 0 or not np.isfinite(l2):
        raise ValueError(
            f"l2 must be a finite number above 0, not {l2}: without it the Gram "
            "matrix need not have an inverse. Try 500."
        )


def own_gram_matrix(
    X: sparse.csr_array, gram: np.ndarray | None, dtype: str
) -> np.ndarray:
    """Return XᵀX in memory that the caller may overwrite.

    Parameters
    ----------
    X : csr_array of shape (n_users, n_items)
    gram : dense or sparse matrix of shape (n_items, n_items), or None
        ``gram_matrix(X)``, if it is at hand: it is copied.
    dtype : {"float32", "float64"}

    Raises
    ------
    ValueError
        If the dtype is another one, or `gram` does not fit X.
    MemoryError
        If the matrix does not fit into the memory that is left.
    """
    check_dtype(dtype)
    if gram is None:
        return gram_matrix(X, dtype)
    n = X.shape[1]
    check_memory(n, np.dtype(dtype))
    gram = gram.toarray() if sparse.issparse(gram) else np.asarray(gram)
    if gram.shape != (n, n):
        raise ValueError(
            f"gram has shape {gram.shape}, but X has {n} items; compute it with "
            "gram_matrix(X)."
        )
    return np.array(gram, dtype=dtype, order="C")


def gram_matrix(X: sparse.csr_array, dtype: str = "float32") -> np.ndarray:
    """Return XᵀX as a dense array, without a dense X.

    Only one block row of the sparse product exists at a time, and only the half on
    and below the diagonal is multiplied out: the other half is its mirror image.

    Parameters
    ----------
    X : csr_array of shape (n_users, n_items)
    dtype : {"float32", "float64"}

    Returns
    -------
    array of shape (n_items, n_items)
        For binary X, the number of users who have both items.

    Raises
    ------
    ValueError
        If X is empty or holds NaN.
    MemoryError
        If the matrix does not fit into the memory that is left.
    """
    X = check_matrix(X)
    n = X.shape[1]
    check_memory(n, np.dtype(dtype))
    X = X.astype(dtype, copy=False)
    Xt = X.T.tocsr()
    columns = X.tocsc()
    G = np.empty((n, n), dtype=dtype)
    for start in range(0, n, BLOCK):
        stop = min(start + BLOCK, n)
        G[start:stop, :stop] = (Xt[start:stop] @ columns[:, :stop].tocsr()).toarray()
    return _mirror(G)


def inverse_in_place(A: np.ndarray, device: str = "cpu") -> np.ndarray:
    """Overwrite a symmetric positive definite matrix by its inverse, and return it.

    Uses the Cholesky factor: LAPACK's potrf and potri, or PyTorch's above
    `LAPACK_MAX_ITEMS` and on other devices than the processor.

    Parameters
    ----------
    A : C-contiguous float array of shape (n, n)
    device : str
        As PyTorch names it; `recnb.ground.machine.chosen_device` returns it.

    Raises
    ------
    ValueError
        If A is not positive definite to working precision.
    MemoryError
        If the device has no room for it.
    """
    if device != "cpu" or len(A) > LAPACK_MAX_ITEMS:
        return _inverse_by_torch(A, device)
    potrf, potri = lapack.get_lapack_funcs(("potrf", "potri"), (A,))
    # A.T is the same memory in Fortran's order, so that LAPACK works in place; the
    # upper triangle there is the lower triangle here.
    _, info = potrf(A.T, lower=False, overwrite_a=True, clean=False)
    if info == 0:
        _, info = potri(A.T, lower=False, overwrite_c=True)
    if info != 0:
        raise ValueError(_NOT_DEFINITE)
    return _mirror(A)


def _inverse_by_torch(A: np.ndarray, device: str = "cpu") -> np.ndarray:
    import torch

    # Columns first, as LAPACK has it: torch would copy a matrix of rows, and work on
    # the copy. A is symmetric, so that its transpose is A.
    here = torch.from_numpy(A).T
    try:
        T = here.to(device)  # on the processor, this is `here` itself
        torch.linalg.cholesky(T, out=T)
        torch.cholesky_inverse(T, out=T)
    except torch.linalg.LinAlgError as error:
        raise ValueError(_NOT_DEFINITE) from error
    except torch.OutOfMemoryError as error:
        raise MemoryError(
            f"The device {device} has no room for a matrix of {len(A):,} items, which "
            f"takes {A.nbytes / GIB:.1f} GiB, and for what the inverse needs beside "
            'it. Take device="cpu".'
        ) from error
    if T is not here:
        here.copy_(T)
    return A


_NOT_DEFINITE = (
    "The regularised Gram matrix has no inverse to working precision. Raise l2, or "
    'use dtype="float64".'
)


def _mirror(A: np.ndarray) -> np.ndarray:
    """Copy the lower triangle of A over the upper one, block by block, in place."""
    n = len(A)
    for start in range(0, n, BLOCK):
        stop = min(start + BLOCK, n)
        A[:start, start:stop] = A[start:stop, :start].T
        square = A[start:stop, start:stop]
        square[:] = np.tril(square) + np.tril(square, -1).T
    return A


def check_memory(n_items: int, dtype: np.dtype) -> None:
    """Raise before the dense matrix would exhaust the memory and end the process.

    Raises
    ------
    MemoryError
        Says how much is needed, how much is left, and what can be done.
    """
    # Two block rows of the sparse product come on top of the dense matrix.
    needed = n_items**2 * dtype.itemsize + 4 * BLOCK * n_items * 8
    left = available_memory()
    if needed > left:
        raise MemoryError(
            f"A dense model of {n_items:,} items needs {needed / GIB:.1f} GiB, and "
            f"{left / GIB:.1f} GiB are left here. Keep only items that enough users "
            "have (Interactions.keep_items), use float32, or take a model that needs "
            "no such matrix: SparseEASE, or LRR of low rank."
        )
