"""A small matrix of likes, with an item that nobody has, and users to validate on."""

import numpy as np
import pytest
from scipy import sparse

from recnb.evaluation import Group, Protocol


@pytest.fixture(scope="package")
def likes():
    dense = (np.random.default_rng(3).random((60, 12)) < 0.3) * 1.0
    dense[:, 5] = 0
    return sparse.csr_array(dense)


def group(history, heldout):
    protocol = Protocol("toy", "toy", False, 0, ("NDCG@100",))
    users, popularity = np.arange(len(history)), np.ones(history.shape[1])
    matrices = sparse.csr_array(history), sparse.csr_array(heldout)
    return Group("val", protocol, users, *matrices, popularity)


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
