"""The two sparse products against dense ones, forwards and backwards."""

import numpy as np
import pytest
import torch
from scipy import sparse

from recnb.ground.sparse_rows import SparseRows, mini_batches, shuffled


@pytest.fixture
def X():
    rng = np.random.default_rng(0)
    dense = rng.integers(1, 6, (7, 5)) * (rng.random((7, 5)) < 0.4)
    dense[2] = 0  # a row without anything
    dense[:, 3] = 0  # and a column
    return sparse.csr_array(dense.astype(np.float32))


def double(*shape):
    generator = torch.Generator().manual_seed(1)
    values = torch.randn(*shape, generator=generator, dtype=torch.float64)
    return values.requires_grad_()


def test_dense_is_the_matrix(X):
    assert np.array_equal(SparseRows(X).dense().numpy(), X.toarray())


def test_times_is_the_matrix_product(X):
    W = double(5, 3)
    assert np.allclose(SparseRows(X).times(W).detach(), X @ W.detach().numpy())


def test_at_is_the_product_at_the_stored_cells(X):
    H, W = double(7, 3), double(5, 3)
    everywhere = (H @ W.T).detach().numpy()
    users, items = X.nonzero()
    assert np.allclose(SparseRows(X).at(H, W).detach(), everywhere[users, items])


def test_gradients(X):
    rows = SparseRows(X)
    assert torch.autograd.gradcheck(rows.times, double(5, 3))
    assert torch.autograd.gradcheck(rows.at, (double(7, 3), double(5, 3)))


def test_gradients_equal_those_of_the_dense_products(X):
    rows, dense = SparseRows(X), torch.from_numpy(X.toarray()).double()
    W, V = double(5, 3), double(5, 3)
    known = dense > 0
    loss = (rows.at(torch.tanh(rows.times(W)), V) - rows.values).square().sum()
    sparse_way = torch.autograd.grad(loss, [W, V])
    loss = ((torch.tanh(dense @ W) @ V.T - dense)[known]).square().sum()
    dense_way = torch.autograd.grad(loss, [W, V])
    for ours, theirs in zip(sparse_way, dense_way, strict=True):
        assert torch.allclose(ours, theirs)


def test_no_warning_reaches_the_reader(X, recwarn):
    SparseRows(X).at(double(7, 3), double(5, 3))
    assert not [w for w in recwarn if "csr" in str(w.message).lower()]


def test_mini_batches_have_each_row_once(X):
    batches = list(mini_batches(X, 3, np.random.default_rng(0)))
    assert [len(b) for b in batches] == [3, 3, 1]
    rows = torch.cat([b.dense() for b in batches]).numpy()
    assert sorted(map(tuple, rows)) == sorted(map(tuple, X.toarray()))


def test_shuffled_numbers_are_there_once_and_the_seeds_own():
    parts = list(shuffled(7, 3, np.random.default_rng(0)))
    assert [len(part) for part in parts] == [3, 3, 1]
    order = np.random.default_rng(0).permutation(7)
    np.testing.assert_array_equal(np.concatenate(parts), order)
