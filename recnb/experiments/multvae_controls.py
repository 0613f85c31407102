"""Lesson 06's controls: what could have decided between the likelihoods instead.

`MULTVAE_LONGER` gives the nets that lost a second learning rate, all of them more
epochs and more patience, and sets them beside EASE. `MULTVAE_SIZE` takes users or films
away, because the paper's data has more of both.
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
from recnb.experiments.multvae import C1, DATASETS, SEEDS, USUAL
from recnb.experiments.runner import Experiment, results
from recnb.experiments.tuning import METRIC, Candidate, fitted, tune_and_test
from recnb.models import EASE, MultDAE
from recnb.models import MultVAE as VAE

#: No net of `multvae.csv` may go on for longer than 100 epochs, or wait more than 8.
LONGER = {**USUAL, "epochs": 400, "patience": 20}
#: What each cell tries: the loser two learning rates, the winner that of before.
TRIED = {
    ("VAE", "logistic"): [{"beta": 0.05, "lr": 2e-3}],
    ("VAE", "multinomial"): [{"beta": 0.05, "lr": lr} for lr in (1e-3, 2e-3)],
    ("DAE", "multinomial"): [{"dropout": 0.5, "lr": lr} for lr in (1e-3, 2e-3)],
}


def chosen_ease(dataset: str, seed: int, split: Split) -> Candidate:
    """Return EASE with the penalty that `multvae.csv` chose, fitted."""
    stored = results("multvae").query(
        "dataset == @dataset and seed == @seed and model == 'EASE'"
    )
    settings = json.loads(stored["settings"].item())
    return Candidate("EASE", settings, EASE(**settings).fit(split.train))


def measure_longer(
    dataset: str, seed: int, model: str, likelihood: str
) -> list[dict[str, object]]:
    """Train one cell of the table for longer, and test its best settings."""
    split = strong_generalization(recnb.load(dataset), seed=seed)
    tried = [chosen_ease(dataset, seed, split)]
    for settings in TRIED[model, likelihood]:
        kind = VAE if model == "VAE" else MultDAE
        net = kind(hidden=(), likelihood=likelihood, c1=C1, **LONGER)
        net.set_params(**settings)
        if fitted(net, split.train, split.val) is not None:
            tried.append(Candidate(model, settings, net))
    return [row for row in tune_and_test(tried, split) if row["model"] == model]


MULTVAE_LONGER = Experiment(
    name="multvae_longer",
    question="Do more epochs, or another rate, change the order of the likelihoods?",
    cases=[
        {"dataset": dataset, "seed": seed, "model": model, "likelihood": likelihood}
        for (model, likelihood), dataset, seed in product(TRIED, DATASETS, SEEDS)
    ],
    measure=measure_longer,
)


#: Which part of the training users, or of the films, is kept.
SHARES = (1.0, 0.5, 0.25, 0.125)


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
    settings = LONGER | {"batch_size": round(shrunk * LONGER["batch_size"])}
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
    """Yield all of the data, then less and less of its users, and of its films."""
    for seed, dataset in product(SEEDS, DATASETS):
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
