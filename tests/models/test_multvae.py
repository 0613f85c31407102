"""MultVAE and MultDAE: the bound by hand, annealing, what a code costs, bad input."""

import numpy as np
import pytest
import torch
from scipy import sparse, special
from sklearn.base import clone
from sklearn.preprocessing import normalize
from torch.distributions import Normal
from torch.distributions import kl_divergence as torch_s_kl

from recnb.evaluation import evaluate
from recnb.ground.sparse_rows import SparseRows
from recnb.ground.training import seeded
from recnb.models import MultDAE, MultVAE
from recnb.models.likelihoods import LIKELIHOODS, log_likelihood
from recnb.models.multvae import draw, kl_divergence
from recnb.models.noise import corrupt

QUICK = {"hidden": (6,), "latent": 3, "epochs": 2, "batch_size": 16, "patience": None}
BOTH = pytest.mark.parametrize("kind", [MultVAE, MultDAE])


@pytest.fixture(params=[MultVAE, MultDAE])
def fitted(request, likes):
    return request.param(**QUICK).fit(likes)


def unfitted(model, n_items=12, n_users=60):
    """Return the model as it is before the first step."""
    model.n_users_, model.n_items_, model._terms = n_users, n_items, []
    with seeded(model.seed):
        model.module_ = model._build()
    return model


def losses(model, X):
    """Return the loss of a batch, with the same randomness every time."""
    with seeded(5):
        (loss,) = model._losses(SparseRows(X))
    return loss


def through(layers, x):
    """Return x after some layers, with a tanh between them, in numpy."""
    for n, layer in enumerate(layers):
        x = np.tanh(x) if n else x
        x = x @ layer.weight.detach().numpy().T + layer.bias.detach().numpy()
    return x


# ---- the pieces ----


def test_kl_divergence_is_torch_s():
    mu, log_variance = torch.randn(2, 7, 4, generator=torch.Generator().manual_seed(0))
    q = Normal(mu, torch.exp(log_variance / 2))
    theirs = torch_s_kl(q, Normal(torch.zeros(4), torch.ones(4)))
    torch.testing.assert_close(kl_divergence(mu, log_variance), theirs)
    assert (theirs > 0).all() and kl_divergence(torch.zeros(1), torch.zeros(1)) == 0


def test_a_draw_has_the_mean_and_the_spread_that_it_is_told():
    mu = torch.tensor([0.0, 2.0, -3.0]).expand(100_000, 3)
    sigma = torch.tensor([1.0, 0.1, 4.0]).expand(100_000, 3)
    with seeded(0):
        z = draw(mu, 2 * sigma.log())
    np.testing.assert_allclose(((z - mu) / sigma).mean(0), 0, atol=0.02)
    np.testing.assert_allclose(z.std(0), sigma[0], rtol=0.02)


def test_the_gradient_goes_through_the_draw():
    mu = torch.tensor([1.0, -2.0], requires_grad=True)
    log_variance = torch.tensor([0.5, 3.0], requires_grad=True)
    with seeded(0):
        z = draw(mu, log_variance)
    z.sum().backward()
    torch.testing.assert_close(mu.grad, torch.ones(2))
    # z = mu + exp(log_variance / 2) ε, so half of the way from mu to z.
    torch.testing.assert_close(log_variance.grad, (z - mu).detach() / 2)


@pytest.mark.parametrize(
    ("model", "shapes"),
    [
        (MultVAE(), [(9, 600), (400, 600), (600, 200), (9, 600)]),
        (MultDAE(), [(9, 200), (9, 200)]),
        (MultDAE((6, 5), 3), [(9, 6), (5, 6), (3, 5), (5, 3), (6, 5), (9, 6)]),
    ],
)
def test_layers_have_the_published_widths(model, shapes):
    module = unfitted(model, n_items=9).module_
    matrices = [tuple(p.shape) for p in module.parameters() if p.ndim == 2]
    offsets = torch.cat([p for p in module.parameters() if p.ndim == 1])
    assert matrices == shapes
    assert 0 < offsets.abs().max() < 0.01


# ---- the loss ----


