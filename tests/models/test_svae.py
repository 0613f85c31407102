"""SVAE and SequenceDAE: the bound by hand, what is drawn, who came last, bad input."""

import dataclasses
import itertools

import numpy as np
import pytest
import torch
from scipy.special import expit, log_softmax
from sklearn.base import clone
from torch.distributions import Normal
from torch.distributions import kl_divergence as torch_s_kl

from recnb.evaluation import evaluate
from recnb.ground.sequences import in_order, next_items, places
from recnb.ground.training import seeded
from recnb.models import SVAE, SequenceDAE, svae
from recnb.models.multvae import kl_divergence
from recnb.models.next_likelihood import next_log_likelihood
from recnb.models.svae import FadedMean, RunningMean

N_ITEMS = 12
HISTORIES = [np.array(h) for h in ([3, 1, 7, 2], [5, 0], [2, 9, 4, 11, 6, 10])]
SIZES = {"embedding": 5, "hidden": 6, "width": 4, "latent": 3}
QUICK = {
    **SIZES,
    "k": 2,
    "dropout": 0,
    "loss_share": 1,
    "batch_steps": 60,
    "epochs": 2,
    "patience": None,
}
#: So that an epoch is one batch.
WHOLE = {"batch_steps": 10**6}
BOTH = pytest.mark.parametrize("kind", [SVAE, SequenceDAE])
MEMORIES = pytest.mark.parametrize("memory", ["gru", "mean", "faded"])


def random_histories(n=40, seed=3):
    rng = np.random.default_rng(seed)
    return [rng.permutation(N_ITEMS)[: rng.integers(2, 10)] for _ in range(n)]


@pytest.fixture(scope="module")
def ordered():
    return places(random_histories(), N_ITEMS)


@pytest.fixture
def val(make_group):
    """Users of whom the last item is held out."""
    histories = random_histories(25, seed=4)
    order = places([history[:-1] for history in histories], N_ITEMS)
    last = places([history[-1:] for history in histories], N_ITEMS)
    group = make_group(order.toarray() > 0, last.toarray())
    return dataclasses.replace(group, order=order)


@pytest.fixture(scope="module", params=[SVAE, SequenceDAE])
def fitted(request, ordered):
    return request.param(**{**QUICK, "dropout": 0.5}).fit(ordered)


@pytest.fixture
def learned_from(monkeypatch):
    """Return a list that fills with the item after each step that is learned from."""
    found = []

    def recorded(H, W, b, targets):
        found.extend(targets[:, 0].tolist())
        return next_log_likelihood(H, W, b, targets)

    monkeypatch.setattr(svae, "next_log_likelihood", recorded)
    return found


def with_random_weights(kind, **changes):
    """Return a model in whose net no weight is small, whatever it begins with."""
    model = kind(**{**QUICK, "epochs": 1, **changes}).fit(places(HISTORIES, N_ITEMS))
    with seeded(1), torch.no_grad():
        for weights in model.module_.parameters():
            weights.normal_()
    return model


def array(weights):
    return weights.detach().numpy()


def layer(x, linear):
    return x @ array(linear.weight).T + array(linear.bias)


def gru_states(net, history):
    """Return h_t after each item, gate by gate."""
    gru = net.memory
    h, states = np.zeros(SIZES["hidden"]), []
    for x in array(net.embed.weight)[history]:
        of_x = array(gru.weight_ih_l0) @ x + array(gru.bias_ih_l0)
        of_h = array(gru.weight_hh_l0) @ h + array(gru.bias_hh_l0)
        (x_reset, x_update, x_new), (h_reset, h_update, h_new) = (
            np.split(gates, 3) for gates in (of_x, of_h)
        )
        reset, update = expit(x_reset + h_reset), expit(x_update + h_update)
        new = np.tanh(x_new + reset * h_new)
        h = (1 - update) * new + update * h
        states.append(h)
    return np.array(states)


