"""Reading the showdown's table: means over splits, and leads with their errors."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import norm

from recnb.contestants import BY_NAME, Between, OneOf, what_it_is

#: What the first search had found: it is kept to show how much a search is luck.
EARLIER = Path(__file__).parents[2] / "data" / "earlier_search.csv"

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


def error_of_mean(values: np.ndarray, users: np.ndarray | None = None) -> float:
    """Return the standard error of the mean of the values that are not NaN.

    A user's values are alike, and no news to each other. So with n values of G users
    the deviations from the mean are added up user by user before they are squared:

        error² = G / (G - 1) Σ_g (Σ_i of g (x_i - mean))² / n²

    With one value a user that is the usual error (clusters of values: C. Cameron and
    D. Miller, *Journal of Human Resources* 50, 2015).

    Parameters
    ----------
    values : float array of shape (n,)
    users : array of shape (n,), optional
        Whose each value is; by default each is another user's.

    Raises
    ------
    ValueError
        If there are more or fewer users than values.
    """
    users = np.arange(len(values)) if users is None else np.asarray(users)
    if len(users) != len(values):
        raise ValueError(f"There are {len(values)} values, but {len(users)} users.")
    known = ~np.isnan(values)
    deviations = values[known] - values[known].mean()
    _, whose = np.unique(users[known], return_inverse=True)
    of_user = np.bincount(whose, deviations)
    n_users = len(of_user)
    variance = n_users / (n_users - 1) * np.sum(of_user**2)
    return float(np.sqrt(variance) / len(deviations))


def all_pairs(
    rows: pd.DataFrame, models: Sequence[str], users: Mapping[int, np.ndarray]
) -> pd.DataFrame:
    """Compare every two of some models on the test users of all splits.

    Of five splits of a tenth of the users each, every fifth value is of a user who is
    a test user more than once: `error_of_mean` counts users, not values.

    Parameters
    ----------
    rows : DataFrame
        Stored rows of `showdown_table`, of one dataset.
    models : sequence of str
        Two of them at least; a lead is that of an earlier one over a later one.
    users : mapping of a split's seed to its test users
        Their codes, in the order of the split.

    Returns
    -------
    DataFrame
        ``model``, ``rival``, ``lead`` (the mean paired difference), ``error`` and
        ``stands``, by `holm`, all pairs taken together.

    Raises
    ------
    ValueError
        If there are fewer than two models, or the users are not those of the rows.
    """
    if len(models) < 2:
        raise ValueError("all_pairs needs two models at least.")
    found = []
    for model, rival in combinations(models, 2):
        found.append((model, rival, *lead(rows, model, rival, users)))
    table = pd.DataFrame(found, columns=["model", "rival", "lead", "error"])
    table["stands"] = holm(table["lead"].to_numpy(), table["error"].to_numpy())
    return table


def top(pairs: pd.DataFrame) -> list[str]:
    """Return the first model, and those over which its lead does not stand.

    Parameters
    ----------
    pairs : DataFrame
        As `all_pairs` returns it, of models that stand with the best first.
    """
    first = pairs["model"].iloc[0]
    of_first = pairs[pairs["model"] == first]
    return [first, *of_first.loc[~of_first["stands"], "rival"]]


def near_an_end(trials: pd.DataFrame, margin: float = 0.1) -> pd.DataFrame:
    """Return the settings of the best draws that stand near an end of their range.

    The weight of a like, c1, counts for nets with the Gaussian likelihood only.

    Parameters
    ----------
    trials : DataFrame, a trial a row
        ``model``, ``trial`` and ``val`` of one dataset.
    margin : float
        How near counts, as a share of the logarithmic range.

    Returns
    -------
    DataFrame, index: model
        ``setting``, ``what it is``, ``drawn``, ``from``, ``to`` and ``place``, from 0
        to 1: where between these two the draw stands, on a logarithmic scale.
    """
    best = trials.loc[trials.groupby("model", sort=False)["val"].idxmax().dropna()]
    found = []
    for model, trial in zip(best["model"], best["trial"], strict=True):
        drawn = BY_NAME[model].draw(trial)
        for name, span in BY_NAME[model].ranges.items():
            if name == "c1" and drawn.get("likelihood", "gaussian") != "gaussian":
                continue
            low, high = _ends(span)
            place = np.log(drawn[name] / low) / np.log(high / low) if low else np.nan
            what = what_it_is(model, name)
            found.append((model, name, what, drawn[name], low, high, place))
    columns = ["model", "setting", "what it is", "drawn", "from", "to", "place"]
    table = pd.DataFrame(found, columns=columns).set_index("model")
    return table[(table["place"] < margin) | (table["place"] > 1 - margin)]


def _ends(span: Between | OneOf) -> tuple[float, float]:
    """Return the ends of a range, or of a list of numbers; of another list zeros.

    A list of three counts as none: two of its values are ends.
    """
    if isinstance(span, Between):
        return span.low, span.high
    listed = list(span.values)
    is_range = len(listed) > 3 and all(isinstance(v, int | float) for v in listed)
    return (min(listed), max(listed)) if is_range else (0.0, 0.0)


def pooled_lead(
    rows: pd.DataFrame, model: str, rival: str, users: Mapping[int, np.ndarray]
) -> str:
    """Return a lead on the test users of all splits and its error, as text."""
    mean, error = lead(rows, model, rival, users)
    return f"{mean:+.4f} ± {error:.4f}"


def lead(
    rows: pd.DataFrame, model: str, rival: str, users: Mapping[int, np.ndarray]
) -> tuple[float, float]:
    """Return a model's mean lead on the test users of all splits, and its error.

    Parameters
    ----------
    rows : DataFrame
        Stored rows of `showdown_table`, of one dataset.
    model, rival : str
    users : mapping of a split's seed to its test users
    """
    gap = _all_splits(rows, model) - _all_splits(rows, rival)
    whose = np.concatenate([users[seed] for seed in sorted(rows["seed"].unique())])
    return float(np.nanmean(gap)), error_of_mean(gap, whose)


def _all_splits(rows: pd.DataFrame, model: str) -> np.ndarray:
    """Return a model's numbers of the test users, one split behind the other."""
    of_model = rows[rows["model"] == model].sort_values("seed")
    return np.concatenate([per_user(row) for _, row in of_model.iterrows()])


