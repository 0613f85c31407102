"""AutoRec is the paper's formula, its masked objective, and nothing else."""

import numpy as np
import pytest
import torch
from scipy import sparse

from recnb.ground.sparse_rows import SparseRows
from recnb.ground.training import seeded
from recnb.models import AutoRec
from recnb.models.autorec import AutoRecNet

PAIRS = [(f, g) for f in ("identity", "sigmoid") for g in ("identity", "sigmoid")]
BENDS = {"identity": lambda x: x, "sigmoid": torch.sigmoid}


@pytest.fixture
def X():
    """Return ratings of 9 users and 6 items; item 4 and user 2 have none."""
    rng = np.random.default_rng(0)
    dense = rng.integers(1, 6, (9, 6)) * (rng.random((9, 6)) < 0.6)
    dense[:, 4] = 0
    dense[2] = 0
    return sparse.csr_array(dense.astype(np.float32))


def drawn(d, k, f="identity", g="sigmoid"):
    """Return a net in double precision whose weights are not small."""
    net = AutoRecNet(d, k, f, g, mean=3.0).double()
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(5)
        for each in net.parameters():
            each.copy_(torch.randn(each.shape, dtype=torch.float64))
    return net


def by_hand(net, r, f, g):
    """Return f(W g(V r + μ) + b), with the paper's V and row by row."""
    V, W = net.V.T, net.W
    rows = []
    for row in r:
        x = W @ BENDS[g](V @ row + net.mu) + net.b
        rows.append(x if f == "identity" else 1 + 4 * torch.sigmoid(x))
    return torch.stack(rows)


def doubled(X):
    rows = SparseRows(X)
    return rows.with_values(rows.values.double())


def slopes(model, net, rows):
    """Return what Adam follows: of each parameter, autograd's slope and the decay."""
    (loss,) = model._losses(net, rows)
    loss.backward()
    groups = model._optimizer(net).param_groups
    decay = {each: g["weight_decay"] for g in groups for each in g["params"]}
    found = [each.grad + decay[each] * each.detach() for each in net.parameters()]
    net.zero_grad()
    return found


@pytest.mark.parametrize(("f", "g"), PAIRS)
def test_the_net_is_equation_1(X, f, g):
    net, r = drawn(6, 3, f, g), torch.from_numpy(X.toarray()).double()
    expected = by_hand(net, r, f, g)
    assert torch.allclose(net(r), expected)
    assert torch.allclose(net(doubled(X)), expected)
    at = net.at(doubled(X), doubled(X))
    users, items = X.nonzero()
    assert torch.allclose(at, expected[users, items])


@pytest.mark.parametrize("kind", ["item", "user"])
@pytest.mark.parametrize(("f", "g"), PAIRS)
def test_loss_and_slope_are_those_of_equation_2_on_dense_rows(X, kind, f, g):
    R = sparse.csr_array(X.T) if kind == "item" else X
    model = AutoRec(kind, hidden=3, activations=(f, g), l2=0.7)
    model.n_users_, model.n_items_ = X.shape
    net = drawn(R.shape[1], 3, f, g)
    (loss,) = model._losses(net, doubled(R))
    found = slopes(model, net, doubled(R))

    r = torch.from_numpy(R.toarray()).double()
    error = (r - by_hand(net, r, f, g))[r > 0].square().sum()
    size = net.W.square().sum() + net.V.square().sum()
    objective = error + 0.7 / 2 * size
    expected = torch.autograd.grad(objective / len(r), list(net.parameters()))
    assert torch.allclose(loss, objective / len(r))
    for one, other in zip(found, expected, strict=True):
        assert torch.allclose(one, other, atol=1e-10)


def test_batches_add_up_to_the_objective(X):
    model = AutoRec("user", l2=2.0)
    model.n_users_, model.n_items_ = X.shape
    net = drawn(6, 3)
    (whole,) = model._losses(net, doubled(X))
    thirds = [next(model._losses(net, doubled(X[i : i + 3]))) for i in (0, 3, 6)]
    assert torch.allclose(torch.stack(thirds).mean(), whole)