def mean_states(net, history):
    """Return a layer over the mean of the items so far."""
    x = array(net.embed.weight)[history]
    means = np.array([x[: t + 1].mean(axis=0) for t in range(len(x))])
    return np.tanh(layer(means, net.memory.layer))


def faded_states(net, history):
    """Return a layer over the mean, in which each item fades from step to step."""
    x, fading = array(net.embed.weight)[history], net.memory.fading
    total, weight, means = 0, 0, []
    for latest in x:
        total, weight = fading * total + latest, fading * weight + 1
        means.append(total / weight)
    return np.tanh(layer(np.array(means), net.memory.layer))


STATES = {"gru": gru_states, "mean": mean_states, "faded": faded_states}


def encoded(net, h):
    return layer(np.tanh(layer(h, net.inner)), net.to_code)


def decoded(net, z):
    return layer(np.tanh(layer(z, net.from_code)), net.scores)


def all_steps(model, X):
    """Return h of all steps of all users at once, and the steps."""
    steps = next_items(in_order(X), model.k)
    return model.module_.states(steps.items)[steps.real], steps


# ---- the net ----


@MEMORIES
def test_states_are_those_of_the_equations(memory):
    net = with_random_weights(SequenceDAE, memory=memory).module_
    for history in HISTORIES:
        states = net.states(torch.from_numpy(history)[None])[0]
        np.testing.assert_allclose(
            array(states), STATES[memory](net, history), rtol=1e-4, atol=1e-5
        )


@MEMORIES
def test_what_comes_later_does_not_change_an_earlier_state(memory):
    net = with_random_weights(SequenceDAE, memory=memory).module_
    items = torch.tensor([[3, 1, 7, 2, 5], [3, 1, 7, 9, 5]])
    one, other = array(net.states(items))
    np.testing.assert_allclose(one[:3], other[:3], atol=1e-6)
    assert (np.abs(one[3:] - other[3:]).max(axis=1) > 1e-3).all()


def test_a_running_mean_of_one_thing_stays_the_same():
    with seeded(0):
        memory, x = RunningMean(5, 6), torch.randn(1, 1, 5)
    states, _ = memory(x.expand(2, 7, 5))
    torch.testing.assert_close(states, states[:1, :1].expand(2, 7, 6))


def test_a_mean_that_does_not_fade_is_the_running_mean_and_one_that_does_the_last():
    x = torch.randn(2, 7, 5, generator=torch.Generator().manual_seed(0))
    whole = RunningMean(5, 6).means(x)
    torch.testing.assert_close(FadedMean(5, 6, 1).means(x), whole)
    torch.testing.assert_close(FadedMean(5, 6, 0).means(x), x)


# ---- the loss ----


@BOTH
@MEMORIES
def test_the_loss_of_a_batch_is_minus_the_bound_written_out(kind, memory, monkeypatch):
    model = with_random_weights(kind, memory=memory)
    if kind is SVAE:
        model.set_params(beta=0.7, anneal_batches=0)
    epsilon = torch.randn(9, 3, generator=torch.Generator().manual_seed(0))
    monkeypatch.setattr(torch, "randn_like", lambda like: epsilon)
    (ours,) = model._losses(next_items(HISTORIES, model.k))

    net = model.module_
    h = np.concatenate([STATES[memory](net, history[:-1]) for history in HISTORIES])
    z, kl = encoded(net, h), 0
    if kind is SVAE:
        mu, sigma = z[:, :3], np.exp(z[:, 3:] / 2)
        z = mu + sigma * epsilon.numpy()
        q = Normal(torch.from_numpy(mu), torch.from_numpy(sigma))
        kl = torch_s_kl(q, Normal(0, 1)).sum(dim=1).mean().item()
    following = [
        items[t : t + model.k] for items in HISTORIES for t in range(1, len(items))
    ]
    log_pi = log_softmax(decoded(net, z), axis=1)
    fit = [row[items].mean() for row, items in zip(log_pi, following, strict=True)]
    expected = pytest.approx(-np.mean(fit) + 0.7 * kl, rel=1e-4)
    assert ours.item() == expected
    assert model.loss(places(HISTORIES, N_ITEMS)) == expected