def holm(leads: np.ndarray, errors: np.ndarray, level: float = 0.05) -> np.ndarray:
    """Return which of several leads differ from 0, by Holm's steps (1979).

    Parameters
    ----------
    leads, errors : float arrays of shape (m,)
        Means, and their standard errors, > 0.
    level : float
        The chance of even one mistake, if no lead is real.

    Returns
    -------
    bool array of shape (m,)
    """
    p = 2 * norm.sf(np.abs(leads) / errors)
    order = p.argsort()
    passed = p[order] <= level / np.arange(len(p), 0, -1)
    stands = np.zeros(len(p), dtype=bool)
    stands[order] = np.logical_and.accumulate(passed)
    return stands


def earlier_search() -> pd.DataFrame:
    """Return what the first search had found, a model a row, on MovieLens 1M.

    It was made before this one, from narrower ranges and with fewer draws; RecVAE had
    40 epochs at most. This one was widened after it had been looked at.

    Returns
    -------
    DataFrame, index: model
        ``trials``; ``val``, the best draw's quality on validation users; and
        ``NDCG@100``, that draw's mean over the test users of five splits.
    """
    return pd.read_csv(EARLIER, index_col="model")


#: Kinds of the models that papers compare with EASE under its protocol.
PUBLISHED = {
    "Higher-order EASE": "closed form",
    "EDLAE": "closed form",
    "SLIM": "convex",
    "WMF": "alternating",
    "CDAE": "net",
    "MultDAE": "net",
    "MultVAE": "net",
    "RecVAE": "net",
    "H+Vamp (Gated)": "net",
    "VASP": "net",
}


def published_leads(figures: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return published leads over EASE under the protocol of its paper, by dataset.

    Parameters
    ----------
    figures : DataFrame
        As `recnb.evaluation.published` returns it. Of a model that has several figures
        the first one counts, which is the paper's own.

    Returns
    -------
    dict, dataset -> DataFrame
        ``model``, ``kind``, ``minus`` and ``error``, which is NaN: papers give none of
        a difference.
    """
    of_metric = "protocol == 'strong-random-vae_cf' and metric == 'NDCG@100'"
    rows = figures.query(of_metric).drop_duplicates(["dataset", "model"])
    ease = rows[rows["model"] == "EASE"].set_index("dataset")["value"]
    rows = rows[rows["model"].isin(PUBLISHED) & rows["dataset"].isin(ease.index)]
    rows = rows.assign(
        kind=rows["model"].map(PUBLISHED),
        minus=rows["value"] - rows["dataset"].map(ease),
        error=np.nan,
    )
    columns = ["model", "kind", "minus", "error"]
    return {name: group[columns] for name, group in rows.groupby("dataset", sort=False)}
