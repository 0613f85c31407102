"""From interactions to matrices, users x items: ones, places in time, shares."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from recnb.data.interactions import Interactions

#: Codes of users and of items, one of each a pair.
Pairs = tuple[np.ndarray, np.ndarray]


def binary(
    interactions: Interactions, rows: np.ndarray | slice = slice(None)
) -> sparse.csr_array:
    """Return a one at each of these rows of the data."""
    pairs = interactions.users[rows], interactions.items[rows]
    return pairs_matrix(pairs, (interactions.n_users, interactions.n_items))


def pairs_matrix(pairs: Pairs, shape: tuple[int, int]) -> sparse.csr_array:
    """Return a one at each (user, item) pair."""
    ones = np.ones(len(pairs[0]), dtype=np.float32)
    return sparse.coo_array((ones, pairs), shape=shape).tocsr()


def places_in_time(
    interactions: Interactions,
    rows: np.ndarray,
    users: np.ndarray,
    columns: np.ndarray | slice = slice(None),
) -> sparse.csr_array | None:
    """Return the places in time of some users' rows; None if there are no times."""
    if interactions.timestamps is None:
        return None
    return _places(interactions, rows)[users][:, columns]


def _places(interactions: Interactions, rows: np.ndarray) -> sparse.csr_array:
    """Return users x items: at each of these rows, its place in its user's order."""
    rows, users = np.flatnonzero(rows), interactions.users
    # lexsort is stable: its last key sorts first, and the file breaks ties.
    rows = rows[np.lexsort((interactions.timestamps[rows], users[rows]))]
    ends = np.cumsum(np.bincount(users[rows], minlength=interactions.n_users))
    starts = np.concatenate([[0], ends[:-1]])[users[rows]]
    places = (1 + np.arange(len(rows)) - starts).astype(np.float32)
    shape = (interactions.n_users, interactions.n_items)
    cells = users[rows], interactions.items[rows]
    return sparse.coo_array((places, cells), shape=shape).tocsr()


def shares_of(train: sparse.csr_array) -> np.ndarray:
    """Return the share of training users who have each item."""
    return np.bincount(train.indices, minlength=train.shape[1]) / train.shape[0]
