"""Lesson 13's yardstick for the length: EASE's own scores, cut to L directions.

What EASE knows is a matrix of items x items, and embeddings of length L have a score
matrix of rank L at most. How much of EASE can such a matrix hold? `IMPLICIT_SLIM_CUT`
keeps the best rank-L approximation of EASE's scores of the training users, chooses
EASE's lambda for each L on validation users, and asks the test users.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
from scipy import linalg

from recnb.evaluation import Split
from recnb.experiments.implicit_slim import DATASETS, SEEDS, split_and_ease
from recnb.experiments.runner import Experiment
from recnb.experiments.tuning import METRIC, Candidate, tune_and_test
from recnb.models import EASE, FixedWeights, gram_matrix

#: A cut is a penalty, too: it may want a smaller lambda than EASE as a whole.
L2 = {"simulated": (5, 10, 20, 50, 100), "ml-1m": (50, 100, 200, 300, 500)}
#: Those below half the number of items are measured.
LENGTHS = (8, 16, 32, 64, 128, 256, 512)


def cuts(
    B: np.ndarray, gram: np.ndarray, lengths: Sequence[int]
) -> Iterator[tuple[int, np.ndarray]]:
    """Yield each L and the weights whose scores are the best of rank L.

    Of all matrices of rank L, X B WᵀW is the closest to X B, with the first L right
    singular vectors of X B as the rows of W. They are eigenvectors of (X B)ᵀ(X B), that
    is of Bᵀ G B: the users are not needed again.

    Parameters
    ----------
    B : array of shape (n_items, n_items)
    gram : array of shape (n_items, n_items)
        G = XᵀX of the training users.
    lengths : sequence of int
        From 1 to n_items.

    Yields
    ------
    int, array of shape (n_items, n_items)
        L and B WᵀW, in the precision of B.
    """
    n, wide = len(B), B.astype(np.float64)
    S = wide.T @ gram @ wide
    _, vectors = linalg.eigh(S, subset_by_index=[n - max(lengths), n - 1])
    for L in lengths:
        W = vectors[:, -L:].T  # the eigenvalues ascend
        yield L, ((wide @ W.T) @ W).astype(B.dtype)


def candidates(dataset: str, split: Split) -> Iterator[Candidate]:
    """Yield EASE with each lambda, cut to each length; the length is its name."""
    X, gram = split.train, gram_matrix(split.train)
    lengths = [L for L in LENGTHS if X.shape[1] > 2 * L]
    for l2 in L2[dataset]:
        B = EASE(l2=l2).fit(X, gram).weights_
        for L, cut in cuts(B, gram, lengths):
            yield Candidate(str(L), {"l2": l2}, FixedWeights(cut).fit(X))


def measure(dataset: str, seed: int) -> list[dict[str, object]]:
    """Choose lambda for every length of a split, and test; a row a length."""
    split, ease = split_and_ease(dataset, seed)
    tried = chain([ease], candidates(dataset, split))
    rows = tune_and_test(tried, split, reported=[METRIC])
    return [{"L": int(row.pop("model")), **row} for row in rows[1:]]


IMPLICIT_SLIM_CUT = Experiment(
    name="implicit_slim_cut",
    question="How many directions does EASE's knowledge need?",
    cases=[
        {"dataset": dataset, "seed": seed} for dataset in DATASETS for seed in SEEDS
    ],
    measure=measure,
)
