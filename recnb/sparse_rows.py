"""Rows of a sparse matrix in torch, and the two products that a recommender needs.

An autoencoder reads a row that is almost empty, and often is judged only where the row
is not. Both ends can be computed without ever writing down the zeros:

- `SparseRows.times` is X W, the first layer: a sum of the rows of W that X names;
- `SparseRows.at` is H Wᵀ at the cells that X stores, and nowhere else: the last layer.

Either costs time in proportion to the number of stored cells, forwards and backwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from functools import cached_property

import numpy as np
import torch
from scipy import sparse
from torch import Tensor


class SparseRows:
    """A csr_array for torch.

    Parameters
    ----------
    X : csr_array of shape (n_rows, n_columns)

    Attributes
    ----------
    shape : (int, int)
    indptr, indices : int64 tensors
        As in the csr_array.
    values : float32 tensor of shape (n_stored,)
    """

    def __init__(self, X: sparse.csr_array) -> None:
        self.shape = X.shape
        self.indptr = torch.from_numpy(X.indptr.astype(np.int64))
        self.indices = torch.from_numpy(X.indices.astype(np.int64))
        self.values = torch.from_numpy(X.data.astype(np.float32))

    def __len__(self) -> int:
        return self.shape[0]

    def with_values(self, values: Tensor) -> SparseRows:
        """Return the same cells with other values; shape (n_stored,)."""
        other = copy(self)
        other.values = values
        return other

    def times(self, W: Tensor) -> Tensor:
        """Return X W, shape (n_rows, k), for a W of shape (n_columns, k)."""
        return _Times.apply(W, self)

    def at(self, H: Tensor, W: Tensor) -> Tensor:
        """Return H Wᵀ at the stored cells; shape (n_stored,), in the order of `values`.

        H has shape (n_rows, k) and W has shape (n_columns, k).
        """
        return _At.apply(H, W, self)

    def dense(self) -> Tensor:
        """Return the rows with their zeros; shape (n_rows, n_columns)."""
        filled = torch.zeros(self.shape)
        filled[self.row_of_cell, self.indices] = self.values
        return filled

    @cached_property
    def row_of_cell(self) -> Tensor:
        """The row of each stored cell; shape (n_stored,)."""
        rows = torch.arange(self.shape[0])
        return rows.repeat_interleave(self.indptr.diff())

    @cached_property
    def by_column(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Indptr and indices of Xᵀ, and the place of its cells in `values`."""
        place = np.arange(len(self.indices))
        cells = place, self.indices.numpy(), self.indptr.numpy()
        columns = sparse.csr_array(cells, shape=self.shape).tocsc()
        return (
            columns.indptr.astype(np.int64),
            columns.indices.astype(np.int64),
            columns.data,
        )


def mini_batches(
    X: sparse.csr_array, size: int, rng: np.random.Generator
) -> Iterator[SparseRows]:
    """Yield all rows of X once, in random order, `size` at a time."""
    order = rng.permutation(X.shape[0])
    for start in range(0, len(order), size):
        yield SparseRows(X[order[start : start + size]])


@torch.no_grad()
def by_rows(
    X: sparse.csr_array, function: Callable[[SparseRows], Tensor], size: int = 1024
) -> np.ndarray:
    """Apply a function to all rows of X, `size` at a time, and stack the results."""
    starts = range(0, X.shape[0], size)
    parts = [function(SparseRows(X[start : start + size])).numpy() for start in starts]
    return np.concatenate(parts)


class _Times(torch.autograd.Function):
    """X W; the derivative by W is Xᵀ G."""

    @staticmethod
    def forward(ctx, W: Tensor, X: SparseRows) -> Tensor:
        ctx.X = X
        return _times(X, X.values, W)

    @staticmethod
    def backward(ctx, G: Tensor) -> tuple[Tensor, None]:
        return _transposed_times(ctx.X, ctx.X.values, G), None


class _At(torch.autograd.Function):
    """H Wᵀ at the cells of X; with g at these cells, derivatives g W and gᵀ H."""

    @staticmethod
    def forward(ctx, H: Tensor, W: Tensor, X: SparseRows) -> Tensor:
        from recnb.sparse_products import at_cells  # compiled: slow to load

        ctx.X = X
        ctx.save_for_backward(H, W)
        indptr, rows, order = X.by_column
        cells = torch.empty(len(order), dtype=H.dtype)
        dense = _array(H), _array(W)
        cells.numpy()[order] = at_cells(indptr, rows, *dense, torch.get_num_threads())
        return cells

    @staticmethod
    def backward(ctx, g: Tensor) -> tuple[Tensor, Tensor, None]:
        (H, W), X = ctx.saved_tensors, ctx.X
        return _times(X, g, W), _transposed_times(X, g, H), None


def _times(X: SparseRows, values: Tensor, W: Tensor) -> Tensor:
    """Return X W where X holds other values."""
    from recnb.sparse_products import times

    indptr, rows, order = X.by_column
    cells = values.to(W.dtype).numpy()[order]
    threads = torch.get_num_threads()
    return torch.from_numpy(times(indptr, rows, cells, _array(W), len(X), threads))


def _transposed_times(X: SparseRows, values: Tensor, H: Tensor) -> Tensor:
    """Return Xᵀ H where X holds other values."""
    from recnb.sparse_products import transposed_times

    indptr, rows, order = X.by_column
    cells = values.to(H.dtype).numpy()[order]
    threads = torch.get_num_threads()
    return torch.from_numpy(transposed_times(indptr, rows, cells, _array(H), threads))


def _array(dense: Tensor) -> np.ndarray:
    return dense.detach().contiguous().numpy()