def test_a_loss_hides_nothing_and_leaves_out_who_has_no_step():
    model = with_random_weights(SequenceDAE).set_params(dropout=0.9)
    short, alone = places(HISTORIES, N_ITEMS), places([*HISTORIES, [1], []], N_ITEMS)
    assert model.loss(alone) == model.loss(short)
    with pytest.raises(ValueError, match="nobody has two items"):
        model.loss(alone[[-1]])


def kl_as_drawn_and_as_claimed(model):
    """Return the KL divergence of a code, from draws alone, and as the loss has it."""
    h = torch.randn(1, SIZES["hidden"], generator=torch.Generator().manual_seed(2))
    with seeded(0), torch.no_grad():
        z, claimed = model._code_and_kl(h.expand(100_000, -1))
    q, p = Normal(z.mean(dim=0), z.std(dim=0)), Normal(0, 1)
    drawn = (q.log_prob(z) - p.log_prob(z)).sum(dim=1).mean()
    return drawn.item(), claimed.item()


def test_the_kl_divergence_is_that_of_what_is_drawn():
    drawn, claimed = kl_as_drawn_and_as_claimed(with_random_weights(SVAE))
    assert drawn == pytest.approx(claimed, rel=0.02)


def test_the_published_code_would_fail_the_test_above(monkeypatch):
    """It draws with σ = exp(output), where its KL divergence reads log σ²."""

    def published(mu, log_sigma):
        return mu + torch.exp(log_sigma) * torch.randn_like(mu)

    monkeypatch.setattr(svae, "draw", published)
    drawn, claimed = kl_as_drawn_and_as_claimed(with_random_weights(SVAE))
    assert drawn != pytest.approx(claimed, rel=0.2)


def test_dropout_hides_half_of_what_the_memory_reads_and_of_what_it_says(ordered):
    model = with_random_weights(SequenceDAE, dropout=0.5)
    net, steps, read = model.module_, next_items(in_order(ordered), 2), []
    for layers in (net.memory, net.inner):
        layers.register_forward_pre_hook(lambda _, inputs: read.append(inputs[0]))
    with seeded(0):
        next(model._losses(steps))
    whole = net.embed(steps.items), net.memory.forward(read[0])[0][steps.real]
    for hidden, shown in zip(read, whole, strict=True):
        kept = hidden != 0
        assert kept.float().mean().item() == pytest.approx(0.5, abs=0.05)
        torch.testing.assert_close(hidden[kept], 2 * shown[kept])


def test_l2_pulls_the_weights_towards_zero(ordered):
    def size(l2):
        module = SequenceDAE(**QUICK, l2=l2, lr=0.01).fit(ordered).module_
        return sum(weights.square().sum() for weights in module.parameters())

    assert size(10) < 0.9 * size(0)


def test_the_learning_rate_decays_from_epoch_to_epoch(ordered):
    settings = {**QUICK, "lr": 0.01, "lr_decay": 1e-9}
    one, five = (SequenceDAE(**{**settings, "epochs": n}).fit(ordered) for n in (1, 5))
    np.testing.assert_allclose(five.predict(ordered), one.predict(ordered), rtol=1e-4)


@BOTH
def test_the_scores_begin_at_the_log_popularity(kind):
    """Counted where there is something to learn from; plus 1, as nobody has some."""
    more = [*HISTORIES, np.array([1]), np.array([1])]
    model = kind(**QUICK, lr=1e-12).fit(places(more, N_ITEMS))
    counts = np.bincount(np.concatenate(HISTORIES), minlength=N_ITEMS)
    np.testing.assert_allclose(
        array(model.module_.scores.bias), np.log(counts + 1), atol=1e-6
    )


# ---- which steps are learned from ----


@BOTH
def test_no_history_is_too_long_to_be_learned_from(learned_from, kind):
    long = np.random.default_rng(0).permutation(300)
    histories = [long, *HISTORIES]
    settings = {**QUICK, "batch_steps": 3, "epochs": 1}
    kind(**settings).fit(places(histories, 300))
    followers = [item for history in histories for item in history[1:]]
    assert sorted(learned_from) == sorted(followers)


