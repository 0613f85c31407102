"""What was read of a table, row by row, before repeated pairs are dealt with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recnb.data.tables.ids import Coded
from recnb.data.tables.times import Times


@dataclass(frozen=True)
class RawColumns:
    """The columns of a table; row i of all of them is row i of the table.

    Parameters
    ----------
    users, items : Coded
    ratings : float32 array of shape (n_rows,), optional
    times : Times, optional
    titles : list of str, optional
        The different titles; an empty one is none.
    title_codes : int32 array of shape (n_rows,), optional
        Which of them a row has.
    """

    users: Coded
    items: Coded
    ratings: np.ndarray | None = None
    times: Times | None = None
    titles: list[str] | None = None
    title_codes: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.users.codes)

    @property
    def pairs(self) -> np.ndarray:
        """One number for each row's user and item, int64."""
        n_items = len(self.items.ids)
        return self.users.codes.astype(np.int64) * n_items + self.items.codes
