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
from recnb.experiments.negative_share import kept
from recnb.experiments.runner import Experiment
from recnb.experiments.tuning import Candidate, tune_and_test
from recnb.models import EASE, InfiniteAE, gram_matrix
from recnb.models.arc_cosine import relu_kernel

DATASETS, SEEDS = ("simulated", "ml-1m"), (0, 1, 2, 3, 4)
#: Where else the models are compared.
ELSEWHERE = ("ml-latest-small", "gowalla")
#: Items with fewer users are left out there; of Gowalla, only the densest part stays.
MIN_USERS = {"ml-latest-small": 3, "gowalla": 60}
#: A user has to have so many items.
MIN_ITEMS = {"gowalla": 10}
#: λ of EASE.
EASE_L2 = {
    "simulated": (20, 50, 100, 200, 400),
    "ml-1m": (100, 200, 300, 500, 700, 1000),
    "ml-latest-small": (20, 50, 100, 200, 400, 800),
    "gowalla": (5, 10, 20, 50, 100, 200, 400),
}
#: λ of EASE on the items' kernels.
ITEM_L2 = {
    "simulated": (2, 5, 10, 20, 50, 100, 200),
    "ml-1m": (50, 100, 200, 300, 500, 700, 1000),
    "ml-latest-small": (5, 10, 20, 50, 100, 200, 400),
    "gowalla": (2, 5, 10, 20, 50, 100, 200, 400),
}
#: λ of EASE on some of the users.
EASE_L2_USERS = {
    "simulated": (5, 10, 20, 50, 100, 200),
    "ml-1m": (30, 50, 100, 200, 300, 500, 700),
}
#: λ of the dual form, in means of the kernel's diagonal.
DUAL_L2 = (0.125, 0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16)
#: Of an item's own share in its score. With the linear kernel, 1 is EASE.
LEAVE_OUT = (0.25, 0.5, 1)
#: As published: an offset of standard deviation .1 beside weights of √2.
PUBLISHED_BIAS = 1 / 200
DEPTHS = (1, 2, 3, 4, 5)
ITEM_DEPTHS = (1, 2, 3, 5)
#: Models in dual form that are fitted on some of the users, too.
OF_USERS = ("ridge", "NTK, depth 1", "NTK, depth 3")
#: And those that are compared elsewhere.
OF_ELSEWHERE = (*OF_USERS, "NTK, own share left out")
#: Of the training users; the rest is left away. None is all of them.
N_USERS = {"simulated": (200, 400, None), "ml-1m": (500, 1000, 2000, 3000, None)}


Grid = Sequence[Mapping[str, object]]


def duals(n_items: int) -> dict[str, Grid]:
    """Return what a model in dual form tries beside its penalty, by its name."""
    bias = n_items * PUBLISHED_BIAS
    left_out = [{"leave_out": share} for share in LEAVE_OUT]
    return {
        "ridge": [{"kernel": "linear"}],
        **{f"NTK, depth {depth}": [{"depth": depth}] for depth in DEPTHS},
        "NNGP, depth 1": [{"kernel": "nngp"}],
        "ridge, offset as published": [{"kernel": "linear", "bias": bias}],
        "NTK, offsets as published": [{"bias": bias}],
        "NTK, users of length 1": [{"normalize": True}],
        "ridge, own share left out": [{"kernel": "linear", **own} for own in left_out],
        "NTK, own share left out": left_out,
    }


def load_split(dataset: str, seed: int) -> Split:
    """Return the split of a dataset, or of the part of it that is used here."""
    data = recnb.load(dataset)
    if dataset in MIN_USERS:
        data = kept(data, MIN_USERS[dataset])
    return strong_generalization(data, min_items=MIN_ITEMS.get(dataset, 5), seed=seed)


def dual_candidates(split: Split, models: Mapping[str, Grid]) -> Iterator[Candidate]:
    """Yield each model with each of its settings and each penalty."""
    products = gram_matrix(split.train.T.tocsr())
    for name, grid in models.items():
        for own, l2 in product(grid, DUAL_L2):
            settings = {"l2": l2, **own}
            model = InfiniteAE(**settings).fit(split.train, products)
            yield Candidate(name, settings, model)


def item_kernels(G: np.ndarray) -> dict[str, np.ndarray]:
    """Return what stands in place of the items' inner products, by the model's name.

    The hidden part of a tangent kernel is from the derivatives by the hidden layer's
    weights alone. Raised cosines are a control: as a deep kernel does, they give items
    without a common user something, but along a straight line.
    """
    G, n_fans = G.astype(float), np.diag(G)
    kernels = {
        f"EASE on items' NTK, depth {depth}": relu_kernel(G, n_fans, n_fans, depth)
        for depth in ITEM_DEPTHS
    }
    of_last_layer = relu_kernel(G, n_fans, n_fans, 1, "nngp")
    hidden = kernels["EASE on items' NTK, depth 1"] - of_last_layer
    return kernels | {
        "EASE on items' NTK, hidden part": hidden,
        "EASE, items' cosines raised by 1": G + np.sqrt(np.outer(n_fans, n_fans)),
    }


def ease_candidates(split: Split, dataset: str) -> Iterator[Candidate]:
    """Yield EASE, and EASE on the items' kernels in place of their products."""
    G = gram_matrix(split.train)
    for l2 in EASE_L2[dataset]:
        yield Candidate("EASE", {"l2": l2}, EASE(l2).fit(split.train, G))
    for (name, kernel), l2 in product(item_kernels(G).items(), ITEM_L2[dataset]):
        yield Candidate(name, {"l2": l2}, EASE(l2).fit(split.train, kernel))


def measure(dataset: str, seed: int) -> list[dict[str, object]]:
    """Tune and test every model on one split, beside EASE and ridge."""
    split = load_split(dataset, seed)
    models = duals(split.train.shape[1])
    if dataset in ELSEWHERE:
        models = {name: models[name] for name in OF_ELSEWHERE}
    tried = chain(ease_candidates(split, dataset), dual_candidates(split, models))
    return tune_and_test(tried, split, plain="ridge")


INFINITE_AE = Experiment(
    name="infinite_ae",
    question="What does the kernel of an infinitely wide net change?",
    cases=[
        {"dataset": dataset, "seed": seed}
        for dataset, seed in product(DATASETS + ELSEWHERE, SEEDS)
    ],
    measure=measure,
)


def some_users(split: Split, n_users: int | None, seed: int) -> Split:
    """Return the split with n of the training users; fewer are among more."""
    order = np.random.default_rng(seed).permutation(split.train.shape[0])
    return replace(split, train=split.train[np.sort(order[:n_users])], train_order=None)


def measure_users(dataset: str, seed: int) -> list[dict[str, object]]:
    """Tune and test EASE, ridge and the kernel on more and more training users."""
    whole, table = load_split(dataset, seed), []
    models = {name: duals(0)[name] for name in OF_USERS}
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