@BOTH
def test_loss_share_says_how_many_steps_are_learned_from(ordered, learned_from, kind):
    kind(**{**QUICK, "loss_share": 0.3, "epochs": 20}).fit(ordered)
    n_steps = 20 * (ordered.nnz - ordered.shape[0])
    assert len(learned_from) == pytest.approx(0.3 * n_steps, rel=0.1)


@BOTH
def test_a_batch_of_which_no_step_is_chosen_does_no_harm(kind):
    """Each user is a batch, and of the second one there is a single step."""
    settings = {**QUICK, "loss_share": 0.3, "batch_steps": 1, "epochs": 10}
    model = kind(**settings).fit(places(HISTORIES, N_ITEMS))
    assert model.log_.stopped == "finished" and len(model.log_.loss) == 10
    assert np.isfinite(model.predict(places(HISTORIES, N_ITEMS))).all()


@BOTH
def test_users_with_one_item_or_none_are_not_learned_from(kind):
    model = kind(**QUICK).fit(places(HISTORIES, N_ITEMS))
    more = [np.array([8]), *HISTORIES, np.array([], dtype=int), np.array([3])]
    with_more = kind(**QUICK).fit(places(more, N_ITEMS))
    assert (model.n_users_, with_more.n_users_) == (3, 6)
    X = places(more, N_ITEMS)
    np.testing.assert_array_equal(with_more.predict(X), model.predict(X))


# ---- annealing and the table of terms ----


def test_beta_grows_batch_by_batch_up_to_its_cap():
    """Three batches an epoch, so that the last ones are batches 3, 6 and 9."""
    X = places(
        np.random.default_rng(0).permuted(np.tile(np.arange(4), (6, 1)), axis=1),
        N_ITEMS,
    )
    settings = {**QUICK, "batch_steps": 8, "epochs": 3, "beta": 0.4}
    slow = SVAE(**settings, anneal_batches=8).fit(X).elbo_
    assert slow["beta"].tolist() == pytest.approx([0.4 * 3 / 8, 0.4 * 6 / 8, 0.4])
    at_once = SVAE(**settings, anneal_batches=0).fit(X).elbo_
    assert at_once["beta"].tolist() == [0.4, 0.4, 0.4]


def test_beta_is_a_straight_line_up_to_its_cap(ordered):
    settings = {**QUICK, **WHOLE, "epochs": 6, "beta": 0.4, "anneal_batches": 4}
    table = SVAE(**settings).fit(ordered).elbo_
    assert table["beta"].tolist() == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.4, 0.4])


def test_the_terms_add_up_to_the_loss(ordered):
    settings = {**QUICK, **WHOLE, "epochs": 5, "beta": 0.5, "anneal_batches": 3}
    model = SVAE(**settings).fit(ordered)
    table = model.elbo_
    loss = -table["log_likelihood"] + table["beta"] * table["kl"]
    np.testing.assert_allclose(loss, model.log_.loss, rtol=1e-6)
    assert (table["kl"] > 0).all()


@pytest.fixture
def few_and_many():
    """Batches of 2, 3, 3 and 200 steps; they teach too little to be seen."""
    rng = np.random.default_rng(0)
    X = places([rng.permutation(201)[:n] for n in (3, 4, 4, 201)], 201)
    return X, {**QUICK, "batch_steps": 4, "lr": 1e-12}


def test_the_log_likelihood_is_a_mean_over_steps_and_not_over_batches(few_and_many):
    X, settings = few_and_many
    model = SequenceDAE(**settings).fit(X)
    h, steps = all_steps(model, X)
    net = model.module_
    weights = net.scores.weight, net.scores.bias
    read = net.last_layer(net.code(h))
    mean = next_log_likelihood(read, *weights, steps.targets).item()
    np.testing.assert_allclose(model.elbo_["log_likelihood"], mean, rtol=1e-5)
    assert (model.elbo_[["kl", "beta"]] == 0).all(axis=None)


