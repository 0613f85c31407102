"""Three people, what each model recommends them, and what of theirs speaks for it.

The reason works for any model: an item of the history is taken out, and the model is
asked again. The item without which the score of the recommendation falls most is the
first reason for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recnb.evaluation import Group
from recnb.models.base import Recommender

N_PEOPLE = 3
N_LISTED = 5
N_REASONS = 2
#: Of a longer history so many items are tried, those with the lowest codes.
MOST_TRIED = 50


@dataclass(frozen=True)
class Examples:
    """Recommendations for some people, with reasons; item codes are columns.

    Parameters
    ----------
    items : int array of shape (n_people, N_LISTED)
        Best first; -1 where there is nothing more to recommend.
    reasons : int array of shape (n_people, N_LISTED, N_REASONS)
        Items of the history, the one that matters most first; -1 where none speaks for
        the recommendation.
    """

    items: np.ndarray
    reasons: np.ndarray


def people(group: Group) -> np.ndarray:
    """Return the rows of the people: those with a history of the most middling length.

    Parameters
    ----------
    group : Group
        Users with a single item are no example: nothing would be left of them.
    """
    lengths = np.diff(group.history.indptr)
    rows = np.flatnonzero(lengths > 1)
    distance = np.abs(lengths[rows] - np.median(lengths))
    return np.sort(rows[np.argsort(distance, kind="stable")][:N_PEOPLE])


def examples(model: Recommender, histories: sparse.csr_array) -> Examples:
    """Return what a fitted model recommends for histories, and why.

    Parameters
    ----------
    model : Recommender
    histories : csr_array of shape (n_people, n_items)
    """
    items = np.full((histories.shape[0], N_LISTED), -1)
    listed = model.recommend(histories, N_LISTED)
    items[:, : listed.shape[1]] = listed
    reasons = [
        reasons_for(model, histories[[row]], items[row]) for row in range(len(items))
    ]
    return Examples(items, np.array(reasons).reshape(*items.shape, N_REASONS))


def reasons_for(
    model: Recommender, history: sparse.csr_array, items: np.ndarray
) -> np.ndarray:
    """Return the items of a history without which recommendations score least.

    Parameters
    ----------
    model : Recommender
    history : csr_array of shape (1, n_items)
    items : int array of shape (n_listed,)
        The recommendations; of -1 there are no reasons.

    Returns
    -------
    int array of shape (n_listed, N_REASONS)
    """
    tried = np.sort(history.indices)[:MOST_TRIED]
    without = sparse.csr_array(np.repeat(history.toarray(), len(tried), axis=0))
    without[np.arange(len(tried)), tried] = 0
    without.eliminate_zeros()
    loss = model.predict(history)[:, items] - model.predict(without)[:, items]
    order = np.argsort(-loss, axis=0, kind="stable")[:N_REASONS]
    found = np.full((len(items), N_REASONS), -1)
    speaks = (np.take_along_axis(loss, order, axis=0) > 0) & (items >= 0)
    found[:, : len(order)] = np.where(speaks, tried[order], -1).T
    return found
