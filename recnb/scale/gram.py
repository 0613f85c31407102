"""XᵀX from a folder of parts: dense, or sparse with the entries that are large enough.

The dense matrix of 100,000 items would take 40 GB. It is made in *panels*: some of its
rows, up to the diagonal, which one worker can hold. A task adds up one panel over the
users of some parts. The small entries of a panel are dropped when its sum over all
users is complete, so that what is kept is exact. The price is that each panel reads all
parts once more: half the memory for a panel means twice as many passes over the data.

A worker holds one panel and one part, and three panels while two are added; where there
are `TASKS` panels or more, none are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import isqrt
from operator import add
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from recnb.ground.machine import MIB
from recnb.models.ease import check_memory
from recnb.scale.engine import Client, Work, map_reduce
from recnb.scale.parts import Part, Parts
from recnb.scale.shelf import fetched, shelf

#: At least so many tasks are made, if there are as many parts: enough for as many
#: workers, and independent of how many there are.
TASKS = 16
PANEL_BYTES = 512 * MIB
FLOAT32 = 4  # bytes


@dataclass(frozen=True)
class Panel:
    """The rows start ... stop - 1 of a symmetric matrix, and its columns up to stop."""

    start: int
    stop: int

    @property
    def shape(self) -> tuple[int, int]:
        """Of the panel as an array."""
        return self.stop - self.start, self.stop


def panels(n_items: int, panel_bytes: int = PANEL_BYTES) -> list[Panel]:
    """Cut the lower triangle of an items x items matrix into panels of equal size.

    Parameters
    ----------
    n_items : int
    panel_bytes : int
        Memory of a panel in float32; a single row may take more.

    Returns
    -------
    list of Panel
        Of about n_items² / 2 numbers in all.
    """
    numbers = panel_bytes // FLOAT32
    found, start = [], 0
    while start < n_items:
        # The largest stop with (stop - start) stop <= numbers, but one row at least.
        stop = (start + isqrt(start**2 + 4 * numbers)) // 2
        stop = min(n_items, max(stop, start + 1))
        found.append(Panel(start, stop))
        start = stop
    return found


def chunks(parts: Parts, most: int) -> list[Parts]:
    """Cut a folder into chunks of neighbouring parts, `most` of them at most."""
    n = min(most, len(parts))
    if n < 1:
        raise ValueError(f"{parts.name}: there is no part to work on.")
    edges = [len(parts) * k // n for k in range(n + 1)]
    return [parts[edges[k] : edges[k + 1]] for k in range(n)]


def dense_gram(
    parts: Parts,
    ratings: bool = False,
    panel_bytes: int = PANEL_BYTES,
    client: Client | None = None,
) -> np.ndarray:
    """Return XᵀX as a dense array, in this process's memory.

    Parameters
    ----------
    parts : Parts
    ratings : bool
        Of the ratings instead of ones.
    panel_bytes : int
        What a worker may take for a panel.
    client : Client, optional
        Of a cluster; without one, it is done here.

    Returns
    -------
    float32 array of shape (n_items, n_items)
        As `recnb.models.gram_matrix` of all rows at once: to the last bit for ones, as
        long as no item has more than 2²⁴ users; to rounding for ratings.

    Raises
    ------
    MemoryError
        If the dense matrix does not fit into the memory that is left here.
    CorruptDatasetError
        If a part is damaged.
    DiskError
        If there is no room beside the parts for a small file.
    """
    n = parts.n_items
    check_memory(n, np.dtype(np.float32))
    G = np.empty((n, n), dtype=np.float32)
    for panel, A in _sums(parts, ratings, panel_bytes, client, _whole):
        rows = slice(panel.start, panel.stop)
        G[rows, : panel.stop] = A
        G[: panel.start, rows] = A[:, : panel.start].T
    return G


def sparse_gram(
    parts: Parts,
    threshold: float,
    ratings: bool = False,
    panel_bytes: int = PANEL_BYTES,
    client: Client | None = None,
) -> sparse.csr_array:
    """Return XᵀX without the entries off the diagonal that are below a threshold.

    Parameters
    ----------
    parts : Parts
    threshold : float
        Above 0; for ones, the number of users who must have both items. The higher it
        is, the fewer entries: it bounds the memory of the result.
    ratings, panel_bytes, client
        As `dense_gram`.

    Returns
    -------
    csr_array of shape (n_items, n_items), float32
        Symmetric; every entry is exact.

    Raises
    ------
    ValueError
        If the threshold is not above 0.
    CorruptDatasetError
        If a part is damaged.
    DiskError
        If there is no room beside the parts for a small file.
    """
    if not threshold > 0:
        raise ValueError(
            f"threshold must be above 0, not {threshold}: with 0, all entries are kept "
            "and dense_gram is the shorter way."
        )
    lower = {}
    finish = partial(_large_entries, threshold=threshold, n_items=parts.n_items)
    for panel, A in _sums(parts, ratings, panel_bytes, client, finish):
        lower[panel.start] = A
    L = sparse.vstack([lower[start] for start in sorted(lower)], format="csr")
    return (L + sparse.tril(L, -1).T).tocsr()


def item_users(parts: Parts, client: Client | None = None) -> np.ndarray:
    """Return how many users have each item; int64 array of shape (n_items,)."""
    pieces = chunks(parts, TASKS)
    return map_reduce(_users_of_items, pieces, add, client, "counting users")


def _sums(
    parts: Parts,
    ratings: bool,
    panel_bytes: int,
    client: Client | None,
    finish: Callable[..., Any],
) -> Iterator[tuple[Panel, Any]]:
    """Yield each panel and what is made of its sum, in whatever order they are done."""
    work = Work("Gram matrix")
    todo = panels(parts.n_items, panel_bytes)
    pieces = chunks(parts, -(-TASKS // len(todo)))
    # Every panel needs every part: their names lie in a file, and not in each task.
    with shelf(parts.folder, pieces) as path:
        values = []
        for panel in todo:
            task = partial(_panel_of, path=path, panel=panel, ratings=ratings)
            total = work.sum(work.each(task, range(len(pieces))), add)
            values.append(work.then(partial(finish, panel=panel), total))
        for number, result in work.results(values, client):
            yield todo[number], result


def _panel_of(piece: int, path: Path, panel: Panel, ratings: bool) -> np.ndarray:
    return panel_sum(fetched(path)[piece], panel, ratings)


def panel_sum(parts: Sequence[Part], panel: Panel, ratings: bool) -> np.ndarray:
    """Return a panel of XᵀX over some parts; float32 array of the panel's shape."""
    A = np.zeros(panel.shape, dtype=np.float32)
    for part in parts:
        _add_users(A, part.read(ratings), panel)
    return A


