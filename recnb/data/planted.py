"""The planted pairs of the simulated dataset, as a matrix of films x films."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd


def planted_pairs(pairs: pd.DataFrame, items: Sequence[int], kind: str) -> np.ndarray:
    """Return which two films were planted as a pair of a kind, in either order.

    Parameters
    ----------
    pairs : DataFrame with columns movie_a, movie_b, kind
        ``recnb.load("simulated").truth["pairs"]``.
    items : sequence of n_items ids
        The film behind each row and column; pairs with another film are left out.
    kind : str
        Such as "rival".

    Returns
    -------
    bool array of shape (n_items, n_items), symmetric

    Raises
    ------
    ValueError
        If there is no such kind.
    """
    chosen = pairs[pairs["kind"] == kind]
    if chosen.empty:
        known = ", ".join(sorted(pairs["kind"].unique()))
        raise ValueError(f"No pair is a {kind!r}; the kinds are {known}.")
    place = {item: column for column, item in enumerate(items)}
    found = np.zeros((len(place), len(place)), dtype=bool)
    for a, b in zip(chosen["movie_a"], chosen["movie_b"], strict=True):
        if a in place and b in place:
            found[place[a], place[b]] = found[place[b], place[a]] = True
    return found
