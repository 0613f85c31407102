"""UltraGCN: its weights on a graph by hand, its loss pair by pair, its steps."""

import numpy as np
import pytest
import torch
from scipy import sparse
from torch.nn.functional import logsigmoid

from recnb.ground.training import seeded
from recnb.models import UltraGCN, ultragcn
from recnb.models.ultragcn import constraint_weights, in_groups, item_graph

#: Four users and five items; nobody has the last item, the last user has nothing.
X = sparse.csr_array(
    np.array(
        [[1, 1, 0, 1, 0], [1, 0, 1, 0, 0], [1, 1, 0, 0, 0], [0, 0, 0, 0, 0]], float
    )
)
WEIGHTS = {"w1": 0.3, "w2": 2.0, "w3": 0.05, "w4": 0.7, "gamma": 1.5}
#: Two groups of two pairs and of one.
BATCH = (
    torch.tensor([0, 2, 1], dtype=torch.int32),
    torch.tensor([3, 1, 2], dtype=torch.int32),
    torch.tensor([[4, 0], [1, 3]]),
)
GROUPS = [0, 0, 1]


def begun(model, X=X):
    """Return the model before its first step, with no small numbers in its vectors."""
    model.n_users_, model.n_items_ = X.shape
    with seeded(1), torch.no_grad():
        model.module_ = model._net(X)
        for table in model.module_.parameters():
            table.normal_()
    return model


# ---- the weights ----


def test_beta_by_hand():
    of_users, of_items = constraint_weights(X)
    # d_u = 3, 2, 2, 0 and d_i = 3, 2, 1, 1, 0
    expected = [2 / 3, 3**0.5 / 2, 3**0.5 / 2, 0]
    np.testing.assert_allclose(of_users, expected, rtol=1e-6)
    np.testing.assert_allclose(of_items, 1 / np.sqrt([4, 3, 2, 2, 1]), rtol=1e-6)
    beta = np.outer(of_users, of_items)
    assert beta[0, 0] == pytest.approx(1 / 3 * (4 / 4) ** 0.5)
    assert beta[1, 2] == pytest.approx(1 / 2 * (3 / 2) ** 0.5)


def test_omega_by_hand():
    neighbors, omega = item_graph(X, 2)
    # G has the rows 3 2 1 1 0, 2 2 0 1 0, 1 0 1 0 0, 1 1 0 1 0 and zeros, so that
    # g = 7, 5, 2, 3, 0. Of item 1: 2 / 5 sqrt(6 / 8), 2 / 5 and 1 / 5 sqrt(6 / 4).
    assert neighbors[:4].tolist() == [[0, 1], [1, 0], [2, 0], [3, 1]]
    assert omega[1].tolist() == pytest.approx([2 / 5, 2 / 5 * (6 / 8) ** 0.5])
    assert omega[2].tolist() == pytest.approx([1 / 2, 1 / 2 * (3 / 8) ** 0.5])
    assert omega[3].tolist() == pytest.approx([1 / 3, 1 / 3 * (4 / 6) ** 0.5])
    assert omega[4].tolist() == [0, 0]


def test_neighbours_are_the_largest_weights_and_ties_go_to_the_lower_code(monkeypatch):
    monkeypatch.setattr(ultragcn, "BLOCK", 4)
    dense = (np.random.default_rng(0).random((30, 11)) < 0.4) * 1.0
    dense[:, 7] = dense[:, 2]
    G = dense.T @ dense
    g = G.sum(axis=1)
    full = G / g[:, None] * np.sqrt((g[:, None] + 1) / (g + 1))
    neighbors, omega = item_graph(sparse.csr_array(dense), 4)
    order = np.argsort(-full.round(12), axis=1, kind="stable")[:, :4]
    np.testing.assert_array_equal(neighbors, order)
    expected = np.take_along_axis(full, order, axis=1)
    np.testing.assert_allclose(omega, expected, rtol=1e-6)
    for row in neighbors.tolist():
        assert 7 not in row or row.index(2) < row.index(7)


def test_a_small_catalogue_has_fewer_neighbours():
    neighbors, omega = item_graph(X, 99)
    assert neighbors.shape == omega.shape == (5, 5)
    assert sorted(neighbors[0]) == [0, 1, 2, 3, 4]


# ---- the loss ----


def loss_by_hand(model, P, Q, X=X):
    """Return the loss of BATCH, one term after the other, from the paper's formulas."""
    X = X.toarray()
    d_u, d_i, G = X.sum(axis=1), X.sum(axis=0), X.T @ X
    g = G.sum(axis=1)
    users, items, groups = (column.tolist() for column in BATCH)
    total = 0.0

    def beta(u, i):
        return ((d_u[u] + 1) / (d_i[i] + 1)) ** 0.5 / d_u[u]

    def omega(i, k):
        return G[i, k] / g[i] * ((g[i] + 1) / (g[k] + 1)) ** 0.5

    for u, i, group in zip(users, items, GROUPS, strict=True):
        weight = model.w1 + model.w2 * beta(u, i)
        total = total - weight * logsigmoid(P[u] @ Q[i])
        for j in groups[group]:
            weight = model.w3 + model.w4 * beta(u, j)
            share = model.negative_weight / 2
            total = total - share * weight * logsigmoid(-P[u] @ Q[j])
        near = sorted(range(len(g)), key=lambda k, i=i: -omega(i, k))[: model.K]
        for k in near:
            total = total - model.gamma * omega(i, k) * logsigmoid(P[u] @ Q[k])
    return total


