"""Lesson 03's controls: searches beyond their edge, and what the bend is for.

`AUTOREC_EDGES` tries smaller penalties where lesson 03's searches chose the smallest
one: the user-based net's. `AUTOREC_INPUT` gives the item-based net without a bend its
input in another measure: without the mean rating, divided by the root of the number of
ratings, or both; and the bent net both.
"""

from __future__ import annotations

from collections.abc import Iterator

import recnb
from recnb.experiments.autorec import BATCH
from recnb.experiments.rating_tuning import Trial, tune_and_test
from recnb.experiments.runner import Experiment
from recnb.models import AutoRec, EvenAutoRec

#: The penalties below those that `recnb.experiments.autorec` tries for users.
SMALLER_L2 = {"ml-1m": (10, 25), "simulated": (1, 2)}
#: By whether the input is divided by the root: a smaller input needs larger weights,
#: so a smaller penalty and longer steps. Every kind of input has three settings.
L2_OF_INPUTS = {
    "ml-1m": {False: (200, 400, 800), True: (5, 20, 80)},
    "simulated": {False: (50, 250, 1250), True: (2, 5, 20)},
}
LR_OF_INPUTS = {False: 0.001, True: 0.003}
#: hidden activation g, whether the mean is subtracted, whether divided by the root.
INPUTS = (
    ("identity", False, False),
    ("identity", True, False),
    ("identity", False, True),
    ("identity", True, True),
    ("sigmoid", True, True),
)


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
        for seed in range(5)
    ],
    measure=measure_edge,
)


def input_trials(
    dataset: str, hidden: str, centred: bool, rooted: bool
) -> Iterator[Trial]:
    """Yield the item-based net with this input and every setting that is tried."""
    for l2 in L2_OF_INPUTS[dataset][rooted]:
        net = EvenAutoRec(
            activations=("identity", hidden),
            centred=centred,
            rooted=rooted,
            l2=l2,
            lr=LR_OF_INPUTS[rooted],
            batch_size=BATCH[dataset]["item"],
        )
        yield Trial({"l2": l2}, net)


def measure_input(
    dataset: str, seed: int, hidden: str, centred: bool, rooted: bool
) -> list[dict[str, object]]:
    """Tune and test one net on one kind of input."""
    trials = input_trials(dataset, hidden, centred, rooted)
    return [tune_and_test(trials, recnb.load(dataset), seed)]


AUTOREC_INPUT = Experiment(
    name="autorec_input",
    question="What does a net without a bend reach, from an input in another measure?",
    cases=[
        {"dataset": d, "seed": seed, "hidden": g, "centred": c, "rooted": r}
        for d in ("simulated", "ml-1m")
        for seed in range(2)
        for g, c, r in INPUTS
    ],
    measure=measure_input,
)
