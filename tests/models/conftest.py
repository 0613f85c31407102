"""A small matrix of likes, with an item that nobody has."""

import numpy as np
import pytest
from scipy import sparse


@pytest.fixture(scope="package")
def likes():
    dense = (np.random.default_rng(3).random((60, 12)) < 0.3) * 1.0
    dense[:, 5] = 0
    return sparse.csr_array(dense)
