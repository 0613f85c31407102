"""Lesson 06's control: more epochs for a net that stopped near the limit of others."""

from __future__ import annotations

import json

import recnb
from recnb.evaluation import Split, strong_generalization
from recnb.experiments.multvae import DATASETS, USUAL
from recnb.experiments.runner import Experiment, results
from recnb.experiments.tuning import Candidate, fitted, tune_and_test
from recnb.models import EASE
from recnb.models import MultVAE as VAE

#: No net of `multvae.csv` may go on for more than 100 epochs, or wait for more than 8.
LONGER = {**USUAL, "epochs": 400, "patience": 20}
#: What the logistic VAE chose there on every split, with its best epoch past the 90th.
BETA = 0.05


def chosen_ease(dataset: str, seed: int, split: Split) -> Candidate:
    """Return EASE with the penalty that `multvae.csv` chose, fitted."""
    stored = results("multvae").query(
        "dataset == @dataset and seed == @seed and model == 'EASE'"
    )
    settings = json.loads(stored["settings"].item())
    return Candidate("EASE", settings, EASE(**settings).fit(split.train))


def measure_longer(dataset: str, seed: int) -> list[dict[str, object]]:
    """Train the logistic VAE until it gets no better, and test it beside EASE."""
    split = strong_generalization(recnb.load(dataset), seed=seed)
    net = VAE(hidden=(), likelihood="logistic", beta=BETA, **LONGER)
    net = fitted(net, split.train, split.val)
    tried = [chosen_ease(dataset, seed, split), Candidate("VAE", {"beta": BETA}, net)]
    return [row for row in tune_and_test(tried, split) if row["model"] == "VAE"]


MULTVAE_LONGER = Experiment(
    name="multvae_longer",
    question="How far does the logistic VAE come with more than 100 epochs?",
    cases=[{"dataset": dataset, "seed": 0} for dataset in DATASETS],
    measure=measure_longer,
)
