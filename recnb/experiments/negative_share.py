"""Lesson 10's first experiment: how many of EASE's weights are negative."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import recnb
from recnb.data import Interactions
from recnb.evaluation import strong_generalization
from recnb.experiments.runner import Experiment
from recnb.models import EASE, gram_matrix

L2 = (1, 3, 10, 30, 100, 300, 500, 1000, 3000, 10_000, 30_000)
#: Items with fewer users than this are left out, so that a dense model fits anywhere.
MIN_USERS = {"ml-latest-small": 3, "gowalla": 30}
CASES = (
    {"dataset": "ml-1m", "min_rating": 4},
    {"dataset": "ml-1m", "min_rating": 1},
    {"dataset": "ml-latest-small", "min_rating": 4},
    {"dataset": "ml-latest-small", "min_rating": 0.5},
    {"dataset": "gowalla", "min_rating": 1},
    {"dataset": "simulated", "min_rating": 4},
    {"dataset": "simulated", "min_rating": 1},
)


def measure(dataset: str, min_rating: float) -> list[dict[str, object]]:
    """Fit EASE for every lambda and count, on the training users of split seed 0."""
    data = recnb.load(dataset)
    if dataset in MIN_USERS:
        data = kept(data, MIN_USERS[dataset])
    # In double precision: at a large lambda the weights are near single's rounding.
    X = strong_generalization(data, min_rating=min_rating, seed=0).train
    gram = gram_matrix(X, "float64")
    off = ~np.eye(len(gram), dtype=bool)
    return [
        {
            "l2": l2,
            "n_users": X.shape[0],
            "n_items": X.shape[1],
            **counts(EASE(l2, "float64").fit(X, gram).weights_[off]),
        }
        for l2 in L2
    ]


def kept(data: Interactions, min_users: int) -> Interactions:
    """Return a dataset without its rare items; a published split's own test rows go."""
    return replace(data, heldout=None).keep_items(min_users)


def counts(weights: np.ndarray) -> dict[str, float]:
    """Return how many weights are negative, and how large the two kinds are."""
    negative, positive = weights[weights < 0], weights[weights > 0]
    return {
        "negative_share": len(negative) / len(weights),
        "mean_negative": negative.mean(dtype=float),
        "mean_positive": positive.mean(dtype=float),
        "mass_ratio": -negative.sum(dtype=float) / positive.sum(dtype=float),
    }


NEGATIVE_SHARE = Experiment(
    name="negative_share",
    question="How many of EASE's weights are negative, by lambda and dataset?",
    cases=CASES,
    measure=measure,
)
