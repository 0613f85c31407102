"""GMF, MLP and NeuMF: nets by hand, equation 7, and pretrained parts."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from torch import nn
from torch.nn import functional

from recnb.evaluation import evaluate
from recnb.ground.training import seeded
from recnb.models import GMF, MF, MLP, NeuMF, Popularity, ncf
from recnb.models.ncf import GMFNet, MLPNet, NeuMFNet

QUICK = {"m": 4, "lr": 0.01, "batch_size": 128, "epochs": 3}
#: Where the parts of a NeuMF of 12 numbers have theirs.
SIZES = {"gmf": 4, "mlp": 8}
USERS, ITEMS = np.repeat(np.arange(5), 7), np.tile(np.arange(7), 5)
PAIRS = torch.from_numpy(USERS), torch.from_numpy(ITEMS)


def drawn(kind, d, seed=1, scale=0.5):
    """Return a net of five users and seven items in which no weight is small."""
    with seeded(seed), torch.no_grad():
        net = kind(5, 7, d)
        for weights in net.parameters():
            weights.normal_(std=scale)
    return net.double()


def array(tensor):
    return tensor.detach().numpy()


def embeddings(net):
    return array(net.P.weight)[USERS], array(net.Q.weight)[ITEMS]


def n_weights(net):
    return sum(weights.numel() for weights in net.parameters())


def widths(net):
    return [layer.out_features for layer in net.layers if hasattr(layer, "weight")]


# ---- the nets ----


def test_gmf_is_equation_6():
    net = drawn(GMFNet, 4)
    p, q = embeddings(net)
    expected = (p * q) @ array(net.w.weight)[0] + array(net.w.bias)
    np.testing.assert_allclose(array(net(*PAIRS)), expected)
    assert n_weights(net) == 5 * 4 + 7 * 4 + 4 + 1


def test_mlp_is_equation_4():
    net = drawn(MLPNet, 4)
    x = np.concatenate(embeddings(net), axis=1)
    for layer in net.layers[::2]:
        x = np.maximum(x @ array(layer.weight).T + array(layer.bias), 0)
    expected = x @ array(net.w.weight)[0] + array(net.w.bias)
    np.testing.assert_allclose(array(net(*PAIRS)), expected)


@pytest.mark.parametrize("d", [2, 8, 128])
def test_mlp_has_layers_of_2d_d_and_half_of_d(d):
    net = MLPNet(5, 7, d)
    assert widths(net) == [2 * d, d, d // 2]
    layers = 2 * d * (2 * d + 1) + d * (2 * d + 1) + d // 2 * (d + 1)
    assert n_weights(net) == 12 * d + layers + d // 2 + 1


@pytest.mark.parametrize(("d", "factors"), [(32, 8), (16, 8), (6, 1)])
def test_with_factors_the_hidden_layers_do_not_hang_on_the_embeddings(d, factors):
    h = factors
    assert widths(MLPNet(5, 7, d, h)) == [4 * h, 2 * h, h]
    net = NeuMFNet(5, 7, d + h, h)
    assert widths(net.mlp) == [4 * h, 2 * h, h]
    assert net.gmf.P.embedding_dim == h and net.mlp.P.embedding_dim == d


def test_the_net_of_the_published_weights_can_be_built():
    """Their file has embeddings of 32 and [64, 32, 16, 8]: 64 in, then three layers."""
    X = sparse.csr_array(np.eye(6040, 9, dtype=np.float32))
    net = MLP(d=32, factors=8).start(X).module_
    shapes = [tuple(weights.shape) for weights in net.parameters()]
    hidden = [(32, 64), (32,), (16, 32), (16,), (8, 16), (8,)]
    assert shapes == [(6040, 32), (9, 32), *hidden, (1, 8), (1,)]


def test_neumf_is_the_sum_of_its_parts_as_in_equation_5():
    net = drawn(NeuMFNet, 12)
    expected = array(net.gmf(*PAIRS)) + array(net.mlp(*PAIRS))
    np.testing.assert_allclose(array(net(*PAIRS)), expected)
    assert n_weights(net) == n_weights(net.gmf) + n_weights(net.mlp)
    assert len(net.embeddings(*PAIRS)) == 4


def test_the_largest_neumf_of_the_paper_has_64_factors():
    """192 numbers a user: 64 for the GMF and 128 for the MLP, whose last layer is 64.

    These are the "8 to 64 predictive factors" of He et al., section 4.4.
    """
    net = NeuMFNet(2, 2, 192)
    assert net.gmf.P.embedding_dim == 64 and net.mlp.P.embedding_dim == 128
    assert widths(net.mlp) == [256, 128, 64]


def test_nets_start_as_in_the_published_code():
    with seeded(0):
        net = NeuMFNet(500, 300, 48)
    for part in (net.gmf, net.mlp):
        for start in (part.P.weight, part.Q.weight):
            assert start.std().item() == pytest.approx(0.01, rel=0.05)
        bound = (3 / part.w.in_features) ** 0.5
        assert 0.5 * bound < part.w.weight.abs().max() <= bound
    first = net.mlp.layers[0]
    bound = (6 / (first.in_features + first.out_features)) ** 0.5
    assert 0.9 * bound < first.weight.abs().max() <= bound
    offsets = [module.bias for module in net.modules() if isinstance(module, nn.Linear)]
    assert len(offsets) == 5 and not any(offset.any() for offset in offsets)


# ---- equation 7 ----


def rescaled(net, a):
    """Return a GMF with P / a, Q / a and a^2 w."""
    other = drawn(GMFNet, net.w.in_features)
    other.load_state_dict(net.state_dict())
    with torch.no_grad():
        other.P.weight /= a
        other.Q.weight /= a
        other.w.weight *= a**2
    return other


@settings(deadline=None)
@given(st.floats(0.05, 20), st.integers(0, 10**6), st.floats(0, 1))
def test_rescaling_changes_no_score_and_the_penalty_by_a_known_factor(a, seed, l2):
    """Equation 7: L(P, Q, w, lambda) = L(P / a, Q / a, a^2 w, a^2 lambda)."""
    net = drawn(GMFNet, 3, seed)
    other = rescaled(net, a)
    torch.testing.assert_close(other(*PAIRS), net(*PAIRS))
    batch = *PAIRS, torch.from_numpy((ITEMS % 2).astype(np.float64))
    losses = []
    for module, strength in ((net, l2), (other, a**2 * l2)):
        model = GMF(l2=strength)
        model.module_ = module
        losses.extend(model._losses(batch))
    torch.testing.assert_close(*losses)
    if l2 > 0.01 and not 0.9 < a < 1.1:  # the same lambda is another penalty
        model.l2 = l2
        assert not torch.isclose(*losses[:1], *model._losses(batch))


def test_weights_that_are_learned_can_be_absorbed(planted):
    model = GMF(d=6, **QUICK).fit(planted.train)
    P, Q, b = model.absorbed()
    assert not np.allclose(array(model.module_.w.weight), 1)
    scores = model.predict(planted.train)
    np.testing.assert_allclose(P @ Q.T + b, scores, rtol=1e-4, atol=1e-5)
    Q[:] = 0  # the model's own embeddings are another array
    assert np.array_equal(model.predict(planted.train), scores)
    with pytest.raises(NotFittedError):
        clone(model).absorbed()


def test_without_learned_weights_it_is_a_dot_product(planted):
    model = GMF(d=6, learn_w=False, **QUICK).fit(planted.train)
    net = model.module_
    assert torch.equal(net.w.weight, torch.ones(1, 6))
    expected = array(net.P.weight @ net.Q.weight.T + net.w.bias)
    scores = model.predict(planted.train)
    np.testing.assert_allclose(scores, expected, rtol=1e-4, atol=1e-6)
    assert np.ptp(scores) > 0.5


# ---- training ----


@pytest.mark.parametrize("kind", [GMF, MLP, NeuMF])
@pytest.mark.parametrize("l2", [0.0, 0.3])
def test_the_loss_is_the_logistic_loss_and_the_penalty(kind, l2):
    model = kind(l2=l2)
    net = model.module_ = drawn({GMF: GMFNet, MLP: MLPNet, NeuMF: NeuMFNet}[kind], 6)
    y = (ITEMS % 3 == 0).astype(float)
    (loss,) = model._losses((*PAIRS, torch.from_numpy(y)))
    sigma = 1 / (1 + np.exp(-array(net(*PAIRS))))
    expected = -np.mean(y * np.log(sigma) + (1 - y) * np.log(1 - sigma))
    rows = [array(part) for part in net.embeddings(*PAIRS)]
    expected += l2 * sum(np.mean((row**2).sum(axis=1)) for row in rows)
    assert loss.item() == pytest.approx(expected)


@pytest.mark.parametrize("kind", [GMFNet, MLPNet, NeuMFNet])
def test_the_gradient_is_that_of_the_module_and_the_penalty(kind):
    net = drawn(kind, 12)
    model = GMF(l2=0.3)
    model.module_ = net
    y = torch.from_numpy((ITEMS % 3 == 0).astype(np.float64))
    expected = functional.binary_cross_entropy_with_logits(net(*PAIRS), y)
    rows = net.embeddings(*PAIRS)
    expected = expected + 0.3 * sum(e.square().sum() for e in rows) / len(y)
    slopes = torch.autograd.grad(expected, list(net.parameters()))
    (loss,) = model._losses((*PAIRS, y))
    found = torch.autograd.grad(loss, list(net.parameters()))
    torch.testing.assert_close(found, slopes)
    assert all(slope.any() for slope in found)


def test_an_epoch_has_all_positives_each_with_m_negatives(planted):
    model = GMF(m=3).start(planted.train)
    rng = np.random.default_rng(0)
    users, items, labels = model._pairs(planted.train, rng)
    n = planted.train.nnz
    assert len(users) == len(items) == len(labels) == 4 * n and labels.sum() == n
    liked = set(zip(*planted.train.nonzero(), strict=True))
    assert set(zip(users[labels == 1], items[labels == 1], strict=True)) == liked
    negatives = np.bincount(users[labels == 0], minlength=model.n_users_)
    assert np.array_equal(negatives, 3 * np.diff(planted.train.indptr))
    assert not np.array_equal(items, model._pairs(planted.train, rng)[1])


@pytest.mark.parametrize("kind", [GMF, MLP, NeuMF])
def test_an_item_of_the_user_is_a_negative_only_if_they_are_not_verified(kind, planted):
    X = planted.train.toarray()
    for verify in (True, False):
        model = kind(d=6, verify_negatives=verify).start(planted.train)
        users, items, labels = model._pairs(planted.train, np.random.default_rng(0))
        share = X[users, items][labels == 0].mean()
        # Each user has 12 of 50 items, and as many pairs as every other.
        assert share == (0 if verify else pytest.approx(12 / 50, abs=0.02))


def test_batches_hold_every_pair_once_and_keep_its_label():
    users, items = np.arange(10), np.arange(10) * 2
    labels = (users % 2).astype(np.float32)
    found = list(ncf.batches(users, items, labels, 4, np.random.default_rng(0)))
    assert [len(batch[0]) for batch in found] == [4, 4, 2]
    u, i, y = (np.concatenate(column) for column in zip(*found, strict=True))
    assert np.array_equal(np.sort(u), users) and not np.array_equal(u, users)
    assert np.array_equal(i, 2 * u) and np.array_equal(y, u % 2)


@pytest.mark.parametrize("kind", [GMF, MLP, NeuMF])
def test_they_find_planted_taste_that_popularity_cannot(kind, planted):
    model = kind(d=24, **{**QUICK, "epochs": 40, "lr": 0.005, "patience": 10})
    model.fit(planted.train, planted.val)
    assert min(model.log_.loss) < model.log_.loss[0]
    ours = evaluate(model, planted.test).metrics["NDCG@10"]
    popular = evaluate(Popularity().fit(planted.train), planted.test).metrics["NDCG@10"]
    assert ours > popular + 0.1


class Scripted:
    """Validation errors by script; keeps the scores of each epoch."""

    def __init__(self, X, *errors):
        self.X, self.errors, self.scores = X, iter(errors), []

    def error(self, model):
        self.scores.append(model.predict(self.X))
        error = next(self.errors)
        if error is None:
            raise KeyboardInterrupt
        return error


def test_the_best_epoch_is_kept_and_patience_ends_the_training(planted):
    val = Scripted(planted.train, 0.5, 0.2, 0.4, 0.3)
    model = NeuMF(d=6, **{**QUICK, "epochs": 9, "patience": 2})
    model.fit(planted.train, val)
    assert model.log_.best_epoch == 2 and len(model.log_.loss) == 4
    assert model.log_.stopped == "no improvement"
    assert np.array_equal(model.predict(planted.train), val.scores[1])


def test_without_validation_all_epochs_are_run(planted):
    model = MLP(d=4, **{**QUICK, "patience": 1}).fit(planted.train)
    assert len(model.log_.loss) == model.log_.best_epoch == 3


def test_the_stop_button_leaves_a_model_that_works(planted, capsys):
    val = Scripted(planted.train, 0.5, 0.4, None)
    model = MLP(d=4, **{**QUICK, "epochs": 9}).fit(planted.train, val)
    assert model.log_.stopped == "interrupted" and len(model.log_.loss) == 2
    assert "MLP interrupted after 2 epochs" in capsys.readouterr().out
    assert np.array_equal(model.predict(planted.train), val.scores[1])


def test_a_step_that_is_too_large_is_told(planted):
    with pytest.raises(FloatingPointError, match="Try a smaller learning rate"):
        GMF(d=4, **{**QUICK, "lr": 1e30}).fit(planted.train)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (MLP(d=5), "d must be even, not 5"),
        (NeuMF(d=64), "d must be a multiple of 3, not 64"),
        (MLP(d=5, factors=0), "factors must be at least 1, not 0"),
        (NeuMF(d=6, factors=6), "factors must be between 1 and d - 1, not 6"),
        (NeuMF(d=6, factors=0), "factors must be between 1 and d - 1, not 0"),
        (NeuMF(d=6, alpha=-0.1), "alpha must be between 0 and 1, not -0.1"),
        (NeuMF(d=6, alpha=1.1), "alpha must be between 0 and 1, not 1.1"),
        (NeuMF(d=6, alpha=1.5), "alpha must be between 0 and 1"),
        (GMF(batch_size=0), "batch_size must be at least 1, not 0"),
    ],
)
def test_settings_out_of_range_are_refused(planted, model, message):
    with pytest.raises(ValueError, match=message):
        model.fit(planted.train)


# ---- pretrained parts ----


@pytest.fixture(scope="module")
def parts(planted):
    gmf, mlp = GMF(d=SIZES["gmf"], **QUICK), MLP(d=SIZES["mlp"], **QUICK)
    return gmf.fit(planted.train), mlp.fit(planted.train)


def test_parts_of_other_lengths_are_joined_where_the_factors_are_given(planted, parts):
    wide = MLP(d=16, factors=4, **QUICK).fit(planted.train)
    model = NeuMF(d=20, factors=4, pretrained=(parts[0], wide)).start(planted.train)
    mean = sum(part.predict(planted.train) for part in (parts[0], wide)) / 2
    scores = model.predict(planted.train)
    np.testing.assert_allclose(scores, mean, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("alpha", [0, 0.3, 0.5, 1])
def test_it_starts_as_the_weighted_sum_of_its_parts(planted, parts, alpha):
    model = NeuMF(d=12, pretrained=parts, alpha=alpha).start(planted.train)
    gmf, mlp = (part.predict(planted.train) for part in parts)
    expected = alpha * gmf + (1 - alpha) * mlp
    scores = model.predict(planted.train)
    np.testing.assert_allclose(scores, expected, rtol=1e-4, atol=1e-5)


def test_training_goes_on_from_there_and_leaves_the_parts_alone(planted, parts):
    before = [part.predict(planted.train) for part in parts]
    model = NeuMF(d=12, pretrained=parts, **{**QUICK, "lr": 0.5})
    start = model.start(planted.train).predict(planted.train)
    model.fit(planted.train)
    assert not np.allclose(model.predict(planted.train), start)
    for part, scores in zip(parts, before, strict=True):
        assert np.array_equal(part.predict(planted.train), scores)


def test_it_goes_on_with_sgd_and_learns_anew_with_adam(planted, parts):
    optimizers = {}
    for pretrained in (None, parts):
        model = NeuMF(d=12, pretrained=pretrained, lr=0.02).start(planted.train)
        optimizers[pretrained] = model._optimizer()
    assert type(optimizers[None]) is torch.optim.Adam
    assert type(optimizers[parts]) is torch.optim.SGD
    (group,) = optimizers[parts].param_groups
    assert group["lr"] == 0.02 and group["momentum"] == 0


def test_parts_of_the_wrong_kind_or_size_are_refused(planted, parts):
    gmf, mlp = parts
    other = MF(d=4, epochs=1, n_threads=1).fit(planted.train)
    for pretrained, wanted in (
        ((mlp, gmf), r"GMF\(d=4\)"),
        ((other, mlp), r"GMF\(d=4\)"),
        ((gmf, GMF(d=8, **QUICK).fit(planted.train)), r"MLP\(d=8\)"),
        ((gmf, MLP(d=4, **QUICK).fit(planted.train)), r"MLP\(d=8\)"),
        ((gmf, clone(mlp).fit(planted.train[:99])), r"fitted on 99 x 50"),
        ((gmf, MLP(d=8, factors=2, **QUICK).fit(planted.train)), "of 4 factors"),
    ):
        with pytest.raises(ValueError, match=f"pretrained takes .*{wanted}"):
            NeuMF(d=12, pretrained=pretrained).fit(planted.train)


def test_parts_that_are_not_fitted_are_refused(planted, parts):
    for pretrained in ((clone(parts[0]), parts[1]), (parts[0], clone(parts[1]))):
        with pytest.raises(NotFittedError):
            NeuMF(d=12, pretrained=pretrained).start(planted.train)
