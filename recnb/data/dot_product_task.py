r"""A task whose answer is known: learn a dot product from noisy labels.

Rendle, Krichene, Zhang and Anderson (RecSys 2020), section 4.1. Embeddings p and q are
drawn from :math:`N(0, \sigma_{emb}^2 I)` in d dimensions; the label is

.. math:: y = \langle p, q \rangle + \epsilon, \epsilon \sim N(0, \sigma_{label}^2).

The scales are those of the Netflix prize: predicting the mean had an RMSE of 1.13
there, the best models had .85.

The pairs are drawn as the paper's text has it, uniformly among all. The authors' code
goes through the users in their order until there are enough pairs, and leaves about the
last eleventh of them without any.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from recnb.data.columns import into_arrays

SIGMA_LABEL = 0.85
RMSE_ZERO = 1.13
#: Labelled pairs for each user, and their share that is trained on.
PAIRS_A_USER, TRAIN_SHARE = 100, 0.9
N_FRESH = 100_000


def sigma_emb(d: int) -> float:
    """Return the embeddings' standard deviation, so that predicting 0 has RMSE 1.13.

    Raises
    ------
    ValueError
        If d < 1.
    """
    if d < 1:
        raise ValueError(f"d must be at least 1, not {d}.")
    return ((RMSE_ZERO**2 - SIGMA_LABEL**2) / d) ** 0.25


@dataclass(frozen=True)
class Pairs:
    """Labelled pairs of a user's and an item's embedding.

    Parameters
    ----------
    P, Q : float32 arrays of shape (M, d) and (N, d)
        Embeddings of the users and of the items.
    users, items : int arrays of shape (n_pairs,)
        Rows of P and Q.
    y : float32 array of shape (n_pairs,)
        Labels.

    Tables and columns of pandas are taken by position.
    """

    P: np.ndarray
    Q: np.ndarray
    users: np.ndarray
    items: np.ndarray
    y: np.ndarray

    def __post_init__(self) -> None:
        into_arrays(self, "P", "Q", "users", "items", "y")

    def __len__(self) -> int:
        return len(self.y)

    @property
    def dot(self) -> np.ndarray:
        """The true similarities, without noise; shape (n_pairs,)."""
        return np.einsum("ij,ij->i", self.P[self.users], self.Q[self.items])

    def rmse(self, scores: ArrayLike) -> float:
        """Return the root mean squared error of predicted labels."""
        errors = np.asarray(self.y - scores)
        return float(np.sqrt(np.mean(np.square(errors, dtype=np.float64))))

    def above_dot(self, scores: ArrayLike) -> float:
        """Return the approximation error: the RMSE minus that of the dot product."""
        return self.rmse(scores) - self.rmse(self.dot)


@dataclass(frozen=True)
class DotProductTask:
    """Pairs to train on, other pairs of the same embeddings, and pairs of new ones."""

    train: Pairs
    test: Pairs
    fresh: Pairs


def dot_product_task(
    M: int, d: int, *, seed: int = 0, n_fresh: int = N_FRESH
) -> DotProductTask:
    """Draw the task anew.

    Parameters
    ----------
    M : int
        Number of users, and of items. Of their combinations, 100 M are drawn without
        replacement; 90% of these are for training, 10% for testing.
    d : int
        Length of an embedding.
    seed : int
    n_fresh : int
        Number of pairs that each have embeddings of their own.

    Raises
    ------
    ValueError
        If d < 1 or n_fresh < 1, or if M < 100: there are not enough combinations.
    """
    if M < PAIRS_A_USER:
        raise ValueError(
            f"M must be at least {PAIRS_A_USER}, not {M}: {PAIRS_A_USER} M different "
            "pairs are drawn from M x M."
        )
    if n_fresh < 1:
        raise ValueError(f"n_fresh must be at least 1, not {n_fresh}.")
    rng = np.random.default_rng(seed)
    P, Q = embeddings(M, d, rng), embeddings(M, d, rng)
    cells = rng.choice(M * M, size=PAIRS_A_USER * M, replace=False)
    cut = round(TRAIN_SHARE * len(cells))
    train, test = (
        _labelled(P, Q, *np.divmod(part, M), rng) for part in (cells[:cut], cells[cut:])
    )
    each = np.arange(n_fresh)
    new = (embeddings(n_fresh, d, rng) for _ in range(2))
    return DotProductTask(train, test, _labelled(*new, each, each, rng))


def embeddings(n: int, d: int, rng: np.random.Generator) -> np.ndarray:
    """Draw embeddings from the task's distribution; float32, shape (n, d)."""
    return sigma_emb(d) * rng.standard_normal((n, d), dtype=np.float32)


def _labelled(
    P: np.ndarray,
    Q: np.ndarray,
    users: np.ndarray,
    items: np.ndarray,
    rng: np.random.Generator,
) -> Pairs:
    """Label pairs with their dot product and noise."""
    noise = SIGMA_LABEL * rng.standard_normal(len(users), dtype=np.float32)
    bare = Pairs(P, Q, users, items, noise)
    return Pairs(P, Q, users, items, bare.dot + noise)