def test_what_is_not_observed_pulls_at_nothing(X):
    """A gap is not in the loss; a stored zero is a rating of 0, and is."""
    net = drawn(6, 3)
    model = AutoRec("user", l2=0.0)
    model.n_users_, model.n_items_ = X.shape
    with_zeros = X.copy()
    with_zeros.data[3] = 0
    without = with_zeros.copy()
    without.eliminate_zeros()
    (more,), (less,) = (
        model._losses(net, SparseRows(R)) for R in (with_zeros, without)
    )
    rows = SparseRows(with_zeros)
    at_zero = net.at(rows, rows)[3].square() / len(rows)
    assert torch.allclose(more - less, at_zero)
    settings = {"hidden": 3, "l2": 1, "epochs": 3, "batch_size": 4}
    one, other = (AutoRec("user", **settings).fit(R) for R in (with_zeros, without))
    assert one.log_.loss != other.log_.loss


def test_the_slope_at_an_item_that_nobody_rated_is_the_penalty_alone(X):
    model = AutoRec("user", l2=3.0)
    model.n_users_, model.n_items_ = X.shape
    net = drawn(6, 3)
    named = dict(zip(net._parameters, slopes(model, net, doubled(X)), strict=True))
    V, W, b = (named[name] for name in "VWb")
    for slope, weight in ((V, net.V), (W, net.W)):
        assert torch.allclose(slope[4], 3.0 / len(X.toarray()) * weight[4])
    assert b[4] == 0


@pytest.mark.parametrize("kind", ["item", "user"])
def test_training_is_adam_on_the_dense_objective(X, kind):
    settings = {"hidden": 3, "l2": 0.5, "lr": 0.02, "seed": 4}
    model = AutoRec(kind, **settings, batch_size=100, lr_decay=0.9, epochs=8).fit(X)
    r = torch.from_numpy(X.toarray())
    r = r.T if kind == "item" else r
    with seeded(4):
        net = AutoRecNet(r.shape[1], 3, mean=float(X.data.mean()))
    for name, value in net.named_parameters():
        assert value.shape == dict(model.module_.named_parameters())[name].shape
    adam = torch.optim.Adam(net.parameters(), lr=0.02)
    for epoch in range(8):
        adam.param_groups[0]["lr"] = 0.02 * 0.9**epoch
        adam.zero_grad()
        size = net.W.square().sum() + net.V.square().sum()
        error = (r - net(r))[r > 0].square().sum()
        loss = (error + 0.25 * size) / len(r)
        loss.backward()
        adam.step()
        assert model.log_.loss[epoch] == pytest.approx(loss.item(), rel=1e-4)
    for name, value in net.named_parameters():
        learned = dict(model.module_.named_parameters())[name]
        assert torch.allclose(learned, value, atol=1e-4), name


def test_a_net_begins_at_the_mean():
    for f in ("identity", "sigmoid"):
        net = AutoRecNet(5, 3, f, mean=3.6, scale=(1.0, 5.0))
        start = net(torch.zeros(1, 5)).detach()
        expected = 3.6 if f == "identity" else 3.0  # a sigmoid begins half-way
        assert torch.allclose(start, torch.full((1, 5), expected), atol=0.05)


def test_a_sigmoid_output_is_stretched_over_the_scale():
    net = drawn(5, 3, "sigmoid")
    out = net(100 * torch.randn(200, 5, dtype=torch.float64))
    assert 1 <= out.min() < 2.5 and 3.5 < out.max() <= 5


def test_it_learns_what_two_tastes_are():
    rng = np.random.default_rng(1)
    taste = rng.integers(0, 2, 80)
    likes = np.where(taste[:, None] == np.arange(12) % 2, 5, 1)
    dense = likes * (rng.random((80, 12)) < 0.5)
    X = sparse.csr_array(dense.astype(np.float32))
    for kind in ("item", "user"):
        model = AutoRec(kind, 5, l2=1, lr=0.02, batch_size=20, epochs=60, lr_decay=1)
        gaps = dense == 0
        error = np.abs(model.fit(X).predict(X) - likes)[gaps].mean()
        assert error < 0.5, kind


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"kind": "film"}, "kind must be"),
        ({"hidden": 0}, "hidden must be at least 1"),
        ({"l2": -1}, "l2 must be at least 0"),
        ({"epochs": 0}, "epochs must be at least 1"),
        ({"batch_size": 0}, "batch_size must be at least 1"),
        ({"activations": ("identity", "step")}, "There is no activation 'step'"),
    ],
)
def test_bad_arguments_are_named(X, settings, message):
    with pytest.raises(ValueError, match=message):
        AutoRec(**settings).fit(X)
