"""Lesson 12's controls: early stopping, other rates, wider nets for the MLP.

Is it the net that is at fault, or how it was trained? The paper's training knows no
early stopping: 32 epochs, a step size of .001, whatever d and M. Here the test pairs
decide: the epoch with the lowest error on them is kept, and training ends eight epochs
after it, or after 128. So the test pairs are no exam any more. The fresh pairs are, and
the task and the start of the weights are those of `learned_dot` for the same case.

Expected, and written down before the first case was measured:

1. d = 64: stopped early, no net is worse than saying 0. With 500 users the error on
   fresh pairs falls from .53 to about .25.
2. The gain shrinks with M: at d = 64 and M = 8,000 it is below .02, and the error stays
   above .05.
3. A lower step size brings less than .02 beyond stopping early.
4. Stopped early, twice the width does no harm (h = 2d against h = d, d = 64).
5. Short embeddings (d = 8, 16) want more than 32 epochs rather than fewer, and gain
   less than .003.

When smaller steps had done worse and twice the width better, the larger steps and four
times the width were added; nothing was expected of them beforehand.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from recnb.data.dot_product_task import DotProductTask, dot_product_task
from recnb.experiments.runner import Experiment, results
from recnb.experiments.tuning import fitted
from recnb.ground.training_log import TrainingLog

EPOCHS, PATIENCE = 128, 8
USUAL_LR = 1e-3
#: (d, factor, Ms, rates, seeds), the most telling first; h is the factor times d.
GRID = (
    ((64,), 1, (500, 1000, 2000, 4000, 8000), (USUAL_LR,), (0,)),
    ((64,), 1, (1000,), (3e-4, 1e-4), (0,)),
    ((64,), 1, (1000,), (USUAL_LR,), (1, 2)),
    ((64,), 2, (1000,), (USUAL_LR,), (0, 1, 2)),
    ((64,), 2, (4000,), (USUAL_LR,), (0,)),
    ((8, 16), 1, (1000,), (USUAL_LR,), (0,)),
    ((32,), 1, (1000, 4000), (USUAL_LR,), (0,)),
    ((64,), 4, (1000,), (USUAL_LR, 3e-3), (0,)),
    ((64,), 1, (1000,), (3e-3, 1e-2, 3e-2), (0,)),
    ((64,), 1, (4000,), (3e-3, 1e-2), (0,)),
)


def measure(d: int, h: int, M: int, lr: float, seed: int) -> list[dict[str, object]]:
    """Train a net until the test pairs get no better; one row.

    ``error`` is its RMSE on fresh pairs minus the dot product's, ``error_test`` the
    same on the test pairs that have chosen the epoch.
    """
    from recnb.models.similarity import MLPSimilarity

    task = dot_product_task(M, d, seed=seed)
    model = MLPSimilarity(h=h, epochs=EPOCHS, lr=lr, seed=seed, patience=PATIENCE)
    model = fitted(model, task.train, task.test)
    if model is None:
        raise FloatingPointError(f"d={d}, h={h}, M={M}, lr={lr}: it diverged.")
    exams = {"error": task.fresh, "error_test": task.test, "error_train": task.train}
    row = {
        name: pairs.above_dot(model.predict_pairs(pairs))
        for name, pairs in exams.items()
    }
    log = model.log_
    row |= {"best_epoch": log.best_epoch, "epochs": len(log.val)}
    return [row | {"stopped": log.stopped, "seconds": log.seconds[-1]}]


def by_epoch(log: TrainingLog, task: DotProductTask) -> pd.DataFrame:
    """Return a training's errors minus those of the dot product, an epoch a row.

    Parameters
    ----------
    log : TrainingLog
        Of a net that was fitted to the task's training pairs, its test pairs watching.
    task : DotProductTask

    Returns
    -------
    DataFrame, index: epoch
        Columns "train, during epoch", while the weights moved, and "test,
        after it".
    """
    table = log.to_frame()
    trained_on = np.sqrt(table["loss"]) - task.train.rmse(task.train.dot)
    test = table["val"] - task.test.rmse(task.test.dot)
    return pd.DataFrame({"train, during epoch": trained_on, "test, after it": test})


def before_and_after(d: int) -> pd.DataFrame:
    """Return stored errors on fresh pairs, 32 epochs and stopped early, by M.

    One draw of the task and of the start, h = d; the M that were trained both ways.
    """
    plain = results("learned_dot").query("pairs == 'fresh'")
    early = results("learned_dot_controls").query("lr == @USUAL_LR")
    tables = {"32 epochs": plain, "stopped early": early}
    errors = {}
    for name, table in tables.items():
        same = table[(table["d"] == d) & (table["h"] == d) & (table["seed"] == 0)]
        errors[name] = same.set_index("M")["error"]
    return pd.DataFrame(errors).dropna().sort_index()


def cases() -> list[dict[str, float]]:
    """Return the grid in its order, the cheap cases of each line first."""
    return [
        {"d": d, "h": factor * d, "M": M, "lr": lr, "seed": seed}
        for ds, factor, Ms, rates, seeds in GRID
        for seed, M, lr, d in product(seeds, Ms, rates, ds)
    ]


LEARNED_DOT_CONTROLS = Experiment(
    name="learned_dot_controls",
    question="Does stopping early, another rate or more width teach a dot product?",
    cases=cases(),
    measure=measure,
)
