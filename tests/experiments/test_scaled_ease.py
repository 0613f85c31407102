"""SparseEASE's control: the scaling alone, all weights kept."""

import numpy as np
import pytest
from scipy import sparse

from recnb.experiments.scaled_ease import ScaledEASE
from recnb.models import EASE, SparseEASE


@pytest.fixture
def likes():
    """Return likes in which every two items have a user in common."""
    rng = np.random.default_rng(0)
    return sparse.csr_array((rng.random((300, 12)) < 0.4).astype(np.float32))


def test_it_is_sparse_ease_with_one_block_of_all_items(likes):
    one_block = SparseEASE(5.0, threshold=0.0, r=1.0, dtype="float64").fit(likes)
    assert one_block.n_blocks_ == 1
    scaled = ScaledEASE(5.0).fit(likes)
    np.testing.assert_allclose(scaled.weights_, one_block.weights_.toarray(), atol=2e-5)


def test_without_scaling_it_is_ease_between_centred_columns(likes):
    centred = likes.toarray() - likes.mean(axis=0)
    ease = EASE(7.0, "float64").fit(sparse.csr_array(centred))
    scaled = ScaledEASE(7.0, alpha=0.0).fit(likes)
    np.testing.assert_allclose(scaled.weights_, ease.weights_, atol=2e-5)


def test_a_penalty_of_nothing_is_refused(likes):
    with pytest.raises(ValueError, match="l2 must be"):
        ScaledEASE(0.0).fit(likes)
