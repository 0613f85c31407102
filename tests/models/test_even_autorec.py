"""AutoRec with an even input: what its hidden layer reads, and that it learns."""

import numpy as np
import pytest
import torch
from scipy import sparse

import recnb
from recnb.evaluation import rating_holdout
from recnb.ground.sparse_rows import SparseRows
from recnb.models import AutoRec, Bias, EvenAutoRec
from recnb.models.even_autorec import EvenNet

R = np.array([[5, 0, 3, 1], [0, 2, 0, 0], [0, 0, 0, 0]], dtype=float)


def net(centred, rooted):
    torch.manual_seed(0)
    return EvenNet(
        4, 3, "identity", "sigmoid", mean=3.0, centred=centred, rooted=rooted
    )


@pytest.mark.parametrize("centred", [False, True])
@pytest.mark.parametrize("rooted", [False, True])
def test_the_code_is_that_of_the_formula(centred, rooted):
    even = net(centred, rooted)
    x = torch.tensor(R, dtype=torch.float32)
    rated = x > 0
    n = rated.sum(dim=1, keepdim=True).clamp(min=1)
    x = (x - 3.0 * centred) * rated / (n.sqrt() if rooted else 1)
    expected = torch.sigmoid(x @ even.V + even.mu)
    found = even.code(SparseRows(sparse.csr_array(R)))
    torch.testing.assert_close(found, expected)


def test_with_neither_change_it_is_autorec():
    train = rating_holdout(recnb.load("simulated"), seed=0).train
    how = {"hidden": 5, "l2": 10, "lr": 1e-3, "batch_size": 100, "epochs": 2}
    plain = AutoRec(activations=("identity", "identity"), **how).fit(train)
    same = EvenAutoRec(centred=False, rooted=False, **how).fit(train)
    np.testing.assert_allclose(plain.predict(train), same.predict(train), atol=1e-5)


def test_it_learns_more_than_the_biases():
    split = rating_holdout(recnb.load("simulated"), seed=0)
    how = {"hidden": 50, "l2": 20, "batch_size": 64, "epochs": 12}
    even = EvenAutoRec(**how).fit(split.train)
    wanted = split.test.heldout
    bias = Bias().fit(split.train).predict(split.train)
    rows, columns = wanted.tocoo().row, wanted.tocoo().col
    error = np.std(even.predict_at(split.train, wanted) - wanted.data)
    assert error < np.std(bias[rows, columns] - wanted.tocoo().data)
