"""Lesson 16: SparseEASE's forms beside EASE, out of the rows of `scale_quality`."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pandas as pd

METRIC = "recall@20"


@dataclass(frozen=True)
class Trade:
    """What fewer weights lose and save, on one dataset.

    Parameters
    ----------
    sparse : DataFrame, index: form
        Of SparseEASE, those with the fewest weights first: ``threshold``, ``r``,
        ``density``, ``n_blocks``, ``largest_block``, ``mib``, ``cpu_seconds`` and
        ``recall@20``.
    dense : Series
        EASE's ``mib``, ``cpu_seconds`` and ``recall@20``.
    """

    sparse: pd.DataFrame
    dense: pd.Series


def trade(rows: pd.DataFrame, dataset: str) -> Trade:
    """Return what was measured on a dataset.

    Parameters
    ----------
    rows : DataFrame
        Stored results of ``scale_quality``; rows that hold a refusal are left out.
    dataset : str

    Raises
    ------
    ValueError
        If EASE, or every form of SparseEASE, is missing.
    """
    done = rows[(rows["dataset"] == dataset) & rows[METRIC].notna()]
    dense = done[done["model"] == "EASE"]
    sparse = done[done["model"] == "SparseEASE"].set_index("form")
    if dense.empty or sparse.empty:
        raise ValueError(
            f"scale_quality holds no EASE or no SparseEASE of {dataset}: run "
            "python -m recnb run scale_quality."
        )
    settings = pd.DataFrame(
        [json.loads(text) for text in sparse["settings"]], index=sparse.index
    )
    sparse = sparse.assign(threshold=settings["threshold"], r=settings["r"])
    costs = ["mib", "cpu_seconds", METRIC]
    columns = ["threshold", "r", "density", "n_blocks", "largest_block", *costs]
    return Trade(sparse[columns].sort_values("density"), dense.iloc[0][costs])


def in_words(trade: Trade, form: str) -> str:
    """Return what a form of SparseEASE keeps, loses and saves, as a sentence.

    Raises
    ------
    ValueError
        If there is no such form.
    """
    if form not in trade.sparse.index:
        raise ValueError(f"{form!r} is none of {', '.join(trade.sparse.index)}.")
    row, dense = trade.sparse.loc[form], trade.dense
    blocks = f"{row['n_blocks']:,.0f} blocks of at most {row['largest_block']:,.0f}"
    return (
        f"Threshold {row['threshold']:g} keeps {row['density']:.2%} of the weights; "
        f"r = {row['r']:g} makes {blocks} items. {METRIC} is {row[METRIC]:.4f}, "
        f"{row[METRIC] - dense[METRIC]:+.4f} against EASE. It takes "
        f"{_times(row['mib'], dense['mib'])} the memory and "
        f"{_times(row['cpu_seconds'], dense['cpu_seconds'])} the time of EASE."
    )


def _times(value: float, whole: float) -> str:
    """Return how many times the whole a value is, in words."""
    return f"{value / whole:.2g} times"
