"""What item-item models share: a score is a sum over the items of a history."""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.utils.validation import check_is_fitted

from recnb.ground.ranking import check_k, top_k_stored
from recnb.models.base import Recommender, whole_or_not
from recnb.models.checks import check_matrix


class ItemItemModel(Recommender):
    """A model that is one matrix of weights between items: scores are X B.

    A subclass learns ``weights_``, of shape (n_items, n_items), in ``fit``;
    ``weights_[i, j]`` is what having item i adds to the score of item j.
    """

    weights_: np.ndarray | sparse.csc_array | sparse.csr_array

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for each history: X B; dense, shape (n_users, n_items).

        An empty history gives a row of zeros.
        """
        scores = self._scores(self._check_history(X))
        return scores.toarray() if sparse.issparse(scores) else scores

    def _scores(self, X: sparse.csr_array) -> np.ndarray | sparse.csr_array:
        """Return X B: sparse, if B is."""
        return X.astype(self.weights_.dtype, copy=False) @ self.weights_

    def _lists(self, X: sparse.csr_array, k: int) -> np.ndarray:
        if not sparse.issparse(self.weights_):
            return super()._lists(X, k)
        return top_k_stored(sparse.csr_array(self._scores(X)), X, k)

    def explain(self, history: sparse.csr_array, item: int) -> pd.Series:
        """Split one score into what each item of the history adds to it.

        Parameters
        ----------
        history : csr_array of shape (1, n_items)
        item : int
            Code of the item whose score is explained.

        Returns
        -------
        Series, index: item codes of the history, values: their contributions
            Largest first; negative ones speak against `item`. They sum to the score.
        """
        history = self._check_history(history)
        if history.shape[0] != 1:
            raise ValueError(
                f"explain takes one history, not {history.shape[0]}: hand over X[[u]]."
            )
        seen = history.indices
        contributions = history.data * self.column(item)[seen]
        series = pd.Series(contributions, index=seen, name="contribution")
        return series.sort_values(ascending=False)

    def similar_items(self, item: int, k: int = 10) -> pd.Series:
        """Return the k items that speak most for `item`.

        Returns
        -------
        Series, index: item codes, values: weights ``weights_[i, item]``
            Largest first.
        """
        check_k(k)
        column = pd.Series(self.column(item), name="weight").drop(item)
        return column.nlargest(k)

    def column(self, item: int) -> np.ndarray:
        """Return what each item adds to the score of `item`; shape (n_items,).

        Raises
        ------
        ValueError
            If there is no such item.
        """
        check_is_fitted(self)
        if not isinstance(item, int | np.integer) or isinstance(item, bool):
            raise ValueError(
                f"An item is named by its code, a whole number, not by {item!r}; "
                "recnb.data.titles.find_item finds the code of a title."
            )
        if not 0 <= item < self.n_items_:
            raise ValueError(
                f"There is no item {item}: codes run from 0 to {self.n_items_ - 1}."
            )
        if sparse.issparse(self.weights_):
            return self.weights_[:, [item]].toarray()[:, 0]
        return self.weights_[:, item]


class FixedWeights(ItemItemModel):
    """A model whose weights are given: for looking at what a change to them does.

    Parameters
    ----------
    weights : dense or sparse matrix of shape (n_items, n_items)
        ``weights[i, j]`` is what having item i adds to the score of item j.
    """

    def __init__(self, weights: np.ndarray | sparse.sparray) -> None:
        self.weights = weights

    @whole_or_not
    def fit(self, X: sparse.csr_array) -> Self:
        """Check that the weights fit X, of shape (n_users, n_items); learn nothing.

        Raises
        ------
        ValueError
            If the weights are not a square matrix with a row for each item of X.
        """
        X = check_matrix(X)
        B = self.weights
        B = B if sparse.issparse(B) else np.asarray(B)
        if B.shape != (X.shape[1], X.shape[1]):
            raise ValueError(
                f"weights have shape {B.shape}, but X has {X.shape[1]} "
                "items: there must be one weight for each pair of them."
            )
        self.n_items_ = X.shape[1]
        self.weights_ = B
        return self
