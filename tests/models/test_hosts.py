"""ALS-MF, PLRec, LRR and nets, plain and with ImplicitSLIM."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

import recnb
from recnb.evaluation import evaluate, weak_generalization
from recnb.ground.training_log import TrainingLog
from recnb.models import (
    ALSMF,
    IALS,
    LRR,
    HVamp,
    ImplicitSLIM,
    ImplicitSLIMNet,
    KnownUsersMF,
    MultDAE,
    MultVAE,
    PLRec,
    RecVAE,
    UltraGCN,
    implicit_slim,
)

SLIM = ImplicitSLIM(l2=3.0, alpha=0.5, threshold=2)


@pytest.fixture
def X():
    rng = np.random.default_rng(0)
    taste = rng.random((90, 3)) ** 2 @ rng.random((3, 25)) ** 2
    return sparse.csr_array((rng.random((90, 25)) < taste / taste.max()).astype(float))


def svd(X):
    return np.linalg.svd(X, full_matrices=False)


# ---- ALS-MF --------------------------------------------------------------------------


def test_plain_als_ends_at_the_shrunken_singular_values(X):
    r_p, r_q = 2.0, 3.0
    model = ALSMF(L=5, r_p=r_p, r_q=r_q, epochs=2000, dtype="float64").fit(X)
    dense, b = X.toarray(), X.toarray().mean(axis=0)
    _, s, Vt = svd(dense - b)
    shrunk = np.maximum(1 - np.sqrt(r_p * r_q) / s[:5], 0)
    expected = b + (dense - b) @ Vt[:5].T * shrunk @ Vt[:5]
    np.testing.assert_allclose(model.predict(X), expected, atol=1e-6)


def loss(model, X, P, V=0, s_q=0):
    Q = model.Q_
    R = X.toarray() - model.b_ - P.T @ Q
    penalties = model.r_p * (P**2).sum() + model.r_q * (Q**2).sum()
    return (R**2).sum() + penalties + s_q * ((Q - V) ** 2).sum()


def test_no_step_of_the_items_lowers_the_loss_further(X):
    model = ALSMF(L=3, r_p=2.0, r_q=3.0, s_q=4.0, reg=SLIM, epochs=1, dtype="float64")
    model.fit(X)
    V = SLIM.embed(model.Q_, X)
    P = model._users(X)
    logged = model._epoch(X)
    Q, least = model.Q_, loss(model, X, P, V, 4.0)
    assert logged == pytest.approx(least)
    rng = np.random.default_rng(1)
    for scale in (1e-3, 1e-1):
        for _ in range(10):
            model.Q_ = Q + scale * rng.normal(size=Q.shape)
            assert loss(model, X, P, V, 4.0) > least


def test_no_vector_of_a_user_lowers_the_loss_further(X):
    model = ALSMF(L=3, epochs=2, dtype="float64").fit(X)
    P = model._users(X)
    least = loss(model, X, P)
    rng = np.random.default_rng(1)
    for scale in (1e-3, 1e-1):
        for _ in range(10):
            assert loss(model, X, P + scale * rng.normal(size=P.shape)) > least


def test_as_initialiser_it_is_applied_to_random_numbers(X):
    draw = np.random.default_rng(7)
    Q = draw.normal(size=(3, 25))
    for _ in range(2):
        Q = implicit_slim(Q, X, 3.0, 0.5, 2)
    model = ALSMF(L=3, init=SLIM, init_passes=2, seed=7, dtype="float64")
    model._begin(X)
    np.testing.assert_allclose(model.Q_, Q)


def test_a_strong_regulariser_leaves_the_items_at_their_goal(X):
    model = ALSMF(L=3, init=SLIM, reg=SLIM, s_q=1e12, dtype="float64")
    model._begin(X)
    first = model.Q_
    model.set_params(epochs=1).fit(X)
    np.testing.assert_allclose(model.Q_, first, rtol=1e-6)
    model.set_params(epochs=2).fit(X)
    np.testing.assert_allclose(model.Q_, SLIM.embed(first, X), rtol=1e-5, atol=1e-8)


def test_without_reg_the_strength_is_not_used(X):
    scores = [ALSMF(L=3, s_q=s).fit(X).predict(X) for s in (0.0, 99.0)]
    np.testing.assert_array_equal(*scores)


class Errors:
    """Validation data that knows its errors beforehand."""

    def __init__(self, *errors):
        self.errors = iter(errors)

    def error(self, model):
        self.seen = [*getattr(self, "seen", []), model.Q_]
        return next(self.errors)


def test_the_best_epoch_is_kept_and_stale_ones_end_the_training(X):
    val = Errors(3.0, 1.0, 2.0, 2.0, 0.0)
    model = ALSMF(L=3, epochs=5, patience=2).fit(X, val)
    assert (model.log_.best_epoch, model.log_.val) == (2, [3.0, 1.0, 2.0, 2.0])
    assert model.log_.stopped == "no improvement"
    np.testing.assert_array_equal(model.Q_, val.seen[1])


def test_a_stopped_training_keeps_its_best_epoch(X, capsys):
    class Stop(Errors):
        def error(self, model):
            if len(getattr(self, "seen", [])) == 2:
                raise KeyboardInterrupt
            return super().error(model)

    val = Stop(1.0, 2.0)
    model = ALSMF(L=3, epochs=9).fit(X, val)
    np.testing.assert_array_equal(model.Q_, val.seen[0])
    assert "the weights of epoch 1 are kept" in capsys.readouterr().out
    assert model.log_.stopped == "interrupted"


def test_an_empty_history_gets_the_same_scores_as_a_row_of_zeros(X):
    model = ALSMF(L=3).fit(X)
    empty = sparse.csr_array((1, 25))
    assert np.isfinite(model.predict(empty)).all()
    assert len(model.recommend(empty, 5)[0]) == 5


def bend(model, X):
    """Return how far scores of two histories in one are off the sum of their own."""
    a, b, none = X[[0]], X[[1]], X[[0]] * 0
    own = model.predict(a) + model.predict(b) - model.predict(none)
    return np.abs(model.predict(a + b) - own).max()


@pytest.mark.parametrize("slim", [None, SLIM])
def test_als_mf_is_linear_in_the_history(X, slim):
    """New users are solved for with one matrix; iALS has another for each user."""
    model = ALSMF(L=5, init=slim, reg=slim, dtype="float64").fit(X)
    assert bend(model, X) < 1e-10
    assert bend(IALS(d=5).fit(X), X) > 0.01


def test_the_loss_never_rises_in_a_plain_training(X):
    losses = ALSMF(L=3, epochs=8, dtype="float64").fit(X).log_.loss
    assert (np.diff(losses) <= 0).all()


# ---- ALS-MF with users' vectors ------------------------------------------------------


def test_without_a_pull_on_users_it_is_als_mf(X):
    settings = {"L": 3, "reg": SLIM, "epochs": 3, "dtype": "float64"}
    expected = ALSMF(**settings).fit(X).predict(X)
    found = KnownUsersMF(**settings).fit(X).predict(X)
    np.testing.assert_allclose(found, expected, atol=1e-10)


def test_a_strong_pull_leaves_the_users_at_their_goal(X):
    model = KnownUsersMF(L=3, user_reg=SLIM, s_p=1e12, epochs=1, dtype="float64")
    model._begin(X)
    goal = implicit_slim(model.P_, X.T.tocsr(), 3.0, 0.5, 2)
    np.testing.assert_allclose(model.fit(X).P_, goal, rtol=1e-5, atol=1e-8)


def test_the_users_of_the_best_epoch_are_kept(X):
    val = Errors(3.0, 1.0, 2.0, 2.0)
    model = KnownUsersMF(L=3, user_reg=SLIM, epochs=4).fit(X, val)
    shorter = KnownUsersMF(L=3, user_reg=SLIM, epochs=2).fit(X)
    np.testing.assert_array_equal(model.P_, shorter.P_)
    np.testing.assert_array_equal(model.Q_, shorter.Q_)


def test_strangers_are_refused(X):
    with pytest.raises(ValueError, match="90 training users and to nobody else"):
        KnownUsersMF(L=3).fit(X).predict(X[:5])


# ---- LRR -----------------------------------------------------------------------------


def test_lrr_is_ridge_regression_at_full_rank_but_one(X):
    dense, l2 = X.toarray(), 4.0
    U, s, Vt = svd(dense)
    smaller = (U[:, :24] * s[:24]) @ Vt[:24]
    ridge = np.linalg.solve(smaller.T @ smaller + l2 * np.eye(25), smaller.T @ smaller)
    model = LRR(L=24, l2=l2).fit(X)
    np.testing.assert_allclose(model.predict(X), dense @ ridge, atol=1e-8)


def test_no_other_weights_of_this_rank_cost_less(X):
    model = LRR(L=4, l2=4.0).fit(X)
    dense = X.toarray()

    def cost(left, right):
        W = left @ right
        return ((dense - dense @ W) ** 2).sum() + 4 * (W**2).sum()

    left, right = model.V_ * model.shrinkage_, model.V_.T
    least = cost(left, right)
    rng = np.random.default_rng(1)
    for scale in (1e-3, 1e-1):
        for _ in range(10):
            steps = (scale * rng.normal(size=part.shape) for part in (left, right))
            other = (part + s for part, s in zip((left, right), steps, strict=True))
            assert cost(*other) > least


# ---- PLRec ---------------------------------------------------------------------------


def test_plrec_on_singular_vectors_is_lrr(X):
    expected = LRR(L=4, l2=6.0).fit(X).predict(X)
    found = PLRec(L=4, r_q=6.0).fit(X).predict(X)
    np.testing.assert_allclose(found, expected, atol=1e-8)


def test_popular_items_count_less_in_the_projection(X):
    model = PLRec(L=4, power=0.5).fit(X)
    plain = PLRec(L=4).fit(X)
    users = X.toarray().sum(axis=0)
    np.testing.assert_allclose(np.abs(model.W_), np.abs(plain.W_) / np.sqrt(users))
    assert not np.allclose(model.predict(X), plain.predict(X))


def test_plrec_begins_with_what_implicit_slim_makes(X):
    plain = PLRec(L=4).fit(X).W_
    model = PLRec(L=4, init=SLIM).fit(X)
    np.testing.assert_allclose(model.W_, SLIM.embed(plain, X))


def test_a_strong_pull_leaves_plrec_s_items_at_their_goal(X):
    plain = PLRec(L=4).fit(X).W_
    for init in (None, SLIM):
        model = PLRec(L=4, init=init, reg=SLIM, s_q=1e12).fit(X)
        np.testing.assert_allclose(model.Q_, SLIM.embed(plain, X), atol=1e-6)


# ---- all -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (ALSMF(L=26), "L must be"),
        (ALSMF(L=0), "L must be"),
        (ALSMF(L=3, r_p=0.0), "r_p must be"),
        (ALSMF(L=3, r_q=-1.0), "r_q must be"),
        (ALSMF(L=3, s_q=-1.0), "s_q must be"),
        (ALSMF(L=3, epochs=0), "epochs must be"),
        (ALSMF(L=3, dtype="int8"), "dtype must be"),
        (ALSMF(L=3, reg=ImplicitSLIM(alpha=0.0)), "alpha must be"),
        (ALSMF(L=3, init=ImplicitSLIM(threshold=999)), "leaves no item"),
        (KnownUsersMF(L=3, s_p=-1.0), "s_p must be"),
        (KnownUsersMF(L=3, user_reg=ImplicitSLIM(l2=0.0)), "l2 must be"),
        (LRR(L=25), "L must be"),
        (LRR(L=3, l2=0.0), "l2 must be"),
        (PLRec(L=25), "L must be"),
        (PLRec(L=3, r_q=0.0), "r_q must be"),
        (PLRec(L=3, power=-1.0), "power must be"),
        (PLRec(L=3, init=ImplicitSLIM(l2=0.0)), "l2 must be"),
    ],
)
def test_bad_settings_are_refused_in_words(X, model, words):
    with pytest.raises(ValueError, match=words):
        model.fit(X)


def test_a_host_has_to_have_something_to_learn():
    for model in (ALSMF(L=3), LRR(L=3), PLRec(L=3)):
        with pytest.raises(ValueError, match="nobody has an item"):
            model.fit(sparse.csr_array((20, 10)))


# ---- nets ----------------------------------------------------------------------------

SMALL = {"latent": 3, "epochs": 1, "patience": None, "batch_size": 40}
NETS = {
    "MultVAE": MultVAE((5,), **SMALL),
    "MultVAE without a layer": MultVAE((), **SMALL),
    "MultDAE": MultDAE(**SMALL),
    "RecVAE": RecVAE(5, **SMALL),
    "HVamp": HVamp(5, n_pseudo=4, **SMALL),
}
OTHER = ImplicitSLIM(l2=9.0, alpha=2.0, threshold=1)


@pytest.fixture(params=NETS)
def net(request):
    return clone(NETS[request.param])


def test_every_matrix_with_an_item_a_row_is_handed_out(net, X):
    matrices = net.fit(X).item_embeddings()
    shapes = sorted(matrix.shape for matrix in matrices)
    learned = net.module_.state_dict().values()
    numbers = sum(w.numel() for w in learned if w.ndim == 2 and len(w) == 25)
    assert sum(length for _, length in shapes) * 25 == numbers
    assert {n_items for n_items, _ in shapes} == {25} and len(matrices) > 1


def test_what_is_written_into_the_embeddings_is_in_the_model(net, X):
    before = net.fit(X).predict(X)
    matrices = [matrix.copy() for matrix in net.item_embeddings()]
    for n, kept in enumerate(matrices):
        net.item_embeddings()[n][:] = 7 * np.random.default_rng(n).random(kept.shape)
        assert np.abs(net.predict(X) - before).max() > 1e-3
        net.item_embeddings()[n][:] = kept
        np.testing.assert_array_equal(net.predict(X), before)


def test_a_net_that_is_not_fitted_has_no_embeddings(net):
    with pytest.raises(NotFittedError):
        net.item_embeddings()


def test_each_epoch_is_announced_before_its_first_step(net, X):
    seen = []

    def before_epoch(epoch):
        seen.append((epoch, [m.copy() for m in net.item_embeddings()]))

    net.set_params(epochs=3).fit(X, before_epoch=before_epoch)
    assert [epoch for epoch, _ in seen] == [0, 1, 2]
    for epochs in (1, 2):  # what a training of so many epochs ends with
        ended = clone(net).set_params(epochs=epochs).fit(X).item_embeddings()
        for before, after in zip(seen[epochs][1], ended, strict=True):
            np.testing.assert_array_equal(before, after)


def test_what_is_to_be_called_is_a_function(net, X):
    with pytest.raises(ValueError, match="before_epoch takes a function"):
        net.fit(X, before_epoch=3)


def test_without_implicit_slim_it_is_the_net(net, X):
    expected = net.fit(X).predict(X)
    host = ImplicitSLIMNet(net).fit(X)
    np.testing.assert_array_equal(host.predict(X), expected)
    assert host.log_.loss == net.log_.loss and host.net_ is not net


def replaced(monkeypatch, net, X, **settings):
    """Return the epochs before which a training replaces, and what by what."""
    calls, ends = [], []
    original, end = ImplicitSLIM.embed, TrainingLog.add

    def spy(self, W, X):
        before = W.copy()
        after = original(self, W, X)
        if len(W) > 1:  # and no trial with one number an item
            calls.append((len(ends), self, before, after.copy()))
        return after

    def count(self, *arguments):
        ends.append(1)
        return end(self, *arguments)

    monkeypatch.setattr(ImplicitSLIM, "embed", spy)
    monkeypatch.setattr(TrainingLog, "add", count)
    ImplicitSLIMNet(net.set_params(epochs=7), **settings).fit(X)
    return calls


@pytest.mark.parametrize("every", [1, 3])
def test_the_initialiser_acts_once_the_regulariser_again_and_again(
    net, X, monkeypatch, every
):
    calls = replaced(monkeypatch, net, X, init=SLIM, reg=OTHER, every=every)
    times = [(0, SLIM), *((epoch, OTHER) for epoch in range(every, 7, every))]
    a_time = len(net.fit(X).item_embeddings())
    assert [call[:2] for call in calls] == [t for t in times for _ in range(a_time)]


def test_the_regulariser_alone_leaves_the_beginning_alone(net, X, monkeypatch):
    calls = replaced(monkeypatch, net, X, reg=OTHER, every=4)
    assert {call[:2] for call in calls} == {(4, OTHER)}


def test_every_matrix_is_replaced_by_what_implicit_slim_makes_of_it(net, X):
    """At a rate of almost zero, a net ends as it began."""
    net.set_params(lr=1e-12)
    plain = clone(net).fit(X).item_embeddings()
    host = ImplicitSLIMNet(net, init=SLIM).fit(X)
    for W, V in zip(plain, host.net_.item_embeddings(), strict=True):
        np.testing.assert_allclose(V.T, SLIM.embed(W.T, X), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"every": 0}, "every must be at least 1"),
        ({"reg": ImplicitSLIM(alpha=0.0)}, "alpha must be"),
        ({"reg": ImplicitSLIM(threshold=999)}, "leaves no item"),
        ({"init": ImplicitSLIM(l2=0.0)}, "l2 must be"),
        ({"init": 300.0}, "init takes an ImplicitSLIM or None, not 300"),
        ({"net": PLRec()}, "PLRec cannot be a host"),
        ({"net": None}, "NoneType cannot be a host"),
    ],
)
def test_a_host_is_refused_before_it_is_trained(X, monkeypatch, settings, words):
    monkeypatch.setattr(MultVAE, "fit", None)
    with pytest.raises(ValueError, match=words):
        ImplicitSLIMNet(**{"net": MultVAE()} | settings).fit(X)


def test_validation_reaches_the_net(net, X):
    class Val:
        errors, seen = iter([3.0, 1.0, 2.0]), []

        def error(self, model):
            self.seen.append(model.predict(X))
            return next(self.errors)

    val = Val()
    host = ImplicitSLIMNet(net.set_params(epochs=3), reg=SLIM, every=1).fit(X, val)
    assert (host.log_.best_epoch, host.log_.val) == (2, [3.0, 1.0, 2.0])
    np.testing.assert_array_equal(host.predict(X), val.seen[1])


def test_a_net_of_known_users_stays_one_as_a_host():
    """`evaluate` would else hand over its users in parts, and those without history."""
    split = weak_generalization(recnb.load("simulated"), seed=0)
    slim = ImplicitSLIM(l2=50, alpha=10, threshold=5)
    host = ImplicitSLIMNet(UltraGCN(d=8, epochs=1), init=slim).fit(split.train)
    found, direct = (evaluate(m, split.test).metrics for m in (host, host.net_))
    assert found == direct
    assert host.needs_all_users and not host.needs_history
    assert not ImplicitSLIMNet(MultVAE()).needs_all_users
