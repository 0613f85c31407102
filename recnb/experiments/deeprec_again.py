"""Lesson 04's second look: tuned nets of split 0, with one thing of training changed.

DeepRec and U-AutoRec have the settings that their searches chose. Both are trained from
another seed, which says what chance in training does. U-AutoRec's rate falls more
slowly, too, as DeepRec's does in `recnb.experiments.deeprec_controls`.
"""

from __future__ import annotations

import recnb
from recnb.experiments.deeprec import EPOCHS_AT_MOST, stored_net
from recnb.experiments.deeprec_controls import LONGER_EPOCHS, USUAL_EPOCHS
from recnb.experiments.rating_tuning import Trial, tune_and_test
from recnb.experiments.runner import Experiment

SEED, SLOWER = "another seed", "slower fall"
#: A model, and what is changed.
CHANGES = (("U-AutoRec", SLOWER), ("DeepRec", SEED), ("U-AutoRec", SEED))
PATIENCE = 8


def trial(dataset: str, model: str, changed: str) -> Trial:
    """Return a tuned net of split 0, with one thing of its training changed."""
    net = stored_net(dataset, "random", 0, model).set_params(patience=PATIENCE)
    if changed == SEED:
        settings = {"seed": 1, "epochs": EPOCHS_AT_MOST["user"]}
    else:
        settings = {"lr_decay": slower(net.lr_decay), "epochs": LONGER_EPOCHS}
    return Trial(settings, net.set_params(**settings))


def slower(lr_decay: float) -> float:
    """Return the factor on the rate that takes 90 epochs for the fall of 60."""
    return round(lr_decay ** (USUAL_EPOCHS / LONGER_EPOCHS), 4)


def measure(dataset: str, model: str, changed: str) -> list[dict[str, object]]:
    """Train on the 81% and on the 90% of split 0; nothing is chosen but the epoch."""
    return [tune_and_test([trial(dataset, model, changed)], recnb.load(dataset), 0)]


DEEPREC_AGAIN = Experiment(
    name="deeprec_again",
    question="Is DeepRec's distance to one layer larger than what chance does?",
    cases=[
        {"dataset": dataset, "model": model, "changed": changed}
        for dataset in ("ml-1m", "simulated")
        for model, changed in CHANGES
    ],
    measure=measure,
)
