"""Lesson 14 where users are known: whether a training user's own vote is in the way.

Infinite-AE was published for known users: its authors take every rating for a like and
hold out a tenth of each user's at random. `INFINITE_AE_KNOWN` does so, with another
tenth for validation; what was chosen is fitted anew with that. A training user's scores
are votes of all training users, the own one among them; `WithoutOwnVote` takes it out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product

import numpy as np
from scipy import sparse
from scipy.linalg import lapack

import recnb
from recnb.evaluation import Split, evaluate, paired_difference, weak_generalization
from recnb.experiments.infinite_ae import DATASETS, PUBLISHED_BIAS
from recnb.experiments.runner import Experiment
from recnb.experiments.tuning import METRIC, REPORTED, Candidate
from recnb.models import EASE, InfiniteAE, gram_matrix

SEEDS = (0, 1)
METRICS = (*REPORTED, "NDCG@10")
EASE_L2 = {
    "simulated": (20, 50, 100, 200, 400, 800),
    "ml-1m": (300, 500, 700, 1000, 1500, 2000, 3000),
}
#: λ of the dual form, in means of the kernel's diagonal.
DUAL_L2 = (2, 4, 8, 16)


class WithoutOwnVote(InfiniteAE):
    r"""Infinite-AE in which each training user is scored by all others.

    Of the votes :math:`\alpha = (K + \lambda I)^{-1} k(X, h)`, user u's own is made
    zero and the others become what they are without u among the training users,

    .. math:: \alpha - \frac{\alpha_u}{M_{uu}} M_u, \qquad M = (K + \lambda I)^{-1},

    which is exact for every kernel.
    """

    #: Row i of what is scored has to be training user i.
    needs_all_users = True

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for the training users; shape (n_users, n_items).

        Raises
        ------
        ValueError
            If there are more or fewer rows than training users.
        """
        X = self._histories(self._check_history(X))
        if X.shape[0] != self.X_.shape[0]:
            raise ValueError(
                f"{X.shape[0]} rows, and {self.X_.shape[0]} training users: hand over "
                "each training user's history, in the order of training."
            )
        M = self._inverse()
        votes = self.similarities(X) @ M
        votes -= (np.diag(votes) / np.diag(M))[:, np.newaxis] * M
        return (self.X_.T @ votes.T).T

    def _inverse(self) -> np.ndarray:
        """Return (K + λI)⁻¹, whole."""
        potri = lapack.get_lapack_funcs("potri", (self.factor_,))
        half, _ = potri(self.factor_.T, lower=False)
        return np.triu(half) + np.triu(half, 1).T


def load_split(dataset: str, seed: int, val_share: float) -> Split:
    """Return a split by weak generalisation; the test items are always the same."""
    return weak_generalization(
        recnb.load(dataset),
        min_rating=None,
        heldout_share=0.1,
        val_share=val_share,
        seed=seed,
    )


def candidates(X: sparse.csr_array, dataset: str) -> Iterator[Candidate]:
    """Yield EASE, both kernels with and without the own vote, and offsets."""
    G, products = gram_matrix(X), gram_matrix(X.T.tocsr())
    for l2 in EASE_L2[dataset]:
        yield Candidate("EASE", {"l2": l2}, EASE(l2).fit(X, G))
    kinds = {
        "ridge": (InfiniteAE, {"kernel": "linear"}),
        "ridge, own vote left out": (WithoutOwnVote, {"kernel": "linear"}),
        "NTK, depth 1": (InfiniteAE, {}),
        "NTK, depth 1, own vote left out": (WithoutOwnVote, {}),
        "NTK, offsets as published": (
            InfiniteAE,
            {"bias": X.shape[1] * PUBLISHED_BIAS},
        ),
    }
    for (name, (kind, own)), l2 in product(kinds.items(), DUAL_L2):
        settings = {"l2": l2, **own}
        yield Candidate(name, settings, kind(**settings).fit(X, products))


def choose(dataset: str, seed: int) -> dict[str, dict[str, object]]:
    """Return each name's best settings on validation items, and how many it tried."""
    split, best = load_split(dataset, seed, val_share=1 / 9), {}
    for one in candidates(split.train, dataset):
        val = evaluate(one.model, split.val, [METRIC]).metrics[METRIC]
        found = best.setdefault(one.name, {"n_tried": 0, "val": -np.inf})
        found["n_tried"] += 1
        if val > found["val"]:
            kind = type(one.model)
            found.update(val=val, settings=one.settings, kind=kind)
    return best


def measure(dataset: str, seed: int) -> list[dict[str, object]]:
    """Choose on validation items, fit anew with them, and judge on the test items."""
    best = choose(dataset, seed)
    split = load_split(dataset, seed, val_share=0)
    test = {
        name: evaluate(
            found["kind"](**found["settings"]).fit(split.train), split.test, METRICS
        )
        for name, found in best.items()
    }
    rows = []
    for name, result in test.items():
        gap = paired_difference(result, test["EASE"], METRIC)
        row = {
            "model": name,
            "settings": json.dumps(best[name]["settings"]),
            "n_tried": best[name]["n_tried"],
            "val": best[name]["val"],
            **{metric: result.metrics[metric] for metric in METRICS},
            "error": result.standard_errors[METRIC],
            "minus_ease": gap.mean,
            "minus_ease_error": gap.standard_error,
            "protocol": result.summary,
        }
        rows.append(row)
    return rows


INFINITE_AE_KNOWN = Experiment(
    name="infinite_ae_known",
    question="Is a known user's own vote in the way of the kernel?",
    cases=[
        {"dataset": dataset, "seed": seed} for dataset, seed in product(DATASETS, SEEDS)
    ],
    measure=measure,
)
