"""DAE and SDAE: gradients by hand, what corruption does, greedy stages, bad input."""

import numpy as np
import pytest
import torch
from scipy import sparse
from sklearn.exceptions import NotFittedError

from recnb.evaluation import evaluate
from recnb.ground.sparse_rows import SparseRows
from recnb.ground.training import seeded
from recnb.models import DAE, SDAE, Popularity, denoising
from recnb.models.denoising import Autoencoder, Stack, corrupt

QUICK = {"epochs": 3, "batch_size": 16, "patience": None}


@pytest.fixture
def autoencoder():
    with seeded(1):
        return Autoencoder(6, 3).double()


def arrays(module):
    return [
        p.detach().numpy() for p in (module.W, module.b, module.W_out, module.b_out)
    ]


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def test_it_is_equations_one_and_two(autoencoder):
    x = np.random.default_rng(0).random((4, 6))
    W, b, W_out, b_out = arrays(autoencoder)
    h = sigmoid(x @ W + b)
    np.testing.assert_allclose(autoencoder.code(torch.tensor(x)).detach(), h)
    rebuilt = autoencoder(torch.tensor(x)).detach()
    np.testing.assert_allclose(rebuilt, sigmoid(h @ W_out.T + b_out))


@pytest.mark.parametrize("loss", ["squared", "cross entropy"])
def test_its_gradient_is_the_chain_rule_written_out(autoencoder, loss):
    model = DAE(loss=loss, corruption=0, l2=0.3)
    model.n_users_ = 4
    x = (np.random.default_rng(0).random((4, 6)) < 0.5) * 1.0
    (error,) = model._losses(autoencoder, torch.tensor(x))
    error.backward()
    W, b, W_out, b_out = arrays(autoencoder)
    h = sigmoid(x @ W + b)
    rebuilt = sigmoid(h @ W_out.T + b_out)
    at_output = (rebuilt - x) / 4  # of the cross entropy; the squared error has more
    if loss == "squared":
        at_output *= 2 * rebuilt * (1 - rebuilt)
    at_hidden = at_output @ W_out * h * (1 - h)
    expected = (
        x.T @ at_hidden + 0.3 / 4 * W,
        at_hidden.sum(0),
        at_output.T @ h + 0.3 / 4 * W_out,
        at_output.sum(0),
    )
    names = (autoencoder.W, autoencoder.b, autoencoder.W_out, autoencoder.b_out)
    for parameter, gradient in zip(names, expected, strict=True):
        np.testing.assert_allclose(parameter.grad, gradient, atol=1e-12)


def test_sparse_and_dense_rows_give_the_same_code(likes, autoencoder):
    rows = likes[:5, :6]
    sparse_code = autoencoder.float().code(SparseRows(sparse.csr_array(rows)))
    dense_code = autoencoder.code(torch.tensor(rows.toarray(), dtype=torch.float32))
    torch.testing.assert_close(sparse_code, dense_code)


@pytest.mark.parametrize("rescale", [False, True])
def test_corruption_deletes_a_share_and_keeps_the_mean_if_rescaled(rescale):
    with seeded(0):
        damaged = corrupt(torch.ones(40_000), 0.3, rescale)
    assert (damaged == 0).float().mean() == pytest.approx(0.3, abs=0.01)
    left = damaged[damaged > 0]
    assert torch.allclose(left, torch.tensor(1 / 0.7 if rescale else 1.0))
    assert damaged.mean() == pytest.approx(1.0 if rescale else 0.7, abs=0.01)


def test_without_corruption_nothing_is_changed():
    values = torch.tensor([0.0, 1.0, 2.0])
    assert corrupt(values, 0) is values


def test_an_untrained_net_says_popularity(likes):
    """b' starts at the popularity, and small weights hardly change the order."""
    model = DAE(hidden=4, epochs=1, patience=None, lr=1e-9).fit(likes)
    scores = torch.sigmoid(torch.from_numpy(model.predict(likes)))
    share = Popularity().fit(likes).counts_ / likes.shape[0]
    np.testing.assert_allclose(scores.mean(0), share, atol=0.05)


def test_without_noise_a_wide_net_copies_and_with_noise_less(likes):
    settings = {"hidden": 24, "epochs": 150, "lr": 0.02, "patience": None}
    copied, repaired = (
        sigmoid(DAE(corruption=p, **settings).fit(likes).predict(likes))
        for p in (0, 0.5)
    )
    X = likes.toarray()
    assert np.abs(copied - X).mean() < 0.05
    assert np.abs(repaired - X).mean() > 3 * np.abs(copied - X).mean()


def test_fitting_twice_gives_the_same_net_and_leaves_torch_alone(likes):
    state = torch.get_rng_state()
    first = DAE(hidden=4, **QUICK).fit(likes).predict(likes)
    assert torch.equal(torch.get_rng_state(), state)
    np.testing.assert_array_equal(
        DAE(hidden=4, **QUICK).fit(likes).predict(likes), first
    )
    other = DAE(hidden=4, seed=1, **QUICK).fit(likes).predict(likes)
    assert not np.array_equal(other, first)


def test_codes_have_the_width_of_the_innermost_layer(likes):
    assert DAE(hidden=4, **QUICK).fit(likes).codes(likes).shape == (60, 4)
    assert SDAE((5, 3), **QUICK).fit(likes).codes(likes).shape == (60, 3)


def test_a_stack_encodes_upwards_and_decodes_downwards(autoencoder):
    with seeded(2):
        inner = Autoencoder(3, 2).double()
    x = torch.rand(4, 6, dtype=torch.float64)
    h = autoencoder.code(x)
    expected = torch.sigmoid(autoencoder.before_output(inner(h)))
    torch.testing.assert_close(Stack([autoencoder, inner])(x), expected)