def test_the_kl_divergence_is_a_mean_over_steps_and_not_over_batches(few_and_many):
    X, settings = few_and_many
    model = SVAE(**settings).fit(X)
    h, _ = all_steps(model, X)
    mean = kl_divergence(*model.module_.posterior(h)).sum(dim=1).mean().item()
    np.testing.assert_allclose(model.elbo_["kl"], mean, rtol=1e-5)


def test_the_table_has_a_row_an_epoch_and_ends_with_the_training(ordered, val):
    settings = {**QUICK, "epochs": 60, "patience": 1, "lr": 0.1}
    model = SVAE(**settings).fit(ordered, val)
    assert model.log_.stopped == "no improvement"
    n_epochs = len(model.log_.loss)
    assert model.elbo_.index.tolist() == list(range(1, n_epochs + 1))
    assert model.elbo_.index.name == "epoch" and n_epochs < 60
    assert model.elbo_.columns.tolist() == ["log_likelihood", "kl", "beta"]


def test_an_epoch_that_was_interrupted_is_not_in_the_table(ordered, monkeypatch):
    model = SVAE(**{**QUICK, **WHOLE, "epochs": 5})
    betas = iter([0.1, 0.2])

    def interrupted():
        for beta in betas:
            return beta
        raise KeyboardInterrupt

    monkeypatch.setattr(model, "_beta", interrupted)
    model.fit(ordered)
    assert model.log_.stopped == "interrupted"
    assert model.elbo_["beta"].tolist() == [0.1, 0.2]


# ---- predictions ----


@BOTH
@MEMORIES
def test_a_prediction_decodes_the_mean_after_the_last_item(kind, memory):
    model = with_random_weights(kind, memory=memory)
    net, X = model.module_, places(HISTORIES, N_ITEMS)
    last = np.array([STATES[memory](net, history)[-1] for history in HISTORIES])
    mean = encoded(net, last)[:, :3]  # of SVAE, the log variances stand behind it
    np.testing.assert_allclose(model.codes(X), mean, rtol=1e-4, atol=1e-4)
    scores = decoded(net, mean)
    np.testing.assert_allclose(model.predict(X), scores, rtol=1e-4, atol=1e-4)


def test_a_prediction_draws_nothing_and_hides_nothing(fitted, ordered):
    np.testing.assert_array_equal(fitted.predict(ordered), fitted.predict(ordered))


@BOTH
@MEMORIES
def test_a_prediction_does_not_depend_on_the_other_users(
    ordered, monkeypatch, kind, memory
):
    """Who is alone in a batch is not filled up; in others of other lengths, he is."""
    model = with_random_weights(kind, memory=memory)
    together = model.predict(ordered)
    alone = np.concatenate([model.predict(ordered[[u]]) for u in range(40)])
    np.testing.assert_allclose(alone, together, rtol=1e-4, atol=1e-5)
    monkeypatch.setattr(svae, "USERS_AT_ONCE", 7)
    some = np.random.default_rng(0).permutation(40)[:17]
    np.testing.assert_allclose(
        model.predict(ordered[some]), together[some], rtol=1e-4, atol=1e-5
    )


@BOTH
@MEMORIES
def test_a_walk_has_the_prediction_of_each_beginning_of_a_history(kind, memory):
    model, history = with_random_weights(kind, memory=memory), HISTORIES[2]
    beginnings = places([history[:t] for t in range(1, 7)], N_ITEMS)
    walked = model.walk(places([history], N_ITEMS))
    np.testing.assert_allclose(walked, model.predict(beginnings), rtol=1e-4, atol=1e-5)


def test_a_walk_is_that_of_one_user(fitted, ordered):
    with pytest.raises(ValueError, match=r"walk takes one history.*this has 2"):
        fitted.walk(ordered[:2])


