"""Lesson 10's second experiment: the ablation of the negative weights, done properly.

Every model chooses its own settings on the validation users of the split; the test
users are looked at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

import recnb
from recnb.evaluation import Split, strong_generalization
from recnb.experiments.runner import Experiment
from recnb.experiments.tuning import Candidate, tune_and_test
from recnb.models import (
    EASE,
    SLIM,
    FixedWeights,
    ItemItemModel,
    NonNegativeEASE,
    gram_matrix,
)

L2 = (20, 50, 100, 200, 300, 500, 700, 1000, 2000)
L2_NONNEGATIVE = (10, 20, 50, 100, 200, 300, 500, 700, 1000)
L1, L2_SLIM = (0.5, 1, 2, 5, 10, 20), (10, 20, 50, 100, 200, 500, 1000)
#: With signs, ever smaller values of l1 end at EASE itself, and take ever longer.
L1_SIGNED = {"ml-1m": (2, 3, 5, 10), "simulated": (0.5, 1, 2, 5)}
L2_SIGNED = {"ml-1m": (200, 500, 700, 1000), "simulated": (20, 50, 100, 200)}
DENSITY = 0.02  # of the pruned models: about that of SLIM


def largest(B: np.ndarray, density: float, by: np.ndarray) -> np.ndarray:
    """Return B with all weights zero but the share that is largest by some measure."""
    k = int(density * B.size)
    least = np.partition(by, by.size - k, axis=None)[by.size - k]
    return np.where(by >= max(least, np.finfo(by.dtype).tiny), B, 0)


#: What is made of EASE's weights after solving.
CHANGED = {
    "clamped EASE": lambda B: np.maximum(B, 0),
    "EASE, largest 2%": lambda B: largest(B, DENSITY, np.abs(B)),
    "EASE, largest positive 2%": lambda B: largest(B, DENSITY, B),
}


def candidates(dataset: str, split: Split) -> Iterator[Candidate]:
    """Yield every model and setting that is tried."""
    X, gram = split.train, gram_matrix(split.train)

    def fitted(name: str, model: ItemItemModel, **settings: float) -> Candidate:
        return Candidate(name, settings, model.fit(X, gram))

    for l2 in L2:
        ease = fitted("EASE", EASE(l2=l2), l2=l2)
        yield ease
        for name, change in CHANGED.items():
            model = FixedWeights(change(ease.model.weights_)).fit(X)
            yield Candidate(name, {"l2": l2}, model)
    for l2 in L2_NONNEGATIVE:
        yield fitted("non-negative EASE", NonNegativeEASE(l2=l2), l2=l2)
    for l1, l2 in product(L1, L2_SLIM):
        yield fitted("SLIM", SLIM(l1, l2), l1=l1, l2=l2)
    for l1, l2 in product(L1_SIGNED[dataset], L2_SIGNED[dataset]):
        yield fitted("signed SLIM", SLIM(l1, l2, nonnegative=False), l1=l1, l2=l2)


def measure(dataset: str, seed: int) -> list[dict[str, object]]:
    """Tune and test all models on one split."""
    split = strong_generalization(recnb.load(dataset), seed=seed)
    return tune_and_test(candidates(dataset, split), split)


NEGATIVE_WEIGHTS = Experiment(
    name="negative_weights",
    question="What is lost without negative weights, and how should one ask?",
    cases=[
        {"dataset": dataset, "seed": seed}
        for dataset in ("simulated", "ml-1m")
        for seed in range(5)
    ],
    measure=measure,
)
