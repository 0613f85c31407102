"""Small worlds to split and to judge."""

import numpy as np
import pandas as pd
import pytest

from recnb.data import Interactions


def make(users, items, **columns):
    """Interactions from lists; as many users and items as the codes name."""
    users, items = np.asarray(users), np.asarray(items)
    n_items = columns.pop("n_items", items.max() + 1)
    n_users = columns.pop("n_users", users.max() + 1)
    arrays = {
        name: np.asarray(columns.pop(name))
        for name in ("ratings", "timestamps")
        if name in columns
    }
    return Interactions(
        name=columns.pop("name", "toy"),
        users=users,
        items=items,
        user_ids=np.arange(n_users),
        item_table=pd.DataFrame({"title": [f"film {j}" for j in range(n_items)]}),
        **arrays,
        **columns,
    )


@pytest.fixture
def make_interactions():
    return make


@pytest.fixture(scope="session")
def world():
    """80 users, 60 items, ratings 1 to 5, timestamps with ties, rows shuffled."""
    rng = np.random.default_rng(7)
    pairs = rng.permutation(80 * 60)[:1600]
    return make(
        pairs // 60,
        pairs % 60,
        ratings=rng.integers(1, 6, 1600).astype(np.float32),
        timestamps=rng.integers(0, 40, 1600),
    )


class Fixed:
    """Predict the same scores for everybody, or a matrix looked up by history."""

    def __init__(self, scores):
        self.scores = np.asarray(scores, dtype=np.float32)

    def predict(self, X):
        return np.tile(self.scores, (X.shape[0], 1))


class Linear:
    """Scores X B with a fixed random B: different for every history."""

    def __init__(self, n_items, seed=0):
        rng = np.random.default_rng(seed)
        self.B = rng.normal(size=(n_items, n_items)).astype(np.float32)

    def get_params(self):
        return {"n_items": len(self.B)}

    def predict(self, X):
        return X @ self.B


@pytest.fixture
def fixed():
    return Fixed


@pytest.fixture
def linear():
    return Linear
