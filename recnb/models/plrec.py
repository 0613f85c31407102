"""PLRec: linear regression on a projection of the histories.

S. Sedhain, H. Bui, J. Kawale, N. Vlassis, B. Kveton, A. K. Menon, T. Bui and S. Sanner:
Practical Linear Models for Large-Scale One-Class Collaborative Filtering. IJCAI 2016.
As a host of ImplicitSLIM: I. Shenbin and S. Nikolenko, ICLR 2024.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from scipy import sparse

from recnb.models.als_mf import ridge
from recnb.models.base import Recommender, whole_or_not
from recnb.models.checks import check_at_least, check_training_matrix
from recnb.models.implicit_embeddings import ImplicitSLIM
from recnb.models.lrr import leading_singular_vectors


class PLRec(Recommender):
    """Histories are projected to L numbers, and items are regressed on these.

    With W the L leading right singular vectors of X, one a row, and n_i the number of
    users of item i,

        P = W diag(n^-power) Xᵀ,
        minimise   ||X - PᵀQ||² + r_q ||Q||² + s_q ||Q - V||²   in closed form,

    where s_q = 0 but for ImplicitSLIM as regulariser, which makes V of W.

    Parameters
    ----------
    L : int
        Length of the projection, below the numbers of users and of items.
    r_q : float
        Penalty on Q, > 0.
    power : float
        How much less a popular item counts in the projection, >= 0. 0: all count alike,
        as in the paper of 2016; the authors of ImplicitSLIM tune ``1 / power``.
    s_q : float
        Strength of the pull towards V, >= 0. Used if `reg` is given.
    init : ImplicitSLIM, optional
        The projection is what ImplicitSLIM makes of the singular vectors.
    reg : ImplicitSLIM, optional
        Makes V of the projection.
    seed : int
        Of the search for singular vectors; it changes the last digits.

    Attributes
    ----------
    W_, Q_ : arrays of shape (L, n_items)
        The projection, with diag(n^-power) in it, and the items' vectors.
    n_items_ : int

    Notes
    -----
    Deviation from the authors' code: there, ImplicitSLIM begins with random numbers
    where the plain host begins with singular vectors. Here both begin with the same.
    """

    def __init__(
        self,
        L: int = 64,
        r_q: float = 30.0,
        power: float = 0.0,
        s_q: float = 30.0,
        init: ImplicitSLIM | None = None,
        reg: ImplicitSLIM | None = None,
        seed: int = 0,
    ) -> None:
        self.L = L
        self.r_q = r_q
        self.power = power
        self.s_q = s_q
        self.init = init
        self.reg = reg
        self.seed = seed

    @whole_or_not
    def fit(self, X: sparse.csr_array) -> Self:
        """Find the projection and regress, from X of shape (n_users, n_items).

        Raises
        ------
        ValueError
            If a hyper-parameter is out of its range, X is empty or holds NaN, or
            ImplicitSLIM has nothing to go on.
        """
        X = check_training_matrix(X)
        check_at_least(0, self, "power", "s_q")
        if not self.r_q > 0:
            raise ValueError(f"r_q must be above 0, not {self.r_q}; try 30.")
        _, W = leading_singular_vectors(X, self.L, self.seed)
        if self.init is not None:
            W = self.init.embed(W, X)
        s_q, V = 0, 0
        if self.reg is not None:
            s_q, V = self.s_q, W if self.init is not None else self.reg.embed(W, X)
        users = np.maximum(np.bincount(X.indices, minlength=X.shape[1]), 1)
        W = W * (users**-self.power).astype(W.dtype)
        P = (X @ W.T).T
        self.Q_ = ridge(P @ P.T, self.r_q + s_q, (X.T @ P.T).T + s_q * V)
        self.W_ = W
        self.n_items_ = X.shape[1]
        return self

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for each history; dense, shape (n_users, n_items)."""
        X = self._check_history(X).astype(self.W_.dtype, copy=False)
        return (X @ self.W_.T) @ self.Q_
