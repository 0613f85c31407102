"""Infinite-AE: ridge regression on users, with the kernel of an infinitely wide net.

N. Sachdeva, M. Dhaliwal, C.-J. Wu and J. McAuley: Infinite Recommendation Networks: A
Data-Centric Approach. NeurIPS 2022. Checked against the authors' public code,
github.com/noveens/infinite_ae_cf.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from scipy import sparse
from scipy.linalg import lapack
from sklearn.preprocessing import normalize

from recnb.ground.machine import GIB, available_memory
from recnb.models.arc_cosine import (
    Kernel,
    check_kernel,
    relu_kernel,
    relu_kernel_of_itself,
)
from recnb.models.base import Recommender, whole_or_not
from recnb.models.checks import check_training_matrix
from recnb.models.ease import check_l2, gram_matrix

#: Rows of a kernel that are worked on at once.
BLOCK = 256


class InfiniteAE(Recommender):
    r"""Autoencoder with ReLU layers of infinite width, trained to the end.

    A net that wide, trained by gradient descent on the squared error, is a ridge
    regression whose features are its own derivatives at the start. In its dual form,
    the scores of a history h are

    .. math:: k(h, X) \, (K + \lambda I)^{-1} X ,

    with the tangent kernel k of `recnb.models.arc_cosine`: :math:`K = k(X, X)` compares
    the training users with each other, :math:`k(h, X)` compares h with each of them.
    With the linear kernel, it is the ridge regression of all items on all items (the
    linear autoencoder, LAE) in its dual form.

    Part of item j's score comes from j's own column :math:`X_j`, as in ridge: a share
    :math:`s_j = X_j^\top (K + \lambda I)^{-1} X_j`. Were the kernel linear, without
    this share the score :math:`f_j` of a history that has j (:math:`h_j = 1`) or not
    would be

    .. math:: \frac{f_j - h_j s_j}{1 - s_j} ,

    and that is EASE, whose diagonal is zero. `leave_out` takes out as much of it with
    any kernel.

    Parameters
    ----------
    depth : int
        Hidden layers, >= 0. Without any, every kernel is linear.
    l2 : float
        :math:`\lambda`, as a multiple of the mean of K's diagonal, > 0.
    kernel : {"ntk", "nngp", "linear"}
        The tangent kernel; that of a net of which only the last layer is trained; or
        the inner product.
    bias : float
        What a layer's offsets add to each product, in likes, >= 0. As published: the
        number of items divided by 200.
    normalize : bool
        Whether each history is divided by the root of its sum of squares, so that
        every training user counts the same.
    leave_out : float
        From 0, nothing is left out, to 1, a film's own share as EASE does: what
        :math:`s_j` is multiplied by. In between it has no name.

    Attributes
    ----------
    X_ : csr_array of shape (n_users, n_items)
        The training histories, float32.
    factor_ : array of shape (n_users, n_users)
        The lower Cholesky factor of :math:`K + \lambda I`, float32; what stands above
        its diagonal is not part of it.
    penalty_ : float
        :math:`\lambda` itself.
    shares_ : array of shape (n_items,)
        ``leave_out`` times :math:`s_j`; only where something is left out.
    n_items_ : int

    Notes
    -----
    Memory: one dense n_users x n_users matrix, worked on in place. Time: the products
    of the users take as many operations as the squared numbers of the items' users sum
    to, the Cholesky factor n_users³ / 3. To score a history takes 2 n_users².

    Deviations from the authors' code: a kernel here is theirs times half the number of
    items, which leaves the scores as they are, since their penalty has the kernel's
    scale, too. They try penalties from 0 to 100 by recall, which they call hit rate.
    """

    def __init__(
        self,
        depth: int = 1,
        l2: float = 4.0,
        kernel: Kernel = "ntk",
        bias: float = 0.0,
        normalize: bool = False,
        leave_out: float = 0.0,
    ) -> None:
        self.depth = depth
        self.l2 = l2
        self.kernel = kernel
        self.bias = bias
        self.normalize = normalize
        self.leave_out = leave_out

    @whole_or_not
    def fit(self, X: sparse.csr_array, products: np.ndarray | None = None) -> Self:
        """Factorise the kernel of the training users.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
        products : array of shape (n_users, n_users), optional
            ``gram_matrix(X.T)``, the users' inner products, if it is at hand: fitting
            for another kernel then skips the pass over the items. It is not changed.

        Raises
        ------
        ValueError
            If a hyper-parameter is out of its range, X is empty or holds NaN, or
            `products` does not fit X.
        MemoryError
            If the dense matrix does not fit into the memory that is left.
        """
        check_l2(self.l2)
        check_kernel(self.depth, self.kernel, self.bias)
        if not 0 <= self.leave_out <= 1:
            raise ValueError(
                f"leave_out must be a number from 0 to 1, not {self.leave_out}."
            )
        X = check_training_matrix(X)
        check_memory(X.shape[0])
        K = own_products(X, products)
        if self.normalize:
            roots = np.sqrt(squared_lengths(X), dtype=np.float32)
            scale = np.divide(1, roots, where=roots > 0, out=roots)
            K *= scale[:, np.newaxis]
            K *= scale
        X = self._histories(X)
        a = squared_lengths(X)
        for start in range(0, len(K), BLOCK):
            rows = slice(start, start + BLOCK)
            stop = start + BLOCK  # the other half is its mirror image
            K[rows, :stop] = self._of_products(K[rows, :stop], a[rows], a[:stop])
        of_itself = relu_kernel_of_itself(a, self.depth, self.kernel, self.bias)
        self.penalty_ = float(self.l2 * of_itself.mean())
        K[np.diag_indices_from(K)] = of_itself + self.penalty_
        self.factor_ = cholesky_in_place(K)
        self.X_, self.n_items_ = X, X.shape[1]
        if self.leave_out:
            self.shares_ = self.leave_out * self._shares()
        return self

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for each history; dense, shape (n_users, n_items)."""
        X = self._histories(self._check_history(X))
        potrs = lapack.get_lapack_funcs("potrs", (self.factor_,))
        # factor_.T is the same memory in Fortran's order: an upper factor.
        weights, _ = potrs(self.factor_.T, self.similarities(X).T, lower=False)
        scores = (self.X_.T @ weights).T
        if self.leave_out:
            scores = (scores - X.toarray() * self.shares_) / (1 - self.shares_)
        return scores

    def similarities(self, X: sparse.csr_array) -> np.ndarray:
        """Return k(h, x) of each history h with each training user's x.

        Parameters
        ----------
        X : csr_array of shape (n_histories, n_items)
            As `fit` leaves it: normalised, if that is asked for.

        Returns
        -------
        float32 array of shape (n_histories, n_users)
        """
        a, b, Xt = squared_lengths(X), squared_lengths(self.X_), self.X_.T.tocsr()
        blocks = []
        for start in range(0, X.shape[0], BLOCK):
            rows = slice(start, start + BLOCK)
            blocks.append(self._of_products((X[rows] @ Xt).toarray(), a[rows], b))
        return np.concatenate(blocks)

    def _shares(self) -> np.ndarray:
        """Return s_j of each item, the squared length of a column of L⁻¹X."""
        trtrs = lapack.get_lapack_funcs("trtrs", (self.factor_,))
        columns, _ = trtrs(
            self.factor_.T, self.X_.toarray(order="F"), lower=False, trans=1
        )
        shares = np.einsum("uj,uj->j", columns, columns)
        if shares.max() * self.leave_out >= 1:
            raise ValueError(
                f"Item {shares.argmax()} has a share of {shares.max():.2f} of its own "
                "score, of which less than 1 can be left out: raise l2."
            )
        return shares

    def _histories(self, X: sparse.csr_array) -> sparse.csr_array:
        """Return the rows as the kernel takes them, float32."""
        return sparse.csr_array(normalize(X) if self.normalize else X, dtype=np.float32)

    def _of_products(
        self, products: np.ndarray, a: np.ndarray, b: np.ndarray
    ) -> np.ndarray:
        return relu_kernel(products, a, b, self.depth, self.kernel, self.bias)


