"""HVamp: the prior of pseudo-users, gates, the bound by hand, annealing, its Adam."""

import math

import numpy as np
import pytest
import torch
from scipy import sparse, special
from sklearn.base import clone
from torch import nn
from torch.distributions import Normal, kl_divergence
from torch.nn import functional

from recnb.evaluation import evaluate
from recnb.ground.sparse_rows import SparseRows
from recnb.ground.training import seeded
from recnb.models import HVamp, Popularity
from recnb.models.hvamp import (
    FirstGatedLayer,
    GatedLayer,
    HVampNet,
    NormalisedAdam,
    NormalLayer,
    dropped_out,
    log_vamp_prior,
)
from recnb.models.likelihoods import LIKELIHOODS, log_likelihood
from recnb.models.multvae import draw, log_normal, normalized
from recnb.models.noise import corrupt

QUICK = {
    "hidden": 6, "latent": 3, "n_pseudo": 4, "epochs": 2, "batch_size": 16,
    "patience": None,
}  # fmt: skip


@pytest.fixture
def fitted(likes):
    return HVamp(**QUICK).fit(likes)


def unfitted(model, X):
    """Return the model as it is before the first step."""
    model.n_users_, model.n_items_, model._terms = *X.shape, []
    with seeded(model.seed):
        model.module_ = model._build()
    return model


def normals(K, length, seed=0):
    """Return means and log variances of K normals."""
    with seeded(seed):
        return torch.randn(K, length), torch.randn(K, length)


def array(weights):
    return weights.detach().numpy()


# ---- the prior ----


def test_the_prior_is_a_mean_over_the_pseudo_users_densities():
    mu, log_variance = normals(5, 3)
    with seeded(1):
        z = 2 * torch.randn(7, 3)
    for row, found in zip(z, log_vamp_prior(z, mu, log_variance), strict=True):
        densities = 0.0
        for m, s in zip(mu, log_variance, strict=True):
            terms = Normal(m, (s / 2).exp()).log_prob(row)
            densities += math.exp(terms.sum().item())
        assert found.item() == pytest.approx(math.log(densities / 5), rel=1e-5)


def test_the_prior_is_exact_for_narrow_normals_far_from_zero():
    mu, log_variance = normals(4, 200)
    mu, log_variance = mu + 30, log_variance - 11
    z = draw(mu[:1], log_variance[:1])
    terms = log_normal(z.double(), mu.double(), log_variance.double()).sum(dim=1)
    expected = torch.logsumexp(terms, dim=0) - math.log(4)
    torch.testing.assert_close(
        log_vamp_prior(z, mu, log_variance)[0].double(), expected, rtol=1e-5, atol=0
    )


def test_the_gradients_of_the_prior_are_those_of_its_formula():
    parts = [*normals(5, 3), normals(6, 3, seed=1)[0]]
    ours = [part.clone().requires_grad_() for part in parts]
    theirs = [part.clone().requires_grad_() for part in parts]
    log_vamp_prior(ours[2], *ours[:2]).sum().backward()
    terms = log_normal(theirs[2][:, None], *theirs[:2]).sum(dim=2)
    torch.logsumexp(terms, dim=1).sum().backward()
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a.grad, b.grad)


def test_draws_estimate_the_kl_divergence():
    """Of one pseudo-user, the prior is a normal, and the divergence is known."""
    q, p = normals(1, 3), normals(1, 3, seed=1)
    with seeded(2):
        z = draw(*(part.expand(200_000, 3) for part in q))
    estimates = log_normal(z, *q).sum(dim=1) - log_vamp_prior(z, *p)
    of = [Normal(mu, (log_variance / 2).exp()) for mu, log_variance in (q, p)]
    exact = kl_divergence(*of).sum().item()
    assert estimates.mean().item() == pytest.approx(exact, rel=0.01) and exact > 1


# ---- the net ----


@pytest.mark.parametrize("kind", [FirstGatedLayer, GatedLayer])
def test_a_gate_is_a_sigmoid(likes, kind):
    layer, x = kind(12, 4), normals(9, 12)[0]
    W = array(layer.W if kind is FirstGatedLayer else layer.weight.T)
    b = array(layer.b if kind is FirstGatedLayer else layer.bias)
    h = x.numpy() @ W + b
    expected = h[:, :4] * special.expit(h[:, 4:])
    np.testing.assert_allclose(array(layer(x)), expected, rtol=1e-4, atol=1e-5)


