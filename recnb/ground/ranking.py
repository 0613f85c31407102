"""From scores to lists: masking what a user has seen, and the k best items."""

from __future__ import annotations

import numpy as np
from scipy import sparse


def mask_seen(scores: np.ndarray, history: sparse.csr_array) -> np.ndarray:
    """Return a copy of the scores with minus infinity where the history has an item.

    Parameters
    ----------
    scores : array of shape (n_users, n_items)
        A table of pandas is taken by position, here and in `top_k`.
    history : csr_array of shape (n_users, n_items)
        Every stored entry counts, a rating of 0 too.
    """
    masked = np.array(scores)
    if not np.issubdtype(masked.dtype, np.floating):
        masked = masked.astype(np.float64)
    rows = np.repeat(np.arange(history.shape[0]), np.diff(history.indptr))
    masked[rows, history.indices] = -np.inf
    return masked


def check_k(k: int) -> None:
    """Check the length of a list.

    Raises
    ------
    ValueError
        If it is not a whole number from 1 up.
    """
    if not isinstance(k, int | np.integer) or isinstance(k, bool) or k < 1:
        raise ValueError(f"k must be a whole number from 1 up, not {k!r}.")


def top_k(scores: np.ndarray, k: int) -> np.ndarray:
    """Return the k best items of each row, best first.

    Equal scores go to the lower item code, at the end of the list too, so that a list
    depends on nothing but its scores. An item of score minus infinity is never listed.

    Parameters
    ----------
    scores : float array of shape (n_users, n_items)
    k : int
        At least 1. A catalogue of fewer than k items gives lists of n_items.

    Returns
    -------
    int array of shape (n_users, min(k, n_items))
        Item codes; -1 fills a row that has fewer items to list.

    Raises
    ------
    ValueError
        If k is not a whole number from 1 up, or a score is NaN.
    """
    check_k(k)
    scores = np.asarray(scores)
    if scores.ndim != 2 or scores.shape[1] == 0:
        raise ValueError(
            f"scores has shape {scores.shape}; top_k takes a row a user and a column "
            "an item. For one user, hand over scores[None, :]."
        )
    if not np.issubdtype(scores.dtype, np.floating):
        scores = scores.astype(np.float64)
    if np.isnan(scores).any():
        raise ValueError(
            "A score is NaN, so the items have no order. Look for a division by zero "
            "or a training that diverged in the model that made the scores."
        )
    n = scores.shape[1]
    k = min(k, n)
    kth = np.partition(scores, n - k, axis=1)[:, n - k, None]
    above = scores > kth
    level = scores == kth
    places = k - above.sum(axis=1, keepdims=True)
    chosen = above | (level & (np.cumsum(level, axis=1, dtype=np.int32) <= places))
    items = np.nonzero(chosen)[1].reshape(-1, k)  # lower codes first in each row
    values = np.take_along_axis(scores, items, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    values = np.take_along_axis(values, order, axis=1)
    return np.where(values == -np.inf, -1, np.take_along_axis(items, order, axis=1))


def top_k_stored(
    scores: sparse.csr_array, history: sparse.csr_array, k: int
) -> np.ndarray:
    """Return the lists of `top_k` and `mask_seen`, and leave out the zeros.

    An item whose score is not stored has 0. Wherever k items are above it, the zeros
    are never looked at; the other rows are made dense. So a list costs about as much
    as its user has scores.

    Parameters
    ----------
    scores : csr_array of shape (n_users, n_items)
    history : csr_array of shape (n_users, n_items)
        Every stored entry is left out of the lists.
    k : int

    Returns
    -------
    int array of shape (n_users, min(k, n_items))
        As `top_k` of the dense scores, masked.

    Raises
    ------
    ValueError
        If k is not a whole number from 1 up, or a score is NaN.
    """
    check_k(k)
    scores = scores.sorted_indices()
    n_users, n_items = scores.shape
    k = min(k, n_items)
    users = np.repeat(np.arange(n_users), np.diff(scores.indptr))
    kept = np.flatnonzero(~(scores.data <= 0) & ~_is_seen(users, scores, history))
    users = users[kept]
    many = np.bincount(users, minlength=n_users)
    # The kept scores of each row, moved to its left.
    place = np.arange(len(kept)) - np.repeat(np.cumsum(many) - many, many)
    shape = n_users, max(k, many.max(initial=0))
    values = np.full(shape, -np.inf, dtype=scores.dtype)
    items = np.zeros(shape, dtype=np.int64)
    values[users, place] = scores.data[kept]
    items[users, place] = scores.indices[kept]
    lists = np.take_along_axis(items, top_k(values, k), axis=1)
    few = np.flatnonzero(many < k)
    if len(few):
        dense = mask_seen(scores[few].toarray(), history[few])
        lists[few] = top_k(dense, k)
    return lists


def _is_seen(
    users: np.ndarray, scores: sparse.csr_array, history: sparse.csr_array
) -> np.ndarray:
    """Tell of each stored score, sorted by user and item, whether the history has it.

    Parameters
    ----------
    users : int array
        The row of each stored score.
    scores, history : csr_arrays of shape (n_users, n_items)
    """
    n_items = scores.shape[1]
    pairs = users * n_items + scores.indices
    rows = np.repeat(np.arange(history.shape[0]), np.diff(history.indptr))
    wanted = rows * n_items + history.indices
    at = np.searchsorted(pairs, wanted)
    is_there = at < len(pairs)
    is_there[is_there] = pairs[at[is_there]] == wanted[is_there]
    seen = np.zeros(len(pairs), dtype=bool)
    seen[at[is_there]] = True
    return seen
