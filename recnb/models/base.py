"""What all models share: input checks and `recommend`."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from recnb.ranking import mask_seen, top_k


def check_matrix(X: sparse.csr_array | np.ndarray) -> sparse.csr_array:
    """Return X as a float csr_array, or say what is wrong with it.

    Stored zeros and entries that are stored twice are tidied up, in a copy: a model
    may count what is stored.

    Parameters
    ----------
    X : sparse or dense matrix of shape (n_users, n_items)

    Raises
    ------
    ValueError
        If X is not two-dimensional, is empty, or holds NaN or infinity.
    """
    if not sparse.issparse(X):
        X = np.asarray(X)
    if X.ndim != 2:
        raise ValueError(
            f"X has shape {X.shape}; models take a users x items matrix. "
            "For one user, hand over X[[u]], which has one row."
        )
    if 0 in X.shape:
        raise ValueError(f"X has shape {X.shape}: there is no user or no item in it.")
    X = sparse.csr_array(X)
    if X.dtype not in (np.float32, np.float64):
        X = X.astype(np.float32)
    if not np.isfinite(X.data).all():
        raise ValueError(
            "X holds NaN or infinity. An unknown rating is not NaN: leave it out, so "
            "that the sparse matrix does not store it."
        )
    if not X.has_canonical_format or not X.data.all():
        X = X.copy()
        X.sum_duplicates()
        X.eliminate_zeros()
    return X


def check_at_least(least: float, model: BaseEstimator, name: str) -> None:
    """Check a hyper-parameter.

    Raises
    ------
    ValueError
        If it is less.
    """
    value = getattr(model, name)
    if value < least:
        raise ValueError(f"{name} must be at least {least}, not {value}.")


class Validation(Protocol):
    """What early stopping needs: ``split.val`` has it."""

    def error(self, model: Recommender) -> float:
        """Return the error of a model on held-out users: lower is better."""


class Recommender(BaseEstimator):
    """A model that scores all items for the histories it is handed.

    A subclass learns in ``fit(X)``, sets ``n_items_`` there, and implements
    ``predict(X)``.
    """

    #: False for a model that needs no history to recommend something sensible.
    needs_history = True

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for each history; dense, shape (n_users, n_items)."""
        raise NotImplementedError

    def recommend(self, X: sparse.csr_array, k: int = 10) -> np.ndarray:
        """Return the k best unseen items of each user, best first.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
            Histories. They may belong to users who were not in training.
        k : int
            Length of the list. Ties go to the lower item code.

        Returns
        -------
        int array of shape (n_users, min(k, n_items))
            Item codes; -1 where a user has fewer than k unseen items.

        Raises
        ------
        ValueError
            If k < 1, if X has the wrong width, or if a history is empty and the
            model has nothing else to go on.
        """
        X = self._check_history(X)
        empty = np.flatnonzero(np.diff(X.indptr) == 0)
        if self.needs_history and len(empty):
            raise ValueError(
                f"The history in row {empty[0]} is empty ({len(empty)} such rows): "
                f"{type(self).__name__} has nothing to go on there. Recommend popular "
                "items to such users (recnb.models.Popularity)."
            )
        return top_k(mask_seen(self.predict(X), X), k)

    def _check_history(self, X: sparse.csr_array) -> sparse.csr_array:
        """Check that the model is fitted and that X has its items as columns."""
        check_is_fitted(self)
        X = check_matrix(X)
        if X.shape[1] != self.n_items_:
            raise ValueError(
                f"X has {X.shape[1]} columns, but the model was fitted on "
                f"{self.n_items_} items; use the columns of the training matrix."
            )
        return X
