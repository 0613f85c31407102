"""`evaluate`: from a model and a group of held-out users to a `Result`."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Protocol as Interface

import numpy as np
import pandas as pd
import scipy
from scipy import sparse

import recnb
from recnb.evaluation import metrics as m
from recnb.evaluation.group import Group
from recnb.evaluation.results import Result
from recnb.ground import ranking
from recnb.ground.machine import give_back_memory, peak_memory_mb

#: Metrics with one value a user, of a list: name before the @ -> function(hits, k).
OF_HITS = {
    "NDCG": m.ndcg,
    "recall": m.recall,
    "min-recall": m.min_recall,
    "precision": m.precision,
    "HR": m.hit_rate,
    "MRR": m.reciprocal_rank,
    "MAP": m.average_precision,
}
#: Metrics of all lists together: name before the @ -> function(items, n_items, k).
OF_LISTS = {"coverage": m.coverage, "Gini": m.gini}
#: Metrics of predicted ratings: name -> (over all ratings, over each user's).
OF_RATINGS = {"RMSE": (m.rmse, m.user_rmse), "MAE": (m.mae, m.user_mae)}
NAMES = (*OF_HITS, "novelty", *OF_LISTS)
# Scores that exist at once: 32 MB in float32, whatever the size of the catalogue.
SCORES_AT_ONCE = 2**23


class Model(Interface):
    """What `evaluate` needs of a model.

    A model whose attribute ``needs_all_users`` is true gets all rows in one call, since
    it has weights for each user and has to know which row is whose. One whose attribute
    ``needs_order`` is true gets the group's `order`: places in time instead of ones.
    One that has ``predict_pairs(users, items)``, for users and items of its training,
    is asked for the candidates only, where the group has candidates.
    """

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for each history; dense, shape (n_users, n_items)."""


def evaluate(
    model: Model,
    group: Group,
    metrics: Sequence[str] | None = None,
    *,
    mask_seen: bool = True,
    clip: bool = True,
    batch_size: int | None = None,
) -> Result:
    """Judge a fitted model on held-out users.

    Parameters
    ----------
    model : object with ``predict(X)``
        Gets the histories, a csr_array of shape (n_rows, n_items), and returns dense
        scores or predicted ratings of the same shape.
    group : Group
        ``split.val`` to choose hyper-parameters, ``split.test`` for the final number.
    metrics : sequence of str, optional
        For example ``["NDCG@10", "recall@50"]``, or ``["RMSE"]`` for held-out ratings;
        the protocol's own by default.
    mask_seen : bool
        Never recommend what is in the history. Switch it off only to see what goes
        wrong then.
    clip : bool
        Move predicted ratings into the range of the ratings.
    batch_size : int, optional
        Rows to predict at once; changes memory and time, not the result. By default
        as many as keep the scores within 32 MB. A model that needs all users gets them
        all.

    Returns
    -------
    Result
        A metric's mean leaves out users without a held-out item. RMSE and MAE are over
        all ratings, not means of users' values.

    Raises
    ------
    ValueError
        If a metric is unknown or does not suit the group, batch_size < 1, the model
        needs an order that the group does not have, or predictions have the wrong shape
        or are NaN.
    """
    if not isinstance(group, Group):
        raise ValueError(
            f"evaluate takes a group of a split, not a {type(group).__name__}: hand "
            "over split.val or split.test."
        )
    start = perf_counter()
    names = tuple(group.protocol.metrics if metrics is None else metrics)
    of_ratings = _check_names(names, group)
    if of_ratings:
        batches = _predictions(model, group, batch_size)
        means, columns = _judge_ratings(batches, group, names, clip)
        condition = (
            {} if clip else {"predictions": "left outside the range of the ratings"}
        )
    else:
        depth = max(_parse(name)[1] for name in names)
        if group.candidates is not None and hasattr(model, "predict_pairs"):
            lists = _lists_of_pairs(model, group, depth, mask_seen)
        else:
            batches = _predictions(model, group, batch_size)
            lists = _lists(batches, group, depth, mask_seen)
        means, columns = _judge_lists(lists, group, names)
        condition = {} if mask_seen else {"masked": "NOTHING: seen items stay listed"}
    protocol = replace(group.protocol, details={**group.protocol.details, **condition})
    per_user = pd.DataFrame(columns, index=pd.Index(group.users, name="user"))
    give_back_memory()  # of the scores
    return Result(
        model=type(model).__name__,
        settings=dict(model.get_params()) if hasattr(model, "get_params") else {},
        protocol=protocol,
        group=group.name,
        metrics={name: float(means[name]) for name in names},
        per_user=per_user,
        versions=versions(),
        wall_time_s=perf_counter() - start,
        peak_memory_mb=peak_memory_mb(),
    )


