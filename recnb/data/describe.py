"""What a table of interactions is like, in words: sizes, long tail, repeats, times."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from recnb.data.tables.raw_columns import RawColumns
from recnb.data.tables.repeats import count_repeats, kept_rows
from recnb.data.tables.table import Table, repeats_in_words

POPULAR = 0.2  # share of the items whose share of the interactions is told
FEW = 5  # users that are few for an item


def facts(table: Table, columns: RawColumns) -> Mapping[str, str]:
    """Return what can be said about a table, a fact a line.

    Parameters
    ----------
    table : Table
    columns : RawColumns
        What was read of it. Users, items and the long tail are counted over different
        pairs.

    Returns
    -------
    mapping from a heading to words
    """
    rows = kept_rows(columns, "last")
    of_users = np.bincount(columns.users.codes[rows])
    of_items = np.bincount(columns.items.codes[rows])
    density = len(rows) / (len(of_users) * len(of_items))
    return {
        "rows": f"{len(columns):,}",
        "users": f"{len(of_users):,}, with {_spread(of_users)} items each",
        "items": f"{len(of_items):,}, with {_spread(of_items)} users each",
        "density": f"{density:.2%}",
        "ratings": _ratings(columns.ratings),
        "long tail": _long_tail(of_items),
        "repeats": _repeats(table, columns),
        "times": "none" if columns.times is None else columns.times.words,
        "order": "unknown" if columns.times is None else _order(columns),
    }


def _spread(counts: np.ndarray) -> str:
    return f"{counts.min():,} to {counts.max():,} (median {np.median(counts):g})"


def _ratings(ratings: np.ndarray | None) -> str:
    if ratings is None:
        return "none (implicit feedback)"
    different = len(np.unique(ratings))
    return (
        f"{ratings.min():g} to {ratings.max():g}, {different:,} different, "
        f"mean {ratings.mean(dtype=np.float64):.2f}"
    )


def _long_tail(of_items: np.ndarray) -> str:
    n_popular = max(1, round(POPULAR * len(of_items)))
    share = np.sort(of_items)[::-1][:n_popular].sum() / of_items.sum()
    few = np.count_nonzero(of_items < FEW)
    return (
        f"the most popular {POPULAR:.0%} of the items have {share:.0%} of the "
        f"interactions; items with fewer than {FEW} users: {few:,} "
        f"({few / len(of_items):.0%})"
    )


def _repeats(table: Table, columns: RawColumns) -> str:
    n_repeats = count_repeats(columns)
    if n_repeats == 0:
        return "none: no user meets an item twice"
    words = repeats_in_words(table, columns, n_repeats)
    return f"{n_repeats:,} of the rows repeat a pair; {words}"


def _order(columns: RawColumns) -> str:
    """Say whether rows are in the order of time, and how often a user's times tie."""
    users, times = columns.users.codes, columns.times.finest
    order = np.lexsort((times, users))
    same_user = np.diff(users[order]) == 0
    tied = same_user & (np.diff(times[order]) == 0)
    share = np.count_nonzero(tied) / max(1, np.count_nonzero(same_user))
    in_order = "in the order of time"
    if (np.diff(times) < 0).any():
        stable = np.argsort(users, kind="stable")
        steps = np.diff(times[stable])[np.diff(users[stable]) == 0]
        in_order = "not " + in_order
        if not (steps < 0).any():
            in_order = "in the order of time within each user"
    return (
        f"rows are {in_order}; {share:.0%} of the interactions have the same time as "
        "the one before of the same user"
    )
