"""Lesson 06's controls: more epochs for a net that reached their limit, and less data.

`MULTVAE_LONGER` lets the logistic VAE go on. `MULTVAE_SIZE` takes training users, or
films, away, because the paper's data has more of both.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np

import recnb
from recnb.data import Interactions
from recnb.evaluation import Split, evaluate, paired_difference, strong_generalization
from recnb.experiments.multvae import DATASETS, SEEDS, USUAL
from recnb.experiments.runner import Experiment, results
from recnb.experiments.tuning import METRIC, Candidate, fitted, tune_and_test
from recnb.models import EASE, MultDAE
from recnb.models import MultVAE as VAE

#: No net of `multvae.csv` may go on for more than 100 epochs, or wait for more than 8.
MOST_EPOCHS = 400
LONGER = {**USUAL, "epochs": MOST_EPOCHS, "patience": 20}
#: What the logistic VAE chose there on every split, with its best epoch at the limit.
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
    cases=[
        {"dataset": dataset, "seed": seed} for dataset, seed in product(DATASETS, SEEDS)
    ],
    measure=measure_longer,
)


#: Which part of the training users, or of the films, is kept.
SHARES, SIZE_SEEDS = (1.0, 0.125), (0, 1)


def with_fewer_users(split: Split, share: float, seed: int) -> Split:
    """Return the split with a random share of its training users; the exam stays."""
    n = split.train.shape[0]
    kept = np.sort(np.random.default_rng(seed).permutation(n)[: round(share * n)])
    users = split.train_users[kept]
    return replace(split, train=split.train[kept], train_users=users, train_order=None)


def with_fewer_films(data: Interactions, share: float) -> Interactions:
    """Return the dataset with the films that most users have rated."""
    counts = np.sort(np.bincount(data.items, minlength=data.n_items))[::-1]
    return data.keep_items(int(counts[round(share * data.n_items) - 1]))


def smaller(dataset: str, seed: int, taken: str, share: float) -> Split:
    """Return a split from which users or films are taken away."""
    data = recnb.load(dataset)
    if taken == "films":
        return strong_generalization(with_fewer_films(data, share), seed=seed)
    return with_fewer_users(strong_generalization(data, seed=seed), share, seed)


def measure_size(
    dataset: str, seed: int, taken: str, share: float
) -> list[dict[str, object]]:
    """Compare the two likelihoods in a DAE, user by user, on less data.

    Batches shrink with the users, so that an epoch keeps its number of steps.
    """
    split = smaller(dataset, seed, taken, share)
    shrunk = share if taken == "users" else 1
    settings = {**USUAL, "epochs": MOST_EPOCHS}
    settings["batch_size"] = round(shrunk * USUAL["batch_size"])
    nets, test = {}, {}
    for likelihood in ("multinomial", "logistic"):
        net = MultDAE(likelihood=likelihood, dropout=0.5, **settings)
        nets[likelihood] = fitted(net, split.train, split.val)
        test[likelihood] = evaluate(nets[likelihood], split.test, [METRIC])
    gap = paired_difference(test["logistic"], test["multinomial"], METRIC)
    n_users, n_films = split.train.shape
    row = {"users": n_users, "films": n_films, "likes": split.train.nnz / n_users}
    for name, net in nets.items():
        row |= {name: test[name].metrics[METRIC], f"{name}_val": 1 - net.log_.best}
        row[f"{name}_epochs"] = net.log_.best_epoch
    return [row | {"lead": gap.mean, "lead_error": gap.standard_error}]


def size_cases() -> Iterator[dict[str, object]]:
    """Yield all of the data, then an eighth of its users, then of its films."""
    for seed, dataset in product(SIZE_SEEDS, DATASETS):
        for taken, share in product(("users", "films"), SHARES):
            if taken == "films" and share == 1:
                continue  # nothing is taken away: the first case
            yield {"dataset": dataset, "seed": seed, "taken": taken, "share": share}


MULTVAE_SIZE = Experiment(
    name="multvae_size",
    question="Does the lead of the logistic likelihood hang on the size of the data?",
    cases=list(size_cases()),
    measure=measure_size,
)
