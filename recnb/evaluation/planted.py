"""How well a measure of films finds the planted pairs of the simulated world."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from recnb.data.interactions import Interactions

#: The kinds of pairs, and whether they should stand high or low.
KINDS = {"rival": -1, "companion": 1, "sequel": 1}


def planted_auc(world: Interactions, measure: np.ndarray) -> pd.Series:
    """Return how well a measure tells the planted pairs of each kind from all others.

    The AUC: the chance that a planted pair and another one, drawn at random, stand in
    the right order, rivals lower and companions and sequels higher. Ties count half.

    Parameters
    ----------
    world : Interactions
        With the truth that it was made from, as ``recnb.load("simulated")`` has it.
    measure : array of shape (n_items, n_items)
        A number for each pair of films, in the order of the items' codes. Of each pair
        the entry above the diagonal is read.

    Raises
    ------
    ValueError
        If the world has no planted pairs, or the measure has another shape or NaN.
    """
    n = world.n_items
    measure = np.asarray(measure, dtype=float)
    if "pairs" not in (world.truth or {}):
        raise ValueError(f"{world.name} has no planted pairs; the simulated data have.")
    if measure.shape != (n, n) or np.isnan(measure).any():
        raise ValueError(
            f"The measure needs {n} x {n} numbers, one for each pair of films; its "
            f"shape is {measure.shape}."
        )
    code = pd.Series(np.arange(n), index=world.item_table["item_id"])
    upper = np.triu_indices(n, k=1)
    found = {}
    for kind, sign in KINDS.items():
        pairs = world.truth["pairs"].query("kind == @kind")
        planted = np.zeros((n, n), dtype=bool)
        planted[code[pairs["movie_a"]], code[pairs["movie_b"]]] = True
        found[kind] = _auc((planted | planted.T)[upper], sign * measure[upper])
    return pd.Series(found, name="AUC")


def _auc(is_planted: np.ndarray, score: np.ndarray) -> float:
    """Return the chance that a planted pair scores above another one."""
    n = is_planted.sum()
    ranks = rankdata(score)[is_planted].sum()
    return float((ranks - n * (n + 1) / 2) / (n * (len(score) - n)))
