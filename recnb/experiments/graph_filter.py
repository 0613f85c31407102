"""Lesson 13b's graph filter: GF-CF beside EASE, on new users.

`GRAPH_FILTER` tries every number of directions with every weight of the ideal filter,
chooses on the validation users of a split, and looks at the test users once.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from itertools import chain, product

from recnb.evaluation import Split
from recnb.experiments.implicit_slim import DATASETS, SEEDS, split_and_ease
from recnb.experiments.runner import Experiment
from recnb.experiments.tuning import Candidate, tune_and_test
from recnb.models import GFCF

#: Directions of the ideal filter, and its weight. With 0, only smoothing is left.
KS = {"simulated": (16, 32, 64, 128), "ml-1m": (64, 128, 256, 512)}
ALPHAS = (0, 0.1, 0.3, 1, 3, 10)


def candidates(dataset: str, split: Split) -> Iterator[Candidate]:
    """Yield GF-CF with every setting, and smoothing alone under its own name."""
    for k in KS[dataset]:
        model = GFCF(k).fit(split.train)
        for alpha in ALPHAS:
            filtered = copy(model).set_params(alpha=alpha)
            name = "GF-CF" if alpha else "smoothing alone"
            yield Candidate(name, {"k": k, "alpha": alpha}, filtered)


def measure(dataset: str, seed: int) -> list[dict[str, object]]:
    """Tune and test GF-CF on one split, beside EASE."""
    split, ease = split_and_ease(dataset, seed)
    return tune_and_test(chain([ease], candidates(dataset, split)), split)


GRAPH_FILTER = Experiment(
    name="graph_filter",
    question="Does a filter on the graph reach EASE?",
    cases=[
        {"dataset": dataset, "seed": seed} for dataset, seed in product(DATASETS, SEEDS)
    ],
    measure=measure,
)