@BOTH
@pytest.mark.parametrize("dropout", [0, 0.5])
def test_the_loss_of_a_batch_is_minus_the_bound_written_out(likes, kind, dropout):
    model = kind((6,), 3, dropout=dropout, l2=0.3)
    if kind is MultVAE:
        model.set_params(beta=0.7, anneal_steps=0)
    net, X = unfitted(model).module_, likes[:8]
    with seeded(1), torch.no_grad():
        for offsets in (p for p in net.parameters() if p.ndim == 1):
            offsets.normal_()
    ours = losses(model, X).item()

    rows = SparseRows(X)
    with seeded(5):
        kept = rows.with_values(corrupt(rows.values, dropout, rescale=True))
        epsilon = torch.randn(8, 3).numpy()
    y = X.toarray()
    x = kept.dense().numpy() / np.sqrt(y.sum(axis=1, keepdims=True))
    W, b = net.first.W.detach().numpy(), net.first.b.detach().numpy()
    g = through(net.encoder, np.tanh(x @ W + b))
    if kind is MultVAE:
        mu, log_variance = g[:, :3], g[:, 3:]
        z = mu + np.exp(log_variance / 2) * epsilon
        kl = (mu**2 + np.exp(log_variance) - 1 - log_variance).sum(axis=1).mean() / 2
    else:
        z, kl = np.tanh(g), 0
    fit = (y * special.log_softmax(through(net.decoder, z), axis=1)).sum(axis=1)
    matrices = [p.detach().numpy() for p in net.parameters() if p.ndim == 2]
    penalty = 0.3 / (2 * 60) * sum((w**2).sum() for w in matrices)
    assert ours == pytest.approx(-fit.mean() + 0.7 * kl + penalty, rel=1e-5)


@pytest.mark.parametrize("name", LIKELIHOODS)
def test_the_likelihood_is_the_one_that_was_asked_for(likes, name):
    model = unfitted(MultDAE((6,), 3, likelihood=name, c1=4.0, dropout=0))
    scores = torch.from_numpy(model.predict(likes))
    x = torch.from_numpy(likes.toarray()).float()
    expected = -log_likelihood(name, scores, x, 4.0).mean()
    torch.testing.assert_close(losses(model, likes).detach(), expected)


def test_a_user_s_loss_does_not_depend_on_who_else_is_in_the_batch(likes):
    model = unfitted(MultDAE((6,), 3, dropout=0))
    model.module_.train()
    alone = losses(model, likes[[0]]).item()
    for other in range(1, 10):
        together = 2 * losses(model, likes[[0, other]]).item()
        assert together - losses(model, likes[[other]]).item() == pytest.approx(alone)


@BOTH
@pytest.mark.parametrize("name", LIKELIHOODS)
def test_training_lowers_the_loss(likes, kind, name):
    settings = {**QUICK, "epochs": 15, "lr": 0.01, "likelihood": name}
    log = kind(**settings).fit(likes).log_
    assert log.loss[-1] < 0.95 * log.loss[0]


# ---- annealing and the table of terms ----


def test_beta_grows_step_by_step_up_to_its_cap(likes):
    """Three epochs of four steps: the last step of each comes after 3, 7 and 11."""
    settings = {**QUICK, "epochs": 3, "beta": 0.5}
    slow = MultVAE(anneal_steps=10, **settings).fit(likes).elbo_
    assert slow.index.tolist() == [1, 2, 3] and slow.index.name == "epoch"
    assert slow["beta"].tolist() == [0.3, 0.5, 0.5]
    assert slow["steps"].tolist() == [4, 8, 12]
    at_once = MultVAE(anneal_steps=0, **settings).fit(likes).elbo_
    assert at_once["beta"].tolist() == [0.5] * 3
    model = MultVAE(beta=0.2, anneal_steps=1000)
    weights = [model._beta(t) for t in (0, 50, 200, 10**6)]
    assert weights == [0, 0.05, 0.2, 0.2]


def test_the_terms_add_up_to_the_loss(likes):
    settings = {**QUICK, "batch_size": 15, "epochs": 4}
    model = MultVAE(beta=0.5, anneal_steps=0, **settings).fit(likes)
    loss = -model.elbo_["log_likelihood"] + 0.5 * model.elbo_["kl"]
    np.testing.assert_allclose(loss, model.log_.loss, rtol=1e-6)
    assert (model.elbo_["kl"] > 0).all()


