"""SLIM: sparse linear weights, by an L1 penalty; and EASE with weights from 0 up."""

from __future__ import annotations

import os
from typing import Self

import numpy as np
from scipy import sparse

from recnb.models.base import whole_or_not
from recnb.models.checks import check_matrix
from recnb.models.ease import check_l2, own_gram_matrix
from recnb.models.item_item import ItemItemModel

COLUMNS_AT_ONCE = 32  # a part of the work: after it, Ctrl-C is heard


class SLIM(ItemItemModel):
    """Sparse linear method (Ning and Karypis, ICDM 2011).

    EASE's regression of each item on all others, with a second penalty that makes most
    weights exactly zero, and, by default, no negative ones:

        minimise ½ ||X - XB||² + ½ l2 ||B||² + l1 ||B||₁
        subject to diag(B) = 0 and B >= 0

    (equation 3 of the paper, whose beta is l2 and whose lambda is l1). So l2 is on the
    scale of EASE's: with l1 = 0 and signs allowed, the solution is EASE.

    Parameters
    ----------
    l1 : float
        At least 0. A count of users: an item that shares fewer than l1 users with item
        j has no weight in column j, if weights are non-negative.
    l2 : float
        Above 0; the paper allows 0, where a solution need not be unique.
    nonnegative : bool
        The paper's constraint B >= 0. False gives *signed* SLIM, a plain elastic net.
    tol : float
        The descent has arrived when no weight moves by more than this.

    Attributes
    ----------
    weights_ : float32 csc_array of shape (n_items, n_items)
        ``weights_[i, j]`` is what having item i adds to the score of item j.
    n_items_ : int

    Notes
    -----
    Solved by coordinate descent on the Gram matrix, all items taking part in each
    regression (`recnb.models.coordinate_descent`); the paper's own experiments also
    solve it that way, on the data. Memory: the dense Gram matrix in float32. Time
    grows with the number of weights that are not zero.
    """

    def __init__(
        self,
        l1: float = 10.0,
        l2: float = 500.0,
        nonnegative: bool = True,
        tol: float = 1e-4,
    ) -> None:
        self.l1 = l1
        self.l2 = l2
        self.nonnegative = nonnegative
        self.tol = tol

    @whole_or_not
    def fit(self, X: sparse.csr_array, gram: np.ndarray | None = None) -> Self:
        """Solve for the weights.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
        gram : array of shape (n_items, n_items), optional
            ``gram_matrix(X)``, if it is at hand. It is not changed.

        Raises
        ------
        ValueError
            If l1 < 0, l2 <= 0 or tol <= 0, X is empty or holds NaN, or `gram` does not
            fit X.
        MemoryError
            If the dense Gram matrix does not fit into the memory that is left.
        """
        if not self.l1 >= 0 or not np.isfinite(self.l1):
            raise ValueError(f"l1 must be a finite number from 0 up, not {self.l1}.")
        if not self.tol > 0:
            raise ValueError(f"tol must be above 0, not {self.tol}; try 1e-4.")
        X = check_matrix(X)
        self.n_items_ = X.shape[1]
        self.weights_ = solve(X, gram, self.l1, self.l2, self.nonnegative, self.tol)
        return self


class NonNegativeEASE(ItemItemModel):
    """EASE whose weights must not be negative, solved as such.

        minimise ||X - XB||² + l2 ||B||²   subject to diag(B) = 0 and B >= 0

    This is not EASE with its negative weights set to zero: knowing that it may not
    subtract, the model chooses other positive weights. It is SLIM without the L1
    penalty, and most weights are zero all the same.

    Parameters
    ----------
    l2 : float
        The L2 penalty, > 0, on EASE's scale.
    tol : float
        The descent has arrived when no weight moves by more than this.

    Attributes
    ----------
    weights_ : float32 csc_array of shape (n_items, n_items)
    n_items_ : int
    """

    def __init__(self, l2: float = 500.0, tol: float = 1e-4) -> None:
        self.l2 = l2
        self.tol = tol

    @whole_or_not
    def fit(self, X: sparse.csr_array, gram: np.ndarray | None = None) -> Self:
        """Solve for the weights; as `SLIM.fit`."""
        X = check_matrix(X)
        self.n_items_ = X.shape[1]
        self.weights_ = solve(X, gram, 0.0, self.l2, True, self.tol)
        return self


def solve(
    X: sparse.csr_array,
    gram: np.ndarray | None,
    l1: float,
    l2: float,
    nonnegative: bool,
    tol: float,
) -> sparse.csc_array:
    """Return the weights of all columns; see `SLIM` for the arguments."""
    from recnb.ground.compiled import in_threads  # compiled: slow to load
    from recnb.models.coordinate_descent import solve_columns

    check_l2(l2)
    G = own_gram_matrix(X, gram, "float32")
    penalties = np.float32(l1), np.float32(l2)
    n = X.shape[1]

    def rows_from(start: int) -> sparse.csr_array:
        stop = min(start + COLUMNS_AT_ONCE, n)
        rows = solve_columns(G, start, stop, *penalties, nonnegative, np.float32(tol))
        return sparse.csr_array(rows)

    # Columns do not depend on each other: the result is the same for any threads.
    blocks = in_threads(rows_from, range(0, n, COLUMNS_AT_ONCE), os.cpu_count() or 1)
    return sparse.csc_array(sparse.vstack(blocks).T)
