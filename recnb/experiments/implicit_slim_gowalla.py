"""Lesson 13 on Gowalla's 41,000 items, where EASE holds 1.7 billion weights.

The split is the one that is published with NGCF and LightGCN; EASE and GF-CF, of lesson
13b, have the settings that are published for them. MF, with ImplicitSLIM in both parts
and without, tries the same number of random settings on a tenth of each user's training
items, of 5,000 users; the best one is fitted on all training items and judged on test,
once. There is no early stopping: an epoch takes less time than the validation of all
users would.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from time import perf_counter

import numpy as np
from scipy import sparse

import recnb
from recnb.evaluation import Group, Split, evaluate, published_holdout
from recnb.experiments.runner import Experiment
from recnb.experiments.tuning import fitted, log_uniform
from recnb.models import ALSMF, EASE, GFCF, ImplicitSLIM
from recnb.models.base import Recommender

METRICS = ("recall@20", "NDCG@20")
MODELS = ("MF", "MF + ImplicitSLIM", "EASE", "GF-CF")
L, EPOCHS = 128, 10
#: Published settings.
PUBLISHED = {"EASE": {"l2": 80}, "GF-CF": {"k": 256, "alpha": 0.3}}
N_TRIED, N_JUDGED = 8, 5000
#: Settings are drawn log-uniformly from these.
RANGES = {"r_p": (1, 30), "r_q": (0.3, 30)}
RANGES_OF_SLIM = {
    "s_q": (3, 100),
    "l2": (5, 200),
    "alpha": (0.1, 3),
    "threshold": (1, 100),
}


@cache
def split(val_share: float) -> Split:
    """Return the published split, with such a share of training for validation."""
    return published_holdout(recnb.load("gowalla"), val_share)


def some_of(group: Group, n_users: int) -> Group:
    """Return a group of so many random users of this one, or of all if it has fewer."""
    n_users = min(n_users, len(group.users))
    rows = np.random.default_rng(0).permutation(len(group.users))[:n_users]
    parts = {"users": group.users, "history": group.history, "heldout": group.heldout}
    return replace(group, **{name: part[rows] for name, part in parts.items()})


def draw(model: str) -> list[dict[str, float]]:
    """Return the random settings that a kind of MF tries."""
    ranges = RANGES | (RANGES_OF_SLIM if model == "MF + ImplicitSLIM" else {})
    drawn = log_uniform(ranges, N_TRIED, seed=0)
    for settings in drawn:
        if "threshold" in settings:
            settings["threshold"] = round(settings["threshold"])
    return drawn


def untrained(model: str, settings: dict[str, float]) -> Recommender:
    """Return one of `MODELS` with these settings."""
    if model in PUBLISHED:
        return {"EASE": EASE, "GF-CF": GFCF}[model](**settings)
    mf = ALSMF(L, settings["r_p"], settings["r_q"], epochs=EPOCHS)
    if model == "MF":
        return mf
    slim = ImplicitSLIM(settings["l2"], settings["alpha"], settings["threshold"])
    return mf.set_params(s_q=settings["s_q"], init=slim, reg=slim)


def trained(model: Recommender, X: sparse.csr_array) -> Recommender:
    """Fit a model whole."""
    return fitted(model, X) if isinstance(model, ALSMF) else model.fit(X)


def score(model: str, settings: dict[str, float], held: Split) -> float:
    """Return the NDCG@20 of validation users after training with these settings."""
    judged = some_of(held.val, N_JUDGED)
    tried = trained(untrained(model, settings), held.train)
    return evaluate(tried, judged, ["NDCG@20"]).metrics["NDCG@20"]


def n_numbers(model: Recommender) -> int:
    """Return how many numbers a model has learned: EASE's diagonal is none."""
    if isinstance(model, EASE):
        return model.weights_.size - model.n_items_
    if isinstance(model, GFCF):  # and the training likes, which it keeps
        return model.V_.size + model.root_of_likes_.size
    return model.Q_.size + model.b_.size


def measure(model: str) -> list[dict[str, object]]:
    """Choose the settings of a model, unless they are published; judge it on test.

    ``seconds`` is the time of the last training; ``val`` the NDCG@20 of the settings
    on the validation users.
    """
    tried = [(PUBLISHED.get(model), np.nan)]
    if model not in PUBLISHED:
        tried = [(drawn, score(model, drawn, split(0.1))) for drawn in draw(model)]
    settings, val = max(tried, key=lambda pair: pair[1])
    whole, start = split(0), perf_counter()
    final = trained(untrained(model, settings), whole.train)
    row = {"settings": json.dumps(settings), "n_tried": len(tried), "val": val}
    row |= {"seconds": perf_counter() - start, "numbers": n_numbers(final)}
    found = evaluate(final, whole.test, METRICS)
    errors = {f"{name} error": e for name, e in found.standard_errors.items()}
    return [{**row, **found.metrics, **errors, "protocol": found.summary}]


IMPLICIT_SLIM_GOWALLA = Experiment(
    name="implicit_slim_gowalla",
    question="What does ImplicitSLIM bring on 41,000 items, beside EASE's weights?",
    cases=[{"model": model} for model in MODELS],
    measure=measure,
)
