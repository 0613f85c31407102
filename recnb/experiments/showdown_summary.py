"""Reading the showdown's table: means over splits, and leads with their errors."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import pandas as pd

from recnb.contestants import BY_NAME

#: Columns of the summary by what the table calls them.
COLUMNS = {
    "NDCG@100": "NDCG@100",
    "error": "error",
    "recall@20": "recall@20",
    "recall@50": "recall@50",
    "recall@100": "recall@100",
    "precision@100": "precision@100",
    "novelty@100": "novelty@100",
    "coverage@100": "coverage@100",
    "Gini@100": "Gini@100",
    "found_head": "found, head",
    "found_middle": "found, middle",
    "found_tail": "found, tail",
    "NDCG_short": "NDCG@100, short",
    "NDCG_middling": "NDCG@100, middling",
    "NDCG_long": "NDCG@100, long",
    "seconds": "seconds to train",
    "ms_a_user": "ms a user",
    "numbers": "numbers kept",
    "memory_mib": "MiB at peak",
}


def per_user(row: Mapping[str, object]) -> np.ndarray:
    """Return the test users' NDCG@100 of a stored row, to a thousandth."""
    return np.array(json.loads(str(row["thousandths"])), dtype=float) / 1000


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the means over splits, a model a row, the best first.

    Parameters
    ----------
    rows : DataFrame
        Stored rows of `showdown_table`, of one dataset.

    Returns
    -------
    DataFrame, index: model
        ``kind`` and the columns that `COLUMNS` names; ``error`` is the standard error
        of NDCG@100 over the users of one split.

    Raises
    ------
    ValueError
        If the rows are of several datasets, or of none.
    """
    if len(rows["dataset"].unique()) != 1:
        raise ValueError("rows has to hold the rows of one dataset.")
    means = rows.groupby("model")[list(COLUMNS)].mean().rename(columns=COLUMNS)
    means.insert(0, "kind", [BY_NAME[model].kind for model in means.index])
    return means.sort_values("NDCG@100", ascending=False)


def leads(rows: pd.DataFrame, rival: str) -> pd.DataFrame:
    """Return each model's paired lead over a rival on each split.

    Parameters
    ----------
    rows : DataFrame
        Stored rows of `showdown_table`, of one dataset.
    rival : str

    Returns
    -------
    DataFrame
        ``model``, ``kind``, ``seed``, ``minus`` (the mean difference over the test
        users of the split) and ``error`` (its standard error).

    Raises
    ------
    ValueError
        If the rival has no row.
    """
    if rival not in set(rows["model"]):
        raise ValueError(f"There is no row of {rival!r}.")
    users = {(row["model"], row["seed"]): per_user(row) for _, row in rows.iterrows()}
    found = []
    for (model, seed), values in users.items():
        gap = values - users[rival, seed]
        kind = BY_NAME[model].kind
        found.append((model, kind, seed, np.nanmean(gap), error_of_mean(gap)))
    columns = ["model", "kind", "seed", "minus", "error"]
    return pd.DataFrame(found, columns=columns)


def error_of_mean(values: np.ndarray) -> float:
    """Return the standard error of the mean of the values that are not NaN."""
    n = np.count_nonzero(~np.isnan(values))
    return float(np.nanstd(values, ddof=1) / np.sqrt(n))
