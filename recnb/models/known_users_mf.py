"""ALS-MF that keeps a vector for each training user, for ImplicitSLIM to pull, too."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from recnb.models.als_mf import ALSMF, ridge
from recnb.models.checks import check_at_least
from recnb.models.implicit_embeddings import ImplicitSLIM, check_L


class KnownUsersMF(ALSMF):
    """ALS-MF for the users of the training matrix, and nobody else.

    `ALSMF` solves for a user's vector from whatever history it is handed. Here the
    vectors of the last step on the users are kept and recommended with, so that a pull
    on them can be felt:

        P = (QQᵀ + (r_p + s_p) I)⁻¹ (Q (X - 1bᵀ)ᵀ + s_p U),

    where ImplicitSLIM draws U from the last P and from Xᵀ, in which users stand for
    items and items for users.

    Parameters
    ----------
    s_p : float
        Strength of the pull towards U, >= 0. Used if `user_reg` is given.
    user_reg : ImplicitSLIM, optional
        Makes U. Its threshold counts a user's items.
    L, r_p, r_q, s_q, init, reg, init_passes, epochs, patience, seed, dtype
        As in `ALSMF`.

    Attributes
    ----------
    P_ : array of shape (L, n_users)
    Q_, b_, log_, n_items_
        As in `ALSMF`.
    """

    #: `evaluate` hands over all rows at once, since it matters which row is whose.
    needs_all_users = True

    def __init__(
        self,
        s_p: float = 30.0,
        user_reg: ImplicitSLIM | None = None,
        L: int = 64,
        r_p: float = 30.0,
        r_q: float = 30.0,
        s_q: float = 30.0,
        init: ImplicitSLIM | None = None,
        reg: ImplicitSLIM | None = None,
        init_passes: int = 1,
        epochs: int = 10,
        patience: int | None = 2,
        seed: int = 0,
        dtype: str = "float32",
    ) -> None:
        super().__init__(
            L, r_p, r_q, s_q, init, reg, init_passes, epochs, patience, seed, dtype
        )
        self.s_p = s_p
        self.user_reg = user_reg

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for each training user; row i of X is training user i.

        What stands in X has no part in the scores.

        Raises
        ------
        ValueError
            If X does not have the shape of the training matrix.
        """
        return super().predict(X)

    def _served(self, X: sparse.csr_array) -> np.ndarray:
        if X.shape[0] != self.P_.shape[1]:
            raise ValueError(
                f"X has {X.shape[0]} rows, but KnownUsersMF recommends to its "
                f"{self.P_.shape[1]} training users and to nobody else; ALSMF takes "
                "any history."
            )
        return self.P_

    def _begin(self, X: sparse.csr_array) -> None:
        super()._begin(X)
        self.P_ = self._users(X)

    def _training_users(self, X: sparse.csr_array) -> np.ndarray:
        return self.P_

    def _epoch(self, X: sparse.csr_array) -> float:
        loss = super()._epoch(X)
        self.P_ = self._pulled_users(X)
        return loss

    def _vectors(self) -> dict[str, np.ndarray]:
        return {"Q_": self.Q_, "P_": self.P_}

    def _pulled_users(self, X: sparse.csr_array) -> np.ndarray:
        """Return P, pulled towards U if there is one."""
        if self.user_reg is None:
            return self._users(X)
        U = self.user_reg.embed(self.P_, sparse.csr_array(X.T))
        target = (X @ self.Q_.T).T - (self.Q_ @ self.b_)[:, np.newaxis]
        return ridge(self.Q_ @ self.Q_.T, self.r_p + self.s_p, target + self.s_p * U)

    def _check_training(self, X: sparse.csr_array) -> sparse.csr_array:
        X = super()._check_training(X)
        check_at_least(0, self, "s_p")
        check_L(self.L, X.shape[0])
        return X
