"""Lesson 16: what the calculator of costs goes by, from stored results."""

from __future__ import annotations

import pandas as pd

from recnb.experiments import at_scale
from recnb.ground.machine import MIB
from recnb.scale.bill import Rates


def rates(
    large: pd.DataFrame,
    cost: pd.DataFrame,
    quality: pd.DataFrame,
    dataset: str = "gowalla",
    form: str = "threshold 0.15, r 0.5",
) -> Rates:
    """Return what one unit of work takes.

    Parameters
    ----------
    large, cost, quality : DataFrames
        Stored results of ``at_scale``, ``scale_cost`` and ``scale_quality``.
    dataset, form : str
        The row of ``scale_quality`` in which SparseEASE was measured.

    Raises
    ------
    ValueError
        If nothing was measured there.
    """
    slopes = at_scale.slopes(large)
    gram = large[large["step"] == "sparse Gram matrix"].iloc[-1]
    mean = gram["interactions"] / gram["users"]
    inverse = cost[(cost["what"] == "inverse") & cost["cpu_seconds"].notna()]
    here = (quality["dataset"] == dataset) & (quality["form"] == form)
    measured = quality[
        here & (quality["model"] == "SparseEASE") & quality["cpu_seconds"].notna()
    ]
    for name, rows in {"scale_cost": inverse, "scale_quality": measured}.items():
        if rows.empty:
            raise ValueError(
                f"{name} holds no such measurement ({dataset}, {form}): run "
                f"python -m recnb run {name}."
            )
    by_size = inverse.set_index("n_items")["cpu_seconds"].sort_index()
    sparse = measured.iloc[0]
    besides = sparse["cpu_seconds"] - slopes.pair * sparse["pairs"]
    weights = sparse["density"] * sparse["n_items"] ** 2
    return Rates(
        slopes=slopes,
        unequal=float(gram["pairs"] / gram["users"] / (mean * (mean + 1) / 2)),
        inverses=tuple((int(n), float(seconds)) for n, seconds in by_size.items()),
        item=float(max(0, besides) / sparse["n_items"]),
        neighbors=float(weights / sparse["n_items"]),
        weight_bytes=float(sparse["mib"] * MIB / weights),
    )
