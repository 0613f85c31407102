"""Lesson 12's experiment: how well an MLP learns a dot product, by d and M.

Rendle et al. (RecSys 2020), section 4 and figure 3, with the same task (but for the
drawing of the pairs, see `recnb.data.dot_product_task`), nets and training. The grid is
smaller than theirs, to fit on two cores:

=======  =============================  ====================
of       here                           in the paper
=======  =============================  ====================
d        8 to 64                        16 to 128
M        500 to 8,000                   4,000 to 128,000
h        d; d/2 and 2d at d = 16 only   d/2, d and 2d
repeats  three up to d = 32, M = 4,000  five
         (h = d); else one
=======  =============================  ====================
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd

from recnb.data.dot_product_task import dot_product_task
from recnb.experiments.runner import Experiment
from recnb.experiments.tuning import fitted

PARTS = ("train", "test", "fresh")
#: (d, factor, Ms, seeds) in the order of running; h is the factor times d.
GRID = (
    ((8, 16, 32, 64), 1.0, (500, 1000, 2000, 4000, 8000), (0,)),
    ((16,), 0.5, (500, 1000, 2000, 4000), (0,)),
    ((16,), 2.0, (500, 1000, 2000, 4000), (0,)),
    ((8, 16, 32), 1.0, (500, 1000, 2000, 4000), (1, 2)),
)


def measure(d: int, h: int, M: int, seed: int) -> list[dict[str, object]]:
    """Draw the task, train the net; a row each for the training, test and fresh pairs.

    ``error`` is the net's RMSE minus the dot product's on the same pairs.
    """
    from recnb.models.similarity import MLPSimilarity

    task = dot_product_task(M, d, seed=seed)
    model = fitted(MLPSimilarity(h=h, seed=seed), task.train)
    if model is None:
        raise FloatingPointError(f"d={d}, h={h}, M={M}: the training diverged.")
    n_weights = sum(weight.numel() for weight in model.module_.parameters())
    rows = []
    for name in PARTS:
        pairs = getattr(task, name)
        rmse, rmse_dot = pairs.rmse(model.predict_pairs(pairs)), pairs.rmse(pairs.dot)
        row = {"pairs": name, "rmse": rmse, "rmse_dot": rmse_dot}
        row |= {"rmse_zero": pairs.rmse(0.0), "error": rmse - rmse_dot}
        rows.append(row | {"n_weights": n_weights, "seconds": model.log_.seconds[-1]})
    return rows


def cases() -> list[dict[str, int]]:
    """Return the grid, the cheap cases of each line first."""
    return [
        {"d": d, "h": int(factor * d), "M": M, "seed": seed}
        for ds, factor, Ms, seeds in GRID
        for seed, M, d in product(seeds, Ms, ds)
    ]


def users_needed(errors: pd.Series, limit: float) -> float:
    """Return the number of users at which an error falls to a limit.

    Parameters
    ----------
    errors : Series, index: M
        Approximation errors that fall with M.
    limit : float

    Returns
    -------
    float
        Read off straight lines between the points on log scales; NaN outside them.
    """
    e = np.log(errors.dropna())
    if not e.iloc[-1] <= np.log(limit) <= e.iloc[0]:
        return np.nan
    return float(np.exp(np.interp(-np.log(limit), -e, np.log(e.index))))


def users_for_twice_the_length(
    errors: pd.DataFrame, limits: Sequence[float]
) -> list[float]:
    """Return how many times as many users an error takes when d is doubled.

    Parameters
    ----------
    errors : DataFrame, index: d, each twice the one before; columns: M
    limits : sequence of float
        Errors. Those that are off the grid for one of two lengths give no reading.
    """
    readings = [
        users_needed(errors.loc[2 * d], limit) / users_needed(errors.loc[d], limit)
        for limit in limits
        for d in errors.index[:-1]
    ]
    return [ratio for ratio in readings if np.isfinite(ratio)]


LEARNED_DOT = Experiment(
    name="learned_dot",
    question="How well does an MLP learn a dot product, by d and M?",
    cases=cases(),
    measure=measure,
)
