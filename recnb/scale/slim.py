"""ImplicitSLIM over a folder of parts: four products, each a sum over blocks of users.

XᵀX never exists. A task adds up what its users contribute to (XᵀX) T, an items x L
matrix, so that a worker holds two of those and one part.
"""

from __future__ import annotations

from functools import partial
from operator import add
from pathlib import Path

import numpy as np

from recnb.models.implicit_embeddings import (
    check_embeddings,
    check_penalties,
    drawn,
    has_users,
    squared_lengths,
    times_gram,
)
from recnb.scale.engine import Client, map_reduce
from recnb.scale.gram import chunks
from recnb.scale.parts import Parts
from recnb.scale.shelf import fetched, shelf

#: Tasks of a product, if there are as many parts: each hands over an items x L matrix.
TASKS = 32


def implicit_slim_of_parts(
    W: np.ndarray,
    parts: Parts,
    l2: float,
    alpha: float,
    threshold: int = 0,
    ratings: bool = False,
    client: Client | None = None,
) -> np.ndarray:
    """Draw item embeddings towards ones that EASE's weights reproduce.

    Parameters
    ----------
    W : array of shape (L, n_items)
        The embeddings, an item a column.
    parts : Parts
    l2, alpha, threshold
        As `recnb.models.implicit_slim` has them.
    ratings : bool
        Learn from the ratings instead of ones.
    client : Client, optional
        Of a cluster; without one, it is done here.

    Returns
    -------
    array of shape (L, n_items)
        As `implicit_slim` of all rows at once, to rounding, and the same bits for any
        number of workers.

    Raises
    ------
    ValueError
        As `implicit_slim`.
    CorruptDatasetError
        If a part is damaged.
    DiskError
        If there is no room beside the parts for the embeddings.
    """
    check_penalties(l2, alpha)
    W = check_embeddings(W, parts.n_items)
    pieces = chunks(parts, TASKS)
    users, lengths = map_reduce(
        partial(_sizes, ratings=ratings), pieces, add, client, "counting users"
    )
    A = np.where(has_users(users, threshold), W, 0)
    return drawn(
        W,
        A,
        1 / (lengths + l2),
        alpha,
        lambda T: gram_times(parts, T, ratings, client) + l2 * T,
    )


def gram_times(
    parts: Parts, T: np.ndarray, ratings: bool = False, client: Client | None = None
) -> np.ndarray:
    """Return (XᵀX) T, of the shape of T, (n_items, L), and in its precision.

    Raises
    ------
    CorruptDatasetError, DiskError
        As `implicit_slim_of_parts`.
    """
    with shelf(parts.folder, np.ascontiguousarray(T)) as path:
        task = partial(_contribution, path=path, ratings=ratings)
        pieces = chunks(parts, TASKS)
        return map_reduce(task, pieces, add, client, "multiplying by the Gram matrix")


def _sizes(parts: Parts, ratings: bool) -> np.ndarray:
    """Return the users and the squared length of each item; shape (2, n_items)."""
    sizes = np.zeros((2, parts.n_items))
    for part in parts:
        X = part.read(ratings)
        sizes[0] += np.bincount(X.indices, minlength=parts.n_items)
        sizes[1] += squared_lengths(X)
    return sizes


def _contribution(parts: Parts, path: Path, ratings: bool) -> np.ndarray:
    T = fetched(path)
    total = np.zeros_like(T)
    for part in parts:
        total += times_gram(part.read(ratings), T, l2=0)
    return total
