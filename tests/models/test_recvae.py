"""RecVAE: the prior, the two halves and what they leave alone, the old posteriors."""

import numpy as np
import pytest
import torch
from scipy import sparse
from sklearn.base import clone
from torch.distributions import Categorical, MixtureSameFamily, Normal

from recnb.evaluation import evaluate
from recnb.ground.sparse_rows import SparseRows
from recnb.ground.training import seeded
from recnb.models import Popularity, RecVAE, likelihoods
from recnb.models.multvae import draw, log_normal, normalized
from recnb.models.noise import corrupt
from recnb.models.recvae import (
    SHARES,
    WIDE,
    RecVAENet,
    log_composite_prior,
    log_multinomial,
)
from recnb.models.recvae import (
    likes as number_of_likes,
)

QUICK = {"hidden": 6, "latent": 3, "epochs": 2, "batch_size": 16, "patience": None}
SHARP = torch.tensor([[0.7, -3.0]]), torch.tensor([[-2.0, 0.5]])  # old mean, variance


@pytest.fixture
def fitted(likes):
    return RecVAE(**QUICK).fit(likes)


def unfitted(model, X):
    """Return the model as it is before the first step."""
    model.n_users_, model.n_items_, model._terms = *X.shape, []
    with seeded(model.seed):
        model.module_ = model._build()
    return model


def weights(model):
    """Return a copy of all weights, by name."""
    return {name: w.clone() for name, w in model.module_.state_dict().items()}


def side_by_side(model, x):
    """Return what the encoder says of whole histories."""
    with torch.no_grad():
        return torch.cat(model.module_.posterior(normalized(x)), dim=1)


class Watched(RecVAE):
    """A RecVAE that writes down its steps."""

    def _losses(self, step):
        before, now = weights(self), side_by_side(self, step.x)
        yield from super()._losses(step)
        changed = {n for n, w in weights(self).items() if not torch.equal(w, before[n])}
        self.seen.append((step, changed, now))


@pytest.fixture
def seen(likes):
    """Three epochs of four steps a pass; what was seen of each step."""
    model = Watched(**QUICK | {"epochs": 3, "lr": 0.01})
    model.seen = []
    return model.fit(likes).seen


# ---- the prior ----


def mixture(old_mu, old_log_variance):
    """Return torch's own mixture of the three."""
    mu = torch.stack([torch.zeros_like(old_mu), old_mu, torch.zeros_like(old_mu)], -1)
    wide = torch.full_like(old_mu, WIDE)
    logs = torch.stack([torch.zeros_like(old_mu), old_log_variance, wide], -1)
    return MixtureSameFamily(
        Categorical(torch.tensor(SHARES).expand(mu.shape)),
        Normal(mu, (logs / 2).exp()),
    )


def test_shares_and_width_are_the_published_ones():
    assert pytest.approx((1 / 5 - 1 / 20, 4 / 5 - 1 / 20, 1 / 10)) == SHARES
    assert sum(SHARES) == pytest.approx(1)
    assert WIDE == 10


def test_a_normal_density_is_torch_s():
    z, mu, log_variance = torch.randn(
        3, 9, 4, generator=torch.Generator().manual_seed(0)
    )
    theirs = Normal(mu, (log_variance / 2).exp()).log_prob(z)
    torch.testing.assert_close(log_normal(z, mu, log_variance), theirs)


def test_the_prior_is_torch_s_mixture_number_by_number():
    with seeded(0):
        z = torch.randn(200, 2) * 5
        old = torch.randn(200, 2), torch.randn(200, 2)
    expected = mixture(*old).log_prob(z)
    torch.testing.assert_close(log_composite_prior(z, *old), expected)