def versions() -> dict[str, str]:
    """Return the versions of what computes here; torch's only if it is in use."""
    found = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "recnb": recnb.__version__,
    }
    if "torch" in sys.modules:
        found["torch"] = sys.modules["torch"].__version__
    return found


def _check_names(names: Sequence[str], group: Group) -> bool:
    """Return whether these are metrics of ratings (else of lists), or complain."""
    if not names:
        raise ValueError('metrics is empty; name at least one, for example "NDCG@100".')
    of_ratings = [name in OF_RATINGS for name in names]
    if any(of_ratings) and not all(of_ratings):
        raise ValueError(
            f"{', '.join(names)}: metrics of ratings and of lists need two calls."
        )
    if any(of_ratings) and group.rating_range is None:
        raise ValueError(
            f"{', '.join(names)} need held-out ratings, and this group has none: split "
            "with rating_holdout."
        )
    if not any(of_ratings):
        for name in names:
            _parse(name)
    return all(of_ratings)


def _parse(name: str) -> tuple[str, int]:
    """Split "NDCG@100" into its name and its k."""
    metric, _, k = name.partition("@")
    if metric not in NAMES or not k.isdecimal() or int(k) < 1:
        raise ValueError(
            f"There is no metric {name!r}. Write a name, @ and a whole number from 1 "
            f"up, as in NDCG@100; the names are {', '.join(NAMES)}. Held-out ratings "
            f"have {' and '.join(OF_RATINGS)}."
        )
    return metric, int(k)