def test_the_first_layer_reads_sparse_rows_as_dense_ones(likes):
    layer, x = FirstGatedLayer(12, 4), SparseRows(likes)
    torch.testing.assert_close(layer(x), layer(x.dense()))


def test_log_variances_end_at_the_published_limits():
    layer = NormalLayer(5, 3)
    mu, log_variance = layer(1000 * normals(50, 5)[0])
    assert (log_variance.min(), log_variance.max()) == (-12, 4)
    assert mu.min() < -12 and mu.max() > 12


def test_layers_have_the_published_widths_and_beginnings():
    net = unfitted(HVamp(n_pseudo=50), sparse.csr_array((4, 300))).module_
    shapes = {name: tuple(w.shape) for name, w in net.named_parameters() if w.ndim == 2}
    assert shapes == {
        "q2_first.W": (300, 1200),
        "q2.0.weight": (1200, 600),
        "q2.1.weight": (400, 600),
        "q1_first.W": (300, 1200),
        "q1_z2.weight": (1200, 200),
        "q1.0.weight": (1200, 1200),
        "q1.1.weight": (400, 600),
        "p1.0.weight": (1200, 200),
        "p1.1.weight": (1200, 600),
        "p1.2.weight": (400, 600),
        "px_z1.weight": (1200, 200),
        "px_z2.weight": (1200, 200),
        "px.weight": (1200, 1200),
        "last.weight": (300, 600),
        "u": (50, 300),
    }
    assert net.u.mean().item() == pytest.approx(0.05, abs=1e-3)
    assert net.u.std().item() == pytest.approx(0.01, rel=0.02)
    for weights, n_inputs in ((net.q2_first.W, 300), (net.px.weight, 1200)):
        assert weights.std().item() == pytest.approx((2 / n_inputs) ** 0.5, rel=0.02)


def test_a_prediction_decodes_the_means_and_draws_nothing(fitted, likes):
    net, x = fitted.module_, normalized(SparseRows(likes))
    z2 = net.q2(net.q2_first(x))[0]
    z1 = net.q1(torch.cat([net.q1_first(x), net.q1_z2(z2)], dim=1))[0]
    both = torch.cat([net.px_z1(z1), net.px_z2(z2)], dim=1)
    scores = fitted.predict(likes)
    np.testing.assert_allclose(scores, array(net.last(net.px(both))), rtol=1e-5)
    np.testing.assert_array_equal(fitted.predict(likes), scores)
    np.testing.assert_allclose(fitted.codes(likes), array(torch.cat([z1, z2], 1)))


def test_pseudo_inputs_are_cut_off_at_0_and_1():
    net = HVampNet(5, 4, 2, 3)
    with torch.no_grad():
        net.u[:] = torch.tensor([-3.0, 0.0, 0.4, 1.0, 7.0])
    expected = torch.tensor([0.0, 0.0, 0.4, 1.0, 1.0]).expand(3, 5)
    torch.testing.assert_close(net.pseudo_inputs(), expected)


# ---- dropout ----


@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_dropout_is_torch_s_in_distribution(p):
    x = torch.full((301, 997), 3.0)
    with seeded(0):
        left = dropped_out(x, p)
    share = (left == 0).float()
    assert share.mean().item() == pytest.approx(p, abs=0.005)
    assert share.mean(dim=0).std().item() == pytest.approx(
        (p * (1 - p) / 301) ** 0.5, rel=0.1
    )
    assert share.mean(dim=1).std().item() == pytest.approx(
        (p * (1 - p) / 997) ** 0.5, rel=0.2
    )
    torch.testing.assert_close(left[left != 0].unique(), torch.tensor([3 / (1 - p)]))


def test_without_dropout_everything_stays():
    x = normals(3, 5)[0]
    torch.testing.assert_close(dropped_out(x, 0.0), x)


# ---- the loss ----


