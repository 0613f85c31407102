"""Lesson 07's controls: what came lately, and in which order, told apart.

`SVAE_RECENCY` judges SVAE by time beside two nets that differ in the memory: a mean
that fades, which knows what came lately and has no gate; and a GRU with gates, but with
no more weights than a mean's layer. Each test user's NDCG@100 is kept, so that any two
can be compared on the same users.
`SVAE_FADING` looks at validation users of one split only: SLIT by how fast it forgets.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import combinations, product

import numpy as np
import pandas as pd

import recnb
from recnb.evaluation import Split, evaluate, strong_generalization
from recnb.experiments.cdae import yardsticks
from recnb.experiments.runner import Experiment
from recnb.experiments.showdown_summary import error_of_mean, per_user
from recnb.experiments.showdown_table import in_thousandths
from recnb.experiments.svae import (
    DATASETS,
    METRICS,
    SAMPLED,
    SEEDS,
    SLIT_OF_TIES,
    USUAL,
    linear,
)
from recnb.experiments.tuning import METRIC, Candidate, facts, fitted
from recnb.models import SLIT
from recnb.models import SVAE as Net

#: What is changed in SVAE.
CHANGED: dict[str, dict[str, object]] = {
    "SVAE": {},
    "faded mean, z": {"memory": "faded"},
    # A GRU with no more weights than the layer of a mean: 50,544, and 51,400.
    "small GRU, z": {"hidden": 54},
}
LINEAR = ("EASE", "SLIT")
#: What the curve of SLIT tries; the best penalty is taken at each fading.
#: At 1 nothing fades, so that the same model does not know the order.
FADINGS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.99, 1.0)
#: Wide enough that at every fading above 0 a larger one is worse than the best.
PENALTIES = {
    "ml-1m": (300, 1000, 3000, 10_000, 30_000, 100_000),
    "simulated": (30, 100, 300, 1000, 3000, 10_000, 30_000),
}


def net(name: str, dataset: str) -> Net:
    """Return one of the nets, not fitted; its mean fades as SLIT's best memory does."""
    fading = SLIT_OF_TIES[dataset]["fading"]
    return Net(**{**SAMPLED, **USUAL[dataset], "fading": fading, **CHANGED[name]})


def candidates(model: str, dataset: str, split: Split) -> Iterator[Candidate]:
    """Yield what competes for the name of a model, fitted."""
    if model == "SLIT":
        yield from linear(model, dataset, split)
    elif model == "EASE":
        tried = yardsticks(dataset, split)
        yield from (candidate for candidate in tried if candidate.name == "EASE")
    else:
        trained = fitted(net(model, dataset), split.train_order, split.val)
        yield Candidate(model, CHANGED[model], trained)


def measure(dataset: str, seed: int, model: str) -> list[dict[str, object]]:
    """Choose a model on validation users, and judge it once on each test user."""
    split = strong_generalization(recnb.load(dataset), order="time", seed=seed)
    tried = [
        (split.val.error(candidate.model), candidate)
        for candidate in candidates(model, dataset, split)
    ]
    error, best = min(tried, key=lambda one: one[0])
    found = evaluate(best.model, split.test, METRICS)
    return [
        {
            "settings": json.dumps(best.settings),
            "n_tried": len(tried),
            "val": 1 - error,
            **found.metrics,
            "error": found.standard_errors[METRIC],
            **facts(best.model),
            "thousandths": in_thousandths(found.per_user[METRIC].to_numpy()),
            "protocol": found.summary,
        }
    ]


SVAE_RECENCY = Experiment(
    name="svae_recency",
    question="Is it the order of the films, or which of them came lately?",
    cases=[
        {"dataset": dataset, "seed": seed, "model": model}
        for model, dataset, seed in product((*LINEAR, *CHANGED), DATASETS, SEEDS)
    ],
    measure=measure,
)


def paired(rows: pd.DataFrame) -> pd.DataFrame:
    """Return each model minus each other one, on the test users of a split.

    Parameters
    ----------
    rows : DataFrame
        Stored rows of `SVAE_RECENCY`, of one dataset.

    Returns
    -------
    DataFrame, index: (model, minus, seed)
        ``difference`` and ``paired error``.
    """
    found = {}
    for seed, of_split in rows.groupby("seed"):
        users = {row["model"]: per_user(row) for _, row in of_split.iterrows()}
        for one, other in combinations(users, 2):
            gap = users[one] - users[other]
            mean, error = np.nanmean(gap), error_of_mean(gap)
            found[one, other, seed] = mean, error
            found[other, one, seed] = -mean, error
    columns = ["difference", "paired error"]
    table = pd.DataFrame.from_dict(found, orient="index", columns=columns)
    table.index = pd.MultiIndex.from_tuples(found, names=["model", "minus", "seed"])
    return table.sort_index()


def measure_fading(dataset: str, fading: float) -> list[dict[str, object]]:
    """Fit SLIT with each penalty; a row each, on validation users."""
    split = strong_generalization(recnb.load(dataset), order="time", seed=0)
    rows = []
    for l2 in PENALTIES[dataset]:
        model = SLIT(l2=l2, fading=fading).fit(split.train_order)
        rows.append({"l2": l2, "val": 1 - split.val.error(model)})
    return rows


SVAE_FADING = Experiment(
    name="svae_fading",
    question="How fast should a linear model forget?",
    cases=[
        {"dataset": dataset, "fading": fading}
        for dataset, fading in product(DATASETS, FADINGS)
    ],
    measure=measure_fading,
)
