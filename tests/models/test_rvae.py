"""RVAE: the loss of a pair by hand, the drawn items, whose vector is whose."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse, stats
from scipy.special import log_softmax
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from recnb.evaluation import evaluate
from recnb.ground.training import seeded
from recnb.models import rvae
from recnb.models.rvae import RVAE, RVAENet, draw_pairs

SIZES = {"embedding": 4, "hidden": 5, "latent": 3}
QUICK = {**SIZES, "epochs": 2, "batch_size": 32, "patience": None}
#: User, liked item, drawn item.
PAIRS = np.array([[4, 0, 5], [0, 1, 2], [2, 0, 3], [4, 5, 1]])


@pytest.fixture(scope="module")
def fitted(likes):
    return RVAE(**QUICK).fit(likes)


def drawn_net():
    """Return a net of five users and six items in which no weight is zero."""
    with seeded(1), torch.no_grad():
        net = RVAENet(5, 6, **SIZES)
        for weights in net.parameters():
            weights.normal_()
    return net


def layer(x, linear):
    return x @ linear.weight.detach().numpy().T + linear.bias.detach().numpy()


def posterior(net, users, items):
    """Return mu and sigma of users with items, by the equations."""
    e, v = (vectors.weight.detach().numpy() for vectors in (net.e, net.v))
    h = layer(np.hstack([e[users], v[items]]), net.first).clip(min=0)
    return layer(h, net.mu), np.exp(layer(h, net.log_sigma))


def log_p(net, z, items):
    """Return the log probability that the decoder gives to each code's item."""
    first, _, last = net.decode
    scores = layer(layer(z, first).clip(min=0), last)
    return log_softmax(scores, axis=1)[np.arange(len(items)), items]


def loss(net, pairs=PAIRS, **weights):
    """Return the loss of a batch, with the same draw every time."""
    model = RVAE(**SIZES, **weights)
    model.module_ = net
    with seeded(5):
        (loss,) = model._losses(torch.from_numpy(pairs))
    return loss


# ---- the net ----


def test_the_score_is_that_of_the_mean_code():
    net, (users, items, _) = drawn_net(), PAIRS.T
    mu, _ = posterior(net, users, items)
    s = net(torch.from_numpy(users), torch.from_numpy(items)).detach()
    np.testing.assert_allclose(s, layer(mu, net.score)[:, 0], atol=1e-4)


@settings(deadline=None)  # the first call of torch takes longer
@given(
    users=st.lists(st.integers(0, 4), min_size=1, max_size=7),
    items=st.lists(st.integers(0, 5), min_size=1, max_size=7),
)
def test_a_grid_holds_the_scores_of_its_pairs(users, items):
    net, users, items = drawn_net(), torch.tensor(users), torch.tensor(items)
    grid = net(users[:, None], items)
    assert grid.shape == (len(users), len(items))
    pairs = net(users.repeat_interleave(len(items)), items.repeat(len(users)))
    torch.testing.assert_close(grid.flatten(), pairs)


def test_vectors_start_almost_at_zero():
    with seeded(0):
        net = RVAENet(200, 300, 20, 5, 3)
    for vectors in (net.e, net.v):
        assert vectors.weight.std().item() == pytest.approx(0.01, rel=0.05)


# ---- the pairs ----


@given(seed=st.integers(0, 2**32), n_negatives=st.integers(1, 4))
def test_each_like_is_paired_with_items_that_the_user_does_not_have(seed, n_negatives):
    rng = np.random.default_rng(seed)
    X = (rng.random((5, 7)) < rng.random((5, 1))) * 1.0
    X[0], X[1] = 0, 1  # a user who has nothing and one who has everything
    users, i, j = draw_pairs(sparse.csr_array(X), n_negatives, rng).T
    assert (X[users, i] == 1).all() and (X[users, j] == 0).all()
    paired = np.zeros(X.shape)
    np.add.at(paired, (users, i), 1)
    incomplete = X.sum(axis=1, keepdims=True) < 7
    np.testing.assert_array_equal(paired, n_negatives * X * incomplete)


def test_drawn_items_are_uniform():
    row = np.array([1, 0, 0, 1, 0, 0, 0, 1])
    X = sparse.csr_array(np.tile(row, (2000, 1)))
    _, _, j = draw_pairs(X, 5, np.random.default_rng(0)).T
    drawn = np.bincount(j, minlength=8)
    assert drawn.sum() == 30_000 and not drawn[row == 1].any()
    assert stats.chisquare(drawn[row == 0]).pvalue > 0.01


