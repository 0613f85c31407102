"""The Gram matrix and ImplicitSLIM over parts are those of the rows in memory."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recnb.ground.machine import MIB
from recnb.models import EASE, gram_matrix, implicit_slim
from recnb.scale import (
    dense_gram,
    gram_times,
    implicit_slim_of_parts,
    item_users,
    panels,
    sparse_gram,
)
from recnb.scale.gram import TASKS, chunks

pytest.importorskip("pyarrow", reason="pyarrow is not installed")
pytest.importorskip("dask", reason="Dask is not installed")
#: From one row at a time, which takes more tasks than parts, to all at once.
PANEL_BYTES = (1, 1000, 6000, MIB)


@given(n_items=st.integers(1, 400), panel_bytes=st.integers(1, 200_000))
def test_panels_are_the_lower_triangle_each_row_once(n_items, panel_bytes):
    found = panels(n_items, panel_bytes)
    rows = [row for panel in found for row in range(panel.start, panel.stop)]
    assert rows == list(range(n_items))
    for panel in found:
        height, width = panel.shape
        assert 4 * height * width <= panel_bytes or height == 1


def test_as_many_panels_as_the_triangle_needs():
    for n_items in (10_000, 100_000, 1_000_000):
        least = 4 * n_items**2 / 2 / (512 * MIB)
        assert least <= len(panels(n_items)) <= 1.1 * least + 1


@given(n=st.integers(1, 60), most=st.integers(1, 70))
def test_chunks_are_neighbours_of_nearly_equal_number(n, most):
    class Numbers(list):
        def __getitem__(self, which):
            return list.__getitem__(self, which)

    found = chunks(Numbers(range(n)), most)
    assert [each for chunk in found for each in chunk] == list(range(n))
    sizes = [len(chunk) for chunk in found]
    assert len(found) == min(n, most) and max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize("panel_bytes", PANEL_BYTES)
def test_the_dense_matrix_of_ones_is_the_same_to_the_bit(data, parts, panel_bytes):
    G = dense_gram(parts, panel_bytes=panel_bytes)
    assert G.dtype == np.float32
    np.testing.assert_array_equal(G, gram_matrix(data.to_csr(binary=True)))


@pytest.mark.parametrize("panel_bytes", PANEL_BYTES)
def test_the_dense_matrix_of_ratings_is_the_same_to_rounding(data, parts, panel_bytes):
    G = dense_gram(parts, ratings=True, panel_bytes=panel_bytes)
    np.testing.assert_array_equal(G, G.T)
    X = data.to_csr().astype(np.float64)
    np.testing.assert_allclose(G, (X.T @ X).toarray(), rtol=2e-6)


@pytest.mark.parametrize("panel_bytes", PANEL_BYTES)
@pytest.mark.parametrize("threshold", [1, 5, 12, 1000])
def test_the_sparse_matrix_keeps_large_entries_and_the_diagonal(
    data, parts, panel_bytes, threshold
):
    S = sparse_gram(parts, threshold, panel_bytes=panel_bytes)
    G = gram_matrix(data.to_csr(binary=True))
    is_kept = (threshold <= G) | np.eye(60, dtype=bool)
    np.testing.assert_array_equal(S.toarray(), np.where(is_kept, G, 0))
    assert S.nnz == np.count_nonzero(is_kept & (G > 0))
    assert S.has_canonical_format


def test_ease_of_the_parts_is_ease_of_the_rows(data, parts):
    X = data.to_csr(binary=True)
    of_parts = EASE(l2=5.0).fit(X, gram=dense_gram(parts))
    np.testing.assert_array_equal(of_parts.weights_, EASE(l2=5.0).fit(X).weights_)


def test_of_some_parts_only_their_users_count(data, parts):
    X = data.to_csr(binary=True)[50:125]
    np.testing.assert_array_equal(dense_gram(parts[2:5]), gram_matrix(X))
    np.testing.assert_array_equal(item_users(parts[2:5]), X.sum(axis=0))


def test_a_matrix_that_does_not_fit_is_refused(parts):
    with pytest.raises(MemoryError, match="GiB are left"):
        dense_gram(replace(parts, n_items=10**7))


@pytest.mark.parametrize("threshold", [0, -1, np.nan])
def test_a_threshold_is_above_zero(parts, threshold):
    with pytest.raises(ValueError, match="threshold must be above 0"):
        sparse_gram(parts, threshold)


def test_there_is_a_part(parts):
    for function in (dense_gram, item_users, lambda p: sparse_gram(p, 2)):
        with pytest.raises(ValueError, match="no part"):
            function(parts[:0])


@pytest.mark.parametrize("panel_bytes", PANEL_BYTES)
def test_tasks_do_not_depend_on_workers(parts, panel_bytes, monkeypatch):
    """There are many tasks, even if there is a single panel."""
    made = []

    def counted(work, values, client):
        made.append(work._n_pieces)
        return iter(())

    monkeypatch.setattr("recnb.scale.gram.Work.results", counted)
    dense_gram(parts, panel_bytes=panel_bytes)
    assert made[0] >= min(TASKS, len(parts))


# ---- ImplicitSLIM ----------------------------------------------------------------


@pytest.fixture
def W():
    return np.random.default_rng(1).normal(size=(8, 60))


@pytest.mark.parametrize("ratings", [False, True])
def test_products_with_the_gram_matrix(data, parts, W, ratings):
    X = data.to_csr(binary=not ratings).astype(np.float64)
    found = gram_times(parts, W.T, ratings)
    np.testing.assert_allclose(found, X.T @ (X @ W.T), rtol=1e-6, atol=1e-4)


@pytest.mark.parametrize("ratings", [False, True])
@pytest.mark.parametrize("threshold", [0, 20])
def test_implicit_slim_is_that_of_all_rows(data, parts, W, ratings, threshold):
    X = data.to_csr(binary=not ratings)
    expected = implicit_slim(W, X, 50.0, 0.7, threshold)
    found = implicit_slim_of_parts(W, parts, 50.0, 0.7, threshold, ratings)
    assert found.dtype == W.dtype
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    left = {path.name for path in parts.folder.iterdir() if path.name[0] == "."}
    assert left == set()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"l2": 0}, "l2 must be"),
        ({"alpha": -1}, "alpha must be"),
        ({"threshold": 1000}, "threshold=1000 leaves no item"),
        ({"W": np.ones((8, 59))}, r"W has shape \(8, 59\)"),
    ],
)
def test_implicit_slim_refuses_what_it_refuses_in_memory(parts, W, change, words):
    with pytest.raises(ValueError, match=words):
        implicit_slim_of_parts(**{"W": W, "parts": parts, "l2": 9, "alpha": 1} | change)
