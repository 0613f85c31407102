r"""A similarity learned by a multilayer perceptron, for embeddings that are given.

Rendle, Krichene, Zhang and Anderson (RecSys 2020), equation 4 and section 4.1: the two
embeddings are concatenated and go through three hidden layers of 4h, 2h and h units,

.. math:: \phi^{MLP}(p, q) = f(f(f([p, q]))) w + b, \quad f(x) = relu(W x + b).

Here the embeddings are no parameters: the net learns the similarity alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Self

import numpy as np
import torch
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted
from torch import Tensor, nn

from recnb.data.dot_product_task import Pairs
from recnb.models.base import whole_or_not
from recnb.models.checks import check_above, check_at_least
from recnb.models.nets import learning, train_net

#: Items scored at a time: their hidden layers stay in the processor's cache.
BLOCK = 1024


class SimilarityNet(nn.Module):
    """The score of two concatenated embeddings: layers of 4h, 2h, h units, then one.

    Weights start uniform in the range of Glorot and Bengio, offsets at 0, as in the
    authors' code.

    Parameters
    ----------
    d : int
        Length of an embedding.
    h : int
        Units of the last hidden layer.
    """

    def __init__(self, d: int, h: int) -> None:
        super().__init__()
        widths = [2 * d, 4 * h, 2 * h, h]
        layers = []
        for n_in, n_out in pairwise(widths):
            layers += [nn.Linear(n_in, n_out), nn.ReLU()]
        self.layers = nn.Sequential(*layers, nn.Linear(h, 1))
        for layer in self.layers[::2]:
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, pq: Tensor) -> Tensor:
        """Score rows [p, q]; shapes (n, 2d) -> (n,)."""
        return self.layers(pq).squeeze(1)

    def of_user(self, p: Tensor, Q: Tensor) -> Tensor:
        """Score one user with many items; shapes (d,), (n, d) -> (n,).

        The user's half of the first layer is computed once, not once an item.
        """
        first, *others = self.layers
        of_p, of_q = first.weight.split(len(p), dim=1)
        x = torch.addmm(of_p @ p + first.bias, Q, of_q.T)
        for layer in others:
            x = layer(x)
        return x.squeeze(1)


class MLPSimilarity(BaseEstimator):
    """Learn a similarity of two embeddings from labelled pairs, by squared error.

    The layers, ReLU and Adam are the paper's; step size, batch, epochs and the start of
    the weights are those of its authors' code. There is no penalty and no early
    stopping in either; stopping early on other pairs is ours.

    Parameters
    ----------
    h : int, optional
        Units of the last hidden layer; the ones before it have 2h and 4h. As many as
        an embedding has entries by default.
    epochs, batch_size : int
    lr : float
        Adam's.
    seed : int
        Of the weights' start and of the order of the pairs.
    patience : int
        Epochs without a lower error on the validation pairs after which training stops.

    Attributes
    ----------
    module_ : SimilarityNet
    d_ : int
    log_ : TrainingLog
        The loss is the mean squared error, the validation error an RMSE.
    """

    def __init__(
        self,
        h: int | None = None,
        epochs: int = 32,
        batch_size: int = 256,
        lr: float = 1e-3,
        seed: int = 0,
        patience: int = 8,
    ) -> None:
        self.h = h
        self.epochs = epochs
        self.batch_size = batch_size
        self.lr = lr
        self.seed = seed
        self.patience = patience

    @whole_or_not
    def fit(self, pairs: Pairs, val: Pairs | None = None) -> Self:
        """Learn from labelled pairs.

        Parameters
        ----------
        pairs : Pairs
        val : Pairs, optional
            Other pairs: after each epoch their RMSE is measured, the best epoch's
            weights are kept, and training stops after ``patience`` epochs without a
            new best. Without them, all epochs are run.

        Raises
        ------
        ValueError
            If there is no pair, a label or an embedding is not finite, or a
            hyper-parameter is out of range.
        """
        self._check(pairs)
        if val is not None:
            self._check(val)
        self.d_ = pairs.P.shape[1]
        with learning(self):
            users, items = map(torch.as_tensor, (pairs.users, pairs.items))
            arrays = (x.astype(np.float32) for x in (pairs.P, pairs.Q, pairs.y))
            P, Q, y = map(torch.as_tensor, arrays)
            self.module_ = SimilarityNet(self.d_, self.h or self.d_)
            optimizer = torch.optim.Adam(
                self.module_.parameters(), lr=self.lr, fused=True
            )

            def batches() -> Iterator[Tensor]:
                return iter(torch.randperm(len(y)).split(self.batch_size))

            def losses(rows: Tensor) -> Iterator[Tensor]:
                pq = torch.cat([P[users[rows]], Q[items[rows]]], dim=1)
                yield nn.functional.mse_loss(self.module_(pq), y[rows])

            def error() -> float:
                return val.rmse(self.predict_pairs(val))

            self.log_ = train_net(
                self,
                batches,
                losses,
                optimizer,
                validate=None if val is None else error,
                what="MLP",
            )
        return self

    @torch.no_grad()
    def predict(self, p: np.ndarray, q: np.ndarray) -> np.ndarray:
        """Score pairs, row by row; shapes (n, d), (n, d) -> (n,).

        Raises
        ------
        ValueError
            If p and q are not of the same shape, or not of the embeddings' length.
        """
        check_is_fitted(self)
        p, q = (np.asarray(x, dtype=np.float32) for x in (p, q))
        if p.shape != q.shape or p.ndim != 2 or p.shape[1] != self.d_:
            raise ValueError(
                f"p and q have shapes {p.shape} and {q.shape}; a row a pair is "
                f"expected, with {self.d_} columns."
            )
        rows = torch.as_tensor(np.hstack([p, q])).split(BLOCK)
        return torch.cat([self.module_(block) for block in rows]).cpu().numpy()

    def predict_pairs(self, pairs: Pairs) -> np.ndarray:
        """Score the pairs, whatever their labels; shape (n_pairs,)."""
        return self.predict(pairs.P[pairs.users], pairs.Q[pairs.items])

    def _check(self, pairs: Pairs) -> None:
        check_at_least(1, self, "epochs", "patience", "batch_size")
        if self.h is not None:
            check_at_least(1, self, "h")
        check_above(0, self, "lr")
        if not len(pairs):
            raise ValueError("There is no pair to learn from.")
        for name in ("P", "Q", "y"):
            if not np.isfinite(getattr(pairs, name)).all():
                raise ValueError(f"{name} holds NaN or infinity.")