def test_an_epoch_s_batches_are_all_pairs_and_another_epoch_has_others(likes):
    model, rng = RVAE(n_negatives=2, batch_size=50), np.random.default_rng(0)
    one, two = ([*model._batches(likes, rng)] for _ in range(2))
    assert {len(batch) for batch in one[:-1]} == {50} and 0 < len(one[-1]) <= 50
    one, two = torch.cat(one), torch.cat(two)
    assert len(one) == len(two) == 2 * likes.nnz
    assert not torch.equal(one.msort(), two.msort())


# ---- the loss ----


def test_the_loss_of_a_batch_written_out():
    net, (users, i, j) = drawn_net(), PAIRS.T
    with seeded(5):
        noise = torch.randn(8, 3).numpy().reshape(2, 4, 3)
    s, naming, kl = [], 0, 0
    for items, epsilon in zip((i, j), noise, strict=True):
        mu, sigma = posterior(net, users, items)
        z = mu + sigma * epsilon
        s.append(layer(z, net.score)[:, 0])
        naming = naming - log_p(net, z, items)
        kl = kl + (mu**2 + sigma**2 - 2 * np.log(sigma) - 1).sum(axis=1) / 2
    hinge = np.maximum(0, 0.7 - (s[0] - s[1]))
    assert 0 < np.count_nonzero(hinge) < 4
    expected = (1.9 * hinge + naming + 0.3 * kl).mean()
    ours = loss(net, margin=0.7, pairwise=1.9, beta=0.3).item()
    assert ours == pytest.approx(expected, rel=1e-4)


def test_a_pair_further_apart_than_the_margin_costs_nothing():
    net = drawn_net()
    with torch.no_grad():
        net.log_sigma.weight.zero_()
        net.log_sigma.bias.fill_(-50)  # so that z is its mean
        users, i, j = torch.from_numpy(PAIRS).T
        apart = (net(users, i) - net(users, j)).numpy()
    ranked, only = PAIRS[apart > 0], {"beta": 0, "margin": apart[apart > 0].min()}
    assert 0 < len(ranked) < 4
    with_ranking, without = (loss(net, ranked, pairwise=w, **only) for w in (9, 0))
    torch.testing.assert_close(with_ranking, without)
    reversed_ = ranked[:, [0, 2, 1]]
    assert loss(net, reversed_, pairwise=9, **only) > without + 9 * only["margin"]


# ---- training ----


def two_groups():
    """Return likes of half of the own group's items; users and items alternate."""
    n_users, n_items = 60, 20
    own = (np.arange(n_users)[:, None] + np.arange(n_items)) % 2 == 0
    some = np.random.default_rng(0).random((n_users, n_items)) < 0.5
    return sparse.csr_array((own & some) * 1.0), own


def test_items_of_the_own_group_come_first():
    X, own = two_groups()
    sizes = {"embedding": 8, "hidden": 16, "latent": 8}
    model = RVAE(**{**QUICK, **sizes, "lr": 0.01, "epochs": 30}).fit(X)
    assert model.log_.loss[-1] < 0.9 * model.log_.loss[0]
    scores = model.for_users().predict(X)
    correct = [
        (row[mine & ~liked][:, None] > row[~mine]).mean()
        for row, mine, liked in zip(scores, own, X.toarray() > 0, strict=True)
    ]
    assert np.mean(correct) > 0.95


def test_fitting_twice_gives_the_same_net_and_leaves_torch_alone(likes):
    state = torch.get_rng_state()
    model = RVAE(**QUICK).fit(likes).for_users()
    assert torch.equal(torch.get_rng_state(), state)
    again, other = (RVAE(**QUICK, seed=s).fit(likes).for_users() for s in (0, 1))
    np.testing.assert_array_equal(again.predict(likes), model.predict(likes))
    assert not np.array_equal(other.predict(likes), model.predict(likes))


def test_weight_decay_pulls_the_vector_of_a_user_without_a_like(likes):
    dense = likes.toarray()
    dense[7] = 0
    with seeded(0):
        start = RVAENet(*likes.shape, **SIZES).e.weight[7].detach()
    for l2, keeps in ((0, True), (1e-3, False)):
        end = RVAE(**QUICK, l2=l2).fit(sparse.csr_array(dense)).module_.e.weight[7]
        assert torch.equal(end, start) == keeps and end.norm() <= start.norm()


def test_users_with_one_item_none_or_all_can_be_learned_from():
    X = sparse.csr_array(np.vstack([np.eye(7, 8), np.zeros((1, 8)), np.ones((1, 8))]))
    scores = RVAE(**QUICK).fit(X).for_users().predict(X)
    assert scores.shape == (9, 8) and np.isfinite(scores).all()


