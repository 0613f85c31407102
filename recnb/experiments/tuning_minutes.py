"""How good a model is after so many minutes of tuning, from stored trials.

The trials of a random search could have come in any order. So the stored ones are put
in many random orders; in each, what the search holds after some minutes is its best
trial on validation users of those that are done by then, and its quality is that
trial's on the test users.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

import numpy as np
import pandas as pd

from recnb.experiments.tuning import METRIC

CORES = 2
#: Of the orders, the middle 80% are the band.
BAND = (10, 90)


def after_minutes(
    trials: pd.DataFrame,
    minutes: Sequence[float],
    n_orders: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Return a model's expected test quality by the minutes of tuning.

    Parameters
    ----------
    trials : DataFrame, a trial a row
        ``seconds`` (of one core), ``val`` and ``NDCG@100``, the test users'. A trial
        that diverged has its seconds, and NaN in the others.
    minutes : sequence of float
        On two cores that are both busy with trials: so many seconds of one core are
        half as many of both.
    n_orders : int
    seed : int
        Of the orders.

    Returns
    -------
    DataFrame, index: ``minutes``
        ``mean``, ``low`` and ``high`` (10th and 90th percentile of the orders), NaN
        where in some order no trial is done yet; ``val``, the mean validation quality
        of what is held; ``trials``, the mean number that are done; ``over``, whether
        all trials are done in every order; ``ends``, the minutes that all of them take.

    Raises
    ------
    ValueError
        If there is no trial, or none that ended.
    """
    if trials["val"].notna().sum() == 0:
        raise ValueError("No trial has a validation score, so nothing can be chosen.")
    rng, n = np.random.default_rng(seed), len(trials)
    orders = rng.permuted(np.tile(np.arange(n), (n_orders, 1)), axis=1)
    done_at = np.cumsum(trials["seconds"].to_numpy()[orders], axis=1) / CORES
    held = _held(trials["val"].to_numpy()[orders])
    test = np.append(trials[METRIC].to_numpy(), np.nan)
    chosen_by = np.append(trials["val"].to_numpy(), np.nan)
    place = np.where(held < 0, -1, np.take_along_axis(orders, held, axis=1))
    ends, rows = trials["seconds"].sum() / CORES / 60, []
    for minute in minutes:
        n_done = (done_at <= 60 * minute).sum(axis=1)
        last = np.maximum(n_done - 1, 0)
        here = np.where(n_done > 0, place[np.arange(n_orders), last], -1)
        now = test[here]
        low, high = np.percentile(now, BAND)
        rows.append(
            {
                "minutes": minute,
                "mean": now.mean(),
                "low": low,
                "high": high,
                "val": chosen_by[here].mean(),
                "trials": n_done.mean(),
                "over": bool((n_done == n).all()),
                "ends": ends,
            }
        )
    return pd.DataFrame(rows).set_index("minutes")


def _held(val: np.ndarray) -> np.ndarray:
    """Return the place of the best score so far in each row; -1 before the first."""
    best = np.maximum.accumulate(np.where(np.isnan(val), -np.inf, val), axis=1)
    before = np.column_stack([np.full(len(val), -np.inf), best[:, :-1]])
    is_new = best > before
    return np.maximum.accumulate(np.where(is_new, np.arange(val.shape[1]), -1), axis=1)


def after_trials(trials: pd.DataFrame, n: int) -> float:
    """Return the expected test quality of the best of any n stored trials.

    Of the N trials that ended, the one with the r-th lowest validation score is the
    best of n drawn ones in C(r - 1, n - 1) of C(N, n) cases.

    Parameters
    ----------
    trials : DataFrame, a trial a row
        ``val`` and ``NDCG@100``; a trial that diverged has NaN, and counts as one
        that is never the best.
    n : int
        From 1 up.

    Returns
    -------
    float
        NaN if fewer than n trials are stored.

    Raises
    ------
    ValueError
        If n is not a whole number from 1 up.
    """
    if not isinstance(n, int | np.integer) or n < 1:
        raise ValueError(f"n must be a whole number from 1 up, not {n!r}.")
    if n > len(trials):
        return np.nan
    ranked = trials.sort_values("val", na_position="first")[METRIC].fillna(0)
    ways = [comb(below, n - 1) for below in range(len(trials))]
    return float(np.dot(ways, ranked) / comb(len(trials), n))


def another_search(
    trials: pd.DataFrame, n_searches: int = 2000, seed: int = 0
) -> np.ndarray:
    """Return what searches of the same length might have ended with.

    Each search draws as many trials as are stored from these, with replacement
    (Efron's bootstrap), and keeps the best on validation users. No better trial than
    the stored ones can come up, so the spread is, if anything, too small.

    Parameters
    ----------
    trials : DataFrame, a trial a row
        ``val`` and ``NDCG@100``, the test users'; NaN where a trial diverged.
    n_searches : int
    seed : int

    Returns
    -------
    float array of shape (n_searches,)
        The test quality of the trial that is kept.

    Raises
    ------
    ValueError
        If no trial ended.
    """
    if trials["val"].notna().sum() == 0:
        raise ValueError("No trial has a validation score, so nothing can be chosen.")
    ranked = trials.sort_values("val", na_position="first")[METRIC].to_numpy()
    rng, n = np.random.default_rng(seed), len(ranked)
    return ranked[rng.integers(n, size=(n_searches, n)).max(axis=1)]
