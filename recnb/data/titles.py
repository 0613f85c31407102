"""From a film's title to its code, and back."""

from __future__ import annotations

from difflib import get_close_matches

import pandas as pd


def find_item(item_table: pd.DataFrame, title: str) -> int:
    """Return the code of the item with this title.

    Parameters
    ----------
    item_table : DataFrame with a column title
        Row j describes item code j, as in `Interactions` and in a split.
    title : str
        The title, or a part of it that only one title has; capitals do not matter.

    Raises
    ------
    ValueError
        If no item or more than one fits; the message lists the nearest titles.
    """
    titles = item_table["title"].reset_index(drop=True)  # codes are positions
    lower, wanted = titles.str.lower(), title.lower()
    exact = titles.index[lower == wanted]
    if len(exact):
        return int(exact[0])
    parts = titles.index[lower.str.contains(wanted, regex=False)]
    if len(parts) == 1:
        return int(parts[0])
    if len(parts):
        raise ValueError(f"Several titles contain {title!r}: {_listed(titles[parts])}.")
    near = lower.isin(get_close_matches(wanted, lower, n=5, cutoff=0.5))
    raise ValueError(f"No title contains {title!r}; near it: {_listed(titles[near])}.")


def _listed(titles: pd.Series) -> str:
    return "; ".join(titles.head(8)) or "none"
