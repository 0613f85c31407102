"""Lesson 14: what a kernel changes, where all else of the linear model stays.

`INFINITE_AE` fits ridge regression in its dual form with the linear kernel and with
those of infinitely wide ReLU nets of several depths, beside EASE, and EASE on items
that are compared by such a kernel. `INFINITE_AE_USERS` does so on some of the training
users. Each model chooses its penalty, and what else it has, on the validation users of
a split; the test users are looked at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, product

import numpy as np

import recnb
from recnb.evaluation import Split, strong_generalization
from recnb.experiments.runner import Experiment
from recnb.experiments.tuning import Candidate, tune_and_test
from recnb.models import EASE, InfiniteAE, gram_matrix
from recnb.models.arc_cosine import relu_kernel

DATASETS, SEEDS = ("simulated", "ml-1m"), (0, 1, 2, 3, 4)
#: λ of EASE and of its items' kernel.
EASE_L2 = {
    "simulated": (20, 50, 100, 200, 400),
    "ml-1m": (100, 200, 300, 500, 700, 1000),
}
#: λ of EASE on some of the users.
EASE_L2_USERS = {
    "simulated": (5, 10, 20, 50, 100, 200),
    "ml-1m": (30, 50, 100, 200, 300, 500, 700),
}
#: λ of the dual form, in means of the kernel's diagonal.
DUAL_L2 = (0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12)
LEAVE_OUT = (0.25, 0.5, 1)
#: As published: an offset of standard deviation .1 beside weights of √2.
PUBLISHED_BIAS = 1 / 200
DEPTHS = (1, 2, 3, 4, 5)
ITEM_DEPTHS = (1, 2)
#: Of the training users; the rest is left away. None is all of them.
N_USERS = {"simulated": (200, 400, None), "ml-1m": (500, 1000, 2000, 3000, None)}


Grid = Sequence[Mapping[str, object]]


def duals(n_items: int) -> dict[str, Grid]:
    """Return what a model in dual form tries beside its penalty, by its name."""
    return {
        "ridge": [{"kernel": "linear"}],
        **{f"NTK, depth {depth}": [{"depth": depth}] for depth in DEPTHS},
        "NNGP, depth 1": [{"kernel": "nngp"}],
        "NTK, offsets as published": [{"bias": n_items * PUBLISHED_BIAS}],
        "NTK, users of length 1": [{"normalize": True}],
        "NTK, own share left out": [{"leave_out": share} for share in LEAVE_OUT],
    }


def dual_candidates(split: Split, models: Mapping[str, Grid]) -> Iterator[Candidate]:
    """Yield each model with each of its settings and each penalty."""
    products = gram_matrix(split.train.T.tocsr())
    for name, grid in models.items():
        for own, l2 in product(grid, DUAL_L2):
            settings = {"l2": l2, **own}
            model = InfiniteAE(**settings).fit(split.train, products)
            yield Candidate(name, settings, model)


def ease_candidates(split: Split, penalties: Sequence[float]) -> Iterator[Candidate]:
    """Yield EASE, and EASE on the items' tangent kernel in place of their products."""
    G = gram_matrix(split.train)
    n_fans = np.diag(G)
    grams = {"EASE": G}
    for depth in ITEM_DEPTHS:
        kernel = relu_kernel(G.astype(float), n_fans, n_fans, depth)
        grams[f"EASE on items' NTK, depth {depth}"] = kernel
    for (name, gram), l2 in product(grams.items(), penalties):
        yield Candidate(name, {"l2": l2}, EASE(l2).fit(split.train, gram))


def measure(dataset: str, seed: int) -> list[dict[str, object]]:
    """Tune and test every model on one split, beside EASE and ridge."""
    split = strong_generalization(recnb.load(dataset), seed=seed)
    tried = chain(
        ease_candidates(split, EASE_L2[dataset]),
        dual_candidates(split, duals(split.train.shape[1])),
    )
    return tune_and_test(tried, split, plain="ridge")


INFINITE_AE = Experiment(
    name="infinite_ae",
    question="What does the kernel of an infinitely wide net change?",
    cases=[
        {"dataset": dataset, "seed": seed} for dataset, seed in product(DATASETS, SEEDS)
    ],
    measure=measure,
)


def some_users(split: Split, n_users: int | None, seed: int) -> Split:
    """Return the split with n of the training users; fewer are among more."""
    order = np.random.default_rng(seed).permutation(split.train.shape[0])
    return replace(split, train=split.train[np.sort(order[:n_users])], train_order=None)


def measure_users(dataset: str, seed: int) -> list[dict[str, object]]:
    """Tune and test EASE, ridge and the kernel on more and more training users."""
    whole, table = strong_generalization(recnb.load(dataset), seed=seed), []
    models = {name: duals(0)[name] for name in ("ridge", "NTK, depth 1")}
    for n_users in N_USERS[dataset]:
        split = some_users(whole, n_users, seed)
        eases = (
            Candidate("EASE", {"l2": l2}, EASE(l2).fit(split.train))
            for l2 in EASE_L2_USERS[dataset]
        )
        tried = chain(eases, dual_candidates(split, models))
        for row in tune_and_test(tried, split, plain="ridge"):
            table.append({"n_users": split.train.shape[0], **row})
    return table


INFINITE_AE_USERS = Experiment(
    name="infinite_ae_users",
    question="From how many training users on does the kernel pay?",
    cases=[
        {"dataset": dataset, "seed": seed} for dataset, seed in product(DATASETS, SEEDS)
    ],
    measure=measure_users,
)
