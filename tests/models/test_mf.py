"""MF: steps against autograd, what it learns, and how a training can end."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from torch.nn import functional as F

from recnb.evaluation import evaluate
from recnb.models import MF, Popularity, mf_sgd

QUICK = {"d": 8, "m": 4, "lr": 0.05, "n_threads": 1}
SMALL = st.floats(0, 0.5, width=32)


def drawn(d, seed, scale=1.0):
    """Return P and Q of 3 users and 4 items, and b."""
    rng = np.random.default_rng(seed)
    sizes = (3, d), (4, d), 1
    return [rng.normal(0, scale, size).astype(np.float32) for size in sizes]


def loss_and_slopes(P, Q, b, u, i, y, l2):
    """Return the loss of equation 8, with its penalty as a half of the squares."""
    weights = [torch.tensor(w, dtype=torch.float64) for w in (P[u], Q[i], b)]
    p, q, b = (w.requires_grad_() for w in weights)
    score = (b + p[0] + q[0] + p[1:] @ q[1:])[0]
    loss = F.binary_cross_entropy_with_logits(score, torch.tensor(float(y)).double())
    penalty = l2 / 2 * sum(w.square().sum() for w in (p, q, b))
    slopes = torch.autograd.grad(loss + penalty, (p, q, b))
    return loss.item(), [slope.numpy() for slope in slopes]


# ---- one step ----


@settings(deadline=None)
@given(
    st.integers(1, 6),
    st.integers(0, 10**6),
    st.sampled_from([0, 1]),
    SMALL,
    SMALL,
    st.sampled_from([0.01, 0.3, 2.0]),
)
def test_a_step_goes_down_the_slope_of_equation_8(d, seed, y, lr, l2, scale):
    before = drawn(d, seed, scale)
    P, Q, b = (w.copy() for w in before)
    loss = mf_sgd.step(P, Q, b, 1, 2, np.float32(y), np.float32(lr), np.float32(l2))
    expected, slopes = loss_and_slopes(*before, 1, 2, y, l2)
    assert loss == pytest.approx(expected, rel=1e-4, abs=1e-6)
    rows = (P[1], before[0][1]), (Q[2], before[1][2]), (b, before[2])
    for (after, start), slope in zip(rows, slopes, strict=True):
        np.testing.assert_allclose(after, start - lr * slope, rtol=1e-4, atol=1e-5)
    for after, start, row in ((P, before[0], 1), (Q, before[1], 2)):
        others = np.arange(len(start)) != row
        assert np.array_equal(after[others], start[others])


@pytest.mark.parametrize("y", [0, 1])
@pytest.mark.parametrize("score", [-1e4, -100, 100, 1e4])
def test_extreme_scores_do_not_overflow(y, score):
    P, Q, b = drawn(2, 0)
    P[1, 0], b[0] = 0, 0
    P[1, 1] = Q[2, 1] = 0
    Q[2, 0] = score
    loss = mf_sgd.step(P, Q, b, 1, 2, np.float32(y), np.float32(0.1), np.float32(0))
    is_right = (score > 0) == (y == 1)
    assert loss == pytest.approx(0 if is_right else abs(score), abs=1e-6)
    step = 0 if is_right else 0.1 * np.sign(score)
    assert P[1, 0] == pytest.approx(-step) and b[0] == pytest.approx(-step)
    assert np.isfinite(P).all() and np.isfinite(Q).all()


def test_an_epoch_takes_each_pair_and_then_its_negatives():
    rates = np.float32(0.1), np.float32(0.02)
    users, items = np.array([0, 2, 1], np.int32), np.array([3, 3, 0], np.int32)
    negatives = np.array([[1, 2], [3, 3], [0, 2]], np.int32)
    one_by_one, at_once = drawn(4, 5), drawn(4, 5)
    total = 0.0
    for u, i, others in zip(users, items, negatives, strict=True):
        for item, y in ((i, 1), *((other, 0) for other in others)):
            total += mf_sgd.step(*one_by_one, u, item, np.float32(y), *rates)
    loss = mf_sgd.epoch(at_once, (users, items, negatives), 0.1, 0.02, 1)
    assert loss == pytest.approx(total, rel=1e-5)
    for ours, expected in zip(at_once, one_by_one, strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-6)


# ---- the model ----


def test_the_score_is_equation_2(planted):
    model = MF(**QUICK, epochs=1).fit(planted.train)
    p, q = model.P_[3].astype(np.float64), model.Q_[7].astype(np.float64)
    expected = model.b_[0] + p[0] + q[0] + p[1:] @ q[1:]
    assert model.predict_pairs(3, 7) == pytest.approx(expected, rel=1e-5)


def test_it_starts_with_biases_of_zero_and_small_embeddings(planted):
    model = MF(d=8, lr=1e-9, stddev=0.25, epochs=1, n_threads=1).fit(planted.train)
    assert model.P_.shape == (planted.train.shape[0], 8)
    assert model.Q_.shape == (planted.train.shape[1], 8)
    for start in (model.P_, model.Q_):
        assert np.abs(start[:, 0]).max() < 1e-4
        assert start[:, 1:].std() == pytest.approx(0.25, rel=0.1)
    assert abs(model.b_[0]) < 1e-4
    at_zero = MF(d=8, lr=1e-9, stddev=0, epochs=1, n_threads=1).fit(planted.train)
    assert at_zero.log_.loss[0] == pytest.approx(np.log(2), rel=1e-4)


def test_with_one_number_it_is_biases_alone(planted):
    scores = MF(d=1, m=2, epochs=2, n_threads=1).fit(planted.train)
    scores = scores.predict(planted.train)
    differences = scores - scores[:1]
    np.testing.assert_allclose(differences, differences[:, [0]] + 0 * scores, atol=1e-5)


def test_it_finds_planted_taste_that_popularity_cannot(planted):
    model = MF(**QUICK, l2=0.01, epochs=30).fit(planted.train)
    assert model.log_.loss[-1] < 0.85 * model.log_.loss[0]
    ours = evaluate(model, planted.test).metrics["NDCG@10"]
    popular = evaluate(Popularity().fit(planted.train), planted.test).metrics["NDCG@10"]
    assert ours > popular + 0.2


def test_the_penalty_holds_the_embeddings_down(planted):
    lengths = [
        np.linalg.norm(MF(**QUICK, l2=l2, epochs=30).fit(planted.train).P_)
        for l2 in (0.0, 0.02, 0.1)
    ]
    assert lengths[0] > lengths[1] > lengths[2]


def test_two_threads_learn_about_the_same(planted):
    one = MF(**QUICK, epochs=5).fit(planted.train)
    two = clone(one).set_params(n_threads=2).fit(planted.train)
    np.testing.assert_allclose(two.log_.loss, one.log_.loss, rtol=0.05)


@pytest.mark.parametrize("setting", [{"n_threads": 0}, {"stddev": -0.1}])
def test_settings_of_its_own_are_checked(planted, setting):
    ((name, value),) = setting.items()
    with pytest.raises(ValueError, match=f"{name} must be at least .*, not {value}"):
        MF(**setting).fit(planted.train)


# ---- how a training ends ----


class Scripted:
    """Validation errors by script; keeps a copy of the embeddings of each epoch."""

    def __init__(self, *errors):
        self.errors, self.seen = iter(errors), []

    def error(self, model):
        self.seen.append((model.b_.copy(), model.P_.copy(), model.Q_.copy()))
        error = next(self.errors)
        if error is None:
            raise KeyboardInterrupt
        return error


def weights(model):
    return model.b_, model.P_, model.Q_


def same(ours, theirs):
    return all(np.array_equal(*both) for both in zip(ours, theirs, strict=True))


def test_the_best_epoch_on_validation_is_kept(planted):
    val = Scripted(0.5, 0.2, 0.4)
    model = MF(**QUICK, epochs=3).fit(planted.train, val)
    assert model.log_.best_epoch == 2 and model.log_.best == 0.2
    assert same(weights(model), val.seen[1]) and not same(val.seen[1], val.seen[2])
    assert model.log_.stopped == "finished" and len(model.log_.loss) == 3


def test_without_validation_the_last_epoch_is_kept(planted):
    val = Scripted(0.5, 0.4, 0.3)
    watched = MF(**QUICK, epochs=3).fit(planted.train, val)
    model = MF(**QUICK, epochs=3).fit(planted.train)
    assert same(weights(model), weights(watched)) and model.log_.val == []
    assert model.log_.best_epoch == 3


@pytest.mark.parametrize("errors", [(0.5, 0.2, None), (0.2, 0.5, None)])
def test_the_stop_button_keeps_the_best_epoch_so_far(planted, capsys, errors):
    val = Scripted(*errors)
    model = MF(**QUICK, epochs=9).fit(planted.train, val)
    assert model.log_.stopped == "interrupted" and len(model.log_.loss) == 2
    assert "MF interrupted after 2 epochs" in capsys.readouterr().out
    assert same(weights(model), val.seen[errors.index(0.2)])
    assert np.isfinite(model.predict(planted.train)).all()


def test_a_step_that_is_too_large_is_told(planted):
    with pytest.raises(FloatingPointError, match=r"diverged in epoch .* smaller"):
        MF(d=8, lr=1e6, epochs=5, n_threads=1).fit(planted.train)
