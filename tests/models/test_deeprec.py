"""DeepRec: the net, the masked loss, re-feeding, and what it refuses."""

import numpy as np
import pytest
import torch
from scipy import sparse

from recnb.ground.sparse_rows import SparseRows
from recnb.models import DeepRec
from recnb.models.deeprec import DeepRecNet


@pytest.fixture(scope="module")
def X():
    rng = np.random.default_rng(0)
    dense = rng.integers(1, 6, (40, 12)) * (rng.random((40, 12)) < 0.5)
    dense[3] = 0
    return sparse.csr_array(dense.astype(np.float32))


def net(name="selu", dropout=0.0, layers=(8, 4)):
    torch.manual_seed(0)
    return DeepRecNet(12, layers, name, dropout)


def small(**changes):
    settings = {"layers": (8, 4), "dropout": 0.2, "epochs": 3, "lr": 0.01}
    return DeepRec(**{**settings, **changes})


def test_the_decoder_mirrors_the_encoder():
    module = net(layers=(8, 5, 3))
    shapes = [
        (a.in_features, a.out_features) for a in (*module.encoder, *module.decoder)
    ]
    assert shapes == [(12, 8), (8, 5), (5, 3), (3, 5), (5, 8), (8, 12)]


def test_forward_is_the_formula_with_the_activation_in_every_layer(X):
    module = net().eval()
    x = torch.from_numpy(X.toarray())
    expected = x
    for layer in (*module.encoder, *module.decoder):
        expected = torch.selu(expected @ layer.weight.T + layer.bias)
    assert torch.allclose(module(SparseRows(X)), expected, atol=1e-5)
    assert torch.allclose(module(x), expected, atol=1e-5)


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_the_last_layer_is_linear_where_the_values_would_not_reach(X, name):
    module = net(name).eval()
    hidden = module.last_hidden(SparseRows(X))
    last = module.decoder[-1]
    expected = hidden @ last.weight.T + last.bias
    assert torch.allclose(module(SparseRows(X)), expected, atol=1e-6)


def test_the_last_layer_is_linear_on_request(X):
    model = small(activation="relu", linear_output=True, layers=(8,), epochs=1).fit(X)
    module, rows = model.module_, SparseRows(X)
    last = module.decoder[-1]
    expected = module.last_hidden(rows) @ last.weight.T + last.bias
    assert torch.allclose(module(rows), expected, atol=1e-6)
    assert torch.allclose(module.at(rows, rows), expected[X.nonzero()], atol=1e-5)


@pytest.mark.parametrize("name", ["relu", "relu6", "lrelu", "elu", "selu"])
def test_the_others_have_it_in_the_last_layer_too(X, name):
    module = net(name).eval()
    hidden = module.last_hidden(SparseRows(X))
    last = module.decoder[-1]
    expected = module.f(hidden @ last.weight.T + last.bias)
    assert torch.allclose(module(SparseRows(X)), expected, atol=1e-6)


def test_at_is_forward_at_the_cells(X):
    module, rows = net().eval(), SparseRows(X)
    everywhere = module(rows)[rows.row_of_cell, rows.indices]
    assert torch.allclose(module.at(rows, rows), everywhere, atol=1e-5)


def test_dropout_is_on_the_code_only(X):
    module, rows = net(dropout=0.5).train(), SparseRows(X)
    assert torch.equal(module.code(rows), module.code(rows))
    assert not torch.equal(module(rows), module(rows))
    module.eval()
    assert torch.equal(module(rows), module(rows))


def test_without_refeeding_there_is_one_loss_the_masked_mean_squared_error(X):
    module, rows = net(), SparseRows(X)
    (loss,) = small(refeeding=0)._losses(module, rows)
    dense = torch.from_numpy(X.toarray())
    expected = (module(dense) - dense)[dense > 0].square().mean()
    assert torch.isclose(loss, expected)
    ours = torch.autograd.grad(loss, list(module.parameters()))
    theirs = torch.autograd.grad(expected, list(module.parameters()))
    for a, b in zip(ours, theirs, strict=True):
        assert torch.allclose(a, b, atol=1e-6)


def test_refeeding_takes_a_step_between_the_passes_and_the_output_for_data(X):
    module, rows = net(), SparseRows(X)
    losses = small(refeeding=1)._losses(module, rows)
    y = module(rows).detach()
    first = next(losses)
    dense = torch.from_numpy(X.toarray())
    assert torch.isclose(first, (y - dense)[dense > 0].square().mean())
    with torch.no_grad():
        for weights in module.parameters():
            weights *= 0.9
    second = next(losses)
    expected = (module(y) - y).square().mean()
    assert torch.isclose(second, expected)
    ours = torch.autograd.grad(second, list(module.parameters()))
    theirs = torch.autograd.grad(expected, list(module.parameters()))
    for a, b in zip(ours, theirs, strict=True):
        assert torch.allclose(a, b, atol=1e-6)
    assert next(losses, None) is None


@pytest.mark.parametrize("refeeding", [0, 1, 3])
def test_number_of_losses(X, refeeding):
    losses = small(refeeding=refeeding)._losses(net(), SparseRows(X))
    assert len(list(losses)) == 1 + refeeding


def test_refeeding_brings_the_net_nearer_to_its_fixed_point(X):
    def distance(refeeding):
        model = small(refeeding=refeeding, epochs=200, dropout=0.0).fit(X)
        with torch.no_grad():
            y = model.module_(SparseRows(X))
            return (model.module_(y) - y).square().mean().item()

    assert distance(1) < distance(0) / 4


def test_it_learns_and_stays_in_the_range_of_the_ratings(X):
    model = small(refeeding=0, epochs=60, dropout=0.0, lr=0.05).fit(X)
    assert model.log_.loss[-1] < model.log_.loss[0] / 2
    ratings = model.predict(X)
    assert ratings.shape == X.shape
    assert ratings.min() >= 1 and ratings.max() <= 5
    assert (ratings[3] == 3).all()  # a user without a rating


def test_the_seed_decides(X):
    one, same, other = (small(seed=s).fit(X).predict(X) for s in (0, 0, 1))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_films_as_rows(X):
    model = small(kind="item").fit(X)
    assert model.predict(X).shape == X.shape
    with pytest.raises(ValueError, match="hand over all"):
        model.predict(X[:5])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"layers": ()}, "layers"),
        ({"layers": (8, 0)}, "layers"),
        ({"dropout": 1.0}, "dropout"),
        ({"refeeding": -1}, "refeeding"),
        ({"activation": "softplus"}, "no activation"),
        ({"kind": "film"}, "kind"),
        ({"epochs": 0}, "epochs"),
        ({"batch_size": 0}, "batch_size"),
    ],
)
def test_bad_arguments_are_named(X, changes, words):
    with pytest.raises(ValueError, match=words):
        small(**changes).fit(X)


def test_a_learning_rate_that_is_too_large_is_named(X):
    with pytest.raises(FloatingPointError, match="smaller"):
        small(lr=1e6, activation="lrelu", epochs=5).fit(X)
