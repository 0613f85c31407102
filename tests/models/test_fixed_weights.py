"""Weights that are given: dense and sparse ones score alike."""

import numpy as np
import pytest
from scipy import sparse

from recnb.models import FixedWeights


@pytest.mark.parametrize("kind", [np.asarray, sparse.csc_array, sparse.csr_array])
def test_scores_are_the_product(likes, kind):
    B = np.random.default_rng(0).normal(size=(12, 12)) * (1 - np.eye(12))
    model = FixedWeights(kind(B)).fit(likes)
    np.testing.assert_allclose(model.predict(likes), likes.toarray() @ B)
    np.testing.assert_array_equal(model.column(3), B[:, 3])


def test_weights_of_another_size_are_refused(likes):
    with pytest.raises(ValueError, match="12 items"):
        FixedWeights(np.eye(3)).fit(likes)
