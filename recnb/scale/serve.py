"""Lists for many users: the k best unseen items of each, a block of users at a time.

The scores of 100,000 users and as many items would be 40 GB. A block's scores are
enough to list its users, so that the memory is that of a block, whatever the number of
users. Two ways lead to a list:

- `lists` asks the model for the scores. With sparse weights between items (`SparseEASE`
  and others) only the scores that are not 0 are computed and looked at.
- `searched_lists` asks for the users' vectors, and an index of faiss for the items: for
  models whose scores are dot products, as `LRR` and `ALSMF`.

The parts of a folder are blocks already: ``lists(model, part.read(), k)``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy import sparse
from sklearn.utils.validation import check_is_fitted

from recnb.ground.progress import Progress
from recnb.ground.ranking import check_k
from recnb.models.base import Recommender
from recnb.models.checks import check_matrix

if TYPE_CHECKING:
    from recnb.models.retrieval import IndexSearch

#: Scores of a block, if the number of its users is not given: 32 MiB of float32.
SCORES_AT_ONCE = 2**23


class Factorised(Protocol):
    """A model whose scores are dot products of vectors."""

    n_items_: int

    def user_vectors(self, X: sparse.csr_array) -> np.ndarray:
        """Return the vectors of users with these histories; shape (n_users, d)."""

    def item_vectors(self) -> np.ndarray:
        """Return the items' vectors; shape (n_items, d)."""


def lists(
    model: Recommender,
    X: sparse.csr_array,
    k: int = 10,
    users_at_once: int | None = None,
) -> np.ndarray:
    """Return what ``model.recommend(X, k)`` does, block by block.

    Parameters
    ----------
    model : Recommender
        Fitted, and one that scores each history by itself.
    X : csr_array of shape (n_users, n_items)
        Histories, whose items are left out.
    k : int
    users_at_once : int, optional
        Users of a block; by default so many that it has 8 million scores.

    Returns
    -------
    int32 array of shape (n_users, min(k, n_items))
        Item codes, best first; -1 where a user has fewer unseen items.

    Raises
    ------
    ValueError
        If k or users_at_once is not a whole number from 1 up, X does not fit the model,
        or the model can do nothing for an empty history: before the first block.

    Notes
    -----
    Memory: the lists; and for a block ``users_at_once * n_items`` scores, some 20 bytes
    each. With sparse weights it is some 50 bytes for each score that is not 0, as if
    all users of the block had as many of them as the one who has most.
    """
    X, length = _checked(model, X, k)
    if model.needs_history:
        _check_nobody_is_empty(X)
    found = np.empty((X.shape[0], length), dtype=np.int32)
    for users in _blocks(np.arange(X.shape[0]), X.shape[1], users_at_once):
        found[users] = model.recommend(X[users], k)
    return found


def searched_lists(
    model: Factorised,
    search: IndexSearch,
    X: sparse.csr_array,
    k: int = 10,
    users_at_once: int | None = None,
) -> np.ndarray:
    """Return the k best unseen items that an index finds, block by block.

    Of each user are asked for as many items more as the history has, since all of them
    may be found; users with histories of similar length make a block.

    Parameters
    ----------
    model : a model whose scores are dot products, fitted
    search : IndexSearch
        Fitted, on ``model.item_vectors()``.
    X, k, users_at_once
        As `lists` takes them.

    Returns
    -------
    int32 array of shape (n_users, min(k, n_items))
        As `lists`, if the search is exact, but for equal scores, which go to an item as
        faiss has it; -1 also where an approximate search has found fewer.

    Raises
    ------
    ValueError
        If k or users_at_once is not a whole number from 1 up, X does not fit the model,
        or the search has other items.

    Notes
    -----
    Memory: the lists, and for a block what faiss takes: with an exact search the scores
    of some thousands of users and items at a time.
    """
    X, length = _checked(model, X, k)
    if search.n_items_ != model.n_items_:
        raise ValueError(
            f"The search has {search.n_items_:,} items, the model {model.n_items_:,}: "
            "fit it on model.item_vectors()."
        )
    n_seen = np.diff(X.indptr)
    found = np.empty((X.shape[0], length), dtype=np.int32)
    order = np.argsort(n_seen, kind="stable")
    for users in _blocks(order, X.shape[1], users_at_once):
        history = X[users]
        P = model.user_vectors(history)
        items = search.search_many(P, k + int(n_seen[users].max()))
        found[users] = _unseen(items, history, length)
    return found


def _unseen(items: np.ndarray, history: sparse.csr_array, k: int) -> np.ndarray:
    """Return the first k items of each row that the history does not have."""
    n_users, n_items = history.shape
    rows = np.arange(n_users)[:, None]
    seen = np.repeat(rows[:, 0], np.diff(history.indptr)) * n_items + history.indices
    is_new = (items >= 0) & ~np.isin(rows * n_items + items, seen)
    # False sorts before True: what is new moves to the left, in its order.
    places = np.argsort(~is_new, axis=1, kind="stable")[:, :k]
    items = np.where(is_new, items, -1)
    return np.take_along_axis(items, places, axis=1)


def _checked(
    model: Recommender | Factorised, X: sparse.csr_array, k: int
) -> tuple[sparse.csr_array, int]:
    """Check what is to be listed; return X and the length of a list."""
    check_is_fitted(model)
    check_k(k)
    if getattr(model, "needs_all_users", False):
        raise ValueError(
            f"{type(model).__name__} scores all its training users at once: call its "
            "recommend."
        )
    X = check_matrix(X, keep_zeros=getattr(model, "takes_ratings", False))
    if X.shape[1] != model.n_items_:
        raise ValueError(
            f"X has {X.shape[1]} columns, but the model was fitted on "
            f"{model.n_items_} items; use the columns of the training matrix."
        )
    return X, min(k, model.n_items_)


def _check_nobody_is_empty(X: sparse.csr_array) -> None:
    empty = np.flatnonzero(np.diff(X.indptr) == 0)
    if len(empty):
        raise ValueError(
            f"The history in row {empty[0]} is empty ({len(empty)} such rows): leave "
            "these users out, and recommend popular items to them."
        )


def _blocks(
    order: np.ndarray, n_items: int, users_at_once: int | None
) -> Iterator[np.ndarray]:
    """Yield the users of each block, in this order, and show the progress."""
    if users_at_once is None:
        users_at_once = max(1, SCORES_AT_ONCE // n_items)
    if not isinstance(users_at_once, int) or users_at_once < 1:
        raise ValueError(
            f"users_at_once must be a whole number from 1 up, not {users_at_once!r}."
        )
    starts = range(0, len(order), users_at_once)
    with Progress("lists", len(starts)) as progress:
        for start in starts:
            yield order[start : start + users_at_once]
            progress.step()
