"""Lesson 13b's net: RecVAE with and without ImplicitSLIM, beside lesson 06's MultVAE.

`OTHER_HOSTS` trains RecVAE plain, with ImplicitSLIM as initialiser of its item
embeddings, as their regulariser, and as both. The four arms have the same settings and
the same epochs, so that nothing but ImplicitSLIM differs. The best epoch is chosen on
the validation users of a split; the test users are looked at once, beside EASE, the
plain host, and MultVAE with each likelihood, as lesson 06 chose it. RecVAE's settings
are those that suited the plain one on the validation users of split 0.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain, product

import numpy as np
from sklearn.base import clone

from recnb.evaluation import Split
from recnb.experiments.implicit_slim import (
    ARMS,
    DATASETS,
    SEEDS,
    THRESHOLD,
    split_and_ease,
)
from recnb.experiments.multvae import C1, USUAL
from recnb.experiments.runner import Experiment, results
from recnb.experiments.tuning import Candidate, fitted, tune_and_test
from recnb.ground.training_log import TrainingLog
from recnb.models import HVamp, ImplicitSLIM, ImplicitSLIMNet, MultVAE, RecVAE
from recnb.models.likelihoods import LIKELIHOODS

#: Against the papers, batches are smaller and steps larger: MovieLens 1M has few users,
#: and so the best epoch comes sooner.
RECVAE = RecVAE(gamma=0.005, batch_size=128, lr=1e-3, epochs=40, patience=6)
HOSTS = {
    "RecVAE": RECVAE,
    "RecVAE, logistic": clone(RECVAE).set_params(likelihood="logistic"),
    # Half of the published lengths, a fifth of the pseudo-inputs: with the published
    # lengths an epoch took twice as long, and the seventh was no better.
    "H+Vamp": HVamp(
        hidden=300,
        latent=100,
        n_pseudo=200,
        likelihood="logistic",
        beta=0.05,
        anneal_epochs=10,
        batch_size=100,
        lr=1.5e-3,
        epochs=40,
        patience=6,
    ),
}
#: The simulated data has fewer films than the published layers have numbers.
SIZES = {"simulated": {"hidden": 200, "latent": 50}, "ml-1m": {}}
#: Of ImplicitSLIM. What an alpha does depends on the size of the embeddings: with 10,
#: the small ones that a net begins with keep theirs; with 0.1, they lose most of it.
L2, ALPHA = {"simulated": 50, "ml-1m": 300}, 10
#: Epochs between two replacements: time for the decoder to fit the new encoder.
EVERY = 5


def untrained(dataset: str, host: str, arm: str, seed: int) -> ImplicitSLIMNet:
    """Return the host with ImplicitSLIM in the parts of this arm."""
    slim = ImplicitSLIM(L2[dataset], ALPHA, THRESHOLD[dataset])
    net = clone(HOSTS[host]).set_params(seed=seed, **SIZES[dataset])
    return ImplicitSLIMNet(net, every=EVERY, **dict.fromkeys(ARMS[arm], slim))


def multvaes(dataset: str, seed: int, split: Split) -> Iterator[Candidate]:
    """Yield MultVAE with each likelihood, fitted with the settings of lesson 06."""
    stored = results("multvae").query(
        "dataset == @dataset and seed == @seed and model == 'VAE'"
    )
    chosen = stored.set_index("likelihood")["settings"].map(json.loads)
    for likelihood in LIKELIHOODS:
        net = MultVAE(hidden=(), likelihood=likelihood, c1=C1, **USUAL)
        net.set_params(**chosen[likelihood])
        net = fitted(net, split.train, split.val)
        yield Candidate(f"MultVAE, {likelihood}", chosen[likelihood], net)


def until(log: TrainingLog, goal: float) -> dict[str, float]:
    """Return after how many epochs and seconds the validation error is low enough."""
    reached = np.flatnonzero(np.array(log.val) <= goal)
    if not len(reached):
        return {"epochs_to_plain": np.nan, "seconds_to_plain": np.nan}
    first = reached[0]
    return {"epochs_to_plain": first + 1, "seconds_to_plain": log.seconds[first]}


def measure(dataset: str, host: str, seed: int) -> list[dict[str, object]]:
    """Train and test every arm of a host on one split, beside EASE."""
    split, ease = split_and_ease(dataset, seed)
    arms = {arm: untrained(dataset, host, arm, seed) for arm in ARMS}
    tried = (
        Candidate(arm, {}, fitted(net, split.train, split.val))
        for arm, net in arms.items()
    )
    others = multvaes(dataset, seed, split) if host == "RecVAE" else ()
    rows = tune_and_test(chain([ease], others, tried), split, plain="plain")
    for row in rows:
        row["arm"] = row.pop("model")
        if row["arm"] in arms:
            net = arms[row["arm"]]
            row |= until(net.log_, arms["plain"].log_.best)
            weights = net.net_.module_.parameters()
            row["parameters"] = sum(each.numel() for each in weights)
    return rows


OTHER_HOSTS = Experiment(
    name="other_hosts",
    question="Does ImplicitSLIM lift RecVAE and H+Vamp; is RecVAE above MultVAE?",
    cases=[
        {"dataset": dataset, "host": host, "seed": seed}
        for dataset, host, seed in product(DATASETS, HOSTS, SEEDS)
    ],
    measure=measure,
)
