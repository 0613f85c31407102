"""Lesson 15's table: each model with the settings found, measured in every way.

The settings are those of the search's (`showdown`) best trial on the validation users
of split 0; on each of five splits the model is fitted anew (a net stops by the
validation users of that split), and the test users are looked at once: quality,
popularity, kinds of users and of items, time, memory and size. An eighth of the test
users of splits 1 to 4 were validation users of split 0, and so had a say in the
settings, of all models alike. Each model is measured in a process of its own, for its
memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from multiprocessing import get_context
from time import process_time

import numpy as np
import pandas as pd
from scipy import sparse

from recnb.contestants import BY_NAME, CONTESTANTS, fit
from recnb.evaluation import Group, Result, evaluate
from recnb.experiments.runner import Experiment, results
from recnb.experiments.showdown import DATASETS, one_thread, split_of
from recnb.experiments.tuning import METRIC
from recnb.ground.machine import peak_memory_mb
from recnb.models.base import Recommender

SEEDS = range(5)
OF_LISTS = ("novelty@100", "coverage@100", "Gini@100")
OF_USERS = (
    METRIC,
    "min-recall@20",
    "min-recall@50",
    "recall@20",
    "recall@50",
    "recall@100",
    "precision@100",
)
#: Users with short, middling and long histories: a third each.
LENGTHS = ("short", "middling", "long")
#: Items by their fans in training: those that together have half of all likes; those
#: that have the next 30%; and the many that share the last 20%.
LIKES = {"head": 0.5, "middle": 0.8, "tail": 1.0}


def best_settings(dataset: str, model: str) -> dict[str, object]:
    """Return the settings of the model's best trial on the validation users."""
    trials = results("showdown").query("dataset == @dataset and model == @model")
    ended = trials.dropna(subset=["val"])
    if ended.empty:
        raise ValueError(
            f"No trial of {model} on {dataset} is stored; run the search first: "
            "python -m recnb run showdown."
        )
    return BY_NAME[model].draw(ended.loc[ended["val"].idxmax(), "trial"])


def classes(X: sparse.csr_array) -> np.ndarray:
    """Return for each item the number of its class in `LIKES`, by its likes in X."""
    counts = X.sum(axis=0)
    order = np.argsort(-counts, kind="stable")
    before = np.cumsum(counts[order]) - counts[order]
    found = np.empty(len(counts), int)
    shares = list(LIKES.values())[:-1]
    found[order] = np.searchsorted(shares, before / counts.sum(), side="right")
    return found


def by_popularity(
    model: Recommender, group: Group, item_class: np.ndarray
) -> dict[str, float]:
    """Return the share of held-out items of each class that a list of 100 contains."""
    listed = model.recommend(group.history, 100)
    rows = np.repeat(np.arange(len(listed)), listed.shape[1])
    kept = listed.ravel() >= 0
    marks = np.ones(kept.sum())
    lists = sparse.csr_array(
        (marks, (rows[kept], listed.ravel()[kept])), shape=group.heldout.shape
    )
    hits = (lists * (group.heldout != 0)).sum(axis=0)
    hidden = (group.heldout != 0).sum(axis=0)
    n = len(LIKES)
    with np.errstate(invalid="ignore"):  # a class of which nothing is held out: NaN
        found = np.bincount(item_class, hits, n) / np.bincount(item_class, hidden, n)
    return {f"found_{name}": share for name, share in zip(LIKES, found, strict=True)}


def by_length(result: Result, group: Group) -> dict[str, float]:
    """Return NDCG@100 of the users with short, middling and long histories."""
    lengths = pd.Series(np.diff(group.history.indptr), index=group.users)
    thirds = pd.qcut(lengths.rank(method="first"), len(LENGTHS), labels=LENGTHS)
    values = result.per_user[METRIC].to_numpy()
    return {f"NDCG_{name}": np.nanmean(values[thirds == name]) for name in LENGTHS}


def numbers_kept(model: Recommender) -> int:
    """Return how many numbers other than 0 a fitted model keeps."""
    kept = {name: value for name, value in vars(model).items() if name.endswith("_")}
    return sum(map(_numbers, kept.values()))


def _numbers(value: object) -> int:
    if sparse.issparse(value):
        return value.nnz
    if isinstance(value, np.ndarray):
        return np.count_nonzero(value)
    if hasattr(value, "parameters"):
        return sum(weights.numel() for weights in value.parameters())
    return 0


def fitted_anew(
    dataset: str, seed: int, model: str
) -> tuple[Recommender, dict[str, object], float]:
    """Return the model, fitted on a split with its settings; these; its seconds."""
    settings = best_settings(dataset, model)
    fitted = BY_NAME[model].build(**settings)
    if "seed" in fitted.get_params():
        fitted.set_params(seed=seed)
    start = process_time()
    if not fit(fitted, split_of(dataset, seed)):
        raise ValueError(f"{model} diverges on split {seed} with its settings.")
    return fitted, settings, process_time() - start


def measured(dataset: str, seed: int, model: str) -> dict[str, object]:
    """Fit a model with its settings on one split, and judge on test, once."""
    with one_thread():
        fitted, settings, seconds = fitted_anew(dataset, seed, model)
        val = evaluate(fitted, split_of(dataset, seed).val, [METRIC])
        group = split_of(dataset, seed).test
        start = process_time()
        fitted.predict(group.history)
        predicting = process_time() - start
        found = evaluate(fitted, group, [*OF_USERS, *OF_LISTS])
        ndcg = found.per_user[METRIC].to_numpy()
        return {
            "settings": json.dumps(settings),
            "val": val.metrics[METRIC],
            **found.metrics,
            "error": found.standard_errors[METRIC],
            **by_length(found, group),
            **by_popularity(fitted, group, classes(split_of(dataset, seed).train)),
            "seconds": seconds,
            "ms_a_user": 1000 * predicting / len(group.users),
            "numbers": numbers_kept(fitted),
            "memory_mib": round(peak_memory_mb()),
            "thousandths": in_thousandths(ndcg),
            "protocol": found.summary,
        }


def in_thousandths(values: np.ndarray) -> str:
    """Return numbers as whole thousandths in JSON; null where there is none."""
    whole = [None if np.isnan(value) else round(1000 * value) for value in values]
    return json.dumps(whole)


def measure(dataset: str, seed: int, model: str) -> list[dict[str, object]]:
    """Measure a model in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        return [alone.submit(measured, dataset, seed, model).result()]


def cases() -> Iterator[dict[str, object]]:
    """Yield every model on every split."""
    for dataset, seed, each in product(DATASETS, SEEDS, CONTESTANTS):
        yield {"dataset": dataset, "seed": seed, "model": each.name}


SHOWDOWN_TABLE = Experiment(
    name="showdown_table",
    question="How good, how fast, how big is each model of the course, on five splits?",
    cases=list(cases()),
    measure=measure,
)
