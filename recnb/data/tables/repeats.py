"""Pairs of a user and an item that a table holds more than once."""

from __future__ import annotations

from typing import Literal

import numpy as np

from recnb.data.tables.raw_columns import RawColumns

Repeated = Literal["error", "last", "first", "mean"]
CHOICES = ("error", "last", "first", "mean")


def count_repeats(columns: RawColumns) -> int:
    """Return how many rows repeat the pair of another row."""
    pairs = np.sort(columns.pairs)
    return int(np.count_nonzero(pairs[1:] == pairs[:-1]))


def first_repeat(columns: RawColumns) -> list[int]:
    """Return the rows of the pair that is the first one to be repeated."""
    pairs = columns.pairs
    order = np.argsort(pairs, kind="stable")
    again = order[1:][pairs[order[1:]] == pairs[order[:-1]]]
    return np.flatnonzero(pairs == pairs[again.min()]).tolist()


def kept_rows(columns: RawColumns, which: Literal["last", "first"]) -> np.ndarray:
    """Return one row a pair, ascending.

    Parameters
    ----------
    columns : RawColumns
    which : {"last", "first"}
        The newest or the oldest row of a pair, where there are times; of equal times,
        and without times, the last or the first row of the table.
    """
    pairs = columns.pairs
    order = _by_pair_and_time(columns, pairs)
    new = np.concatenate([[True], pairs[order[1:]] != pairs[order[:-1]]])
    if which == "last":
        new = np.concatenate([new[1:], [True]])
    return np.sort(order[new])


def mean_ratings(columns: RawColumns, rows: np.ndarray) -> np.ndarray:
    """Return the mean rating of the pair of each of these rows, float32."""
    pairs = columns.pairs
    _, group = np.unique(pairs, return_inverse=True)
    means = np.bincount(group, weights=columns.ratings) / np.bincount(group)
    return means[group[rows]].astype(np.float32)


def _by_pair_and_time(columns: RawColumns, pairs: np.ndarray) -> np.ndarray:
    # lexsort is stable: its last key sorts first, and the row breaks ties.
    keys = (pairs,) if columns.times is None else (columns.times.finest, pairs)
    return np.lexsort(keys)
