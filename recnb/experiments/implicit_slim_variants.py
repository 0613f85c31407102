"""Lesson 13's ablation: ImplicitSLIM with one of its steps undone.

From SLIM-LLE, ImplicitSLIM takes all items for neighbours, leaves out that the columns
of the weights sum to one, and approximates a diagonal. `IMPLICIT_SLIM_VARIANTS`
initialises and regularises MF by maps from embeddings W to embeddings V that take such
a step back, and by two controls that know nothing of the items. All choose from the
same strengths and penalties; lambda is one that suits EASE.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import chain, product

import numpy as np
from scipy import linalg, sparse

from recnb.experiments.implicit_slim import (
    DATASETS,
    EPOCHS,
    SEEDS,
    THRESHOLD,
    split_and_ease,
)
from recnb.experiments.runner import Experiment
from recnb.experiments.tuning import METRIC, Candidate, fitted, tune_and_test
from recnb.models import ALSMF, ItemKNN, gram_matrix, implicit_slim
from recnb.models.ease import inverse_in_place
from recnb.models.implicit_embeddings import is_known
from recnb.models.locally_linear import neighbor_weights, slim_lle_weights

LENGTH = {"simulated": 32, "ml-1m": 64}
L2, R_P = {"simulated": 100, "ml-1m": 500}, {"simulated": 20, "ml-1m": 50}
#: What every variant tries; with r_q = 4, r_p r_q is about what suits the plain host.
S_Q, R_Q = (3, 30, 300), (1, 4)
ALPHA, N_NEIGHBORS = 1.0, 50
#: Items that are shuffled among each other: so many of neighbouring popularity.
BAND = 50
REPORTED = (METRIC, "min-recall@20")
#: Added to the diagonal of K, as a share of its mean. K has no inverse where columns
#: sum to one: equal numbers for all items cost nothing.
RIDGE = 1e-9

#: From embeddings of shape (L, n_items) to others.
Map = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Embedder:
    """What `ALSMF` takes in place of an ImplicitSLIM: it embeds by any map."""

    map: Map

    def embed(self, W: np.ndarray, X: sparse.csr_array) -> np.ndarray:
        """Return the map of W; it was made for X."""
        return self.map(W)


def original(X: sparse.csr_array, threshold: int, l2: float) -> Map:
    """Return ImplicitSLIM."""
    return lambda W: implicit_slim(W, X, l2, ALPHA, threshold)


def exact_diagonal(X: sparse.csr_array, threshold: int, l2: float) -> Map:
    """Return ImplicitSLIM with the true diagonal of (XᵀX + l2 I)⁻¹ for D."""
    P = gram_matrix(X, "float64")
    P[np.diag_indices_from(P)] += l2
    D = np.diag(inverse_in_place(P)).copy()
    return lambda W: implicit_slim(W, X, l2, ALPHA, threshold, diagonal=D)


def sum_to_one(X: sparse.csr_array, threshold: int, l2: float) -> Map:
    """Return the map of EASE's weights with columns that sum to one."""
    return of_weights(slim_lle_weights(X, l2), is_known(X, threshold))


def nearest_sum_to_one(X: sparse.csr_array, threshold: int, l2: float) -> Map:
    """Return the same with the weights of an item's nearest neighbours only."""
    return of_weights(neighbor_weights(X, N_NEIGHBORS, l2), is_known(X, threshold))


def their_means(X: sparse.csr_array, threshold: int, l2: float) -> Map:
    """Return the plain mean of the nearest neighbours: no weights are learned."""
    nearest = (ItemKNN(N_NEIGHBORS).fit(X).weights_ != 0).astype(np.float32)
    n_nearest = np.maximum(nearest.sum(axis=0), 1)
    return lambda W: (nearest.T @ W.T).T / n_nearest


def shuffled(X: sparse.csr_array, threshold: int, l2: float) -> Map:
    """Return ImplicitSLIM of likes in which items of like popularity are swapped.

    Each item has the users of another one, which has about as many of them.
    """
    ranked = np.argsort(-X.sum(axis=0), kind="stable")
    bands = np.split(ranked, range(BAND, len(ranked), BAND))
    rng, source = np.random.default_rng(0), np.empty_like(ranked)
    for band in bands:
        source[band] = rng.permutation(band)
    return original(X[:, source], threshold, l2)


def no_weights(X: sparse.csr_array, threshold: int, l2: float) -> Map:
    """Return W as it is: a pull towards the embeddings of the epoch before."""
    return lambda W: W


def of_weights(B: np.ndarray, known: np.ndarray) -> Map:
    """Return the map that ImplicitSLIM approximates, for any weights.

    It is V = W Aᵀ (I / alpha + A Y Aᵀ)⁻¹ A Y with Y = K⁻¹, K = (I - B)(I - B)ᵀ, and
    the known items of W for A; see `recnb.models.implicit_slim`.

    Parameters
    ----------
    B : array of shape (n_items, n_items)
    known : bool array of shape (n_items,)
    """
    R = np.eye(len(B)) - B
    K = R @ R.T
    K[np.diag_indices_from(K)] += RIDGE * np.trace(K) / len(K)
    Y = inverse_in_place(K)

    def embed(W: np.ndarray) -> np.ndarray:
        A = np.where(known, W, 0).astype(np.float64)
        AY = A @ Y
        S = AY @ A.T
        S[np.diag_indices_from(S)] += 1 / ALPHA
        return ((W @ A.T) @ linalg.solve(S, AY, assume_a="pos")).astype(W.dtype)

    return embed


VARIANTS = {
    "original": original,
    "exact diagonal": exact_diagonal,
    "sum to one": sum_to_one,
    "50 nearest": nearest_sum_to_one,
    "their means": their_means,
    "shuffled": shuffled,
    "no weights": no_weights,
}


@cache
def candidates(dataset: str, seed: int, variant: str) -> tuple[Candidate, ...]:
    """Return the settings of a variant, fitted; the map is made once."""
    split, tried = split_and_ease(dataset, seed)[0], []
    made = VARIANTS[variant](split.train, THRESHOLD[dataset], L2[dataset])
    part, common = Embedder(made), {"L": LENGTH[dataset], "r_p": R_P[dataset]}
    for s_q, r_q in product(S_Q, R_Q):
        settings = {"s_q": s_q, "r_q": r_q}
        model = ALSMF(**common, **settings, epochs=EPOCHS, seed=seed)
        fitted(model.set_params(init=part, reg=part), split.train, split.val)
        tried.append(Candidate(variant, settings, model))
    return tuple(tried)


def measure(dataset: str, seed: int, variant: str) -> list[dict[str, object]]:
    """Tune and test a variant on one split, beside EASE and the original."""
    split, ease = split_and_ease(dataset, seed)
    names = dict.fromkeys(("original", variant))
    tried = chain([ease], *(candidates(dataset, seed, name) for name in names))
    *_, row = tune_and_test(tried, split, reported=REPORTED, plain="original")
    del row["model"]  # the variant, which the case names
    for end in ("", "_error"):
        row[f"minus_original{end}"] = row.pop(f"minus_plain{end}")
    return [row]


IMPLICIT_SLIM_VARIANTS = Experiment(
    name="implicit_slim_variants",
    question="Which step of ImplicitSLIM matters?",
    cases=[
        {"dataset": dataset, "seed": seed, "variant": variant}
        for dataset, seed, variant in product(DATASETS, SEEDS, VARIANTS)
    ],
    measure=measure,
)