def squared_lengths(X: sparse.csr_array) -> np.ndarray:
    """Return the sum of squares of each row; shape (n_rows,)."""
    return X.multiply(X).sum(axis=1)


def own_products(X: sparse.csr_array, products: np.ndarray | None) -> np.ndarray:
    """Return XXᵀ, float32, in memory that the caller may overwrite.

    Raises
    ------
    ValueError
        If `products` is given and has another shape.
    """
    if products is None:
        return gram_matrix(X.T.tocsr())
    n = X.shape[0]
    if np.shape(products) != (n, n):
        raise ValueError(
            f"products has shape {np.shape(products)}, but X has {n} users; compute it "
            "with gram_matrix(X.T)."
        )
    return np.array(products, dtype=np.float32, order="C")


def check_memory(n_users: int) -> None:
    """Raise before the dense matrix would exhaust the memory and end the process.

    Raises
    ------
    MemoryError
        Says how much is needed, how much is left, and what can be done.
    """
    needed = 4 * n_users**2 + 8 * 8 * BLOCK * n_users  # and a few blocks
    left = available_memory()
    if needed > left:
        raise MemoryError(
            f"The kernel of {n_users:,} users needs {needed / GIB:.1f} GiB, and "
            f"{left / GIB:.1f} GiB are left here. Fit it on some of the users: the "
            "scores of all others need no training."
        )


def cholesky_in_place(K: np.ndarray) -> np.ndarray:
    """Overwrite the lower half of a positive definite matrix by its Cholesky factor.

    Parameters
    ----------
    K : C-contiguous float32 array of shape (n, n)
        Only its diagonal and what is below it are read.

    Raises
    ------
    ValueError
        If K is not positive definite to working precision.
    """
    potrf = lapack.get_lapack_funcs("potrf", (K,))
    # K.T is the same memory in Fortran's order, so that LAPACK works in place.
    _, info = potrf(K.T, lower=False, overwrite_a=True, clean=False)
    if info != 0:
        raise ValueError(
            "The kernel is not positive definite to working precision: raise l2."
        )
    return K
