"""Lesson 09's experiment: no constraint, the zero diagonal, dropout, and in between."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import recnb
from recnb.evaluation import Split, strong_generalization
from recnb.experiments.runner import Experiment
from recnb.experiments.tuning import Candidate, tune_and_test
from recnb.models import RDLAE, gram_matrix

L2 = {
    "ml-1m": (50, 100, 200, 300, 500, 700, 1000, 1500),
    "simulated": (5, 10, 20, 50, 100, 200, 300, 500),
}
DROPOUT = (0.1, 0.2, 0.33, 0.5, 0.7)
XI = (0.1, 0.3, 0.5, 0.7)


def candidates(dataset: str, split: Split) -> Iterator[Candidate]:
    """Yield every setting of the family that is tried."""
    gram, l2s = gram_matrix(split.train), L2[dataset]
    families = {
        "EASE": product(l2s, [0], [0]),
        "LAE": product(l2s, [0], [1]),
        "RLAE": product(l2s, [0], XI),
        "EDLAE": product(l2s, DROPOUT, [0]),
        "DLAE": product(l2s, DROPOUT, [1]),
        "RDLAE": product(l2s, DROPOUT, XI),
    }
    for name, grid in families.items():
        for l2, dropout, xi in grid:
            model = RDLAE(l2=l2, dropout=dropout, xi=xi).fit(split.train, gram)
            settings = {"l2": l2, "dropout": dropout, "xi": xi}
            yield Candidate(name, settings, model)


def measure(dataset: str, seed: int) -> list[dict[str, object]]:
    """Tune and test all of the family on one split."""
    split = strong_generalization(recnb.load(dataset), seed=seed)
    return tune_and_test(candidates(dataset, split), split)


DIAGONAL = Experiment(
    name="diagonal",
    question="What do the zero diagonal, a looser bound and dropout bring?",
    cases=[
        {"dataset": dataset, "seed": seed}
        for dataset in ("simulated", "ml-1m")
        for seed in range(5)
    ],
    measure=measure,
)
