"""Lesson 16: new users by Woodbury's identity, beside learning anew.

EASE is fitted without its last training users; these come in by `EASE.update`, all at
once or in many steps. The same matrix is then fitted as a whole, in single precision
and, for the truth, in double precision. One thread.

Expected, written before the first run: the update costs some 2 m n² operations beside
the fit's n³, so that on MovieLens 1M's 3,500 items a hundred users take at most a
quarter of the time of a fit, and a thousand about as long as one. Rounding grows with
the number of steps, not of users: after a hundred steps no weight is further from the
truth than ten times the error of a fit in single precision, and NDCG@100 differs by
less than .0001.
"""

from __future__ import annotations

from copy import deepcopy
from functools import cache

import numpy as np

import recnb
from recnb.evaluation import Split, evaluate, strong_generalization
from recnb.experiments.alone import used
from recnb.experiments.runner import Experiment
from recnb.experiments.serving import one_thread
from recnb.models import EASE

METRIC = "NDCG@100"
L2 = 500.0
#: New users of a step, and steps.
STEPS = ((1, 1), (10, 1), (100, 1), (300, 1), (1000, 1), (1, 100), (10, 100))
DATASETS = {"simulated": STEPS[:3] + STEPS[5:6], "ml-1m": STEPS}


@cache
def split(dataset: str) -> Split:
    """Return the split of most lessons."""
    return strong_generalization(recnb.load(dataset))


def measure(dataset: str, n_new: int, n_steps: int) -> list[dict[str, object]]:
    """Take in so many new users so many times; one row.

    ``update_seconds`` is the mean of the steps, ``fit_seconds`` that of a fit of all;
    both of the processor. ``update_error`` and ``fit_error`` are the largest
    distances of a weight from the one in double precision.
    """
    data = split(dataset)
    X = data.train
    first = X.shape[0] - n_new * n_steps
    with one_thread():
        model = EASE(L2).fit(X[:first])
        deepcopy(model).update(X[first : first + n_new])  # what the first call loads
        seconds = []
        for start in range(first, X.shape[0], n_new):
            new = X[start : start + n_new]
            seconds.append(used(lambda new=new: model.update(new))[1]["cpu_seconds"])
        anew, use = used(lambda: EASE(L2).fit(X))
        truth = EASE(L2, "float64").fit(X).weights_
    row = {"n_items": X.shape[1], "update_seconds": float(np.mean(seconds))}
    row["fit_seconds"] = use["cpu_seconds"]
    for what, fitted in (("update", model), ("fit", anew)):
        row[f"{what}_error"] = float(np.abs(fitted.weights_ - truth).max())
        row[f"{what} {METRIC}"] = evaluate(fitted, data.val, [METRIC]).metrics[METRIC]
    return [row]


SCALE_UPDATE = Experiment(
    name="scale_update",
    question="New users without learning anew: how fast, and how exact after many?",
    cases=[
        {"dataset": dataset, "n_new": n_new, "n_steps": n_steps}
        for dataset, steps in DATASETS.items()
        for n_new, n_steps in steps
    ],
    measure=measure,
)
