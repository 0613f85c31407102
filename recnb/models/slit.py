r"""SLIT: a linear model that knows the order, solved in closed form.

M. Choi, J. Kim, J. Lee, H. Shim and J. Lee: Session-aware Linear Item-Item Models for
Session-based Recommendation. WWW 2021.
"""

from __future__ import annotations

import math
from typing import Self

import numpy as np
from scipy import linalg, sparse

from recnb.ground.sequences import in_order
from recnb.models.base import Recommender, whole_or_not
from recnb.models.checks import check_above, check_at_least, check_matrix, check_share

# A film whose weight has faded to less than this is forgotten, for speed.
FORGOTTEN = 0.01


class SLIT(Recommender):
    r"""Session-aware linear item transitions: ridge regression from past to future.

    Every history is cut at every step. Row s of S is the past of one such cut, in which
    the film seen last counts 1, the one before :math:`\gamma`, then :math:`\gamma^2`;
    row s of T has ones at the next k films. Then

    .. math:: B = \arg\min_B \|T - S B\|^2 + \lambda \|B\|^2
                = (S^T S + \lambda I)^{-1} S^T T

    No constraint on the diagonal is needed: nobody sees a film twice, so past and
    future have none in common.

    Parameters
    ----------
    l2 : float
        λ.
    fading : float
        γ, from 0, where only the film seen last counts, to 1, where all count the same.
    k : int
        How many of the next films are to be predicted.

    Attributes
    ----------
    weights_ : float32 array of shape (n_items, n_items)
        B: ``weights_[i, j]`` is what having just seen i says about seeing j soon.
    n_items_ : int

    Notes
    -----
    Deviations from the paper: its futures fade, too, where here the next k films count
    the same, as in SVAE; its sessions have weights by their age; what has faded to less
    than 0.01 counts 0 here.
    """

    #: `evaluate` hands over places in time, not ones.
    needs_order = True

    def __init__(self, l2: float = 1000.0, fading: float = 0.85, k: int = 4) -> None:
        self.l2 = l2
        self.fading = fading
        self.k = k

    @whole_or_not
    def fit(self, X: sparse.csr_array) -> Self:
        """Learn from ordered histories.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
            Says when: the larger a stored value, the later, all of them above 0 and
            none twice in a row. ``split.train_order`` is such a matrix.

        Raises
        ------
        ValueError
            If X is not as it should be, or a hyper-parameter is out of range.
        """
        X = check_matrix(X)
        check_at_least(1, self, "k")
        check_above(0, self, "l2")
        check_share(self, "fading")
        self.n_items_ = X.shape[1]
        histories = [history for history in in_order(X) if len(history) > 1]
        if not histories:
            raise ValueError(
                "X has nothing to learn from: nobody has two items, one after another."
            )
        G, H = self._normal_equations(histories)
        G[np.diag_indices_from(G)] += self.l2
        self.weights_ = linalg.solve(
            G, H, assume_a="pos", overwrite_a=True, overwrite_b=True
        )
        return self

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for each ordered history; dense, shape (n_users, n_items)."""
        X = self._check_history(X)
        fading = np.zeros((X.shape[0], self.n_items_), dtype=np.float32)
        for row, history in zip(fading, in_order(X), strict=True):
            latest = history[::-1][: self._memory]
            row[latest] = self._weights[: len(latest)]
        return fading @ self.weights_

    @property
    def _memory(self) -> int:
        """How many films are remembered."""
        if self.fading == 0:
            return 1
        if self.fading == 1:
            return self.n_items_  # no history is longer: nobody sees a film twice
        return math.ceil(math.log(FORGOTTEN) / math.log(self.fading))

    @property
    def _weights(self) -> np.ndarray:
        """Weights of the past, the latest film first."""
        return (self.fading ** np.arange(self._memory)).astype(np.float32)

    def _normal_equations(
        self, histories: list[np.ndarray]
    ) -> tuple[np.ndarray, np.ndarray]:
        r"""Return :math:`S^T S` and :math:`S^T T`, without S and T.

        Take two films of a history, d places apart. Both are in the past at each cut
        from the later one on that still remembers the earlier one; the products of
        their weights are :math:`\gamma^d, \gamma^{d+2}, \dots`. At the k cuts before
        the later one, that film is in the future, and the weights of the earlier one
        are :math:`\gamma^{d-1}, \gamma^{d-2}, \dots`, down to 1 at most.

        Returns
        -------
        two float32 arrays of shape (n_items, n_items)
        """
        n, memory, weights = self.n_items_, self._memory, self._weights
        squares = np.append(0, np.cumsum(weights**2)).astype(np.float32)
        items = np.concatenate(histories)
        left = np.concatenate([np.arange(len(h))[::-1] for h in histories])
        half_G, H = np.zeros((2, n * n), dtype=np.float32)
        for d in range(memory + self.k):
            earlier = np.flatnonzero(left >= d)
            cells = items[earlier] * n + items[earlier + d]
            if d < memory:
                n_cuts = np.minimum(left[earlier], memory) - d
                np.add.at(half_G, cells, weights[d] * squares[n_cuts])
            np.add.at(H, cells, weights[max(0, d - self.k) : d].sum())
        G = half_G.reshape(n, n) + half_G.reshape(n, n).T
        G[np.diag_indices_from(G)] /= 2  # there, both halves have the same pairs
        return G, H.reshape(n, n)