def test_the_epoch_is_chosen_with_the_vectors_of_the_validation_users(likes, val):
    rows = np.flatnonzero(likes.sum(axis=1) > 1)[:20]
    longer = {**QUICK, "epochs": 6, "lr": 0.01, "patience": 6}
    model = RVAE(**longer).fit(likes, val, val_users=rows)
    assert len(model.log_.val) == 6
    ndcg = evaluate(model.for_users(rows), val, batch_size=7).metrics["NDCG@100"]
    assert 1 - ndcg == pytest.approx(min(model.log_.val))
    with pytest.raises(ValueError, match="whose row is which"):
        model.predict(likes)


# ---- whose vector is whose ----


def test_row_i_is_scored_by_the_vector_of_user_i(fitted, likes):
    users = np.array([7, 50, 3, 7])
    scores = fitted.for_users(users).predict(likes[users])
    assert scores.shape == (4, 12) and fitted.users_ is None
    for row, user in zip(scores, users, strict=True):
        pairs = torch.full((12,), user), torch.arange(12)
        np.testing.assert_allclose(row, fitted.module_(*pairs).detach(), atol=1e-6)
    everybody = fitted.for_users().predict(likes)
    np.testing.assert_allclose(everybody[users], scores, atol=1e-6)


def test_some_users_at_a_time_change_nothing(fitted, likes, monkeypatch):
    at_once = fitted.for_users().predict(likes)
    for numbers in (1, 7 * 2 * 5 * 12):
        monkeypatch.setattr(rvae, "NUMBERS_AT_ONCE", numbers)
        scores = fitted.for_users().predict(likes)
        np.testing.assert_allclose(scores, at_once, atol=1e-6)


def test_what_is_seen_is_not_recommended_and_no_history_is_needed(fitted, likes):
    lists = fitted.for_users().recommend(likes, k=12)
    for row, listed in zip(likes.toarray(), lists, strict=True):
        assert set(listed[listed >= 0]) == set(np.flatnonzero(row == 0))
    assert fitted.for_users([0]).recommend(likes[[0]] * 0, 3).shape == (1, 3)
    assert fitted.needs_all_users


# ---- bad input ----


def test_strangers_are_refused(fitted, likes):
    for method in (fitted.predict, fitted.recommend):
        with pytest.raises(ValueError, match=r"ask model\.for_users\(rows\)"):
            method(likes)
    with pytest.raises(ValueError, match="60 rows, and there are 2 users"):
        fitted.for_users([1, 2]).predict(likes)
    with pytest.raises(NotFittedError):
        RVAE().for_users()


@pytest.mark.parametrize("users", [[60], [-1], [0.5], [[1, 2]], 3, [True, False]])
def test_users_who_are_not_there_are_refused(fitted, users):
    with pytest.raises(ValueError, match="each from 0 to 59"):
        fitted.for_users(users)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        *(
            ({name: 0}, f"{name} must be at least 1")
            for name in ("embedding", "hidden", "latent", "n_negatives", "batch_size")
        ),
        ({"epochs": 0}, "epochs must be at least 1"),
        *(
            ({name: -0.1}, f"{name} must be at least 0")
            for name in ("margin", "pairwise", "beta", "l2")
        ),
    ],
)
def test_hyper_parameters_out_of_range_are_named(likes, changes, message):
    with pytest.raises(ValueError, match=message):
        RVAE(**changes).fit(likes)


def test_bad_data_is_named(fitted, likes, val, make_group):
    model = clone(fitted)
    bad = likes.copy()
    bad.data[3] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        model.fit(bad)
    with pytest.raises(ValueError, match="users x items matrix"):
        model.fit(np.ones(3))
    for not_binary in (2 * likes, -likes, 0.5 * likes):
        with pytest.raises(ValueError, match="make the matrix binary"):
            model.fit(not_binary)
    for no_pair in (likes * 0, np.ones((3, 4))):
        with pytest.raises(ValueError, match="nothing to learn from"):
            model.fit(no_pair)
    with pytest.raises(ValueError, match="X has 3 columns"):
        fitted.for_users().predict(likes[:, :3])
    with pytest.raises(ValueError, match="no vector for strangers"):
        model.fit(likes, val)
    with pytest.raises(ValueError, match="each from 0 to 59"):
        model.fit(likes, val, val_users=np.arange(60, 80))
    with pytest.raises(ValueError, match="20 rows, and there are 3 users"):
        model.fit(likes, val, val_users=np.arange(3))
    narrow = make_group(np.ones((2, 3)), np.ones((2, 3)))
    with pytest.raises(ValueError, match="X has 3 columns"):
        model.fit(likes, narrow, val_users=np.arange(2))
