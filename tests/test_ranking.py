"""The k best items: order, ties, masks, and lists that are too short."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse

from recnb.ground.ranking import mask_seen, top_k

# Few distinct values, so that ties are everywhere.
TIED = hnp.arrays(
    np.float32,
    hnp.array_shapes(min_dims=2, max_dims=2, max_side=9),
    elements=st.sampled_from([0.0, 1.0, 2.0, -np.inf]),
)


@given(scores=TIED, k=st.integers(1, 12))
def test_equals_a_stable_sort(scores, k):
    for row, listed in zip(scores, top_k(scores, k), strict=True):
        order = sorted(range(len(row)), key=lambda item: (-row[item], item))[:k]
        expected = [item if row[item] > -np.inf else -1 for item in order]
        assert list(listed) == expected


def test_mask_seen_hides_the_history_and_keeps_the_scores():
    scores = np.array([[1.0, 2.0, 3.0]])
    history = sparse.csr_array(np.array([[0.0, 0.0, 1.0]]))
    np.testing.assert_array_equal(top_k(mask_seen(scores, history), 3), [[1, 0, -1]])
    assert scores[0, 2] == 3


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="from 1 up"):
        top_k(np.ones((2, 2)), 0)
    with pytest.raises(ValueError, match="scores\\[None, :\\]"):
        top_k(np.ones(3), 1)
    with pytest.raises(ValueError, match="diverged"):
        top_k(np.array([[np.nan, 1.0]]), 1)


def test_unsigned_scores_are_ranked_as_numbers():
    np.testing.assert_array_equal(
        top_k(np.array([[1, 0, 2]], dtype=np.uint8), 3), [[2, 0, 1]]
    )