@BOTH
def test_two_items_that_swap_places_matter_to_a_gru_only(kind):
    X = places([[3, 1, 7, 2, 5], [3, 1, 7, 5, 2]], N_ITEMS)
    one, other = with_random_weights(kind, memory="gru").predict(X)
    assert np.abs(one - other).max() > 1e-2
    one, other = with_random_weights(kind, memory="mean").predict(X)
    np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_values_say_when_and_not_how_much(fitted, ordered):
    later = ordered.copy()
    later.data = 100 + 3 * later.data**2
    np.testing.assert_array_equal(fitted.predict(later), fitted.predict(ordered))


def test_empty_histories_all_get_the_same_finite_scores(fitted):
    none = np.array([], dtype=int)
    X = places([none, *HISTORIES, none], N_ITEMS)
    scores = fitted.predict(X)
    assert np.isfinite(scores).all()
    for same in (scores[-1], fitted.predict(X[[0]])[0]):
        np.testing.assert_allclose(same, scores[0], rtol=1e-4, atol=1e-6)
    assert np.abs(scores[0] - scores[1]).max() > 1e-4


def test_nothing_is_recommended_to_an_empty_history(fitted):
    X = places([HISTORIES[0], np.array([], dtype=int)], N_ITEMS)
    with pytest.raises(ValueError, match="history in row 1 is empty"):
        fitted.recommend(X)


def test_nothing_seen_is_recommended(fitted, ordered):
    seen = ordered.toarray() > 0
    for row, items in zip(seen, fitted.recommend(ordered, k=N_ITEMS), strict=True):
        assert set(items[items >= 0]) == set(np.flatnonzero(~row))


@BOTH
def test_the_seed_decides_and_torch_s_own_state_is_left_alone(ordered, kind):
    state = torch.get_rng_state()
    model = kind(**QUICK, seed=4).fit(ordered)
    assert torch.equal(torch.get_rng_state(), state)
    again, other = (
        clone(model).fit(ordered),
        clone(model).set_params(seed=5).fit(ordered),
    )
    np.testing.assert_array_equal(again.predict(ordered), model.predict(ordered))
    assert not np.array_equal(other.predict(ordered), model.predict(ordered))
    assert again.elbo_.equals(model.elbo_)


@BOTH
def test_another_seed_begins_from_another_net(ordered, kind):
    """What is learned is too little to be seen."""
    one, other = (
        kind(**QUICK, lr=1e-12, seed=seed).fit(ordered).predict(ordered)
        for seed in (0, 1)
    )
    assert np.abs(one - other).max() > 1e-2


@BOTH
def test_a_clone_has_the_same_settings_and_has_learned_nothing(ordered, kind):
    model = kind(k=3, memory="mean", **{**SIZES, "epochs": 1}).fit(ordered)
    copy = clone(model)
    assert copy.get_params() == model.get_params()
    assert not hasattr(copy, "module_")


@BOTH
def test_validation_keeps_the_epoch_that_ranks_best(ordered, val, kind):
    settings = {**QUICK, "epochs": 8, "patience": 8, "lr": 0.05}
    model = kind(**settings).fit(ordered, val)
    ndcg = evaluate(model, val).metrics["NDCG@100"]
    assert len(model.log_.val) == 8 and model.log_.best_epoch < 8
    assert 1 - ndcg == pytest.approx(min(model.log_.val))


# ---- who came last ----

N_PAIRS = 4


@pytest.fixture(
    scope="module",
    params=itertools.product([SVAE, SequenceDAE], ["gru", "mean", "faded"]),
    ids=lambda param: "-".join([param[0].__name__, param[1]]),
)
def knows_pairs(request):
    """Return a model of a world in which item 2j + 1 comes at once after item 2j."""
    kind, memory = request.param
    rng = np.random.default_rng(0)
    orders = [
        rng.permutation(N_PAIRS)[: rng.integers(1, N_PAIRS + 1)] for _ in range(300)
    ]
    histories = [np.stack([2 * j, 2 * j + 1], axis=1).ravel() for j in orders]
    model = kind(
        k=1,
        memory=memory,
        fading=0.2,
        embedding=16,
        hidden=16,
        width=16,
        latent=4,
        dropout=0,
        loss_share=1,
        lr=0.02,
        lr_decay=1,
        batch_steps=200,
        epochs=20,
    )
    return model.fit(places(histories, 2 * N_PAIRS))


