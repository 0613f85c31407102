"""What a protocol leaves behind: its card, the split, and the groups to judge on."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

import numpy as np
import pandas as pd
from scipy import sparse

from recnb.data.columns import into_arrays, table


@dataclass(frozen=True, repr=False)
class Protocol:
    """The conditions under which a number was measured; printed as a card.

    Two results may stand in one table only if their protocols are equal.

    Parameters
    ----------
    name : str
        For example ``"leave-one-out"``.
    dataset : str
        Name of the `Interactions`.
    is_simulated : bool
        True if no real person stands behind the data; the card says so.
    seed : int
    metrics : tuple of str
        What `evaluate` reports unless told otherwise, for example ``"NDCG@100"``.
    details : dict of str
        Everything else that decides the number, in words, in the card's order.
    published_as : str, optional
        The protocol in `published` figures that this one follows, if there is one.
    """

    name: str
    dataset: str
    is_simulated: bool
    seed: int
    metrics: tuple[str, ...]
    details: dict[str, str] = field(default_factory=dict)
    published_as: str | None = None

    @property
    def summary(self) -> str:
        """One line for the title of a figure or a table."""
        simulated = " (simulated)" if self.is_simulated else ""
        return f"{self.dataset}{simulated}, {self.name}, seed {self.seed}"

    def facts(self) -> dict[str, str]:
        """Return the lines of the card, label -> text."""
        simulated = " (simulated: no real person stands behind it)"
        return {
            "protocol": self.name,
            "dataset": self.dataset + (simulated if self.is_simulated else ""),
            **self.details,
            "seed": str(self.seed),
        }

    def __repr__(self) -> str:
        facts = self.facts()
        width = max(len(label) for label in facts)
        return "\n".join(f"{label:<{width}}  {text}" for label, text in facts.items())

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left'>{escape(label)}</th>"
            f"<td style='text-align:left'>{escape(text)}</td></tr>"
            for label, text in self.facts().items()
        )
        return f"<table>{rows}</table>"


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

    def error(self, model: object) -> float:
        """Return what early stopping minimises: 0 is best.

        That is the error of the ratings, or 1 minus the protocol's first metric of
        lists. Models that stop early take a group and know no more of it than this.

        Raises
        ------
        ValueError
            If nothing is held out, or the model does not fit the group.
        """
        from recnb.evaluation.evaluate import evaluate  # which needs this room

        if not self.heldout.nnz:
            raise ValueError(
                "Nothing is held out in this group, so there is no error to watch: fit "
                "without it."
            )
        metric = self.protocol.metrics[0]
        value = evaluate(model, self, [metric]).metrics[metric]
        return value if self.rating_range is not None else 1 - value

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


@dataclass(frozen=True, eq=False, repr=False)
class Split:
    """Training matrix and held-out groups; printing it gives the protocol card.

    What is no matrix may be lists or columns of pandas: they are taken by position.

    Parameters
    ----------
    protocol : Protocol
    train : csr_array of shape (n_train_users, n_items), float32
    train_users : int array of shape (n_train_users,)
        User code of each row of `train`, as in the `Interactions`.
    items : int array of shape (n_items,)
        Item code of each column of all matrices here, as in the `Interactions`.
    item_table : DataFrame of n_items rows
        Row j describes column j.
    test : Group
    val : Group or None
        None if no validation group was asked for.
    train_order : csr_array of shape (n_train_users, n_items), optional
        The cells of `train`, and in each its place in time, from 1: what a model of
        sequences is fitted on. As with `Group.order`, the data must have timestamps.
    """

    protocol: Protocol
    train: sparse.csr_array
    train_users: np.ndarray
    items: np.ndarray
    item_table: pd.DataFrame
    test: Group
    val: Group | None = None
    train_order: sparse.csr_array | None = None

    def __post_init__(self) -> None:
        into_arrays(self, "train_users", "items")
        object.__setattr__(self, "item_table", table(self.item_table, "item_table"))

    def __repr__(self) -> str:
        return repr(self.protocol)

    def _repr_html_(self) -> str:
        return self.protocol._repr_html_()