@pytest.mark.parametrize("name", LIKELIHOODS)
def test_the_loss_of_a_batch_is_minus_the_bound_written_out(likes, name):
    model = HVamp(6, 3, 4, name, c1=3.0, beta=0.7, anneal_epochs=0)
    net, x = unfitted(model, likes).module_, SparseRows(likes[:8])
    with seeded(5):
        (ours,) = model._losses(x)
    whole = normalized(x)

    def damaged():
        return whole.with_values(corrupt(whole.values, 0.5, rescale=True))

    with seeded(5), torch.no_grad():
        m, s = net.q2(net.q2_first(damaged()))
        q2 = Normal(m, (s / 2).exp())
        z2 = m + q2.stddev * torch.randn(8, 3)
        m, s = net.q1(torch.cat([net.q1_first(damaged()), net.q1_z2(z2)], dim=1))
        q1 = Normal(m, (s / 2).exp())
        z1 = m + q1.stddev * torch.randn(8, 3)
        m, s = net.p1(z2)
        p1 = Normal(m, (s / 2).exp())
        m, s = net.q2(net.q2_first(dropped_out(net.u.clamp(0, 1), 0.5)))
        of_users = Normal(m, (s / 2).exp()).log_prob(z2[:, None]).sum(dim=2)
        vamp = torch.logsumexp(of_users, dim=1) - math.log(4)
        both = torch.cat([net.px_z1(z1), net.px_z2(z2)], dim=1)
        fit = log_likelihood(name, net.last(net.px(both)), x.dense(), 3.0)
        terms = q1.log_prob(z1) + q2.log_prob(z2) - p1.log_prob(z1)
        kl = terms.sum(dim=1) - vamp
    assert ours.item() == pytest.approx((-fit + 0.7 * kl).mean().item(), rel=1e-5)


def test_every_weight_takes_part(likes):
    model = unfitted(HVamp(6, 3, 4, beta=0.7, anneal_epochs=0, dropout=0), likes)
    (loss,) = model._losses(SparseRows(likes))
    loss.backward()
    for name, weights in model.module_.named_parameters():
        assert weights.grad is not None and (weights.grad != 0).any(), name


def test_pseudo_users_are_learned(likes):
    model = HVamp(**QUICK | {"epochs": 30, "lr": 0.02, "beta": 1.0}, anneal_epochs=0)
    before = array(unfitted(clone(model), likes).module_.pseudo_inputs())
    after = array(model.fit(likes).module_.pseudo_inputs())
    assert np.abs(after - before).max() > 0.1
    # They become users of their own, and no copies of one.
    assert after.std(axis=0).max() > 2 * before.std(axis=0).max()


def test_beta_grows_epoch_by_epoch_up_to_its_cap(likes):
    settings = QUICK | {"epochs": 5, "beta": 0.6}
    slow = HVamp(anneal_epochs=3, **settings).fit(likes).elbo_
    np.testing.assert_allclose(slow["beta"], [0.2, 0.4, 0.6, 0.6, 0.6])
    assert slow["steps"].tolist() == [4, 8, 12, 16, 20]
    at_once = HVamp(anneal_epochs=0, **settings).fit(likes).elbo_
    assert at_once["beta"].tolist() == [0.6] * 5


def test_the_terms_add_up_to_the_loss(likes):
    settings = QUICK | {"batch_size": 15, "epochs": 4, "beta": 0.5}
    model = HVamp(anneal_epochs=0, **settings).fit(likes)
    loss = -model.elbo_["log_likelihood"] + 0.5 * model.elbo_["kl"]
    np.testing.assert_allclose(loss, model.log_.loss, rtol=1e-5)


# ---- its Adam ----


def test_a_step_is_adam_s_on_derivatives_of_length_1():
    ours, theirs = nn.Linear(4, 3), nn.Linear(4, 3)
    theirs.load_state_dict(ours.state_dict())
    mine = NormalisedAdam(ours.parameters(), lr=0.1, fused=True)
    adam = torch.optim.Adam(theirs.parameters(), lr=0.1)
    for step in range(5):
        for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
            with seeded(step):
                gradient = torch.randn(a.shape)
            a.grad, b.grad = (
                10**step * gradient,
                functional.normalize(gradient.flatten(), dim=0).view(b.shape),
            )
        mine.step()
        adam.step()
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(a, b)


def test_a_step_leaves_alone_what_has_no_derivative():
    layer = nn.Linear(4, 3)
    before = layer.bias.detach().clone()
    layer.weight.grad = torch.zeros(3, 4)  # and none is divided by zero
    NormalisedAdam(layer.parameters(), lr=0.1, fused=True).step()
    assert torch.equal(layer.bias, before) and layer.weight.isfinite().all()


