"""Histories in time order, for torch: in batches, and with what comes next.

A user's order travels as a csr_array whose values say when: the larger, the later. Here
it becomes what a recurrent net reads: the items seen one after another. One place in a
history is called a *step*.

Batches are filled up with zeros to the length of their longest history; among histories
of similar length that is little. On a processor without a GPU, torch's recurrent layers
take such a batch in less than half the time that they need for its `PackedSequence`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike
from scipy import sparse

# SLIT reads histories without a net: torch, which takes seconds to import, can wait.
if TYPE_CHECKING:
    from torch import Tensor

#: Fills the places of targets that a history is too short for.
NOTHING = -1


def in_order(X: sparse.csr_array) -> list[np.ndarray]:
    """Return each row's columns, sorted by their values.

    Parameters
    ----------
    X : csr_array of shape (n_rows, n_columns)
        The larger a stored value, the later.

    Returns
    -------
    list of n_rows int64 arrays

    Raises
    ------
    ValueError
        If a row stores a value twice: it does not say which comes first.
    """
    row_of_cell = np.repeat(np.arange(X.shape[0]), np.diff(X.indptr))
    order = np.lexsort((X.data, row_of_cell))
    values = X.data[order]
    tied = (values[1:] == values[:-1]) & (row_of_cell[1:] == row_of_cell[:-1])
    if tied.any():
        raise ValueError(
            f"Row {row_of_cell[1:][tied][0]} of X has the value "
            f"{values[1:][tied][0]:g} twice, so it says nothing about the order. A "
            "model of sequences takes the places in time: split.train_order to learn "
            "from, group.order to predict for."
        )
    parts = np.split(X.indices[order].astype(np.int64), X.indptr[1:-1])
    return parts[: X.shape[0]]  # of no rows, np.split makes one part


def places(histories: Sequence[np.ndarray], n_items: int) -> sparse.csr_array:
    """Return the matrix that `in_order` reads: at each item its place, from 1.

    Parameters
    ----------
    histories : sequence of n_rows int arrays
        No item twice in one of them.
    n_items : int
    """
    histories = _arrays(histories)
    lengths = [len(history) for history in histories]
    values = [np.arange(1, length + 1, dtype=np.float32) for length in lengths]
    rows = np.repeat(np.arange(len(histories)), lengths)
    cells = rows, np.concatenate(histories)
    shape = (len(histories), n_items)
    return sparse.coo_array((np.concatenate(values), cells), shape=shape).tocsr()


@dataclass(frozen=True)
class Steps:
    """Some users' histories, and at each step what comes next.

    Parameters
    ----------
    items : int64 tensor of shape (n_users, longest)
        The item seen last at each step; zeros behind a history's end.
    real : bool tensor of shape (n_users, longest)
        Where there is a step.
    targets : int64 tensor of shape (n_steps, k)
        The next k items of each real step, row by row; `NOTHING` beyond the end.
    """

    items: Tensor
    real: Tensor
    targets: Tensor

    def __len__(self) -> int:
        return len(self.targets)


def padded(histories: Sequence[np.ndarray]) -> tuple[Tensor, Tensor]:
    """Return histories as one array, and where it is real.

    Parameters
    ----------
    histories : sequence of int arrays

    Returns
    -------
    items : int64 tensor of shape (n_users, longest)
        Zeros behind the end of each history.
    real : bool tensor of the same shape
    """
    import torch

    histories = _arrays(histories)
    lengths = torch.tensor([len(history) for history in histories])
    real = torch.arange(int(lengths.max())) < lengths[:, None]
    items = torch.zeros(real.shape, dtype=torch.int64)
    items[real] = torch.as_tensor(np.concatenate(histories))
    return items, real


def next_items(histories: Sequence[np.ndarray], k: int) -> Steps:
    """Return the steps of some histories, all but the last of each.

    The last item of a history has nothing behind it, so it is no step, but it is a
    target of the k steps before.

    Parameters
    ----------
    histories : sequence of int arrays
        Each of at least two items, in time order.
    k : int
    """
    import torch

    histories = _arrays(histories)
    end = np.full(k - 1, NOTHING)
    windows = [sliding_window_view(np.append(h[1:], end), k) for h in histories]
    targets = torch.as_tensor(np.concatenate(windows))
    return Steps(*padded([history[:-1] for history in histories]), targets)


def batches_by_length(
    histories: Sequence[np.ndarray], n_steps: int, rng: np.random.Generator
) -> Iterator[list[np.ndarray]]:
    """Yield all histories once, in batches of similar length and about equal size.

    Users of similar length keep a recurrent net busy: it takes as many rounds for a
    batch as the longest history has steps. No history is cut or left out; one that is
    longer than a whole batch is a batch of its own.

    Parameters
    ----------
    histories : sequence of int arrays
    n_steps : int
        Of a batch, at most, unless a single history has more.
    rng : Generator
        Decides who of nearly equal length goes together, and the order of the batches.
    """
    histories = _arrays(histories)
    lengths = np.array([len(history) for history in histories])
    # A little noise, so that the same users do not meet in every epoch.
    order = np.argsort(lengths * rng.uniform(0.95, 1.05, len(lengths)))
    batches: list[list[np.ndarray]] = [[]]
    size = 0
    for user in order:
        if batches[-1] and size + lengths[user] > n_steps:
            batches.append([])
            size = 0
        batches[-1].append(histories[user])
        size += lengths[user]
    for place in rng.permutation(len(batches)):
        yield batches[place]


def _arrays(histories: Sequence[ArrayLike]) -> list[np.ndarray]:
    """Return histories by position, be they lists, or columns in a column of pandas."""
    return [np.asarray(history) for history in histories]
