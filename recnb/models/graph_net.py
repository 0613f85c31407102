"""What the nets on the graph of users and items share: embeddings, and their training.

`UltraGCN` and `LightGCN` keep a vector for each user and each item, and score a pair by
a dot product. They differ in what the vectors pass through before it, and in the loss.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Self

import numpy as np
import torch
from scipy import sparse
from sklearn.utils.validation import check_is_fitted
from torch import Tensor, nn

from recnb.models.base import Recommender, Validation, whole_or_not
from recnb.models.checks import (
    check_above,
    check_at_least,
    check_before_epoch,
    check_likes,
    check_training_matrix,
    check_validation,
)
from recnb.models.nets import learning, train_net

#: Indices of a batch: users, items that they have, and items to compare them with.
Batch = tuple[Tensor, Tensor, Tensor]


class Embeddings(nn.Module):
    """A vector for each user and each item, normal at first.

    Parameters
    ----------
    n_users, n_items, d : int
    stddev : float
        Standard deviation of the initial numbers.
    """

    def __init__(self, n_users: int, n_items: int, d: int, stddev: float) -> None:
        super().__init__()
        self.P = nn.Parameter(stddev * torch.randn(n_users, d))
        self.Q = nn.Parameter(stddev * torch.randn(n_items, d))

    def forward(self) -> tuple[Tensor, Tensor]:
        """Return the vectors that scores are made of; (n_users, d) and (n_items, d)."""
        return self.P, self.Q


class GraphNet(Recommender):
    """A recommender that keeps a vector for each training user and each item.

    A score is the dot product of two vectors. Strangers have none: such a model
    recommends to the users it was trained on, and to nobody else.

    Attributes
    ----------
    module_ : Embeddings
    log_ : TrainingLog
    n_users_, n_items_ : int
    """

    # A user without a history still has a vector.
    needs_history = False
    #: `evaluate` hands over all rows at once, since it matters which row is whose.
    needs_all_users = True

    @whole_or_not
    def fit(
        self,
        X: sparse.csr_array,
        val: Validation | None = None,
        before_epoch: Callable[[int], None] | None = None,
    ) -> Self:
        """Learn the vectors of all users and items.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
            Binary.
        val : object with ``error(model)``, optional
            Such as ``split.val``: judged after each epoch; the best epoch's weights are
            kept, and training stops after ``patience`` epochs without a new best.
            Without it, all epochs are run.
        before_epoch : function of int, optional
            Called with the number of each epoch, from 0, before its first step. It may
            write into `item_embeddings`.

        Raises
        ------
        ValueError
            If X is not binary or is empty, val or before_epoch is not as it should be,
            or a hyper-parameter is out of range.
        """
        check_validation(val)
        check_before_epoch(before_epoch)
        X = check_training_matrix(X)
        self._check(X)
        self.n_users_, self.n_items_ = X.shape
        with learning(self) as rng:
            self.module_ = self._net(X)
            self.log_ = train_net(
                self,
                lambda: self._batches(X, rng),
                self._losses,
                self._optimizer(),
                validate=None if val is None else lambda: val.error(self),
                before_epoch=before_epoch,
            )
        return self

    @torch.no_grad()
    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for each training user; row i of X is training user i.

        What stands in X has no part in the scores: what the model knows of a user, it
        has learned.

        Raises
        ------
        ValueError
            If X does not have the shape of the training matrix.
        """
        X = self._check_history(X)
        if X.shape[0] != self.n_users_:
            raise ValueError(
                f"X has {X.shape[0]} rows, but {type(self).__name__} has a vector for "
                f"each of its {self.n_users_} training users and for nobody else: hand "
                "over all of them, in the order of training."
            )
        P, Q = self.module_()
        return (P @ Q.T).cpu().numpy()

    def item_embeddings(self) -> list[np.ndarray]:
        """Return the items' learned vectors, in a list of one; shape (n_items, d).

        They are the model's own memory: what is written into them changes it.
        """
        check_is_fitted(self)
        return [self.module_.Q.detach().numpy()]

    def _check(self, X: sparse.csr_array) -> None:
        """Check what such a net is fitted on and with."""
        check_at_least(1, self, "d", "K", "batch_size", "epochs")
        check_at_least(0, self, "l2")
        check_above(0, self, "lr", "stddev")
        check_likes(X, self, "weak_generalization")

    def _optimizer(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.module_.parameters(), lr=self.lr, fused=True)

    def _net(self, X: sparse.csr_array) -> Embeddings:
        """Return the net before its first step; note what the loss needs of X."""
        raise NotImplementedError

    def _batches(
        self, X: sparse.csr_array, rng: np.random.Generator
    ) -> Iterator[Batch]:
        """Yield the batches of an epoch."""
        raise NotImplementedError

    def _losses(self, batch: Batch) -> Iterator[Tensor]:
        """Yield the loss of a batch."""
        raise NotImplementedError
