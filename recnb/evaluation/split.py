"""`Split`: what a protocol makes of a dataset, to learn from and to judge on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from recnb.data.columns import into_arrays, table
from recnb.evaluation.card import Protocol
from recnb.evaluation.group import Group
from recnb.evaluation.validation import Validation


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
    val : Validation or None
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
    val: Validation | None = None
    train_order: sparse.csr_array | None = None

    def __post_init__(self) -> None:
        into_arrays(self, "train_users", "items")
        object.__setattr__(self, "item_table", table(self.item_table, "item_table"))

    def __repr__(self) -> str:
        return repr(self.protocol)

    def _repr_html_(self) -> str:
        return self.protocol._repr_html_()