def test_each_part_of_the_prior_has_its_share():
    """Where the others have no mass, the density is a share of one normal's."""
    far = torch.tensor([[400.0, -400.0]])
    wide = Normal(0, np.exp(WIDE / 2)).log_prob(far) + np.log(1 / 10)
    torch.testing.assert_close(log_composite_prior(far, *SHARP), wide)
    spike = torch.tensor([[5.0]]), torch.tensor([[-20.0]])
    at_spike = Normal(5.0, np.exp(-10)).log_prob(spike[0]) + np.log(3 / 4)
    found = log_composite_prior(spike[0], *spike)
    torch.testing.assert_close(found, at_spike, rtol=1e-4, atol=0)
    zero = torch.zeros(1, 1)
    at_zero = Normal(0.0, 1.0).log_prob(zero) + np.log(3 / 20)
    torch.testing.assert_close(
        log_composite_prior(zero, *spike), at_zero, atol=0.02, rtol=0
    )


def test_the_prior_is_a_density():
    z = torch.linspace(-900, 900, 600_001, dtype=torch.float64)[:, None]
    mass = log_composite_prior(z, torch.tensor(0.7), torch.tensor(-2.0)).exp()
    assert torch.trapezoid(mass, z, dim=0).item() == pytest.approx(1, abs=1e-5)


def test_draws_estimate_the_kl_divergence(likes):
    """Over many draws, their mean is the integral of q (log q - log p)."""
    mu, log_variance = torch.tensor([[0.3, -2.0]]), torch.tensor([[-1.0, 0.4]])
    with seeded(0):
        z = draw(mu.expand(200_000, 2), log_variance.expand(200_000, 2))
    terms = log_normal(z, mu, log_variance) - log_composite_prior(z, *SHARP)
    grid = torch.linspace(-20, 20, 40_001)[:, None]
    log_q = log_normal(grid, mu, log_variance)
    integrand = log_q.exp() * (log_q - mixture(*SHARP).log_prob(grid))
    exact = torch.trapezoid(integrand, grid, dim=0)
    np.testing.assert_allclose(terms.mean(dim=0), exact, atol=0.01)
    assert (exact > 0).all()


def test_who_stays_with_the_old_posterior_pays_little():
    """At most the logarithm of its share, as long as the draws are many."""
    with seeded(0):
        z = draw(*(part.expand(50_000, 2) for part in SHARP))
    cost = (log_normal(z, *SHARP) - log_composite_prior(z, *SHARP)).mean(dim=0)
    assert (cost < -np.log(3 / 4)).all() and (cost > 0).all()


# ---- the net ----


@pytest.mark.parametrize("epsilon", [1e-5, 0.1])
def test_each_layer_adds_all_earlier_ones(likes, epsilon):
    net, x = RecVAENet(12, 6, 3, epsilon), SparseRows(likes[:8])
    with torch.no_grad():
        for norm in net.norms:
            norm.weight.uniform_(0.5, 2)
            norm.bias.normal_()
    found = [part.detach().numpy() for part in net.posterior(x)]

    def layer(n, a):
        a = a / (1 + np.exp(-a))
        a = (a - a.mean(1, keepdims=True)) / np.sqrt(a.var(1, keepdims=True) + epsilon)
        return (
            a * net.norms[n].weight.detach().numpy()
            + net.norms[n].bias.detach().numpy()
        )

    def linear(part, a):
        return a @ part.weight.detach().numpy().T + part.bias.detach().numpy()

    first = likes[:8] @ net.first.W.detach().numpy() + net.first.b.detach().numpy()
    h = [layer(0, first)]
    for n in range(4):
        h.append(layer(n + 1, linear(net.inner[n], h[-1]) + sum(h)))
    expected = np.split(linear(net.last, h[-1]), 2, axis=1)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_layers_have_the_published_widths():
    module = unfitted(RecVAE(), sparse.csr_array((4, 9))).module_
    shapes = [tuple(w.shape) for w in module.parameters() if w.ndim == 2]
    assert shapes == [(9, 600), *[(600, 600)] * 4, (400, 600), (9, 200)]
    assert all(norm.eps == 1e-5 for norm in module.norms)
    wide = unfitted(RecVAE(epsilon=0.1), sparse.csr_array((4, 9))).module_
    assert all(norm.eps == 0.1 for norm in wide.norms)


# ---- the losses ----