def test_the_terms_are_means_over_users_and_not_over_batches(likes):
    """Of 60 users, batches have 50 and 10; the steps are too short to matter."""
    settings = {**QUICK, "batch_size": 50, "lr": 1e-12, "dropout": 0}
    model = MultDAE(**settings).fit(likes)
    x = torch.from_numpy(likes.toarray()).float()
    scores = torch.from_numpy(model.predict(likes))
    mean = log_likelihood("multinomial", scores, x).mean().item()
    np.testing.assert_allclose(model.elbo_["log_likelihood"], mean, rtol=1e-5)
    assert (model.elbo_[["kl", "beta"]] == 0).all(axis=None)


def test_the_table_ends_with_the_training(likes, val):
    model = MultVAE(**{**QUICK, "epochs": 50, "patience": 1, "lr": 0.1})
    model.fit(likes, val)
    assert model.log_.stopped == "no improvement"
    assert len(model.elbo_) == len(model.log_.loss) < 50


def test_an_epoch_that_was_interrupted_is_not_in_the_table(likes, monkeypatch):
    def interrupted(steps):
        if steps == 6:  # of two epochs of four
            raise KeyboardInterrupt
        return 1.0

    model = MultVAE(**QUICK)
    monkeypatch.setattr(model, "_beta", interrupted)
    model.fit(likes)
    assert model.log_.stopped == "interrupted"
    assert model.elbo_.index.tolist() == [1]


# ---- what a code costs ----


def test_kl_is_a_mean_over_histories_of_each_number(likes):
    model = MultVAE(**QUICK).fit(likes)
    mu, sigma = model.posterior(likes)
    expected = (mu**2 + sigma**2 - 2 * np.log(sigma) - 1).mean(axis=0) / 2
    np.testing.assert_allclose(model.kl(likes), expected, rtol=1e-4)


def test_a_code_that_costs_too_much_collapses(likes):
    settings = {**QUICK, "epochs": 60, "lr": 0.01, "anneal_steps": 0}
    collapsed = MultVAE(beta=1000, **settings).fit(likes)
    free = MultVAE(beta=0, **settings).fit(likes)
    assert (collapsed.kl(likes) < 0.01).all() and (free.kl(likes) > 0.5).all()
    # Whoever comes, the collapsed code says the same.
    assert np.ptp(collapsed.predict(likes), axis=0).max() < 0.1
    assert np.ptp(free.predict(likes), axis=0).max() > 1


# ---- predictions ----


def test_a_prediction_decodes_the_mean_and_draws_nothing(likes):
    model = MultVAE(**QUICK).fit(likes)
    mu, sigma = model.posterior(likes)
    of_length_1 = SparseRows(normalize(likes))
    _, log_variance = model.module_.posterior(of_length_1)
    np.testing.assert_allclose(sigma**2, log_variance.exp().detach(), rtol=1e-4)
    scores = model.predict(likes)
    np.testing.assert_array_equal(model.predict(likes), scores)
    np.testing.assert_array_equal(model.codes(likes), mu)
    decoded = model.module_.decode(torch.from_numpy(mu)).detach()
    np.testing.assert_allclose(scores, decoded, rtol=1e-5, atol=1e-6)


def test_codes_of_a_dae_lie_between_minus_1_and_1(likes):
    codes = MultDAE(**QUICK).fit(likes).codes(likes)
    assert codes.shape == (60, 3) and (np.abs(codes) < 1).all()


def test_a_prediction_does_not_depend_on_the_other_rows(fitted, likes):
    together = fitted.predict(likes)
    alone = np.concatenate([fitted.predict(likes[[u]]) for u in range(60)])
    np.testing.assert_allclose(alone, together, rtol=1e-5, atol=1e-6)
    some = np.random.default_rng(0).permutation(60)[:17]
    np.testing.assert_allclose(
        fitted.predict(likes[some]), together[some], rtol=1e-5, atol=1e-6
    )


def test_only_the_direction_of_a_history_counts(fitted, likes):
    np.testing.assert_allclose(
        fitted.predict(7 * likes), fitted.predict(likes), rtol=1e-4, atol=1e-5
    )


