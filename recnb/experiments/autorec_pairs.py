"""Lesson 03's control of item against user: a simulated world with other stars.

In the simulated world a film's stars hang on what this viewer has watched before, which
only a user's row shows. Here that is taken away, and the search is wider than that of
`recnb.experiments.autorec`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import recnb
from recnb.data import Interactions
from recnb.data.simulation import Recipe, simulate
from recnb.experiments.autorec import BATCH
from recnb.experiments.rating_tuning import Trial, tune_and_test
from recnb.experiments.runner import Experiment
from recnb.models import AutoRec

#: Penalties in the simulated world, beyond both edges of the search of `autorec`.
L2 = {"item": (20, 50, 100, 200), "user": (1, 2, 5, 10)}


def other_stars(opinion_pairs: float) -> Interactions:
    """Return the simulated dataset with stars that hang on other films this much.

    The same people watch the same films in the same order; only the stars differ.
    """
    stars = simulate(Recipe(opinion_pairs=opinion_pairs))["ratings"]["rating"]
    return replace(recnb.load("simulated"), ratings=stars.to_numpy(float))


def trials(dataset: str, kind: str) -> Iterator[Trial]:
    """Yield AutoRec with every penalty that is tried."""
    for l2 in L2[kind]:
        yield Trial({"l2": l2}, AutoRec(kind, l2=l2, batch_size=BATCH[dataset][kind]))


def measure(
    dataset: str, seed: int, opinion_pairs: float, kind: str
) -> list[dict[str, object]]:
    """Tune and test one net on one split of a world with such stars."""
    return [tune_and_test(trials(dataset, kind), other_stars(opinion_pairs), seed)]


AUTOREC_PAIRS = Experiment(
    name="autorec_pairs",
    question="Does the user-based net win because stars hang on other films seen?",
    cases=[
        {"dataset": "simulated", "seed": 0, "opinion_pairs": 0.0, "kind": kind}
        for kind in ("item", "user")
    ],
    measure=measure,
)
