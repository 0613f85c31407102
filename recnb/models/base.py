"""What all models share: `recommend`, and a fit that is whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Protocol

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from recnb.ground.ranking import mask_seen, top_k
from recnb.models.checks import check_kinds, check_matrix


def whole_or_not(fit: Callable) -> Callable:
    """Make a fit that fails leave the model unfitted, or as it was; a decorator.

    Before the fit, the kinds of the hyper-parameters are checked. A fit replaces what
    was learned before and changes nothing of it in place, so that the old state is
    there to be put back.
    """

    @wraps(fit)
    def whole(self: BaseEstimator, *arguments: object, **named: object) -> object:
        check_kinds(self)
        before = vars(self).copy()
        try:
            return fit(self, *arguments, **named)
        except BaseException:  # Ctrl-C as well
            vars(self).clear()
            vars(self).update(before)
            raise

    return whole


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
    #: True for a model of ratings: what X stores is a rating, a stored 0 as well.
    takes_ratings = False

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
        return self._lists(X, k)

    def _lists(self, X: sparse.csr_array, k: int) -> np.ndarray:
        """Return what `recommend` does, for histories that are checked."""
        return top_k(mask_seen(self.predict(X), X), k)

    def _check_history(self, X: sparse.csr_array) -> sparse.csr_array:
        """Check that the model is fitted and that X has its items as columns."""
        check_is_fitted(self)
        X = check_matrix(X, keep_zeros=self.takes_ratings)
        if X.shape[1] != self.n_items_:
            raise ValueError(
                f"X has {X.shape[1]} columns, but the model was fitted on "
                f"{self.n_items_} items; use the columns of the training matrix."
            )
        return X
