"""ALS-MF: matrix factorization by least squares, all pairs alike.

It is a host of ImplicitSLIM (I. Shenbin and S. Nikolenko, ICLR 2024).
"""

from __future__ import annotations

from time import perf_counter
from typing import Self

import numpy as np
from scipy import linalg, sparse
from sklearn.utils.validation import check_is_fitted

from recnb.ground.progress import Progress
from recnb.ground.training_log import TrainingLog
from recnb.models.base import Recommender, Validation, whole_or_not
from recnb.models.checks import (
    check_at_least,
    check_dtype,
    check_training_matrix,
    check_validation,
)
from recnb.models.implicit_embeddings import ImplicitSLIM, check_L


class ALSMF(Recommender):
    """Matrix factorization with an item's mean as its bias, by alternating ridge steps.

    A user u has a vector p_u, an item i a vector q_i and the share of users b_i who
    have it, and ⟨p_u, q_i⟩ + b_i shall be X[u, i], a zero like a one:

        minimise   ||X - 1bᵀ - PᵀQ||² + r_p ||P||² + r_q ||Q||² + s_q ||Q - V||²

    with V = 0 and s_q = 0, or, with ImplicitSLIM as regulariser, V drawn anew from Q
    before each epoch. An epoch is one ridge regression for all users and one for all
    items, each with a single L x L system:

        P = (QQᵀ + r_p I)⁻¹ Q (X - 1bᵀ)ᵀ
        Q = (PPᵀ + (r_q + s_q) I)⁻¹ (P (X - 1bᵀ) + s_q V)

    Parameters
    ----------
    L : int
        Length of the vectors.
    r_p, r_q : float
        Penalties on users' and items' vectors, r_p > 0, r_q >= 0. Without ImplicitSLIM
        only r_p r_q matters in the end (see Notes).
    s_q : float
        Strength of the pull towards V, >= 0. Used if `reg` is given.
    init : ImplicitSLIM, optional
        The items' vectors begin not as normal random numbers, but as what ImplicitSLIM
        makes of these.
    reg : ImplicitSLIM, optional
        Makes V.
    init_passes : int
        How often `init` is applied before the first epoch.
    epochs, patience : int
        At most so many epochs; with validation data, stop after `patience` of them
        without a better error.
    seed : int
        Of the random numbers.
    dtype : {"float32", "float64"}

    Attributes
    ----------
    Q_ : array of shape (L, n_items)
    b_ : array of shape (n_items,)
    log_ : TrainingLog
        Its loss is what is minimised, with the epoch's V.
    n_items_ : int

    Notes
    -----
    The plain model (no ImplicitSLIM) has a best solution in closed form: with the
    singular values s and right singular vectors v of X - 1bᵀ, scores are

        b + Σ (1 - sqrt(r_p r_q) / s)₊ v vᵀ (x - b)      over the L largest s

    (R. Jin et al., KDD 2021). The alternating steps go there; how fast depends on where
    they begin. With ImplicitSLIM as both initialiser and regulariser, V is Q itself in
    the first epoch, as in the authors' code. Deviation from it: single precision by
    default.
    """

    needs_history = False  # an empty history is one, too: of zeros

    def __init__(
        self,
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
        self.L = L
        self.r_p = r_p
        self.r_q = r_q
        self.s_q = s_q
        self.init = init
        self.reg = reg
        self.init_passes = init_passes
        self.epochs = epochs
        self.patience = patience
        self.seed = seed
        self.dtype = dtype

    @whole_or_not
    def fit(self, X: sparse.csr_array, val: Validation | None = None) -> Self:
        """Alternate between users and items.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
        val : object with ``error(model)``, optional
            Other users, such as ``split.val``: the vectors of the best epoch are kept.

        Raises
        ------
        ValueError
            If a hyper-parameter is out of its range, X is empty or holds NaN, or
            ImplicitSLIM has nothing to go on.

        Notes
        -----
        Ctrl-C, or the stop button of a notebook, ends the training; the vectors of the
        best epoch so far are kept, and a line says so.
        """
        check_validation(val)
        X = self._check_training(X)
        self._begin(X)
        log, best, start = self.log_, self._vectors(), perf_counter()
        with Progress("ALS-MF", self.epochs) as progress:
            try:
                for _ in range(self.epochs):
                    loss = self._epoch(X)
                    error = None if val is None else val.error(self)
                    if log.add(loss, perf_counter() - start, error):
                        best = self._vectors()
                    progress.step(log.note())
                    if val is not None and log.is_stale(self.patience):
                        log.stopped = "no improvement"
                        break
            except KeyboardInterrupt:
                log.stopped = "interrupted"
        vars(self).update(best)
        log.tell("ALS-MF")
        return self

    def _epoch(self, X: sparse.csr_array) -> float:
        """Update the items' vectors once; return the loss."""
        V, s_q = np.zeros_like(self.Q_), 0.0
        if self.reg is not None:
            begins = not self.log_.loss and self.init is not None
            V, s_q = self.Q_ if begins else self.reg.embed(self.Q_, X), self.s_q
        P = self._training_users(X)
        gram, target = P @ P.T, (X.T @ P.T).T - np.outer(P.sum(axis=1), self.b_)
        self.Q_ = Q = ridge(gram, self.r_q + s_q, target + s_q * V)
        to_X = _square(X.data) - X.shape[0] * _square(self.b_)
        to_X += np.sum(gram * (Q @ Q.T)) - 2 * np.sum(target * Q)
        penalties = self.r_p * _square(P) + self.r_q * _square(Q)
        return float(to_X + penalties + s_q * _square(Q - V))

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for each history; dense, shape (n_users, n_items).

        The users' vectors are solved for, given the items'.
        """
        X = self._check_history(X).astype(self.Q_.dtype, copy=False)
        return self._served(X).T @ self.Q_ + self.b_

    def user_vectors(self, X: sparse.csr_array) -> np.ndarray:
        """Return P and a 1 for the bias; shape (n_users, L + 1).

        Their dot products with the items' vectors are the scores.
        """
        X = self._check_history(X).astype(self.Q_.dtype, copy=False)
        P = self._served(X).T
        return np.hstack([P, np.ones((len(P), 1), dtype=P.dtype)])

    def item_vectors(self) -> np.ndarray:
        """Return Q and the items' biases; shape (n_items, L + 1)."""
        check_is_fitted(self)
        return np.vstack([self.Q_, self.b_]).T

    def _served(self, X: sparse.csr_array) -> np.ndarray:
        """Return the P that scores are made of; shape (L, n_users)."""
        return self._users(X)

    def _training_users(self, X: sparse.csr_array) -> np.ndarray:
        """Return the P that the items' step goes from."""
        return self._users(X)

    def _users(self, X: sparse.csr_array) -> np.ndarray:
        """Return P, the best vectors of users with these histories; (L, n_users)."""
        Q = self.Q_
        target = (X @ Q.T).T - (Q @ self.b_)[:, np.newaxis]
        return ridge(Q @ Q.T, self.r_p, target)

    def _begin(self, X: sparse.csr_array) -> None:
        self.n_items_ = X.shape[1]
        self.b_ = np.asarray(X.mean(axis=0)).astype(self.dtype)
        draw = np.random.default_rng(self.seed)
        Q = draw.normal(size=(self.L, self.n_items_)).astype(self.dtype)
        for _ in range(self.init_passes if self.init is not None else 0):
            Q = self.init.embed(Q, X)
        self.Q_, self.log_ = Q, TrainingLog()

    def _vectors(self) -> dict[str, np.ndarray]:
        """Return what is kept of the best epoch."""
        return {"Q_": self.Q_}

    def _check_training(self, X: sparse.csr_array) -> sparse.csr_array:
        X = check_training_matrix(X)
        check_L(self.L, X.shape[1])
        check_at_least(1, self, "init_passes", "epochs")
        check_at_least(0, self, "r_q", "s_q")
        if not self.r_p > 0:
            raise ValueError(f"r_p must be above 0, not {self.r_p}; try 30.")
        check_dtype(self.dtype)
        return X.astype(self.dtype, copy=False)


def ridge(gram: np.ndarray, penalty: float, target: np.ndarray) -> np.ndarray:
    """Return (gram + penalty I)⁻¹ target.

    Parameters
    ----------
    gram : array of shape (L, L)
    penalty : float
    target : array of shape (L, n)
    """
    system = gram.copy()
    system[np.diag_indices_from(system)] += penalty
    return linalg.solve(system, target, assume_a="pos")


def _square(numbers: np.ndarray) -> float:
    """Return the sum of the squares."""
    return np.sum(numbers**2, dtype=np.float64)
