"""Lesson 04's controls: learning curves of nets in which one thing is changed.

Each differs in one thing from a net of `recnb.experiments.deeprec`, on the same split:
the last layer is linear; the tuned net has half as many epochs again, while its rate
ends where it ended; or it has a single hidden layer. Nets with a sigmoid or tanh get
larger rates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

import recnb
from recnb.evaluation import rating_holdout
from recnb.experiments.deeprec import (
    EPOCHS,
    EPOCHS_AT_MOST,
    RATES,
    WIDTH,
    epochs_of,
    in_words,
    widths,
)
from recnb.experiments.runner import Experiment
from recnb.models import DeepRec

#: Numbers of encoder layers, and epochs, of the nets with a linear last layer.
LINEAR_DEPTHS, LINEAR_EPOCHS = (2, 4), 20
#: The net that lesson 04's search chose, and its epochs: as many as it may have.
TUNED = {
    "ml-1m": {"layers": (256, 256, 256), "dropout": 0.5, "lr": 0.04},
    "simulated": {"layers": (128, 128, 256), "dropout": 0.8, "lr": 0.02},
}
DECAY = {"ml-1m": 0.95, "simulated": 0.98}
USUAL_EPOCHS = EPOCHS_AT_MOST["user"]
LONGER_EPOCHS = 90
#: Rates at which nets with a sigmoid or tanh, which hardly learn at .02, are tried.
LARGER_RATES, FLAT_ENDED = (0.1, 0.3), ("tanh", "sigmoid")
PLAIN = {
    "activation": "selu",
    "linear_output": False,
    "dropout": 0.0,
    "refeeding": 0,
    "lr": RATES[2],
    "lr_decay": 1.0,
}


def stretched(dataset: str, epochs: int) -> dict[str, object]:
    """Return a schedule of so many epochs that ends at the tuned net's last rate."""
    decay = DECAY[dataset] ** (USUAL_EPOCHS / epochs)
    return {"lr_decay": round(decay, 4), "epochs": epochs}


def net_of(case: Mapping[str, object]) -> DeepRec:
    """Return the net of a case, not trained yet."""
    settings = {name: value for name, value in case.items() if name != "dataset"}
    settings["layers"] = widths(settings["layers"])
    return DeepRec(**settings, patience=None)


def measure(**case: object) -> list[dict[str, object]]:
    """Train one net on split 0; no choice is made, so nothing is tested."""
    split = rating_holdout(recnb.load(case["dataset"]), seed=0)
    return epochs_of(net_of(case), split)


def cases() -> Iterator[dict[str, object]]:
    """Yield the nets, each of them differing in one thing from a stored one."""
    for dataset, tuned in TUNED.items():
        for depth, name in product(LINEAR_DEPTHS, ("relu", "lrelu", "selu")):
            changed = {"activation": name, "linear_output": True}
            layers = (WIDTH,) * depth
            yield _case(dataset, layers=layers, epochs=LINEAR_EPOCHS, **changed)
        for name, lr in product(FLAT_ENDED, LARGER_RATES):
            faster = {"activation": name, "lr": lr, "epochs": EPOCHS}
            yield _case(dataset, layers=(WIDTH, WIDTH), **faster)
        longer = stretched(dataset, LONGER_EPOCHS)
        yield _case(dataset, **tuned, **longer)
        one_layer = tuned | {"layers": tuned["layers"][-1:]}
        yield _case(dataset, **one_layer, **stretched(dataset, USUAL_EPOCHS))


def _case(dataset: str, layers: tuple[int, ...], **changed: object) -> dict:
    return {"dataset": dataset, "layers": in_words(layers), **PLAIN, **changed}


DEEPREC_CONTROLS = Experiment(
    name="deeprec_controls",
    question="What becomes of a learning curve if one thing of the net is changed?",
    cases=list(cases()),
    measure=measure,
)
