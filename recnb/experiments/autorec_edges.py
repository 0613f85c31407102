"""Lesson 03's control: the user-based net's search, beyond its edge.

`recnb.experiments.autorec` chose the smallest penalty on most splits. Smaller ones
say how much of the distance to the item-based net hangs on that.
"""

from __future__ import annotations

from collections.abc import Iterator

import recnb
from recnb.experiments.autorec import BATCH
from recnb.experiments.rating_tuning import Trial, tune_and_test
from recnb.experiments.runner import Experiment
from recnb.models import AutoRec

#: The penalties below those that `recnb.experiments.autorec` tries for users.
SMALLER_L2 = {"ml-1m": (10, 25), "simulated": (1, 2)}


def edge_trials(dataset: str) -> Iterator[Trial]:
    """Yield the user-based net with penalties below the edge."""
    for l2 in SMALLER_L2[dataset]:
        net = AutoRec("user", l2=l2, batch_size=BATCH[dataset]["user"])
        yield Trial({"l2": l2}, net)


def measure_edge(dataset: str, seed: int) -> list[dict[str, object]]:
    """Tune among the smaller penalties, and test."""
    return [tune_and_test(edge_trials(dataset), recnb.load(dataset), seed)]


AUTOREC_EDGES = Experiment(
    name="autorec_edges",
    question="Is the user-based net better with a penalty below its search's edge?",
    cases=[
        {"dataset": d, "seed": seed}
        for d in ("simulated", "ml-1m")
        for seed in range(3)
    ],
    measure=measure_edge,
)
