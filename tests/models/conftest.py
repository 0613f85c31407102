"""Small matrices: likes, with users to validate on, and a world of planted taste."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from recnb.data import Interactions
from recnb.evaluation import Protocol, Validation, leave_one_out


@pytest.fixture(scope="package")
def likes():
    dense = (np.random.default_rng(3).random((60, 12)) < 0.3) * 1.0
    dense[:, 5] = 0
    return sparse.csr_array(dense)


def group(history, heldout):
    protocol = Protocol("toy", "toy", False, 0, ("NDCG@100",))
    users, popularity = np.arange(len(history)), np.ones(history.shape[1])
    matrices = sparse.csr_array(history), sparse.csr_array(heldout)
    return Validation("val", protocol, users, *matrices, popularity)


@pytest.fixture
def make_group():
    return group


@pytest.fixture
def val(likes):
    """Hold out one item of each of 20 users who have two or more."""
    dense = likes.toarray()
    dense = dense[dense.sum(axis=1) > 1][:20]
    heldout = np.zeros_like(dense)
    heldout[np.arange(20), dense.argmax(axis=1)] = 1
    return group(dense - heldout, heldout)


@pytest.fixture(scope="package")
def planted():
    """150 users who like items near them on three axes; one held out among 20."""
    rng = np.random.default_rng(5)
    scores = 2 * rng.normal(size=(150, 3)) @ rng.normal(size=(3, 50))
    likes = np.argsort(-scores - rng.gumbel(size=scores.shape), axis=1)[:, :14]
    world = Interactions(
        name="planted",
        users=np.repeat(np.arange(150), 14),
        items=likes.ravel(),
        timestamps=rng.permutation(likes.size),
        user_ids=np.arange(150),
        item_table=pd.DataFrame({"title": [f"film {j}" for j in range(50)]}),
    )
    return leave_one_out(world, candidates=19, validation=True)
