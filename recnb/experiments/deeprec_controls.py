"""Lesson 04's controls: a linear last layer, one thing changed at a time, more epochs.

`DEEPREC_CONTROLS` stores learning curves, an epoch a row, of nets that differ in one
thing from a net of `recnb.experiments.deeprec`: the last layer is linear; leaky ReLU
has a smaller learning rate; the tuned net is trained for twice the epochs while the
rate falls half as fast, has one layer, or is fed again. `DEEPREC_LONG` trains the
longer one on three splits, and compares it with one layer user by user.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import product

from sklearn.base import clone

import recnb
from recnb.evaluation import evaluate, paired_difference, rating_holdout
from recnb.experiments.deeprec import (
    DATASETS,
    EPOCHS,
    RATES,
    WIDTH,
    epochs_of,
    in_words,
    stored_net,
    widths,
)
from recnb.experiments.runner import Experiment
from recnb.experiments.tuning import fitted
from recnb.models import DeepRec

#: Numbers of encoder layers that get a linear last layer.
LINEAR_DEPTHS = (1, 2, 4)
#: The tuned net of lesson 04, and the same for twice as many epochs: the rate ends
#: where it ended, and its sum over the epochs is twice as large.
TUNED = {
    "ml-1m": {"layers": (256, 256, 256), "dropout": 0.5, "lr": 0.04},
    "simulated": {"layers": (128, 128, 256), "dropout": 0.8, "lr": 0.02},
}
USUAL = {
    "ml-1m": {"lr_decay": 0.95, "epochs": 60},
    "simulated": {"lr_decay": 0.98, "epochs": 60},
}
LONG = {
    "ml-1m": {"lr_decay": 0.975, "epochs": 120},
    "simulated": {"lr_decay": 0.99, "epochs": 120},
}
PLAIN = {
    "activation": "selu",
    "linear_output": False,
    "dropout": 0.0,
    "refeeding": 0,
    "lr": RATES[2],
    "lr_decay": 1.0,
    "epochs": EPOCHS,
}


def net_of(case: Mapping[str, object]) -> DeepRec:
    """Return the net of a case, not trained yet."""
    settings = {name: value for name, value in case.items() if name != "dataset"}
    settings["layers"] = widths(settings["layers"])
    return DeepRec(**settings, patience=None)


def measure_control(**case: object) -> list[dict[str, object]]:
    """Train one net on split 0; no choice is made, so nothing is tested."""
    split = rating_holdout(recnb.load(case["dataset"]), seed=0)
    return epochs_of(net_of(case), split)


def control_cases() -> Iterator[dict[str, object]]:
    """Yield the nets, each of them differing in one thing from a stored one."""
    for dataset in DATASETS:
        tuned = TUNED[dataset]
        yield _case(dataset, **tuned, **USUAL[dataset])
        yield _case(dataset, **tuned, **LONG[dataset])
        yield _case(dataset, **tuned, **USUAL[dataset], refeeding=1)
        one_layer = tuned | {"layers": tuned["layers"][-1:]}
        yield _case(dataset, **one_layer, **LONG[dataset])
        for name, depth in product(("relu", "lrelu", "selu"), LINEAR_DEPTHS):
            layers = (WIDTH,) * depth
            yield _case(dataset, layers=layers, activation=name, linear_output=True)
        for depth in LINEAR_DEPTHS:
            layers = (WIDTH,) * depth
            yield _case(dataset, layers=layers, activation="lrelu", lr=RATES[1])


def _case(dataset: str, layers: tuple[int, ...], **changed: object) -> dict:
    return {"dataset": dataset, "layers": in_words(layers), **PLAIN, **changed}


DEEPREC_CONTROLS = Experiment(
    name="deeprec_controls",
    question="What becomes of a learning curve if one thing of the net is changed?",
    cases=list(control_cases()),
    measure=measure_control,
)


def measure_long(dataset: str, seed: int) -> list[dict[str, object]]:
    """Train the tuned net longer, and compare it with one layer user by user.

    Its best epoch is chosen on validation ratings; then it is trained anew on all that
    is not for test. So was its rival (`recnb.experiments.autorec`).
    """
    data = recnb.load(dataset)
    split = rating_holdout(data, seed=seed)
    net = DeepRec(refeeding=0, patience=None, **TUNED[dataset], **LONG[dataset])
    chosen = fitted(net, split.train, split.val.heldout)
    epochs = chosen.log_.best_epoch
    whole = rating_holdout(data, val_share=0, seed=seed)
    deep = fitted(clone(net).set_params(epochs=epochs), whole.train)
    rival = fitted(stored_net(dataset, "random", seed, "U-AutoRec"), whole.train)
    deep, rival = (evaluate(each, whole.test, ["RMSE"]) for each in (deep, rival))
    gap = paired_difference(deep, rival, "RMSE")
    settings = {**TUNED[dataset], **LONG[dataset]}
    return [
        {
            "settings": json.dumps(settings),
            "epochs": epochs,
            "val": chosen.log_.best,
            "RMSE_81": evaluate(chosen, split.test, ["RMSE"]).metrics["RMSE"],
            "RMSE": deep.metrics["RMSE"],
            "RMSE_against": rival.metrics["RMSE"],
            "difference": gap.mean,
            "difference_error": gap.standard_error,
            "seconds": chosen.log_.seconds[-1],
            "protocol": deep.summary,
        }
    ]


DEEPREC_LONG = Experiment(
    name="deeprec_long",
    question="Is the tuned deep net better than one layer after twice the epochs?",
    cases=[{"dataset": d, "seed": seed} for d in DATASETS for seed in range(3)],
    measure=measure_long,
)