@pytest.mark.parametrize("noise", [1.0, 0.01])
@pytest.mark.parametrize("gamma", [0.0, 0.02])
def test_the_encoder_s_loss_is_minus_the_bound_written_out(likes, gamma, noise):
    model = unfitted(RecVAE(6, 3, gamma=gamma, noise=noise), likes)
    net, x = model.module_, SparseRows(likes[:8])
    with seeded(1):
        old = torch.randn(8, 3), torch.randn(8, 3)
    with seeded(5):
        ours = model._encoder_loss(x, *old).item()
    with seeded(5), torch.no_grad():
        whole = normalized(x)
        seen = whole.with_values(corrupt(whole.values, 0.5, rescale=True))
        mu, log_variance = net.posterior(seen)
        sigma = (log_variance / 2).exp()
        z = mu + noise * sigma * torch.randn(8, 3)
        fit = likelihoods.log_multinomial(net.decode(z), x.dense())
        kl = Normal(mu, sigma).log_prob(z) - mixture(*old).log_prob(z)
    beta = gamma * likes[:8].sum(axis=1)
    expected = (-fit + torch.from_numpy(beta) * kl.sum(dim=1)).mean().item()
    assert ours == pytest.approx(expected, rel=1e-5)
    _, noted, estimate, mean_beta = model._terms[0]
    assert noted == pytest.approx(fit.mean().item(), rel=1e-5)
    assert estimate == pytest.approx(kl.sum(dim=1).mean().item(), rel=1e-4)
    assert mean_beta == pytest.approx(beta.mean())


@pytest.mark.parametrize("noise", [1.0, 0.01])
def test_the_decoder_s_loss_is_of_codes_of_whole_histories(likes, noise):
    model = unfitted(RecVAE(6, 3, noise=noise), likes)
    x, old = SparseRows(likes[:8]), torch.from_numpy(model._posteriors(likes[:8]))
    (step,) = model._pass("decoder", likes[:8], old, np.random.default_rng(0))
    with seeded(5):
        (ours,) = model._losses(step)
    order = np.random.default_rng(0).permutation(8)
    with seeded(5), torch.no_grad():
        mu, log_variance = side_by_side(model, x)[order].chunk(2, dim=1)
        z = mu + noise * (log_variance / 2).exp() * torch.randn(8, 3)
        fit = likelihoods.log_multinomial(model.module_.decode(z), x.dense()[order])
    assert ours.item() == pytest.approx(-fit.mean().item(), rel=1e-5)
    assert model._terms == []


def test_likes_without_zeros_are_as_likely_as_with_them(likes):
    counts = likes[:9].copy()
    counts.data[::3] = 2
    x = SparseRows(counts)
    with seeded(0):
        scores, other = torch.randn(2, 9, 12)
    ours, theirs = scores.requires_grad_(), scores.detach().clone().requires_grad_()
    found, expected = (
        log_multinomial(ours, x),
        likelihoods.log_multinomial(theirs, x.dense()),
    )
    torch.testing.assert_close(found, expected)
    (found @ other[:, 0]).backward()
    (expected @ other[:, 0]).backward()
    torch.testing.assert_close(ours.grad, theirs.grad)
    np.testing.assert_array_equal(number_of_likes(x), counts.sum(axis=1))


@pytest.mark.parametrize("name", likelihoods.LIKELIHOODS)
def test_the_likelihood_is_the_one_that_was_asked_for(likes, name):
    model, x = RecVAE(likelihood=name, c1=4.0), SparseRows(likes[:9])
    with seeded(0):
        scores = torch.randn(9, 12)
    expected = likelihoods.log_likelihood(name, scores, x.dense(), 4.0)
    torch.testing.assert_close(model._log_likelihood(scores, x), expected)


# ---- halves that take turns ----


def test_an_epoch_is_three_passes_for_the_encoder_and_one_for_the_decoder(likes, seen):
    halves = [step.half for step, *_ in seen]
    assert halves == (["encoder"] * 12 + ["decoder"] * 4) * 3
    for start in range(0, 48, 4):  # each pass has every user once
        rows = [step.x.dense().numpy() for step, *_ in seen[start : start + 4]]
        found = sorted(map(tuple, np.concatenate(rows)))
        assert found == sorted(map(tuple, likes.toarray()))