def _predictions(
    model: Model, group: Group, batch_size: int | None
) -> Iterator[tuple[slice, np.ndarray]]:
    """Yield rows of the group and the model's output for them, checked."""
    n_rows, n_items = group.history.shape
    shown = _shown(model, group)
    size = max(1, SCORES_AT_ONCE // n_items) if batch_size is None else batch_size
    if getattr(model, "needs_all_users", False):
        size = n_rows
    if size < 1:
        raise ValueError(f"batch_size must be at least 1, not {size}; try 1000.")
    if hasattr(model, "predict_pairs"):
        _check_rows(model, group)
    for start in range(0, n_rows, size):
        rows = slice(start, min(start + size, n_rows))
        scores = model.predict(shown[rows])
        if sparse.issparse(scores):
            scores = scores.toarray()
        scores = np.asarray(scores)
        if scores.dtype.kind != "f":
            scores = scores.astype(np.float64)  # whole numbers cannot be masked
        expected = (rows.stop - rows.start, n_items)
        if scores.shape != expected:
            raise ValueError(
                f"{type(model).__name__}.predict returned shape {scores.shape}, not "
                f"{expected}: fit the model on the train matrix of this split, and "
                "return one score for each user and item."
            )
        yield rows, scores


def _check_rows(model: Model, group: Group) -> None:
    """Check that row i is training user i, as a model of pairs takes it to be."""
    if not np.array_equal(group.users, np.arange(len(group.users))):
        raise ValueError(
            f"{type(model).__name__} scores the whole catalogue for its training users "
            "only, in the order of training, and this group has other rows."
        )


def _shown(model: Model, group: Group) -> sparse.csr_array:
    """Return what the model is shown of the histories: ones, or places in time."""
    if not getattr(model, "needs_order", False):
        return group.history
    if group.order is None:
        raise ValueError(
            f"{type(model).__name__} needs the order of the histories, and this group "
            "has none: split data that has timestamps, with strong_generalization, "
            "weak_generalization or leave_one_out."
        )
    return group.order


def _lists(
    batches: Iterator[tuple[slice, np.ndarray]], group: Group, depth: int, mask: bool
) -> np.ndarray:
    """Return each row's recommended items, best first; shape (n_rows, depth)."""
    lists = []
    for rows, scores in batches:
        if mask:
            scores = ranking.mask_seen(scores, group.history[rows])
        if group.candidates is None:
            lists.append(ranking.top_k(scores, depth))
        else:
            lists.append(rank_candidates(scores, group.candidates[rows], depth))
    return np.concatenate(lists)


def _lists_of_pairs(model: Model, group: Group, depth: int, mask: bool) -> np.ndarray:
    """Return the same from scores of the candidates alone."""
    candidates = np.sort(group.candidates, axis=1)
    values = np.asarray(model.predict_pairs(group.users[:, None], candidates))
    if np.isnan(values).any():
        raise ValueError(f"{type(model).__name__} scores a pair with NaN.")
    if mask:
        rows = np.arange(len(candidates))[:, None]
        seen = m.pattern(group.history)[rows, candidates].toarray()
        values = np.where(seen, -np.inf, values)
    return _best_candidates(values, candidates, depth, group.heldout.shape[1])


def _judge_lists(
    items: np.ndarray, group: Group, names: Sequence[str]
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Return each metric's mean, and the per-user columns."""
    parsed = {name: _parse(name) for name in names}
    hits = m.find_hits(items, group.heldout)
    n_items = group.heldout.shape[1]
    means, columns = {}, {"n_heldout": hits.n_heldout}
    for name, (metric, k) in parsed.items():
        if metric in OF_LISTS:
            means[name] = OF_LISTS[metric](items, n_items, k)
            continue
        if metric == "novelty":
            columns[name] = m.novelty(items, group.popularity, k)
        else:
            columns[name] = OF_HITS[metric](hits, k)
        means[name] = pd.Series(columns[name]).mean()  # skips NaN, without a warning
    return means, columns


def rank_candidates(scores: np.ndarray, candidates: np.ndarray, k: int) -> np.ndarray:
    """Return the k best of each row's candidates, best first.

    Parameters
    ----------
    scores : float array of shape (n_users, n_items)
        A table of pandas is taken by position, and so are the candidates.
    candidates : int array of shape (n_users, n_candidates)
        Item codes in any order: equal scores go to the lower code, as in `top_k`. An
        item that stands there twice is listed once.
    k : int

    Returns
    -------
    int array of shape (n_users, min(k, n_items))
        Item codes; -1 fills a row that has fewer candidates.
    """
    scores = np.asarray(scores)
    candidates = np.sort(np.asarray(candidates), axis=1)
    values = np.take_along_axis(scores, candidates, axis=1)
    if not np.issubdtype(values.dtype, np.floating):
        values = values.astype(np.float64)
    return _best_candidates(values, candidates, k, scores.shape[1])


def _best_candidates(
    values: np.ndarray, candidates: np.ndarray, k: int, n_items: int
) -> np.ndarray:
    """Return the k best of each row, whose candidates are sorted by code."""
    values[:, 1:][candidates[:, 1:] == candidates[:, :-1]] = -np.inf
    places = ranking.top_k(values, k)
    items = np.full((len(values), min(k, n_items)), -1, dtype=candidates.dtype)
    items[:, : places.shape[1]] = np.where(
        places < 0, -1, np.take_along_axis(candidates, places, axis=1)
    )
    return items


def _judge_ratings(
    batches: Iterator[tuple[slice, np.ndarray]],
    group: Group,
    names: Sequence[str],
    clip: bool,
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Return each metric over all ratings, and the per-user columns."""
    parts = []
    for rows, ratings in batches:
        wanted = group.heldout[rows]
        parts.append(ratings[m.entry_rows(wanted), wanted.indices])
    predicted = np.concatenate(parts)
    if np.isnan(predicted).any():
        raise ValueError(
            "A predicted rating is NaN. Let the model fall back, for example to the "
            "mean rating, where a user or an item has no training rating."
        )
    if clip:
        predicted = predicted.clip(*group.rating_range)
    means, columns = {}, {"n_heldout": np.diff(group.heldout.indptr)}
    for name in names:
        over_all, per_user = OF_RATINGS[name]
        means[name] = over_all(predicted, group.heldout)
        columns[name] = per_user(predicted, group.heldout)
    return means, columns
