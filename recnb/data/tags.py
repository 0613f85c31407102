"""From the genres and years of an item table to a matrix of tags."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import sparse

#: What can become tags, and the column that it stands in.
KINDS = {"genres": "genres", "years": "year"}


def item_tags(
    item_table: pd.DataFrame, kinds: Sequence[str] = tuple(KINDS), span: int = 10
) -> tuple[sparse.csr_array, list[str]]:
    """Return which item has which tag: its genres, and the decade it is from.

    Parameters
    ----------
    item_table : DataFrame with columns genres and year
        Row j describes item code j, as in `Interactions` and in a split: with
        ``split.item_table``, column j is the item of column j of the split's matrices.
    kinds : sequence of "genres", "years"
        What becomes tags.
    span : int
        Years that share a tag, counted from the year 0: 10 makes decades, 1 gives each
        year a tag of its own, as Jeunen et al. (RecSys 2020) have it.

    Returns
    -------
    S : csr_array of shape (n_tags, n_items), float32
        One where an item has a tag. Of an item that has no genre, or no year, nothing
        is stored.
    names : list of n_tags str
        The genres by name, then the years by age: ``"Drama"``, ``"1990s"``; ``"1995"``
        and ``"1995-1999"`` where the span is 1 and 5.

    Raises
    ------
    ValueError
        If a kind is unknown or its column missing, `span` is no whole number from 1 up,
        or there is no tag that two items share.

    Notes
    -----
    A tag that only one item has is left out: it ties that item to no other.
    """
    kinds = (kinds,) if isinstance(kinds, str) else tuple(kinds)
    _check(item_table, kinds, span)
    parts = []
    if "genres" in kinds:
        genres = item_table["genres"].fillna("").reset_index(drop=True)
        dummies = genres.str.get_dummies("|")
        # Where pyarrow is installed, pandas makes a column of having no genre, too.
        parts.append(dummies.drop(columns="", errors="ignore"))
    if "years" in kinds:
        parts.append(_years(item_table["year"].reset_index(drop=True), span))
    tags = pd.concat(parts, axis=1)
    tags = tags.loc[:, tags.sum(axis=0) > 1]
    if not tags.shape[1]:
        raise ValueError(
            f"No two items share a tag made of {' and '.join(kinds)}. Datasets that "
            "publish nothing but ids have none; make a matrix of tags x items of what "
            "else is known about the items."
        )
    return sparse.csr_array(tags.to_numpy(np.float32).T), list(tags)


def _years(years: pd.Series, span: int) -> pd.DataFrame:
    """Return a column a span of years, a row an item; in order of time."""
    known = years.dropna().astype(int)
    first = known // span * span
    spans = pd.get_dummies(first).reindex(years.index, fill_value=False)
    return spans.rename(columns=lambda year: _name(year, span))


def _name(year: int, span: int) -> str:
    """Return what the span that begins with a year is called."""
    if span == 10:
        return f"{year}s"
    return f"{year}-{year + span - 1}" if span > 1 else f"{year}"


def _check(item_table: pd.DataFrame, kinds: tuple[str, ...], span: int) -> None:
    """Raise a ValueError that says what is wrong, if something is."""
    if not kinds or not set(kinds) <= set(KINDS):
        raise ValueError(f"kinds takes a choice of {', '.join(KINDS)}, not {kinds}.")
    is_whole = isinstance(span, int | np.integer) and not isinstance(span, bool)
    if not is_whole or span < 1:
        raise ValueError(f"span must be a whole number from 1 up, not {span!r}.")
    columns = getattr(item_table, "columns", ())
    missing = [KINDS[kind] for kind in kinds if KINDS[kind] not in columns]
    if missing:
        raise ValueError(
            f"The item table has no column {missing[0]!r}: hand over the item_table of "
            "a split or of Interactions."
        )