def _add_users(A: np.ndarray, X: sparse.csr_array, panel: Panel) -> None:
    """Add a block of users to a panel, in place."""
    columns = X[:, panel.start : panel.stop]
    users = np.flatnonzero(np.diff(columns.indptr))
    product = columns[users].T.tocsr() @ X[users][:, : panel.stop]
    row_starts = np.repeat(np.arange(len(A)) * panel.stop, np.diff(product.indptr))
    # No entry is there twice. One index is two to four times as fast as two.
    A.reshape(-1)[row_starts + product.indices] += product.data


def _whole(A: np.ndarray, panel: Panel) -> np.ndarray:
    return A


def _large_entries(
    A: np.ndarray, panel: Panel, threshold: float, n_items: int
) -> sparse.csr_array:
    """Return the lower triangle's entries that are kept, a row for each of a panel."""
    n = len(A)
    is_kept = threshold <= A
    diagonal = np.arange(n), np.arange(panel.start, panel.stop)
    is_kept[diagonal] = A[diagonal] != 0
    rows, columns = np.nonzero(is_kept)
    lower = columns <= rows + panel.start
    rows, columns = rows[lower], columns[lower].astype(np.int32)
    kept = A[rows, columns], (rows, columns)
    return sparse.coo_array(kept, shape=(n, n_items)).tocsr()


def _users_of_items(parts: Parts) -> np.ndarray:
    counts = np.zeros(parts.n_items, dtype=np.int64)
    for part in parts:
        counts += np.bincount(part.read().indices, minlength=parts.n_items)
    return counts
