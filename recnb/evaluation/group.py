"""`Group`: users to judge a model on, what it may see of them and what was held out."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np
from scipy import sparse

from recnb.data.columns import into_arrays
from recnb.evaluation.card import Protocol


@dataclass(frozen=True, eq=False, repr=False)
class Group:
    """Users to judge a model on: what it may see of them, and what was held out.

    What is no matrix may be lists or columns of pandas: they are taken by position.

    Parameters
    ----------
    name : str
        ``"val"`` for choosing hyper-parameters, ``"test"`` for the final number.
    protocol : Protocol
    users : int array of shape (n_rows,)
        User code of each row, as in the `Interactions`.
    history : csr_array of shape (n_rows, n_items)
        What the model is shown.
    heldout : csr_array of shape (n_rows, n_items)
        What it shall find (ones) or predict (ratings); shares no entry with `history`.
    popularity : float array of shape (n_items,)
        Share of the training users who have each item; for `novelty`.
    candidates : int array of shape (n_rows, 1 + n_negatives), optional
        The only items to rank, the held-out one first. None: the whole catalogue.
    rating_range : (float, float), optional
        Lowest and highest rating, if `heldout` has ratings.
    order : csr_array of shape (n_rows, n_items), optional
        The cells of `history`, and in each its place in time: 1 is the user's first
        item. For models of sequences, whose attribute ``needs_order`` is true. Every
        protocol but `rating_holdout` gives it, where the data has timestamps.
    """

    name: str
    protocol: Protocol
    users: np.ndarray
    history: sparse.csr_array
    heldout: sparse.csr_array
    popularity: np.ndarray
    candidates: np.ndarray | None = None
    rating_range: tuple[float, float] | None = None
    order: sparse.csr_array | None = None

    def __post_init__(self) -> None:
        into_arrays(self, "users", "popularity", "candidates")

    def _facts(self) -> str:
        judged = np.count_nonzero(np.diff(self.heldout.indptr))
        return (
            f"{self.name} group: {len(self.users):,} users, {judged:,} of them with "
            f"something held out; {self.history.nnz:,} interactions shown, "
            f"{self.heldout.nnz:,} held out"
        )

    def __repr__(self) -> str:
        return f"{self._facts()}\n{self.protocol!r}"

    def _repr_html_(self) -> str:
        return f"<p>{escape(self._facts())}</p>{self.protocol._repr_html_()}"
