"""Lesson 03's controls of section 6: step size, penalty, and a sigmoid over the root.

The straight net whose rows are divided by √n was trained with larger steps than the one
that reads them as they are, and the bent net was not given the root.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import recnb
from recnb.evaluation import evaluate, rating_holdout
from recnb.experiments.autorec import BATCH
from recnb.experiments.runner import Experiment
from recnb.experiments.tuning import fitted
from recnb.models import EvenAutoRec


@dataclass(frozen=True)
class Net:
    """Whether rows are divided by √n, the hidden g, the step size and penalties."""

    rooted: bool
    hidden: str
    lr: float
    l2: tuple[float, ...]


NETS = {
    "simulated": {
        "straight, as it is": Net(False, "identity", 1e-3, (1000, 2000)),
        "straight, as it is, larger steps": Net(False, "identity", 3e-3, (1000, 2000)),
        "bent, over the root": Net(True, "sigmoid", 3e-3, (20, 40, 80)),
    },
    "ml-1m": {
        "straight, as it is": Net(False, "identity", 1e-3, (2000, 4000, 8000)),
        "bent, over the root": Net(True, "sigmoid", 3e-3, (20, 50, 100)),
    },
}


def measure(dataset: str, seed: int, net: str) -> list[dict[str, object]]:
    """Choose the penalty on validation ratings; test the best, trained on 81%."""
    split, how = rating_holdout(recnb.load(dataset), seed=seed), NETS[dataset][net]
    tried = {}
    for l2 in how.l2:
        model = EvenAutoRec(
            activations=("identity", how.hidden),
            centred=False,
            rooted=how.rooted,
            l2=l2,
            lr=how.lr,
            batch_size=BATCH[dataset]["item"],
        )
        model = fitted(model, split.train, split.val.heldout)
        if model is not None:
            tried[l2] = model
    if not tried:
        raise ValueError(f"{net} diverges with every penalty.")
    l2, best = min(tried.items(), key=lambda each: each[1].log_.best)
    found = evaluate(best, split.test, ["RMSE"])
    return [
        {
            "settings": json.dumps({"l2": l2, "lr": how.lr}),
            "n_tried": len(how.l2),
            "epochs": best.log_.best_epoch,
            "val": best.log_.best,
            "RMSE_81": found.metrics["RMSE"],
            "error": found.standard_errors["RMSE"],
            "seconds": best.log_.seconds[-1],
            "protocol": found.summary,
        }
    ]


AUTOREC_INPUTS = Experiment(
    name="autorec_inputs",
    question="A straight net with larger steps, a bent one over the root: how good?",
    cases=[
        {"dataset": dataset, "seed": 0, "net": net}
        for dataset, nets in NETS.items()
        for net in nets
    ],
    measure=measure,
)
