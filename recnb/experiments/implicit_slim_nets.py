"""Lesson 13's net: MultVAE with and without ImplicitSLIM, on new users.

Lesson 06's MultVAE is trained plain, with ImplicitSLIM as initialiser of its item
embeddings, as their regulariser, and as both. `IMPLICIT_SLIM_NETS` gives every arm the
same settings, so that nothing but ImplicitSLIM differs, chooses on the validation users
of a split, and looks at the test users once, beside EASE.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, product

from recnb.evaluation import Split
from recnb.experiments.implicit_slim import (
    ARMS,
    DATASETS,
    SEEDS,
    THRESHOLD,
    split_and_ease,
)
from recnb.experiments.runner import Experiment
from recnb.experiments.tuning import Candidate, fitted, tune_and_test
from recnb.models import ImplicitSLIM, ImplicitSLIMNet, MultVAE

#: As in lesson 06, but for the number of epochs.
USUAL = {
    "hidden": (),
    "beta": 0.2,
    "batch_size": 128,
    "lr": 2e-3,
    "epochs": 60,
    "patience": 8,
}
#: What every arm tries. To go from the usual 0.5 to 0.3 brought the plain net more, on
#: the validation users of split 0, than ImplicitSLIM does at 0.5 (as regulariser).
DROPOUT = (0.1, 0.3)
#: Of ImplicitSLIM. What an alpha does depends on the size of the embeddings: with 10,
#: the small ones that a net begins with keep theirs; with 0.1, they lose most of it.
L2, ALPHA = {"simulated": 50, "ml-1m": 300}, 10
#: Epochs between two replacements: time for the decoder to fit the new encoder.
EVERY = 10


def untrained(dataset: str, arm: str, dropout: float, seed: int) -> ImplicitSLIMNet:
    """Return MultVAE with ImplicitSLIM in the parts of this arm."""
    slim = ImplicitSLIM(L2[dataset], ALPHA, THRESHOLD[dataset])
    net = MultVAE(dropout=dropout, seed=seed, **USUAL)
    return ImplicitSLIMNet(net, every=EVERY, **dict.fromkeys(ARMS[arm], slim))


def candidates(dataset: str, arm: str, seed: int, split: Split) -> Iterator[Candidate]:
    """Yield the nets of an arm, fitted."""
    for dropout in DROPOUT:
        net = untrained(dataset, arm, dropout, seed)
        if fitted(net, split.train, split.val) is not None:
            yield Candidate(arm, {"dropout": dropout}, net)


def measure(dataset: str, seed: int, arm: str) -> list[dict[str, object]]:
    """Tune and test one arm on one split, beside EASE."""
    split, ease = split_and_ease(dataset, seed)
    tried = chain([ease], candidates(dataset, arm, seed, split))
    _, row = tune_and_test(tried, split)
    del row["model"]  # the arm, which the case names
    return [row]


IMPLICIT_SLIM_NETS = Experiment(
    name="implicit_slim_nets",
    question="Does a net gain by ImplicitSLIM?",
    cases=[
        {"dataset": dataset, "seed": seed, "arm": arm}
        for dataset, seed, arm in product(DATASETS, SEEDS, ARMS)
    ],
    measure=measure,
)
