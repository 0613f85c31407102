"""The products of a sparse matrix X with dense ones, compiled: column by column.

A batch has few rows and many columns. What has a line for each row, such as H, stays in
the processor's cache, while W, with a line for each column, goes by once and in order.
Row by row, each stored cell would fetch its line of W from far away.

All functions know X, of shape (n_rows, n_columns), by its columns: the cells of column
c are those from ``indptr[c]`` to ``indptr[c + 1]``, ``rows`` says in which row each of
them stands, and ``values`` what it holds.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recnb.compiled import compiled, in_threads

# Sums may be taken in another order, so that several terms are added at once.
IN_ANY_ORDER = {"reassoc", "contract"}
# Multiplications that are worth a thread of their own: fewer are done sooner without.
WORTH_A_THREAD = 2_000_000


def times(
    indptr: np.ndarray,
    rows: np.ndarray,
    values: np.ndarray,
    W: np.ndarray,
    n_rows: int,
    n_threads: int = 1,
) -> np.ndarray:
    """Return X W, shape (n_rows, k), for a W of shape (n_columns, k)."""
    XW = np.zeros((n_rows, W.shape[1]), W.dtype)
    _in_parts(
        lambda start, end: _add_times(indptr, rows, values, W, XW, start, end),
        W.shape[1],
        values.size * W.shape[1],
        n_threads,
    )
    return XW


def transposed_times(
    indptr: np.ndarray,
    rows: np.ndarray,
    values: np.ndarray,
    H: np.ndarray,
    n_threads: int = 1,
) -> np.ndarray:
    """Return Xᵀ H, shape (n_columns, k), for an H of shape (n_rows, k)."""
    XtH = np.zeros((len(indptr) - 1, H.shape[1]), H.dtype)
    _in_parts(
        lambda start, end: _add_transposed(indptr, rows, values, H, XtH, start, end),
        H.shape[1],
        values.size * H.shape[1],
        n_threads,
    )
    return XtH


def at_cells(
    indptr: np.ndarray,
    rows: np.ndarray,
    H: np.ndarray,
    W: np.ndarray,
    n_threads: int = 1,
) -> np.ndarray:
    """Return H Wᵀ at the cells of X, shape (n_stored,), column by column.

    H has shape (n_rows, k), and W has shape (n_columns, k).
    """
    cells = np.empty(len(rows), W.dtype)
    _in_parts(
        lambda start, end: _write_cells(indptr, rows, H, W, cells, start, end),
        len(W),
        cells.size * W.shape[1],
        n_threads,
    )
    return cells


def _in_parts(
    work: Callable[[int, int], None], n: int, n_products: int, n_threads: int
) -> None:
    """Call work(start, end) on equal parts of range(n), in as many threads."""
    n_parts = min(n_threads, 1 + n_products // WORTH_A_THREAD)
    if n_parts == 1:
        work(0, n)
        return
    ends = [n * part // n_parts for part in range(n_parts + 1)]
    in_threads(lambda part: work(*ends[part : part + 2]), range(n_parts), n_parts)


@compiled(fastmath=IN_ANY_ORDER)
def _add_times(indptr, rows, values, W, XW, start, end):
    """Add X W, of each line the numbers from start to end."""
    for c in range(len(indptr) - 1):
        w = W[c, start:end]
        for cell in range(indptr[c], indptr[c + 1]):
            line, x = XW[rows[cell], start:end], values[cell]
            for i in range(len(w)):
                line[i] += x * w[i]


@compiled(fastmath=IN_ANY_ORDER)
def _add_transposed(indptr, rows, values, H, XtH, start, end):
    """Add Xᵀ H, of each line the numbers from start to end."""
    for c in range(len(indptr) - 1):
        line = XtH[c, start:end]
        for cell in range(indptr[c], indptr[c + 1]):
            h, x = H[rows[cell], start:end], values[cell]
            for i in range(len(h)):
                line[i] += x * h[i]


@compiled(fastmath=IN_ANY_ORDER)
def _write_cells(indptr, rows, H, W, cells, start, end):
    """Write the cells of the columns from start to end."""
    for c in range(start, end):
        w = W[c]
        for cell in range(indptr[c], indptr[c + 1]):
            h, product = H[rows[cell]], w[0] * 0
            for i in range(len(w)):
                product += h[i] * w[i]
            cells[cell] = product
