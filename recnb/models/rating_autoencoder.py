"""What the autoencoders that predict ratings have in common: whose row is the input.

A user-based one reads a user's ratings of all items, an item-based one an item's
ratings by all users: the same net, on the transposed matrix.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

import numpy as np
import torch
from scipy import sparse
from torch import Tensor, nn

from recnb.ground.sparse_rows import SparseRows, by_rows, mini_batches
from recnb.models.base import Recommender, whole_or_not
from recnb.models.checks import check_at_least, check_matrix
from recnb.models.nets import learning, train_net

KINDS = ("item", "user")


class RatingAutoencoder(Recommender):
    """Trains a net on the rows (kind "user") or columns (kind "item") of the ratings.

    A subclass has ``kind``, ``unseen``, ``batch_size``, ``epochs``, ``patience``,
    ``lr_decay`` and ``seed`` among its hyper-parameters, makes its net in
    ``_build(n_inputs, mean)`` and its optimizer in ``_optimizer(module)``, and yields
    its losses in ``_losses(module, rows)``. The net predicts all ratings of some rows
    by ``module(rows)``, and those at the cells of another sparse matrix by
    ``module.at(rows, cells)``.

    Attributes
    ----------
    module_ : nn.Module
    log_ : TrainingLog
    n_users_, n_items_ : int
    rating_range_ : (float, float)
        Lowest and highest training rating.
    known_users_, known_items_ : bool arrays
        Who has a training rating, and what.
    """

    needs_history = False
    takes_ratings = True

    @property
    def needs_all_users(self) -> bool:
        """Whether `predict` wants all training users at once, as `evaluate` asks."""
        return self.kind == "item"

    @whole_or_not
    def fit(self, X: sparse.csr_array, val: sparse.csr_array | None = None) -> Self:
        """Learn from ratings.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
            Training ratings; what is not stored is not known. A stored 0 is a rating
            as well: the loss counts it, but as the net's input it looks like none. On a
            scale that begins at 0, add 1 to all ratings.
        val : csr_array of shape (n_users, n_items), optional
            Validation ratings, none of which is in X: after each epoch their RMSE is
            measured, the best epoch's weights are kept, and training stops after
            ``patience`` epochs without a new best. Without them, all epochs are run.

        Raises
        ------
        ValueError
            If a matrix is not as it should be, or a hyper-parameter is out of range.
        """
        X = check_matrix(X, keep_zeros=True)
        if X.nnz == 0:
            raise ValueError("X has no rating to learn from.")
        self._check_parameters()
        val = None if val is None else self._check_val(val, X)
        self.n_users_, self.n_items_ = X.shape
        self.rating_range_ = float(X.data.min()), float(X.data.max())
        self.known_users_ = np.diff(X.indptr) > 0
        self.known_items_ = np.bincount(X.indices, minlength=X.shape[1]) > 0
        R = self._rows(X)
        with learning(self) as rng:
            self.module_ = self._build(R.shape[1], float(X.data.mean()))
            self.log_ = train_net(
                self,
                lambda: mini_batches(R, self.batch_size, rng),
                lambda rows: self._losses(self.module_, rows),
                self._optimizer(self.module_),
                validate=None if val is None else lambda: self._rmse(X, val),
                lr_decay=self.lr_decay,
            )
        return self

    @torch.no_grad()
    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Predict every rating, in stars; dense, shape (n_users, n_items).

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
            The ratings that are the net's input. Kind "user" takes any users; kind
            "item" has weights for each training user and takes exactly those.

        Raises
        ------
        ValueError
            If X has the wrong shape.
        """
        X = self._check_ratings(X)
        ratings = by_rows(self._rows(X), self.module_)
        ratings = ratings.T if self.kind == "item" else ratings
        ratings = np.ascontiguousarray(ratings).clip(*self.rating_range_)
        ratings[~self._known_users(X)] = self.unseen
        ratings[:, ~self.known_items_] = self.unseen
        return ratings

    @torch.no_grad()
    def predict_at(self, X: sparse.csr_array, cells: sparse.csr_array) -> np.ndarray:
        """Predict the ratings at the stored cells of a matrix, and no others.

        Parameters
        ----------
        X, cells : csr_arrays of shape (n_users, n_items)
            Input, and where to predict.

        Returns
        -------
        float array of shape (cells.nnz,), in stars, in the order of ``cells.data``
        """
        X = self._check_ratings(X)
        numbered = sparse.csr_array(
            (np.arange(1.0, cells.nnz + 1), cells.indices, cells.indptr), cells.shape
        )
        R, wanted = self._rows(X), self._rows(numbered)
        found = np.empty(cells.nnz, dtype=np.float32)
        place = wanted.data.astype(np.int64) - 1
        ratings = self.module_.at(SparseRows(R), SparseRows(wanted))
        found[place] = ratings.cpu().numpy()
        users = np.repeat(np.arange(cells.shape[0]), np.diff(cells.indptr))
        known = self._known_users(X)[users] & self.known_items_[cells.indices]
        return np.where(known, found.clip(*self.rating_range_), self.unseen)

    def _rows(self, X: sparse.csr_array) -> sparse.csr_array:
        """Return X with what the net reads as rows."""
        return X.T.tocsr() if self.kind == "item" else X

    def _known_users(self, X: sparse.csr_array) -> np.ndarray:
        # A user-based net knows a user by the history it is handed.
        return self.known_users_ if self.kind == "item" else np.diff(X.indptr) > 0

    def _rmse(self, X: sparse.csr_array, val: sparse.csr_array) -> float:
        error = self.predict_at(X, val) - val.data
        return float(np.sqrt(np.mean(error**2)))

    def _check_ratings(self, X: sparse.csr_array) -> sparse.csr_array:
        X = self._check_history(X)
        if self.kind == "item" and X.shape[0] != self.n_users_:
            raise ValueError(
                f"X has {X.shape[0]} users, but an item-based net has weights for each "
                f"of the {self.n_users_} training users: hand over all of them, in the "
                'same order, or use kind="user", which takes anybody.'
            )
        return X

    def _check_val(self, val: sparse.csr_array, X: sparse.csr_array):
        val = check_matrix(val, keep_zeros=True)
        if val.shape != X.shape:
            raise ValueError(f"val has shape {val.shape}, but X has {X.shape}.")
        if val.nnz == 0:
            raise ValueError("val has no rating; leave it out to train without.")
        if _stored(val).multiply(_stored(X)).nnz:
            raise ValueError(
                "Some ratings are in X and in val: the net would be given the answer. "
                "Hand over split.train and split.val.heldout."
            )
        return val

    def _check_parameters(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f'kind must be "item" or "user", not {self.kind!r}.')
        check_at_least(1, self, "batch_size", "epochs")

    def _build(self, n_inputs: int, mean: float) -> nn.Module:
        raise NotImplementedError

    def _optimizer(self, module: nn.Module) -> torch.optim.Optimizer:
        raise NotImplementedError

    def _losses(self, module: nn.Module, rows: SparseRows) -> Iterator[Tensor]:
        raise NotImplementedError


def _stored(X: sparse.csr_array) -> sparse.csr_array:
    """Return ones where X stores something, a zero included."""
    return sparse.csr_array((np.ones(X.nnz), X.indices, X.indptr), X.shape)
