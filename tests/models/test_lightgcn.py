"""LightGCN: layers against powers of the adjacency, the loss by hand, the triples."""

import numpy as np
import pytest
import torch
from scipy import sparse
from torch.nn.functional import logsigmoid

from recnb.ground.training import seeded
from recnb.models import LightGCN
from recnb.models.lightgcn import LightGCNNet, draw_triples, normalized_graph

RNG = np.random.default_rng(0)
DENSE = (RNG.random((9, 7)) < 0.4) * 1.0
DENSE[4] = 0  # a user without likes
DENSE[:, 2] = 0  # nobody's item
DENSE[6] = 1  # somebody has everything, that item, too
X = sparse.csr_array(DENSE)


def net(K, d=4):
    """Return a net whose vectors have no small numbers."""
    with seeded(2):
        return LightGCNNet(X, d, K, 1.0)


def propagation(K):
    """Return the mean of the powers 0 to K of the normalised adjacency matrix."""
    A = np.block([[np.zeros((9, 9)), DENSE], [DENSE.T, np.zeros((7, 7))]])
    degrees = np.maximum(A.sum(axis=1), 1)
    A = A / np.sqrt(np.outer(degrees, degrees))
    powers = [np.linalg.matrix_power(A, k) for k in range(K + 1)]
    return torch.from_numpy(sum(powers) / (K + 1))


def test_an_edge_is_weighted_by_both_its_ends():
    R = normalized_graph(X)
    assert R[0, 1] == 0 or DENSE[0, 1] == 1
    u, i = np.argwhere(DENSE)[3]
    expected = 1 / np.sqrt(DENSE[u].sum() * DENSE[:, i].sum())
    assert R[u, i] == pytest.approx(expected)
    assert R.nnz == X.nnz


@pytest.mark.parametrize("K", [1, 2, 3])
def test_layers_are_powers_of_the_normalised_adjacency(K):
    one = net(K)
    E = torch.cat([one.P, one.Q]).detach().double()
    expected = propagation(K) @ E
    found = torch.cat(one()).double()
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)


def test_who_has_nothing_keeps_a_share_of_the_first_layer():
    one = net(3)
    P, Q = one()
    torch.testing.assert_close(P[4], one.P[4] / 4)
    assert not torch.allclose(Q[2], one.Q[2] / 4)  # one user has it


def batch_loss(P, Q, E, l2):
    """Return the loss of a batch, triple by triple; E are the vectors of layer 0."""
    total = 0.0
    for u, i, j in zip(*(column.tolist() for column in BATCH), strict=True):
        total = total - logsigmoid(P[u] @ Q[i] - P[u] @ Q[j])
        ends = E[u], E[9 + i], E[9 + j]
        total = total + l2 / 2 * sum(end.square().sum() for end in ends)
    return total / len(BATCH[0])


BATCH = tuple(map(torch.tensor, ([0, 3, 0], [1, 5, 1], [6, 2, 4])))


@pytest.mark.parametrize(("K", "l2"), [(1, 0.0), (3, 0.0), (3, 0.6)])
def test_the_loss_and_its_slopes_are_those_of_the_formula(K, l2):
    model = LightGCN(K=K, l2=l2)
    model.module_ = net(K)
    weights = list(model.module_.parameters())
    E = torch.cat(weights).detach().double().requires_grad_()
    final = propagation(K) @ E
    expected = batch_loss(final[:9], final[9:], E, l2)
    (loss,) = model._losses(BATCH)
    assert loss.item() == pytest.approx(expected.item(), rel=1e-5)
    (slope,) = torch.autograd.grad(expected, E)
    found = torch.cat(torch.autograd.grad(loss, weights)).double()
    torch.testing.assert_close(found, slope, rtol=1e-4, atol=1e-5)
    others = [k for k in range(16) if k not in {0, 3, 10, 14, 15, 11, 13}]
    assert slope[others].any()  # the graph carries it on


# ---- triples ----


def test_a_triple_has_an_item_of_the_user_and_one_that_she_lacks():
    users, items, others = draw_triples(X, 3000, np.random.default_rng(0))
    assert (DENSE[users, items] == 1).all() and (DENSE[users, others] == 0).all()
    assert not np.isin(users, [4, 6]).any()  # with nothing, and with everything
    counts = np.bincount(users, minlength=9)
    drawn = counts[counts > 0]
    assert len(drawn) == 7 and np.abs(drawn - 3000 / 7).max() < 5 * (3000 / 7) ** 0.5


def test_each_item_of_a_user_is_drawn_and_each_that_she_lacks():
    users, items, others = draw_triples(X, 3000, np.random.default_rng(0))
    for drawn, has in ((items, 1), (others, 0)):
        pairs = set(zip(users.tolist(), drawn.tolist(), strict=True))
        cells = np.argwhere(has == DENSE).tolist()
        assert pairs == {(u, i) for u, i in cells if u not in (4, 6)}


def test_an_epoch_has_as_many_triples_as_there_are_likes(likes):
    model = LightGCN(batch_size=50)
    batches = list(model._batches(likes, np.random.default_rng(0)))
    sizes = [len(users) for users, *_ in batches]
    assert sum(sizes) == likes.nnz and set(sizes[:-1]) == {50}


def test_who_lacks_one_item_out_of_many_is_drawn():
    almost = np.ones((2, 300))
    almost[0, 299] = 0
    users, _, others = draw_triples(sparse.csr_array(almost), 20, RNG)
    assert (users == 0).all() and (others == 299).all()


def test_where_there_is_nothing_to_tell_apart_it_says_so():
    full = sparse.csr_array(np.array([[1.0, 1, 1], [0, 0, 0]]))
    with pytest.raises(ValueError, match="has all of them"):
        LightGCN().fit(full)
