"""Which interactions go where: masks over the rows of the data."""

from __future__ import annotations

import numpy as np

from recnb.data.interactions import Interactions
from recnb.evaluation.protocols.checks import check_order


def positives(interactions: Interactions, min_rating: float | None) -> np.ndarray:
    """Mark the interactions that count as positive; all, if min_rating is None."""
    if min_rating is None or interactions.ratings is None:
        return np.ones(len(interactions), dtype=bool)
    return interactions.ratings >= min_rating


def are_among(codes: np.ndarray, chosen: np.ndarray, n: int) -> np.ndarray:
    """Mark the codes, of n there are, that are among the chosen ones."""
    is_chosen = np.zeros(n, dtype=bool)
    is_chosen[chosen] = True
    return is_chosen[codes]


def occurring(codes: np.ndarray, n: int) -> np.ndarray:
    """Return the codes, of n there are, that occur, each once and ascending."""
    return np.flatnonzero(np.bincount(codes, minlength=n)).astype(codes.dtype)


def hold_out_items(
    interactions: Interactions,
    known: np.ndarray,
    order: str,
    share: float,
    seed: int,
    stream: int = 1,
) -> np.ndarray:
    """Choose each user's held-out rows among the known ones; a mask over all rows.

    Another stream is another random choice; the users' one, which must not depend on
    `order`, is stream 0.
    """
    check_order(order)
    if order == "random":
        keys = np.random.default_rng([seed, stream]).random(len(interactions))
    else:
        keys = timestamps(interactions)
    counts = np.bincount(interactions.users[known], minlength=interactions.n_users)
    n_heldout = np.maximum(1, (share * counts).astype(int))
    n_heldout[counts < 2] = 0
    return last_rows(interactions.users, keys, known, n_heldout)


def last_rows(
    users: np.ndarray, keys: np.ndarray, rows: np.ndarray, n_last: np.ndarray
) -> np.ndarray:
    """Mark the n_last[u] rows of each user u with the largest keys, later rows first.

    Parameters
    ----------
    users, keys : arrays of shape (n_interactions,)
    rows : bool array of shape (n_interactions,)
        The rows to choose from.
    n_last : int array of shape (n_users,)

    Returns
    -------
    bool array of shape (n_interactions,)
    """
    rows = np.flatnonzero(rows)
    # lexsort is stable: its last key sorts first, and the file breaks ties.
    rows = rows[np.lexsort((keys[rows], users[rows]))]
    sorted_users = users[rows]
    ends = np.cumsum(np.bincount(sorted_users, minlength=len(n_last)))
    from_end = ends[sorted_users] - np.arange(len(rows))
    chosen = np.zeros(len(users), dtype=bool)
    chosen[rows[from_end <= n_last[sorted_users]]] = True
    return chosen


def timestamps(interactions: Interactions) -> np.ndarray:
    """Return when each interaction was, or complain that nobody knows."""
    if interactions.timestamps is None:
        raise ValueError(
            f"{interactions.name} has no timestamps, so nobody knows which item is the "
            'newest; use strong_generalization with order="random".'
        )
    return interactions.timestamps
