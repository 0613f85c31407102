"""Matrix factorisation with biases, by plain stochastic gradient descent.

S. Rendle, W. Krichene, L. Zhang and J. Anderson: Neural Collaborative Filtering vs.
Matrix Factorization Revisited. RecSys 2020.
"""

from __future__ import annotations

import math
from time import perf_counter
from typing import Self

import numpy as np
from scipy import sparse

from recnb.ground.progress import Progress
from recnb.ground.training_log import TrainingLog
from recnb.models.base import Validation, whole_or_not
from recnb.models.checks import check_at_least, check_validation
from recnb.models.pairs import PairModel, draw_negatives, positive_pairs


class MF(PairModel):
    r"""A dot product of two embeddings, with biases (source 4, equation 2).

    .. math::
        \phi(p, q) = b + p_1 + q_1 + \langle p_{2 \ldots d}, q_{2 \ldots d} \rangle

    learned with the logistic loss and an L2 penalty (equation 8) from each positive
    pair and m negative ones, drawn anew in every epoch, one pair a step (equations 9 to
    12). The defaults are the paper's settings for MovieLens 1M.

    Parameters
    ----------
    d : int
        Length of an embedding, the bias included; at least 1.
    lr : float
        The step size :math:`\eta`.
    m : int
        Negative items for each positive pair.
    l2 : float
        The penalty :math:`\lambda`, taken at every step on what the step touches: who
        is met more often is held down more often.
    epochs : int
    stddev : float
        Standard deviation of the initial embeddings.
    n_threads : int
        1: the seed decides every bit of the result. More: faster, and two fits differ a
        little, since threads overwrite each other's steps now and then.
    seed : int
        Of the initial embeddings, the order of the pairs, and the negatives.

    Attributes
    ----------
    P_, Q_ : float32 arrays of shape (n_users, d) and (n_items, d)
        Column 0 holds the biases.
    b_ : float32 array of shape (1,)
    log_ : TrainingLog
        Its loss is the mean over all pairs of an epoch, without the penalty.
    n_users_, n_items_ : int

    Notes
    -----
    As in the published code, b is learned by the rule of the other biases, which all
    begin at 0. Deviations from it: a positive pair's negatives follow it, where the
    code shuffles all pairs of an epoch; p_u and q_i move at once, as equations 11 and
    12 have it, where the code's q_i sees the new p_u. Equation 8 prints the norms
    without their squares; the updates are those of :math:`\frac{\lambda}{2} \lVert p
    \rVert^2`.
    """

    def __init__(
        self,
        d: int = 192,
        lr: float = 0.002,
        m: int = 8,
        l2: float = 0.005,
        epochs: int = 256,
        stddev: float = 0.1,
        n_threads: int = 2,
        seed: int = 0,
    ) -> None:
        self.d = d
        self.lr = lr
        self.m = m
        self.l2 = l2
        self.epochs = epochs
        self.stddev = stddev
        self.n_threads = n_threads
        self.seed = seed

    @whole_or_not
    def fit(self, X: sparse.csr_array, val: Validation | None = None) -> Self:
        """Learn the embeddings of all users and items.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
            Binary.
        val : object with ``error(model)``, optional
            Such as ``split.val``. Judged after each epoch; the embeddings of the best
            epoch are kept. Without it, those of the last one.

        Raises
        ------
        ValueError
            If X is not binary or is empty, or a hyper-parameter is out of range.
        FloatingPointError
            If the loss is no longer finite: the step size is too large.

        Notes
        -----
        Ctrl-C, or the stop button, ends the training and keeps what has been learned.
        """
        check_validation(val)
        X = self._start(X)
        check_at_least(0, self, "stddev")
        check_at_least(1, self, "n_threads")
        rng = np.random.default_rng(self.seed)
        self.b_ = np.zeros(1, dtype=np.float32)
        self.P_ = self._embeddings(self.n_users_, rng)
        self.Q_ = self._embeddings(self.n_items_, rng)
        self.log_, kept, start = TrainingLog(), self._weights(), perf_counter()
        with Progress("MF", self.epochs) as progress:
            try:
                for number in range(1, self.epochs + 1):
                    loss = self._epoch(*positive_pairs(X), rng)
                    _check_finite(loss, number)
                    error = None if val is None else val.error(self)
                    if self.log_.add(loss, perf_counter() - start, error):
                        kept = None if val is None else self._weights()
                    progress.step(f"loss {loss:.4f}")
            except KeyboardInterrupt:
                self.log_.stopped = "interrupted"
                print(f"MF interrupted after {len(self.log_.loss)} epochs.")
        if val is not None:
            self.b_, self.P_, self.Q_ = kept
        return self

    def _embeddings(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """Return initial embeddings: normal, with biases of 0; shape (n, d)."""
        drawn = rng.normal(0, self.stddev, (n, self.d)).astype(np.float32)
        drawn[:, 0] = 0
        return drawn

    def _weights(self) -> tuple[np.ndarray, ...]:
        return self.b_.copy(), self.P_.copy(), self.Q_.copy()

    def _epoch(
        self, users: np.ndarray, items: np.ndarray, rng: np.random.Generator
    ) -> float:
        """Take a step on each positive pair and its negatives; return the mean loss."""
        from recnb.models import mf_sgd  # compiled: slow to load

        order = rng.permutation(len(users))
        negatives = draw_negatives(self.n_items_, len(users), self.m, rng)
        weights = self.P_, self.Q_, self.b_
        pairs = users[order], items[order], negatives
        loss = mf_sgd.epoch(weights, pairs, self.lr, self.l2, self.n_threads)
        return loss / (len(users) * (1 + self.m))

    def _score(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        p, q = self.P_[users], self.Q_[items]
        dot = np.einsum("nf,nf->n", p[:, 1:], q[:, 1:])
        return self.b_ + p[:, 0] + q[:, 0] + dot

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for each training user; see `PairModel.predict`."""
        self._check_users(X)
        p, q = self.P_, self.Q_
        return self.b_ + p[:, :1] + q[:, 0] + p[:, 1:] @ q[:, 1:].T


def _check_finite(loss: float, epoch: int) -> None:
    if not math.isfinite(loss):
        raise FloatingPointError(
            f"MF diverged in epoch {epoch}: the loss is no longer finite. Try a "
            "smaller learning rate."
        )