def test_layers_are_trained_one_after_the_other_and_then_together(likes):
    greedy = SDAE((5, 3), finetune=False, **QUICK).fit(likes)
    tuned = SDAE((5, 3), **QUICK).fit(likes)
    alone = DAE(5, **QUICK).fit(likes)
    assert list(greedy.logs_) == ["layer 1", "layer 2"]
    assert list(tuned.logs_) == ["layer 1", "layer 2", "fine-tuning"]
    assert tuned.log_ is tuned.logs_["fine-tuning"]
    # The second layer has not touched the first; the fine-tuning has.
    first, inner = greedy.module_.layers
    assert torch.equal(first.W, alone.module_.layers[0].W)
    assert inner.W.shape == (5, 3)
    assert not torch.equal(tuned.module_.layers[0].W, first.W)


def test_a_stack_begins_with_a_fitted_dae_and_leaves_it_alone(likes):
    alone = DAE(5, **QUICK).fit(likes)
    before = alone.predict(likes)
    greedy = SDAE((5, 3), finetune=False, **QUICK).fit(likes, first=alone)
    assert list(greedy.logs_) == ["layer 1", "layer 2"]
    assert greedy.logs_["layer 1"] is alone.log_
    assert torch.equal(greedy.module_.layers[0].W, alone.module_.layers[0].W)
    tuned = SDAE((5, 3), **QUICK).fit(likes, first=alone)
    assert not torch.equal(tuned.module_.layers[0].W, alone.module_.layers[0].W)
    np.testing.assert_array_equal(alone.predict(likes), before)


def test_a_dae_that_does_not_fit_below_a_stack_is_refused(likes):
    alone = DAE(5, **QUICK).fit(likes)
    with pytest.raises(ValueError, match=r"first .* \(12, 5, .* \(12, 4, "):
        SDAE((4, 3), **QUICK).fit(likes, first=alone)
    with pytest.raises(ValueError, match="relu"):
        SDAE((5, 3), loss="squared", activations=("relu", "identity"), **QUICK).fit(
            likes, first=alone
        )
    with pytest.raises(NotFittedError):
        SDAE((5, 3), **QUICK).fit(likes, first=DAE(5))


def test_one_layer_without_fine_tuning_is_a_dae(likes):
    stacked = SDAE((4,), finetune=False, **QUICK).fit(likes)
    alone = DAE(4, **QUICK).fit(likes)
    np.testing.assert_array_equal(stacked.predict(likes), alone.predict(likes))


def test_validation_keeps_the_epoch_that_ranks_best(likes, val):
    settings = {"hidden": 4, "epochs": 8, "batch_size": 16, "lr": 0.05}
    model = DAE(patience=None, **settings).fit(likes)
    assert model.log_.val == []
    watched = DAE(patience=8, **settings).fit(likes, val)
    assert len(watched.log_.val) == 8
    ndcg = evaluate(watched, val).metrics["NDCG@100"]
    assert 1 - ndcg == pytest.approx(min(watched.log_.val))


def test_squared_error_takes_any_numbers(likes):
    model = DAE(4, loss="squared", activations=("tanh", "identity"), **QUICK)
    scores = model.fit(likes * 3).predict(likes)
    assert scores.shape == likes.shape and np.isfinite(scores).all()


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (DAE(hidden=0), "hidden must be at least 1"),
        (SDAE(hidden=()), "hidden must be at least 1"),
        (DAE(corruption=1), "below 1"),
        (DAE(corruption=-0.1), "from 0"),
        (DAE(l2=-1), "at least 0"),
        (DAE(epochs=0), "epochs must be at least 1"),
        (DAE(loss="hinge"), "hinge"),
        (DAE(activations=("sigmoid", "swish")), "swish"),
        (DAE(activations=("tanh", "identity")), "sigmoid"),
        (SDAE((5, 3), activations=("tanh", "sigmoid")), "sigmoid"),
    ],
)
def test_hyper_parameters_out_of_range_are_named(likes, model, message):
    with pytest.raises(ValueError, match=message):
        model.fit(likes)


def test_bad_data_is_named(likes, val, make_group):
    with pytest.raises(ValueError, match="binary"):
        DAE(4, **QUICK).fit(likes * 2)
    with pytest.raises(ValueError, match="nothing to learn from"):
        DAE(4, **QUICK).fit(likes * 0)
    narrow = make_group(val.history.toarray()[:, :3], val.heldout.toarray()[:, :3])
    with pytest.raises(ValueError, match="X has 3 columns"):
        DAE(4, **QUICK).fit(likes, narrow)
    nothing = make_group(val.history.toarray(), val.heldout.toarray() * 0)
    with pytest.raises(ValueError, match="Nothing is held out"):
        DAE(4, **QUICK).fit(likes, nothing)


def test_the_stop_button_ends_all_stages_and_keeps_a_model(monkeypatch, capsys):
    calls = []

    def interrupted(X, size, rng):
        calls.append(size)
        if len(calls) > 1:
            raise KeyboardInterrupt
        return denoising_batches(X, size, rng)

    denoising_batches = denoising.mini_batches
    monkeypatch.setattr(denoising, "mini_batches", interrupted)
    X = sparse.csr_array((np.random.default_rng(0).random((30, 8)) < 0.4) * 1.0)
    model = SDAE(hidden=(4, 3), epochs=5).fit(X)
    assert list(model.logs_) == ["layer 1"]
    assert model.log_.stopped == "interrupted" and model.log_.best_epoch == 1
    assert model.predict(X).shape == X.shape
    assert "interrupted after 1 epoch" in capsys.readouterr().out
