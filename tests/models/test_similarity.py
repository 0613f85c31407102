"""The learned similarity: its net, its training, its determinism, bad input."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from recnb.data.dot_product_task import Pairs, dot_product_task
from recnb.models.similarity import MLPSimilarity, SimilarityNet


@pytest.fixture(scope="module")
def task():
    return dot_product_task(M=100, d=3, n_fresh=2000)


@pytest.fixture(scope="module")
def model(task):
    return MLPSimilarity(epochs=20).fit(task.train)


def test_the_layers_are_those_of_the_paper():
    net = SimilarityNet(d=5, h=7)
    shapes = [tuple(layer.weight.shape) for layer in net.layers[::2]]
    assert shapes == [(28, 10), (14, 28), (7, 14), (1, 7)]
    assert all(isinstance(layer, torch.nn.ReLU) for layer in net.layers[1::2])
    d = 64
    weights = sum(layer.weight.numel() for layer in SimilarityNet(d, d).layers[::2])
    assert weights == 18 * d**2 + d


def test_forward_agrees_with_the_formula_written_out():
    net, pq = SimilarityNet(d=2, h=2), torch.randn(6, 4)
    x = pq
    for layer in net.layers[:-1:2]:
        x = torch.clamp(x @ layer.weight.T + layer.bias, min=0)
    last = net.layers[-1]
    torch.testing.assert_close(net(pq), (x @ last.weight.T + last.bias)[:, 0])


def test_one_user_with_many_items_is_the_same_as_pair_by_pair():
    net, p, Q = SimilarityNet(d=6, h=4), torch.randn(6), torch.randn(9, 6)
    for layer in net.layers[::2]:
        torch.nn.init.normal_(layer.bias)
    pairs = torch.cat([p.expand(9, 6), Q], dim=1)
    torch.testing.assert_close(net.of_user(p, Q), net(pairs))


def test_it_learns_something_and_less_than_the_dot_product_knows(task, model):
    fresh = task.fresh
    rmse = fresh.rmse(model.predict_pairs(fresh))
    assert fresh.rmse(fresh.dot) < rmse < fresh.rmse(0.0) - 0.1


def test_without_noise_a_product_of_two_numbers_is_learned():
    rng = np.random.default_rng(0)
    P, Q = rng.uniform(-1, 1, size=(2, 4000, 1)).astype(np.float32)
    each = np.arange(4000)
    pairs = Pairs(P, Q, each, each, (P * Q)[:, 0])
    model = MLPSimilarity(h=8, epochs=40, batch_size=64).fit(pairs)
    assert pairs.rmse(model.predict(P, Q)) < 0.05 < pairs.rmse(0.0)


def test_the_loss_of_the_log_falls_and_is_the_mean_squared_error(task, model):
    assert len(model.log_.loss) == 20 and model.log_.loss[-1] < model.log_.loss[0]
    last = task.train.rmse(model.predict_pairs(task.train)) ** 2
    assert model.log_.loss[-1] == pytest.approx(last, rel=0.1)


def test_with_validation_pairs_the_best_epoch_is_kept_and_training_ends(task):
    stopped = MLPSimilarity(epochs=200, lr=0.01, patience=3).fit(task.train, task.test)
    log = stopped.log_
    assert log.stopped == "no improvement"
    assert len(log.val) == log.best_epoch + 3 < 200
    kept = task.test.rmse(stopped.predict_pairs(task.test))
    assert kept == pytest.approx(min(log.val), abs=1e-6)


def test_watching_changes_no_step(task):
    plain = MLPSimilarity(epochs=3).fit(task.train)
    watched = MLPSimilarity(epochs=3).fit(task.train, task.test)
    np.testing.assert_allclose(watched.log_.loss, plain.log_.loss)


def test_without_validation_pairs_patience_is_idle(task):
    assert len(MLPSimilarity(epochs=4, patience=1).fit(task.train).log_.loss) == 4


def test_the_seed_decides_the_weights(task):
    def scores(seed):
        fitted = MLPSimilarity(epochs=1, seed=seed).fit(task.train)
        return fitted.predict_pairs(task.fresh)

    assert np.array_equal(scores(0), scores(0))
    assert not np.allclose(scores(0), scores(1))


def test_training_leaves_torchs_random_numbers_alone(task):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    MLPSimilarity(epochs=1).fit(task.train)
    assert torch.equal(torch.rand(3), expected)


def test_training_does_not_touch_the_embeddings(task):
    before = task.train.P.copy(), task.train.Q.copy()
    MLPSimilarity(epochs=1).fit(task.train)
    assert np.array_equal(task.train.P, before[0])
    assert np.array_equal(task.train.Q, before[1])


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"epochs": 0}, "epochs must be at least 1"),
        ({"batch_size": 0}, "batch_size must be at least 1"),
        ({"h": 0}, "h must be at least 1"),
        ({"lr": 0.0}, "lr must be above 0"),
        ({"patience": 0}, "patience must be at least 1"),
    ],
)
def test_settings_out_of_range_are_refused(task, settings, words):
    with pytest.raises(ValueError, match=words):
        MLPSimilarity(**settings).fit(task.train)


def test_pairs_that_cannot_be_learned_from_are_refused(task):
    train = task.train
    y = train.y.copy()
    y[7] = np.nan
    with pytest.raises(ValueError, match="y holds NaN"):
        MLPSimilarity(epochs=1).fit(replace(train, y=y))
    with pytest.raises(ValueError, match="y holds NaN"):
        MLPSimilarity(epochs=1).fit(train, replace(train, y=y))
    none = {name: getattr(train, name)[:0] for name in ("users", "items", "y")}
    with pytest.raises(ValueError, match="no pair"):
        MLPSimilarity(epochs=1).fit(replace(train, **none))


@pytest.mark.parametrize("shape", [(4, 2), (3,), (4, 3, 1)])
def test_embeddings_of_another_shape_are_refused(model, shape):
    with pytest.raises(ValueError, match="with 3 columns"):
        model.predict(np.zeros(shape), np.zeros(shape))
    with pytest.raises(ValueError, match="p and q have shapes"):
        model.predict(np.zeros((4, 3)), np.zeros((5, 3)))