def first(model, histories):
    """Return the item with the highest score, seen or not, of each history."""
    return model.predict(places(histories, 2 * N_PAIRS)).argmax(axis=1)


def test_after_one_item_comes_the_other_of_its_pair_and_not_the_reverse(knows_pairs):
    evens = 2 * np.arange(N_PAIRS)
    np.testing.assert_array_equal(first(knows_pairs, evens[:, None]), evens + 1)
    whole_pairs = np.stack([evens, evens + 1], axis=1)
    assert (first(knows_pairs, whole_pairs) != evens).all()


def test_only_a_mean_does_not_know_which_of_two_pairs_was_begun_last(knows_pairs):
    """A mean is right about (2i, 2j) only where it is wrong about (2j, 2i)."""
    evens = 2 * np.arange(N_PAIRS)
    histories = np.array([(i, j) for i in evens for j in evens if i != j])
    right = (first(knows_pairs, histories) == histories[:, 1] + 1).mean()
    if knows_pairs.memory == "mean":
        assert right <= 0.5
    else:
        assert right > 0.8


# ---- bad input ----


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        *(
            ({name: value}, f"{name} must be at least 1, not {value}")
            for name in (*SIZES, "k", "batch_steps", "epochs")
            for value in (0, -1)
        ),
        *(
            ({name: -1}, f"{name} must be at least 0, not -1")
            for name in ("l2", "beta", "anneal_batches")
        ),
        ({"loss_share": 0}, "loss_share must be above 0 and at most 1, not 0"),
        ({"loss_share": 2}, "loss_share must be above 0 and at most 1, not 2"),
        ({"dropout": 1}, "dropout must be from 0 to below 1, not 1"),
        ({"dropout": -0.1}, "dropout must be from 0 to below 1, not -0.1"),
        ({"fading": 1.1}, "fading must be from 0 to 1, not 1.1"),
        ({"fading": -0.1}, "fading must be from 0 to 1, not -0.1"),
        ({"memory": "lstm"}, "memory must be one of .*'gru', 'mean'.*, not 'lstm'"),
    ],
)
def test_hyper_parameters_out_of_range_are_named(ordered, changes, message):
    for kind in (SVAE, SequenceDAE):
        if changes.keys() <= kind().get_params().keys():
            with pytest.raises(ValueError, match=message):
                kind(**changes).fit(ordered)


def test_a_matrix_of_ones_is_refused_and_the_ordered_one_named(fitted, ordered):
    ones = ordered.copy()
    ones.data[:] = 1
    with pytest.raises(ValueError, match=r"twice.*split.train_order to learn from"):
        clone(fitted).fit(ones)
    with pytest.raises(ValueError, match=r"twice.*group.order to predict for"):
        fitted.predict(ones)


def test_a_world_in_which_nobody_has_two_items_is_refused(fitted):
    lonely = places([np.array([n]) for n in range(N_ITEMS)], N_ITEMS)
    with pytest.raises(ValueError, match="nobody has two items"):
        clone(fitted).fit(lonely)


def test_nan_is_refused(fitted, ordered):
    bad = ordered.copy()
    bad.data[3] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        clone(fitted).fit(bad)
    with pytest.raises(ValueError, match="NaN"):
        fitted.predict(bad)


def test_a_matrix_of_another_width_is_refused(fitted, ordered, val):
    with pytest.raises(ValueError, match="X has 3 columns"):
        fitted.predict(ordered[:, :3])
    with pytest.raises(ValueError, match=r"X has 12 columns.*fitted on 11 items"):
        clone(fitted).fit(ordered[:, :11], val)


def test_validation_users_without_an_order_are_refused(fitted, ordered, val):
    without = dataclasses.replace(val, order=None)
    with pytest.raises(ValueError, match="needs the order of the histories"):
        clone(fitted).fit(ordered, without)
