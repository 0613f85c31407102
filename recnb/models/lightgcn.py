"""LightGCN: vectors that pass along the graph of users and items, and nothing else.

X. He, K. Deng, X. Wang, Y. Li, Y. Zhang and M. Wang: LightGCN: Simplifying and Powering
Graph Convolution Network for Recommendation. SIGIR 2020. Built after the authors' code,
github.com/gusye1234/LightGCN-PyTorch.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

import numpy as np
import torch
from scipy import sparse
from torch import Tensor
from torch.nn.functional import embedding, softplus

from recnb.ground.sparse_rows import SparseRows
from recnb.models.gfcf import inverse_root
from recnb.models.graph_net import Batch, Embeddings, GraphNet


class LightGCNNet(Embeddings):
    r"""Embeddings that are smoothed over the graph, layer by layer.

    With :math:`\tilde R = D_U^{-1/2} X D_I^{-1/2}`, a layer replaces each vector by a
    weighted sum of its neighbours' vectors,

    .. math::

        P^{(k+1)} = \tilde R \, Q^{(k)} , \quad Q^{(k+1)} = \tilde R^\top P^{(k)} ,

    and the final vectors are the means over the layers 0 to K.

    Parameters
    ----------
    X : csr_array of shape (n_users, n_items)
        Binary.
    d, K : int
    stddev : float
        Of the initial vectors.
    """

    def __init__(self, X: sparse.csr_array, d: int, K: int, stddev: float) -> None:
        super().__init__(*X.shape, d, stddev)
        R = normalized_graph(X)
        self.K, self.R, self.Rt = K, SparseRows(R), SparseRows(sparse.csr_array(R.T))

    def _apply(self, *arguments: object, **named: object) -> Self:
        """Take the graph along where the vectors go: what torch's ``to`` is made of."""
        super()._apply(*arguments, **named)
        self.R, self.Rt = self.R.to(self.P.device), self.Rt.to(self.P.device)
        return self

    def forward(self) -> tuple[Tensor, Tensor]:
        """Return the final vectors; shapes (n_users, d) and (n_items, d)."""
        p, q = P, Q = self.P, self.Q
        for _ in range(self.K):
            p, q = self.R.times(q), self.Rt.times(p)
            P, Q = P + p, Q + q
        return P / (self.K + 1), Q / (self.K + 1)


class LightGCN(GraphNet):
    r"""Matrix factorisation on smoothed vectors, with the loss of BPR.

    The score of user u and item i is the dot product of their final vectors (see
    `LightGCNNet`). The loss of a batch of triples of a user u, an item i that she has
    and an item j that she does not have is the mean of

    .. math::

        -\log \sigma(\hat y_{ui} - \hat y_{uj}) + \tfrac{\lambda}{2} (\lVert p_u
        \rVert^2 + \lVert q_i \rVert^2 + \lVert q_j \rVert^2)

    with the vectors of layer 0 in the penalty.

    Parameters
    ----------
    d : int
        Length of a vector.
    K : int
        Layers, at least 1. With 0 it would be plain matrix factorisation.
    l2 : float
        :math:`\lambda`, >= 0.
    lr, batch_size : float, int
        Of the optimizer, Adam: step size, and triples a step.
    epochs, patience : int
        At most so many epochs; with validation, stop after so many without a new best.
    stddev : float
        Standard deviation of the initial vectors, > 0.
    seed : int
        Of the initial vectors and the drawn triples.

    Attributes
    ----------
    module_ : LightGCNNet
        Its P and Q are the vectors of layer 0, which are what is learned.
    log_ : TrainingLog
    n_users_, n_items_ : int

    Notes
    -----
    As in the code, an epoch draws as many triples as there are likes: a user uniformly,
    one of her items, and one that she does not have. (The paper's loss sums over all
    pairs, so that users with many likes count more.)

    Each step smooths all vectors anew, forwards and backwards, whatever its size:
    4 K products with a sparse matrix. So the default batch is larger than the published
    one of 2,048 triples, with larger steps than the published 0.001.

    Deviations: users who have every item are not drawn; the code would look for ever
    for an item that they lack. Its dropout of edges, off by default and not in the
    paper, is left out.
    """

    def __init__(
        self,
        d: int = 64,
        K: int = 3,
        l2: float = 1e-4,
        lr: float = 5e-3,
        batch_size: int = 16384,
        epochs: int = 200,
        patience: int | None = 20,
        stddev: float = 0.1,
        seed: int = 0,
    ) -> None:
        self.d = d
        self.K = K
        self.l2 = l2
        self.lr = lr
        self.batch_size = batch_size
        self.epochs = epochs
        self.patience = patience
        self.stddev = stddev
        self.seed = seed

    def _check(self, X: sparse.csr_array) -> None:
        super()._check(X)
        if X.nnz == X.shape[1] * np.count_nonzero(np.diff(X.indptr)):
            raise ValueError(
                "Whoever has an item has all of them: there is nothing to tell apart."
            )

    def _net(self, X: sparse.csr_array) -> LightGCNNet:
        return LightGCNNet(X, self.d, self.K, self.stddev)

    def _batches(
        self, X: sparse.csr_array, rng: np.random.Generator
    ) -> Iterator[Batch]:
        """Yield triples of a user, an item that she has, and one that she has not."""
        columns = [torch.as_tensor(column) for column in draw_triples(X, X.nnz, rng)]
        parts = (column.split(int(self.batch_size)) for column in columns)
        yield from zip(*parts, strict=True)

    def _losses(self, batch: Batch) -> Iterator[Tensor]:
        """Yield the loss of a batch, a mean over its triples."""
        users, items, others = batch
        P, Q = self.module_()
        gap = embedding(items, Q) - embedding(others, Q)
        loss = softplus(-(embedding(users, P) * gap).sum(dim=1)).mean()
        if self.l2:
            net = self.module_
            tables = (users, net.P), (items, net.Q), (others, net.Q)
            squares = sum(embedding(*table).square().sum() for table in tables)
            loss = loss + self.l2 / 2 * squares / len(users)
        yield loss


def normalized_graph(X: sparse.csr_array) -> sparse.csr_array:
    """Return each like divided by the roots of its user's and its item's number."""
    R = X.multiply(inverse_root(X.sum(axis=1))[:, np.newaxis])
    return sparse.csr_array(R.multiply(inverse_root(X.sum(axis=0))))


def draw_triples(
    X: sparse.csr_array, n: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw n users, an item that each has, and an item that each has not.

    Parameters
    ----------
    X : csr_array of shape (n_users, n_items)
        Somebody has some of the items, but not all.
    n : int
    rng : Generator

    Returns
    -------
    users, items, others : int64 arrays of shape (n,)
        Everybody who has some items, but not all, is drawn equally often on average.
    """
    n_items, likes = X.shape[1], np.diff(X.indptr)
    users = rng.choice(np.flatnonzero((likes > 0) & (likes < n_items)), size=n)
    items = X.indices[X.indptr[users] + rng.integers(likes[users])].astype(np.int64)
    owner = np.repeat(np.arange(X.shape[0], dtype=np.int64), likes)
    cells = owner * n_items + X.indices  # of the likes, rising
    others = np.empty(n, dtype=np.int64)
    left = np.arange(n)
    while len(left):
        others[left] = rng.integers(n_items, size=len(left))
        drawn = users[left] * n_items + others[left]
        place = np.minimum(np.searchsorted(cells, drawn), len(cells) - 1)
        left = left[cells[place] == drawn]
    return users, items, others
