"""Linear autoencoders between the identity and EASE: dropout, and a looser diagonal."""

from __future__ import annotations

from typing import Self

import numpy as np
from scipy import sparse

from recnb.models.base import whole_or_not
from recnb.models.checks import check_below_one, check_matrix, check_share
from recnb.models.ease import check_l2, inverse_in_place, own_gram_matrix
from recnb.models.item_item import ItemItemModel


class RDLAE(ItemItemModel):
    """Relaxed denoising linear autoencoder (Moon, Kim and Lee, SIGIR 2023).

    The family that EASE is a corner of. It solves

        minimise ||X - XB||² + ||Λ^½ B||²   subject to B[j, j] <= xi for every j,

    with the penalty Λ = l2 I + p / (1 - p) diag(XᵀX). The second part of Λ is what
    dropping each entry of the input with probability p, and rescaling the others by
    1 / (1 - p), amounts to on average (Steck, NeurIPS 2020). With P = (XᵀX + Λ)⁻¹ the
    solution is

        B = I - P diag(mu),   mu[j] = max(Λ[j, j], (1 - xi) / P[j, j]).

    ==================  ==============================================================
    xi = 0, p = 0       EASE (Steck, WWW 2019)
    xi = 0, p > 0       EDLAE at full rank: dropout, judged on what was dropped
    xi = 1, p = 0       ridge, the linear autoencoder without a constraint (LAE)
    xi = 1, p > 0       DLAE: dropout without a constraint
    ==================  ==============================================================

    Parameters
    ----------
    l2 : float
        The L2 penalty λ, > 0.
    dropout : float
        The p above, from 0 to below 1.
    xi : float
        Upper bound of the diagonal, the paper's ξ, from 0 to 1. The diagonal stays
        below 1 without any bound, so that 1 is none.
    dtype : {"float32", "float64"}
        Precision of the Gram matrix and its inverse.

    Attributes
    ----------
    weights_ : array of shape (n_items, n_items)
    mu_ : array of shape (n_items,)
        What column j of -P is multiplied by: the penalty plus the multiplier of the
        constraint, which is zero where the bound does not bind.
    n_items_ : int

    Notes
    -----
    The equivalence with dropout is in expectation over the dropped entries, with the
    whole input, not rescaled, at test time. EDLAE's factors a and b, the weights of
    dropped and of kept entries in the loss, are 1 and 0 for xi = 0.
    """

    def __init__(
        self,
        l2: float = 500.0,
        dropout: float = 0.0,
        xi: float = 0.0,
        dtype: str = "float32",
    ) -> None:
        self.l2 = l2
        self.dropout = dropout
        self.xi = xi
        self.dtype = dtype

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
            If a hyper-parameter is out of its range, X is empty or holds NaN, or
            `gram` does not fit X.
        MemoryError
            If the dense matrix does not fit into the memory that is left.
        """
        check_l2(self.l2)
        check_below_one(self, "dropout")
        check_share(self, "xi")
        X = check_matrix(X)
        self.n_items_ = X.shape[1]
        G = own_gram_matrix(X, gram, self.dtype)
        penalty = self.l2 + self.dropout / (1 - self.dropout) * np.diag(G)
        G[np.diag_indices_from(G)] += penalty
        P = inverse_in_place(G)
        self.mu_ = np.maximum(penalty, (1 - self.xi) / np.diag(P))
        P *= -self.mu_
        diagonal = np.diag(P) + 1
        if self.xi == 0:  # exactly, not up to rounding
            diagonal[self.mu_ > penalty] = 0
        P[np.diag_indices_from(P)] = diagonal
        self.weights_ = P
        return self