def test_strangers_and_short_histories_get_finite_scores(fitted):
    strange = np.zeros((3, 12))
    strange[1, 5] = 1  # which nobody in training has
    strange[2, ::2] = 1
    scores = fitted.predict(sparse.csr_array(strange))
    assert scores.shape == (3, 12) and np.isfinite(scores).all()
    assert not np.array_equal(scores[0], scores[2])


@BOTH
def test_users_with_one_item_or_none_can_be_learned_from(kind):
    X = sparse.csr_array(np.eye(7, 8))  # the last item is nobody's
    X = sparse.vstack([X, sparse.csr_array((1, 8))]).tocsr()
    scores = kind(**QUICK).fit(X).predict(X)
    assert scores.shape == (8, 8) and np.isfinite(scores).all()


def test_nothing_seen_is_recommended(fitted, likes):
    liked = likes[likes.sum(axis=1) > 0]
    for row, listed in zip(liked.toarray(), fitted.recommend(liked, k=12), strict=True):
        assert set(listed[listed >= 0]) == set(np.flatnonzero(row == 0))


@BOTH
def test_fitting_twice_gives_the_same_net_and_leaves_torch_alone(likes, kind):
    state = torch.get_rng_state()
    model = kind(**QUICK).fit(likes)
    assert torch.equal(torch.get_rng_state(), state)
    again, other = clone(model).fit(likes), clone(model).set_params(seed=1).fit(likes)
    np.testing.assert_array_equal(again.predict(likes), model.predict(likes))
    assert not np.array_equal(other.predict(likes), model.predict(likes))
    assert again.elbo_.equals(model.elbo_)


@BOTH
def test_validation_keeps_the_epoch_that_ranks_best(likes, val, kind):
    settings = {**QUICK, "epochs": 8, "patience": 8, "lr": 0.05}
    model = kind(**settings).fit(likes, val)
    ndcg = evaluate(model, val).metrics["NDCG@100"]
    assert len(model.log_.val) == 8 and max(model.log_.val) > min(model.log_.val)
    assert 1 - ndcg == pytest.approx(min(model.log_.val))


# ---- bad input ----


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"latent": 0}, "latent and hidden must be at least 1"),
        ({"hidden": (6, 0)}, "latent and hidden must be at least 1"),
        ({"batch_size": 0}, "batch_size must be at least 1"),
        ({"epochs": 0}, "epochs must be at least 1"),
        ({"l2": -1}, "l2 must be at least 0"),
        ({"dropout": 1}, "dropout must be from 0 to below 1"),
        ({"dropout": -0.1}, "dropout must be from 0 to below 1"),
        ({"c1": 0}, "c1 must be above 0"),
        ({"likelihood": "poisson"}, "not 'poisson'"),
        ({"beta": -0.1}, "beta must be at least 0"),
        ({"anneal_steps": -1}, "anneal_steps must be at least 0"),
    ],
)
def test_hyper_parameters_out_of_range_are_named(likes, changes, message):
    for kind in (MultVAE, MultDAE):
        if changes.keys() <= kind().get_params().keys():
            with pytest.raises(ValueError, match=message):
                kind(**changes).fit(likes)


def test_bad_data_is_named(fitted, likes, make_group):
    model = clone(fitted)
    bad = likes.copy()
    bad.data[3] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        model.fit(bad)
    with pytest.raises(ValueError, match="NaN"):
        fitted.predict(bad)
    with pytest.raises(ValueError, match="nothing to learn from"):
        model.fit(likes * 0)
    with pytest.raises(ValueError, match="negative entry"):
        model.fit(-likes)
    with pytest.raises(ValueError, match="X has 3 columns"):
        fitted.predict(likes[:, :3])
    narrow = make_group(np.ones((2, 3)), np.ones((2, 3)))
    with pytest.raises(ValueError, match="X has 3 columns"):
        model.fit(likes, narrow)


@BOTH
def test_counts_are_for_the_multinomial_likelihood(likes, kind):
    assert np.isfinite(kind(**QUICK).fit(3 * likes).predict(likes)).all()
    with pytest.raises(ValueError, match="entries from 0 to 1"):
        kind(likelihood="logistic", **QUICK).fit(3 * likes)