def test_a_half_s_steps_leave_the_other_half_alone(seen):
    of_half = {"encoder": set(), "decoder": set()}
    for step, changed, _ in seen:
        assert changed
        of_half[step.half] |= changed
    assert of_half["decoder"] == {"decoder.weight", "decoder.bias"}
    names = set(RecVAENet(12, 6, 3).state_dict())
    assert of_half["encoder"] == names - of_half["decoder"]


def test_passes_are_as_many_as_asked_for(likes):
    model = Watched(**QUICK | {"epochs": 1}, encoder_passes=1, decoder_passes=2)
    model.seen = []
    model.fit(likes)
    assert [s.half for s, *_ in model.seen] == ["encoder"] * 4 + ["decoder"] * 8


def test_the_old_posterior_is_the_encoder_s_before_an_epoch_and_after_it(seen):
    """It is that of now before the first step, and in the decoder's passes."""
    for n, (step, _, now) in enumerate(seen):
        same = torch.allclose(step.old, now, rtol=1e-4, atol=1e-5)
        assert same == (step.half == "decoder" or n % 16 == 0), n


def test_within_an_epoch_the_old_posterior_of_a_user_stays(seen):
    def olds(steps):
        """Return a pass as pairs: users of one history may differ in the last bits."""
        pairs = (
            zip(map(tuple, s.x.dense().numpy()), map(tuple, s.old.numpy()), strict=True)
            for s, *_ in steps
        )
        return {pair for part in pairs for pair in part}

    passes = [olds(seen[start : start + 4]) for start in range(0, 48, 4)]
    first, second = passes[:4], passes[4:8]
    assert first[0] == first[1] == first[2] != first[3]
    # What the decoder of one epoch learns from is the next one's old posterior.
    assert first[3] == second[0] == second[1] == second[2] != second[3]


def test_what_is_written_before_an_epoch_leaves_the_old_posterior_alone(likes):
    model, kept = Watched(**QUICK), []
    model.seen = []

    def before_epoch(epoch):
        if epoch == 1:
            kept.append(model._posteriors(likes))
            model.item_embeddings()[0][:] = 5

    model.fit(likes, before_epoch=before_epoch)
    step, _, now = model.seen[16]
    rows = {tuple(h): old for h, old in zip(likes.toarray(), kept[0], strict=True)}
    for history, old, new in zip(step.x.dense().numpy(), step.old, now, strict=True):
        np.testing.assert_allclose(old, rows[tuple(history)], rtol=1e-5, atol=1e-6)
        assert history.sum() == 0 or not np.allclose(old, new)


# ---- training ----


@pytest.mark.parametrize("name", likelihoods.LIKELIHOODS)
def test_training_lowers_the_loss(likes, name):
    model = RecVAE(**QUICK | {"epochs": 8, "lr": 0.02}, likelihood=name).fit(likes)
    assert model.log_.loss[-1] < 0.97 * model.log_.loss[0]


def test_the_table_holds_the_encoder_s_terms(likes):
    settings = QUICK | {"batch_size": 60, "lr": 1e-12, "dropout": 0}
    model = RecVAE(**settings, gamma=0.01).fit(likes)
    table = model.elbo_
    assert table.index.tolist() == [1, 2] and table["steps"].tolist() == [3, 6]
    np.testing.assert_allclose(table["beta"], 0.01 * likes.sum() / 60)
    assert (table["log_likelihood"] < 0).all()
    # With an encoder that stays, q is the old posterior.
    assert (table["kl"] < -3 * np.log(3 / 4)).all()


def test_a_net_that_learns_beats_popularity(planted):
    model = RecVAE(16, 8, gamma=0.002, epochs=12, lr=1e-2, batch_size=50)
    model.set_params(patience=None).fit(planted.train)
    rival = Popularity().fit(planted.train)
    hits = [
        evaluate(m, planted.test, ["HR@10"]).metrics["HR@10"] for m in (model, rival)
    ]
    assert hits[0] > hits[1] + 0.1


