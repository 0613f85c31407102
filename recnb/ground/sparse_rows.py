"""Rows of a sparse matrix in torch, and the two products that a recommender needs.

An autoencoder reads a row that is almost empty, and often is judged only where the row
is not. Both ends can be computed without ever writing down the zeros:

- `SparseRows.times` is X W, the first layer: a sum of the rows of W that X names;
- `SparseRows.at` is H Wᵀ at the cells that X stores, and nowhere else: the last layer.

Either costs time in proportion to the number of stored cells, forwards and backwards.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from copy import copy
from functools import cached_property

import numpy as np
import torch
from scipy import sparse
from torch import Tensor
from torch.nn.functional import embedding_bag


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
        self.indptr = torch.as_tensor(X.indptr.astype(np.int64))
        self.indices = torch.as_tensor(X.indices.astype(np.int64))
        self.values = torch.as_tensor(X.data.astype(np.float32))

    def __len__(self) -> int:
        return self.shape[0]

    def with_values(self, values: Tensor) -> SparseRows:
        """Return the same cells with other values; shape (n_stored,)."""
        other = copy(self)
        other.values = values
        return other

    def to(self, device: torch.device) -> SparseRows:
        """Return the same rows on a device; themselves, if they are there."""
        if device == self.values.device:
            return self
        other = SparseRows.__new__(SparseRows)
        other.shape = self.shape
        for name in ("indptr", "indices", "values"):
            setattr(other, name, getattr(self, name).to(device))
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
        filled = self.values.new_zeros(self.shape)
        filled[self.row_of_cell, self.indices] = self.values
        return filled

    @cached_property
    def row_of_cell(self) -> Tensor:
        """The row of each stored cell; shape (n_stored,)."""
        rows = torch.arange(self.shape[0], device=self.indptr.device)
        return rows.repeat_interleave(self.indptr.diff())

    @cached_property
    def by_column(self) -> tuple[Tensor, Tensor, Tensor]:
        """Indptr and indices of Xᵀ, and the place of its cells in `values`."""
        places = np.arange(len(self.indices))
        cells = places, self.indices.cpu(), self.indptr.cpu()
        T = sparse.csr_array(cells, self.shape).tocsc()
        arrays = T.indptr.astype(np.int64), T.indices.astype(np.int64), T.data
        # Asked for in a backward pass, whose thread may know of no default device.
        device = self.indices.device
        return tuple(torch.as_tensor(array, device=device) for array in arrays)


def mini_batches(
    X: sparse.csr_array, size: int, rng: np.random.Generator
) -> Iterator[SparseRows]:
    """Yield all rows of X once, in random order, `size` at a time."""
    for rows in shuffled(X.shape[0], size, rng):
        yield SparseRows(X[rows])


def shuffled(n: int, size: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield the numbers from 0 to n - 1 once, in random order, `size` at a time."""
    order = rng.permutation(n)
    for start in range(0, n, size):
        yield order[start : start + size]


@torch.no_grad()
def by_rows(
    X: sparse.csr_array, function: Callable[[SparseRows], Tensor], size: int = 1024
) -> np.ndarray:
    """Apply a function to all rows of X, `size` at a time, and stack the results."""
    starts = range(0, X.shape[0], size)
    parts = (function(SparseRows(X[start : start + size])) for start in starts)
    return np.concatenate([part.cpu().numpy() for part in parts])


def _product(indptr: Tensor, indices: Tensor, values: Tensor, W: Tensor) -> Tensor:
    """Return the sparse matrix times W."""
    return embedding_bag(
        indices, W, indptr[:-1], mode="sum", per_sample_weights=values.to(W.dtype)
    )


class _Times(torch.autograd.Function):
    """X W; the derivative by W is Xᵀ G."""

    @staticmethod
    def forward(ctx, W: Tensor, X: SparseRows) -> Tensor:
        ctx.X = X
        return _product(X.indptr, X.indices, X.values, W.contiguous())

    @staticmethod
    def backward(ctx, G: Tensor) -> tuple[Tensor, None]:
        indptr, indices, order = ctx.X.by_column
        return _product(indptr, indices, ctx.X.values[order], G.contiguous()), None


class _At(torch.autograd.Function):
    """H Wᵀ at the cells of X; with G at these cells, derivatives G W and Gᵀ H."""

    @staticmethod
    def forward(ctx, H: Tensor, W: Tensor, X: SparseRows) -> Tensor:
        ctx.X = X
        ctx.save_for_backward(H, W)
        cells = H.new_zeros(len(X.indices))
        with warnings.catch_warnings():  # torch calls its csr tensors a beta version
            warnings.simplefilter("ignore", UserWarning)
            pattern = torch.sparse_csr_tensor(X.indptr, X.indices, cells, X.shape)
        return torch.sparse.sampled_addmm(pattern, H, W.T, beta=0.0).values()

    @staticmethod
    def backward(ctx, g: Tensor) -> tuple[Tensor, Tensor, None]:
        (H, W), X = ctx.saved_tensors, ctx.X
        indptr, indices, order = X.by_column
        G_W = _product(X.indptr, X.indices, g, W.contiguous())
        return G_W, _product(indptr, indices, g[order], H.contiguous()), None