@pytest.mark.parametrize("K", [1, 2, 3])
def test_the_loss_and_its_slopes_are_those_of_the_formula(K):
    model = begun(UltraGCN(d=4, K=K, m=2, negative_weight=9.0, **WEIGHTS))
    exact = [w.detach().double().requires_grad_() for w in model.module_()]
    expected = loss_by_hand(model, *exact)
    (loss,) = model._losses(BATCH)
    assert loss.item() == pytest.approx(expected.item(), rel=1e-5)
    slopes = torch.autograd.grad(expected, exact)
    found = torch.autograd.grad(loss, list(model.module_.parameters()))
    for ours, theirs in zip(found, slopes, strict=True):
        torch.testing.assert_close(ours.double(), theirs, rtol=1e-4, atol=1e-5)
        assert theirs.any()


@pytest.mark.parametrize("name", ["w1", "w2", "w3", "w4", "gamma"])
def test_each_weight_has_its_own_part(name):
    alone = dict.fromkeys(WEIGHTS, 0.0) | {name: 1.0}
    model = begun(UltraGCN(d=4, K=2, m=2, **alone))
    (loss,) = model._losses(BATCH)
    expected = loss_by_hand(model, *(w.detach().double() for w in model.module_()))
    assert loss.item() == pytest.approx(expected.item(), rel=1e-5)
    assert loss.item() > 0.01


def test_a_step_goes_down_the_loss_with_the_penalty():
    """Two steps, so that Adam's memory of the first one is in the second."""
    model, plain = (begun(UltraGCN(d=4, K=2, m=2, l2=0.4)) for _ in range(2))
    with_decay = model._optimizer()
    without = torch.optim.Adam(plain.module_.parameters(), lr=model.lr)
    for _ in range(2):
        (loss,) = model._losses(BATCH)
        with_decay.zero_grad()
        loss.backward()
        with_decay.step()
        (loss,) = plain._losses(BATCH)
        squares = sum(w.square().sum() for w in plain.module_.parameters())
        without.zero_grad()
        (loss + 0.4 / 2 * squares).backward()
        without.step()
    for ours, theirs in zip(model.module_(), plain.module_(), strict=True):
        torch.testing.assert_close(ours, theirs)


# ---- the batches ----


def test_an_epoch_has_every_pair_once(likes):
    model = begun(UltraGCN(d=2, m=5, batch_size=50), likes)
    rng = np.random.default_rng(0)
    found = list(model._batches(likes, rng))
    assert {len(users) for users, *_ in found[:-1]} == {50}
    users, items = (torch.cat([batch[n] for batch in found]).numpy() for n in (0, 1))
    pairs = sorted(zip(users.tolist(), items.tolist(), strict=True))
    assert pairs == sorted(zip(*(c.tolist() for c in likes.nonzero()), strict=True))
    assert not np.array_equal(users[:50], next(model._batches(likes, rng))[0])


@pytest.mark.parametrize(("m", "groups"), [(1, 12), (4, 3), (5, 2), (12, 1), (99, 1)])
def test_a_batch_deals_the_catalogue_to_its_groups(likes, m, groups):
    model = begun(UltraGCN(d=2, m=m, batch_size=20), likes)
    *batches, last = model._batches(likes, np.random.default_rng(0))
    for *_, drawn in batches:
        assert drawn.shape == (groups, min(m, 12))
        assert len(drawn.unique()) == drawn.numel()  # nothing is dealt twice
    assert not torch.equal(batches[0][2], batches[1][2])
    assert len(last[2]) <= len(last[0])


def test_items_are_drawn_equally_often(likes):
    model = begun(UltraGCN(d=2, m=5, batch_size=20), likes)
    rng = np.random.default_rng(0)
    drawn = [b[2].ravel() for _ in range(40) for b in model._batches(likes, rng)]
    counts = torch.bincount(torch.cat(drawn), minlength=12)
    expected = counts.sum() / 12
    assert (counts - expected).abs().max() < 5 * (
        expected / 6
    ) ** 0.5  # 10 of 12 a time


def test_groups_are_of_one_size_and_filled_with_zeros():
    rows = torch.arange(10.0).view(5, 2)
    found = in_groups(rows, 3)
    assert found.tolist() == [[[0, 1], [2, 3]], [[4, 5], [6, 7]], [[8, 9], [0, 0]]]
    assert torch.equal(in_groups(rows, 1)[0], rows)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"m": 0}, "m must be at least 1, not 0"),
        ({"w1": -1.0}, "w1 must be at least 0"),
        ({"w4": -1.0}, "w4 must be at least 0"),
        ({"gamma": -1.0}, "gamma must be at least 0"),
        ({"negative_weight": 0.0}, "negative_weight must be above 0, not 0"),
    ],
)
def test_settings_of_its_own_are_checked(likes, setting, message):
    with pytest.raises(ValueError, match=message):
        UltraGCN(**setting).fit(likes)