# ---- training ----


@pytest.mark.parametrize("name", LIKELIHOODS)
def test_training_lowers_the_loss(likes, name):
    settings = QUICK | {"epochs": 15, "lr": 0.01, "likelihood": name}
    log = HVamp(anneal_epochs=0, **settings).fit(likes).log_
    assert log.loss[-1] < 0.95 * log.loss[0]


def test_a_net_that_learns_beats_popularity(planted):
    model = HVamp(16, 8, 10, beta=0.05, anneal_epochs=5, lr=1e-2, batch_size=50)
    model.set_params(epochs=15, patience=None).fit(planted.train)
    rival = Popularity().fit(planted.train)
    hits = [
        evaluate(m, planted.test, ["HR@10"]).metrics["HR@10"] for m in (model, rival)
    ]
    assert hits[0] > hits[1] + 0.1


def test_validation_keeps_the_epoch_that_ranks_best(likes, val):
    model = HVamp(**QUICK | {"epochs": 8, "lr": 0.05}).fit(likes, val)
    ndcg = evaluate(model, val).metrics["NDCG@100"]
    assert len(model.log_.val) == 8 and max(model.log_.val) > min(model.log_.val)
    assert 1 - ndcg == pytest.approx(min(model.log_.val))


def test_fitting_twice_gives_the_same_net_and_leaves_torch_alone(likes):
    state = torch.get_rng_state()
    model = HVamp(**QUICK).fit(likes)
    assert torch.equal(torch.get_rng_state(), state)
    again, other = clone(model).fit(likes), clone(model).set_params(seed=1).fit(likes)
    np.testing.assert_array_equal(again.predict(likes), model.predict(likes))
    assert not np.array_equal(other.predict(likes), model.predict(likes))
    assert again.elbo_.equals(model.elbo_)


def test_only_the_direction_of_a_history_counts(fitted, likes):
    scores = fitted.predict(likes)
    np.testing.assert_allclose(fitted.predict(7 * likes), scores, rtol=1e-4, atol=1e-5)


def test_a_prediction_does_not_depend_on_the_other_rows(fitted, likes):
    alone = np.concatenate([fitted.predict(likes[[u]]) for u in range(60)])
    np.testing.assert_allclose(alone, fitted.predict(likes), rtol=1e-4, atol=1e-5)


def test_users_with_one_item_or_none_can_be_learned_from():
    X = sparse.csr_array(np.eye(7, 8))  # the last item is nobody's
    X = sparse.vstack([X, sparse.csr_array((1, 8))]).tocsr()
    scores = HVamp(**QUICK).fit(X).predict(X)
    assert scores.shape == (8, 8) and np.isfinite(scores).all()


# ---- bad input ----


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hidden": 0}, "hidden must be at least 1"),
        ({"latent": 0}, "latent must be at least 1"),
        ({"n_pseudo": 0}, "n_pseudo must be at least 1"),
        ({"batch_size": 0}, "batch_size must be at least 1"),
        ({"epochs": 0}, "epochs must be at least 1"),
        ({"beta": -0.1}, "beta must be at least 0"),
        ({"anneal_epochs": -1}, "anneal_epochs must be at least 0"),
        ({"dropout": 1}, "dropout must be from 0 to below 1"),
        ({"c1": 0}, "c1 must be above 0"),
        ({"likelihood": "poisson"}, "not 'poisson'"),
        ({"hidden": (600,)}, "hidden must be a whole number"),
    ],
)
def test_hyper_parameters_out_of_range_are_named(likes, changes, message):
    with pytest.raises(ValueError, match=message):
        HVamp(**changes).fit(likes)


def test_bad_data_is_named(fitted, likes):
    with pytest.raises(ValueError, match="negative entry"):
        clone(fitted).fit(-likes)
    with pytest.raises(ValueError, match="nothing to learn from"):
        clone(fitted).fit(likes * 0)
    with pytest.raises(ValueError, match="X has 3 columns"):
        fitted.predict(likes[:, :3])
    with pytest.raises(ValueError, match="entries from 0 to 1"):
        HVamp(likelihood="logistic").fit(3 * likes)