def test_validation_keeps_the_epoch_that_ranks_best(likes, val):
    model = RecVAE(**QUICK | {"epochs": 8, "lr": 0.05}).fit(likes, val)
    ndcg = evaluate(model, val).metrics["NDCG@100"]
    assert len(model.log_.val) == 8 and max(model.log_.val) > min(model.log_.val)
    assert 1 - ndcg == pytest.approx(min(model.log_.val))


def test_fitting_twice_gives_the_same_net_and_leaves_torch_alone(likes):
    state = torch.get_rng_state()
    model = RecVAE(**QUICK).fit(likes)
    assert torch.equal(torch.get_rng_state(), state)
    again, other = clone(model).fit(likes), clone(model).set_params(seed=1).fit(likes)
    np.testing.assert_array_equal(again.predict(likes), model.predict(likes))
    assert not np.array_equal(other.predict(likes), model.predict(likes))
    assert again.elbo_.equals(model.elbo_)


# ---- predictions ----


def test_a_prediction_decodes_the_mean_of_the_whole_history(fitted, likes):
    mu, sigma = fitted.posterior(likes)
    W, b = (p.detach().numpy() for p in fitted.module_.decoder.parameters())
    np.testing.assert_allclose(
        fitted.predict(likes), mu @ W.T + b, rtol=1e-4, atol=1e-5
    )
    np.testing.assert_array_equal(fitted.codes(likes), mu)
    _, log_variance = side_by_side(fitted, SparseRows(likes)).chunk(2, dim=1)
    np.testing.assert_allclose(sigma**2, log_variance.exp(), rtol=1e-4)


def test_only_the_direction_of_a_history_counts(fitted, likes):
    scores = fitted.predict(likes)
    np.testing.assert_allclose(fitted.predict(7 * likes), scores, rtol=1e-4, atol=1e-5)


def test_a_prediction_does_not_depend_on_the_other_rows(fitted, likes):
    alone = np.concatenate([fitted.predict(likes[[u]]) for u in range(60)])
    np.testing.assert_allclose(alone, fitted.predict(likes), rtol=1e-4, atol=1e-5)


def test_users_with_one_item_or_none_can_be_learned_from():
    X = sparse.csr_array(np.eye(7, 8))  # the last item is nobody's
    X = sparse.vstack([X, sparse.csr_array((1, 8))]).tocsr()
    scores = RecVAE(**QUICK).fit(X).predict(X)
    assert scores.shape == (8, 8) and np.isfinite(scores).all()


# ---- bad input ----


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hidden": 0}, "hidden must be at least 1"),
        ({"latent": 0}, "latent must be at least 1"),
        ({"encoder_passes": 0}, "encoder_passes must be at least 1"),
        ({"decoder_passes": 0}, "decoder_passes must be at least 1"),
        ({"batch_size": 0}, "batch_size must be at least 1"),
        ({"epochs": 0}, "epochs must be at least 1"),
        ({"gamma": -0.1}, "gamma must be at least 0"),
        ({"noise": -0.1}, "noise must be at least 0"),
        ({"epsilon": 0}, "epsilon must be above 0, not 0"),
        ({"dropout": 1}, "dropout must be from 0 to below 1"),
        ({"c1": 0}, "c1 must be above 0"),
        ({"likelihood": "poisson"}, "not 'poisson'"),
        ({"hidden": (600,)}, "hidden must be a whole number"),
    ],
)
def test_hyper_parameters_out_of_range_are_named(likes, changes, message):
    with pytest.raises(ValueError, match=message):
        RecVAE(**changes).fit(likes)


def test_bad_data_is_named(fitted, likes):
    with pytest.raises(ValueError, match="negative entry"):
        clone(fitted).fit(-likes)
    with pytest.raises(ValueError, match="nothing to learn from"):
        clone(fitted).fit(likes * 0)
    with pytest.raises(ValueError, match="X has 3 columns"):
        fitted.predict(likes[:, :3])
    with pytest.raises(ValueError, match="entries from 0 to 1"):
        RecVAE(likelihood="logistic").fit(3 * likes)
