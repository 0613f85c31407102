"""Lesson 14 where users are known: whether a training user's own vote is in the way.

Infinite-AE was published for known users: its authors take every rating for a like and
hold out a tenth of each user's at random. `INFINITE_AE_KNOWN` does so, with another
tenth for validation. A training user's scores are votes of all training users, the own
one among them; `WithoutOwnVote` takes it out.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
from scipy import sparse
from scipy.linalg import lapack

import recnb
from recnb.evaluation import Split, weak_generalization
from recnb.experiments.infinite_ae import DATASETS, PUBLISHED_BIAS
from recnb.experiments.runner import Experiment
from recnb.experiments.tuning import REPORTED, Candidate, tune_and_test
from recnb.models import EASE, InfiniteAE, gram_matrix

SEEDS = (0, 1)
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


def candidates(split: Split, dataset: str) -> Iterator[Candidate]:
    """Yield EASE, and both kernels with and without the own vote."""
    X = split.train
    G, products = gram_matrix(X), gram_matrix(X.T.tocsr())
    for l2 in EASE_L2[dataset]:
        yield Candidate("EASE", {"l2": l2}, EASE(l2).fit(X, G))
    for name, own in (("ridge", {"kernel": "linear"}), ("NTK, depth 1", {})):
        for l2 in DUAL_L2:
            settings = {"l2": l2, **own}
            yield Candidate(name, settings, InfiniteAE(**settings).fit(X, products))
            without = WithoutOwnVote(**settings).fit(X, products)
            yield Candidate(f"{name}, own vote left out", settings, without)
    for l2 in DUAL_L2:
        settings = {"l2": l2, "bias": X.shape[1] * PUBLISHED_BIAS}
        model = InfiniteAE(**settings).fit(X, products)
        yield Candidate("NTK, offsets as published", settings, model)


def measure(dataset: str, seed: int) -> list[dict[str, object]]:
    """Tune and test every model on one split of the likes, beside EASE and ridge."""
    split = weak_generalization(
        recnb.load(dataset),
        min_rating=None,
        heldout_share=0.1,
        val_share=1 / 9,
        seed=seed,
    )
    tried = candidates(split, dataset)
    return tune_and_test(tried, split, reported=(*REPORTED, "NDCG@10"), plain="ridge")


INFINITE_AE_KNOWN = Experiment(
    name="infinite_ae_known",
    question="Is a known user's own vote in the way of the kernel?",
    cases=[
        {"dataset": dataset, "seed": seed} for dataset, seed in product(DATASETS, SEEDS)
    ],
    measure=measure,
)
