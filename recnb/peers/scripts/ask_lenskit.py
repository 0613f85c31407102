"""Asks LensKit: EASE, SLIM and weighted matrix factorization by least squares.

A stranger is a query with a history and without a user id.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from contract import Question, main
from lenskit.als import ImplicitMFConfig, ImplicitMFScorer
from lenskit.data import Dataset, ItemList, RecQuery, from_interactions_df
from lenskit.knn import EASEConfig, EASEScorer, SLIMConfig, SLIMScorer
from lenskit.training import TrainingOptions
from scipy import sparse


def dataset(X: sparse.csr_matrix) -> Dataset:
    """Return a matrix as LensKit's data; the ids are the rows' and columns' numbers."""
    cells = X.tocoo()
    return from_interactions_df(
        pd.DataFrame({"user_id": cells.row, "item_id": cells.col})
    )


def scores(asked: Question, scorer: object) -> np.ndarray:
    """Train a scorer, and score all items for each history."""
    data = dataset(asked.train)
    with asked.timed("fit"):
        scorer.train(data, TrainingOptions(rng=asked.seed, device="cpu"))
    n_users, n_items = asked.histories.shape
    found = np.full((n_users, n_items), -np.inf, np.float32)
    with asked.timed("predict"):
        items = ItemList(item_ids=np.arange(n_items))
        for user in range(n_users):
            history = asked.histories[user].indices
            if len(history):
                query = RecQuery(user_items=ItemList(item_ids=history))
                found[user] = scorer(query, items).scores()
    return found


def ease(asked: Question) -> np.ndarray:
    """Fit EASE."""
    return scores(asked, EASEScorer(EASEConfig(**asked.settings)))


def slim(asked: Question) -> np.ndarray:
    """Fit SLIM."""
    return scores(asked, SLIMScorer(SLIMConfig(**asked.settings)))


def ials(asked: Question) -> np.ndarray:
    """Fit iALS; a stranger's vector is solved for, as the scorer does."""
    return scores(asked, ImplicitMFScorer(ImplicitMFConfig(**asked.settings)))


if __name__ == "__main__":
    main(
        {"EASE": ease, "SLIM": slim, "iALS": ials},
        ["lenskit", "numpy", "scipy", "torch"],
    )
