"""UltraGCN: the graph is in the weights of the loss, and nothing is passed along it.

K. Mao, J. Zhu, X. Xiao, B. Lu, Z. Wang and X. He: UltraGCN: Ultra Simplification of
Graph Convolutional Networks for Recommendation. CIKM 2021. Built after the authors'
code, github.com/xue-pai/UltraGCN.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from scipy import sparse
from torch import Tensor
from torch.nn.functional import embedding, pad, softplus

from recnb.ground.ranking import top_k
from recnb.ground.sparse_rows import SparseRows
from recnb.models.checks import check_at_least
from recnb.models.graph_net import Batch, Embeddings, GraphNet
from recnb.models.pairs import positive_pairs

#: Rows of the items' graph that are dense at once.
BLOCK = 512


class UltraGCN(GraphNet):
    r"""Matrix factorisation with a loss whose weights say where a graph would lead.

    If a graph convolution had infinitely many layers, the vectors of a user u and an
    item i would no longer change from layer to layer. UltraGCN asks for that state by a
    loss. With :math:`d_u` and :math:`d_i` the numbers of likes,

    .. math:: \beta_{ui} = \frac{1}{d_u} \sqrt{\frac{d_u + 1}{d_i + 1}},

    a pair (u, i) of a user and an item that she has, with m items j drawn at random,
    adds

    .. math::

        - (w_1 + w_2 \beta_{ui}) \log \sigma(p_u q_i)
        - \frac{\nu}{m} \sum_j (w_3 + w_4 \beta_{uj}) \log \sigma(-p_u q_j)
        - \gamma \sum_{k \in S(i)} \omega_{ik} \log \sigma(p_u q_k)

    to the loss of its batch (:math:`L_O`, with :math:`w_1` and :math:`w_3`,
    :math:`\lambda L_C`, with :math:`w_2` and :math:`w_4`, and :math:`\gamma L_I` of the
    paper), and so does half of `l2` times all squared weights. S(i) are the K items
    with the largest :math:`\omega_{ik}`; see `item_graph`.

    Parameters
    ----------
    d : int
        Length of a vector.
    K : int
        Neighbours of an item, itself included. Of a smaller catalogue: all items.
    m : int
        Items drawn for a pair. Of a smaller catalogue: all items.
    w1, w2, w3, w4 : float
        Of the loss, >= 0.
    negative_weight : float
        :math:`\nu`, > 0: for how many items the m stand.
    gamma : float
        :math:`\gamma`, >= 0, the weight of the items' graph. (`lambda` in the code,
        whose `gamma` is `l2` here.)
    l2 : float
    lr, batch_size : float, int
        Of the optimizer, Adam: step size, and pairs a step.
    epochs, patience : int
        At most so many epochs; with validation, stop after so many without a new best.
    stddev : float
        Standard deviation of the initial vectors, > 0.
    seed : int
        Of the initial vectors, the order of the pairs, and the drawn items.

    Attributes
    ----------
    module_ : Embeddings
        Its P and Q are the vectors of the users and the items.
    log_ : TrainingLog
        Its loss is a mean over the steps of an epoch, each a sum over pairs.
    beta_users_, beta_items_ : float32 arrays of shape (n_users,) and (n_items,)
        Their product is :math:`\beta_{ui}`; 0 for a user without likes.
    neighbors_ : int array of shape (n_items, K)
        S(i), largest :math:`\omega_{ik}` first.
    omega_ : float32 array of shape (n_items, K)
    n_users_, n_items_ : int

    Notes
    -----
    The defaults are the published ones for MovieLens 1M, of another split. As in the
    code, an item that the user has may be drawn.

    Deviations from the code: there, the m items of each pair are drawn by themselves.
    Here, all items are shuffled for each batch and dealt to groups of its pairs, m to a
    group. On average the loss is the same, its scores are products of matrices, and no
    item is drawn twice in a batch. (With the same m items for a whole batch, these few
    would take all the steps, for all its users at once.)

    Adam adds the derivative of the penalty to that of the loss, which is the same as a
    penalty in the loss, but leaves it out of `log_`.
    """

    def __init__(
        self,
        d: int = 128,
        K: int = 10,
        m: int = 200,
        w1: float = 1e-7,
        w2: float = 1.0,
        w3: float = 1e-7,
        w4: float = 1.0,
        negative_weight: float = 200.0,
        gamma: float = 1e-3,
        l2: float = 1e-4,
        lr: float = 1e-3,
        batch_size: int = 1024,
        epochs: int = 200,
        patience: int | None = 20,
        stddev: float = 1e-3,
        seed: int = 0,
    ) -> None:
        self.d = d
        self.K = K
        self.m = m
        self.w1 = w1
        self.w2 = w2
        self.w3 = w3
        self.w4 = w4
        self.negative_weight = negative_weight
        self.gamma = gamma
        self.l2 = l2
        self.lr = lr
        self.batch_size = batch_size
        self.epochs = epochs
        self.patience = patience
        self.stddev = stddev
        self.seed = seed

    def _check(self, X: sparse.csr_array) -> None:
        super()._check(X)
        check_at_least(1, self, "m")
        check_at_least(0, self, "w1", "w2", "w3", "w4", "gamma")
        if not self.negative_weight > 0:
            raise ValueError(
                f"negative_weight must be above 0, not {self.negative_weight}: without "
                "it, all scores grow for ever."
            )

    def _net(self, X: sparse.csr_array) -> Embeddings:
        self.beta_users_, self.beta_items_ = constraint_weights(X)
        self.neighbors_, self.omega_ = item_graph(X, self.K)
        return Embeddings(*X.shape, self.d, self.stddev)

    def _batches(
        self, X: sparse.csr_array, rng: np.random.Generator
    ) -> Iterator[Batch]:
        """Yield all pairs once, in random order, and what is dealt to their groups."""
        order = rng.permutation(X.nnz)
        pairs = [torch.as_tensor(column[order]) for column in positive_pairs(X)]
        parts = (column.split(int(self.batch_size)) for column in pairs)
        for users, items in zip(*parts, strict=True):
            groups = min(max(1, self.n_items_ // self.m), len(users))
            dealt = rng.permutation(self.n_items_)[: groups * self.m]
            yield users, items, torch.as_tensor(dealt).view(groups, -1)

    def _losses(self, batch: Batch) -> Iterator[Tensor]:
        """Yield the loss of a batch, a sum over its pairs, without the penalty."""
        users, items, drawn = batch
        P, Q = self.module_()
        p, beta_users = embedding(users, P), torch.as_tensor(self.beta_users_)[users]
        known = items.cpu().numpy(), beta_users.cpu().numpy()
        of_known = self._loss_of_known(p, Q, *known)
        yield of_known + self._loss_of_drawn(p, Q, drawn, beta_users)

    def _loss_of_known(
        self, p: Tensor, Q: Tensor, items: np.ndarray, beta_users: np.ndarray
    ) -> Tensor:
        """Return the terms of the users' items and of these items' neighbours.

        p and beta_users have a row a pair. An item that is its own neighbour has two
        cells in its row.
        """
        columns = np.column_stack([items, self.neighbors_[items]])
        own = self.w1 + self.w2 * beta_users * self.beta_items_[items]
        weights = np.column_stack([own, self.gamma * self.omega_[items]])
        ends = np.arange(len(items) + 1) * columns.shape[1]
        cells = weights.astype(np.float32).ravel(), columns.ravel(), ends
        x = SparseRows(sparse.csr_array(cells, (len(items), self.n_items_)))
        return x.values @ softplus(-x.at(p, Q))

    def _loss_of_drawn(
        self, p: Tensor, Q: Tensor, drawn: Tensor, beta_users: Tensor
    ) -> Tensor:
        """Return the terms of the drawn items, of shape (n_groups, m)."""
        beta_drawn = torch.as_tensor(self.beta_items_)[drawn]
        ones = torch.ones_like(beta_users), torch.ones_like(beta_drawn)
        of_users = torch.stack([self.w3 * ones[0], self.w4 * beta_users], dim=1)
        of_drawn = torch.stack([ones[1], beta_drawn], dim=1)
        weights = in_groups(of_users, len(drawn)) @ of_drawn  # 0 in the filled rows
        scores = in_groups(p, len(drawn)) @ embedding(drawn, Q).transpose(1, 2)
        total = (weights * softplus(scores)).sum()
        return self.negative_weight / drawn.shape[1] * total

    def _optimizer(self) -> torch.optim.Optimizer:
        """Return Adam, which adds the derivative of the penalty to that of the loss."""
        weights = self.module_.parameters()
        return torch.optim.Adam(weights, lr=self.lr, weight_decay=self.l2, fused=True)


def in_groups(rows: Tensor, n: int) -> Tensor:
    """Return the rows in n groups of the same size, the last ones filled with zeros.

    From shape (n_rows, k) to shape (n, size, k).
    """
    return pad(rows, (0, 0, 0, -len(rows) % n)).view(n, -1, rows.shape[1])


def constraint_weights(X: sparse.csr_array) -> tuple[np.ndarray, np.ndarray]:
    """Return the two factors of beta, that of the users and that of the items.

    Parameters
    ----------
    X : csr_array of shape (n_users, n_items)
        Binary.

    Returns
    -------
    of_users, of_items : float32 arrays of shape (n_users,) and (n_items,)
        0 for a user without likes, who is in no pair.
    """
    d_u, d_i = X.sum(axis=1), X.sum(axis=0)
    of_users = np.where(d_u > 0, np.sqrt(d_u + 1) / np.maximum(d_u, 1), 0)
    return of_users.astype(np.float32), (1 / np.sqrt(d_i + 1)).astype(np.float32)


def item_graph(X: sparse.csr_array, K: int) -> tuple[np.ndarray, np.ndarray]:
    r"""Return each item's neighbours and their weights.

    With :math:`G = X^\top X` and its row sums :math:`g_i`,

    .. math:: \omega_{ik} = \frac{G_{ik}}{g_i} \sqrt{\frac{g_i + 1}{g_k + 1}}

    as in the published code: an item may be among its own neighbours, and mostly is the
    first.

    Parameters
    ----------
    X : csr_array of shape (n_users, n_items)
        Binary.
    K : int

    Returns
    -------
    neighbors : int array of shape (n_items, min(K, n_items))
        Those with the largest weights, largest first; ties go to the lower item code.
    omega : float32 array of the same shape
        0 where a neighbour shares no user.
    """
    X = X.astype(np.float64)
    Xt = sparse.csr_array(X.T)
    g = Xt @ X.sum(axis=1)
    of_rows = np.where(g > 0, np.sqrt(g + 1) / np.maximum(g, 1), 0)
    of_columns = 1 / np.sqrt(g + 1)
    blocks = []
    for start in range(0, len(g), BLOCK):
        rows = (Xt[start : start + BLOCK] @ X).toarray()
        rows *= of_rows[start : start + BLOCK, np.newaxis] * of_columns
        best = top_k(rows, K)
        blocks.append((best, np.take_along_axis(rows, best, axis=1)))
    neighbors, omega = map(np.concatenate, zip(*blocks, strict=True))
    return neighbors, omega.astype(np.float32)
