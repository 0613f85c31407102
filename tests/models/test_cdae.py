"""CDAE and Liang et al.'s: losses by hand, sampled zeros, whose node is whose."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse, stats
from sklearn.base import clone

from recnb.data import Interactions
from recnb.evaluation import evaluate, weak_generalization
from recnb.ground.sparse_rows import SparseRows
from recnb.ground.training import seeded
from recnb.models import CDAE, LiangCDAE, cdae
from recnb.models.cdae import VARIANTS, CDAENet, sample_negatives

QUICK = {"hidden": 4, "epochs": 2, "batch_size": 16, "patience": None}
BOTH = pytest.mark.parametrize("kind", [CDAE, LiangCDAE])
NUMPY_S = {
    "identity": lambda a: a,
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
    "tanh": np.tanh,
}
#: The paper's models, and squares after a sigmoid.
CASES = {**VARIANTS, "M4s": {"activations": ("sigmoid", "sigmoid"), "loss": "square"}}
USERS = np.array([4, 0, 2])


@pytest.fixture(params=[CDAE, LiangCDAE])
def fitted(request, likes):
    return request.param(**QUICK).fit(likes)


@pytest.fixture
def Y():
    """Three histories of six items, one of them empty."""
    return sparse.csr_array(
        np.array([[1, 0, 1, 0, 0, 1], [0] * 6, [0, 1, 0, 0, 0, 0]], dtype=np.float32)
    )


def drawn(activations=("sigmoid", "sigmoid"), tied=False):
    """Return a net of five users and six items in which no weight is zero."""
    with seeded(1), torch.no_grad():
        net = CDAENet(5, 6, 3, activations, tied)
        for weights in net.parameters():
            weights.normal_()
    return net


def arrays(net):
    names = ("W", "V", "b", "W_out", "b_out")
    return [getattr(net, name).detach().numpy() for name in names]


def output(net, Y, activations):
    """Return y^ of USERS, by the paper's equations."""
    W, V, b, W_out, b_out = arrays(net)
    s_f, s_g = (NUMPY_S[name] for name in activations)
    return s_g(s_f(Y @ W + V[USERS] + b) @ W_out.T + b_out)


def loss(model, net, Y, users=USERS):
    """Return the loss of a batch, with the same randomness every time."""
    with seeded(5):
        (loss,) = model._losses(net, (users, Y), np.random.default_rng(0))
    return loss


def cell_losses(name, y_hat, y):
    if name == "square":
        return (y - y_hat) ** 2 / 2
    return -np.where(y == 1, np.log(y_hat), np.log(1 - y_hat))


# ---- the net ----


@pytest.mark.parametrize(
    "names", list(product(("identity", "sigmoid"), ("sigmoid", "tanh")))
)
def test_it_is_the_paper_s_equation(Y, names):
    net = drawn(names)
    V_u = net.V[torch.from_numpy(USERS)]
    for y in (SparseRows(Y), torch.from_numpy(Y.toarray())):
        y_hat = net.s_g(net.before_output(net.code(y, V_u))).detach()
        np.testing.assert_allclose(y_hat, output(net, Y, names), atol=1e-5)


def test_a_few_cells_get_the_scores_and_gradients_that_they_get_among_all(Y):
    net = drawn().double()
    h = torch.rand(3, 3, dtype=torch.float64, requires_grad=True)
    inputs, liked = (h, net.W_out, net.b_out), torch.from_numpy(Y.toarray() == 1)
    few, among_all = net.at(h, SparseRows(Y)), net.before_output(h)[liked]
    torch.testing.assert_close(few, among_all)
    gradients = (torch.autograd.grad((s**2).sum(), inputs) for s in (few, among_all))
    for ours, theirs in zip(*gradients, strict=True):
        torch.testing.assert_close(ours, theirs)


def test_tied_weights_are_one_matrix_that_learns_from_both_ends(Y):
    model = CDAE(corruption=0, n_negatives=None)
    tied, untied = drawn(tied=True), drawn()
    untied.load_state_dict(tied.state_dict())
    for net in (tied, untied):
        loss(model, net, Y).backward()
    assert tied.W_out is tied.W and untied.W_out is not untied.W
    torch.testing.assert_close(tied.W.grad, untied.W.grad + untied.W_out.grad)


def test_it_starts_with_nodes_and_offsets_of_zero(likes):
    net = CDAENet(5, 6, 3, ("sigmoid", "sigmoid"))
    assert not any(p.any() for p in (net.V, net.b, net.b_out))
    bound = np.sqrt(6 / (6 + 3))
    assert 0 < net.W.abs().max() <= bound and 0 < net.W_out.abs().max() <= bound
    assert not torch.equal(net.W, net.W_out)


# ---- the zeros that are sampled ----


@given(seed=st.integers(0, 2**32), n_negatives=st.integers(0, 4))
def test_sampled_zeros_are_nobody_s_likes_and_there_are_n_of_them_for_each(
    seed, n_negatives
):
    rng = np.random.default_rng(seed)
    Y = (rng.random((5, 7)) < rng.random((5, 1))).astype(np.float32)
    Y[0], Y[1] = 0, 1  # a row that has nothing and one that has everything
    cells, counts = sample_negatives(sparse.csr_array(Y), n_negatives, rng)
    assert cells.shape == Y.shape and cells.has_canonical_format
    np.testing.assert_array_equal(cells.toarray(), Y)
    assert (counts[cells.data == 1] == 1).all() and (cells.data == 1).sum() == Y.sum()
    rows = np.repeat(np.arange(5), np.diff(cells.indptr))
    n_zeros = np.bincount(rows, counts * (cells.data == 0), minlength=5)
    n_likes = Y.sum(axis=1)
    expected = np.where(n_likes < 7, n_negatives * n_likes, 0)
    np.testing.assert_array_equal(n_zeros, expected)


def test_sampled_zeros_are_uniform():
    row = np.float32([1, 0, 0, 1, 0, 0, 0, 1])
    Y = sparse.csr_array(np.tile(row, (2000, 1)))
    cells, counts = sample_negatives(Y, 5, np.random.default_rng(0))
    drawn = np.bincount(cells.indices, counts * (cells.data == 0))
    assert drawn.sum() == 30_000 and not drawn[row == 1].any()
    assert stats.chisquare(drawn[row == 0]).pvalue > 0.01


# ---- the loss ----


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("n_negatives", [None, 2])
def test_the_loss_of_a_batch_written_out(Y, name, n_negatives):
    variant = CASES[name]
    net = drawn(variant["activations"])
    model = CDAE(corruption=0, n_negatives=n_negatives, **variant)
    y_hat, y = output(net, Y, variant["activations"]), Y.toarray()
    weights = np.ones(Y.shape)
    if n_negatives:
        cells, counts = sample_negatives(Y, n_negatives, np.random.default_rng(0))
        cells.data = counts
        weights = cells.toarray()
    expected = (weights * cell_losses(variant["loss"], y_hat, y)).sum()
    assert loss(model, net, Y).item() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("name", CASES)
def test_sampled_zeros_stand_for_all_zeros(Y, name):
    """On average they count as all zeros do, n |likes| / |zeros| times each."""
    variant, n = CASES[name], 10_000
    net = drawn(variant["activations"])
    model = CDAE(corruption=0, n_negatives=4, **variant)
    many = Y[np.zeros(n, dtype=int)]
    mean = loss(model, net, many, np.full(n, USERS[0])).item() / n
    y = Y.toarray()[0]
    y_hat = output(net, Y, variant["activations"])[0]
    cells = cell_losses(variant["loss"], y_hat, y)
    expected = cells[y == 1].sum() + 4 * 3 / 3 * cells[y == 0].sum()
    assert mean == pytest.approx(expected, rel=0.02)


def test_liang_s_loss_counts_a_like_c1_times(Y):
    net, y = drawn(LiangCDAE.activations), Y.toarray()
    y_hat = output(net, Y, ("tanh", "tanh"))
    expected = (np.where(y == 1, 7, 1) * (y - y_hat) ** 2).sum() / 2
    model = LiangCDAE(corruption=0, c1=7)
    assert loss(model, net, Y).item() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("tied", [False, True])
def test_the_penalty_counts_shared_weights_once_a_user_and_nodes_of_their_own(Y, tied):
    net, settings = drawn(tied=tied), {"corruption": 0, "n_negatives": None}
    with_penalty, without = (
        loss(CDAE(tied=tied, l2=l2, **settings), net, Y).item() for l2 in (0.3, 0)
    )
    W, V, b, W_out, b_out = ((w**2).sum(axis=-1) for w in arrays(net))
    shared = W.sum() + b + (0 if tied else W_out.sum()) + b_out
    penalty = 0.3 / 2 * (3 * shared + V[USERS].sum())
    assert with_penalty - without == pytest.approx(penalty, rel=1e-4)


@pytest.mark.parametrize(
    "model",
    [CDAE(4, corruption=0, n_negatives=None, l2=0.1), LiangCDAE(4, corruption=0)],
)
def test_a_user_s_loss_depends_on_nobody_else(likes, model):
    net = clone(model).set_params(epochs=1).fit(likes).module_.train()
    alone = [loss(model, net, likes[[u]], np.array([u])).item() for u in range(60)]
    for users in np.random.default_rng(0).permutation(60).reshape(4, 15):
        together = loss(model, net, likes[users], users).item()
        assert together == pytest.approx(sum(alone[u] for u in users), rel=1e-5)


def test_a_prediction_does_not_depend_on_the_other_rows(fitted, likes, monkeypatch):
    some = np.array([7, 50, 3])
    strangers, known = fitted.predict(likes), fitted.for_users().predict(likes)
    alone = np.concatenate([fitted.predict(likes[[u]]) for u in range(60)])
    np.testing.assert_allclose(alone, strangers, atol=1e-6)
    for model, all_rows in ((fitted, strangers), (fitted.for_users(some), known)):
        scores = model.predict(likes[some])
        np.testing.assert_allclose(scores, all_rows[some], atol=1e-6)
    monkeypatch.setattr(cdae, "ROWS_AT_ONCE", 7)
    in_parts = fitted.for_users().predict(likes)
    np.testing.assert_allclose(in_parts, known, atol=1e-6)


# ---- corruption ----


@pytest.mark.parametrize("model", [CDAE(corruption=0.3), LiangCDAE(corruption=0.3)])
def test_mask_out_deletes_a_share_of_the_likes_and_keeps_the_mean(model):
    Y = SparseRows(sparse.csr_array(np.ones((100, 400))))
    with seeded(0):
        values = model._corrupt(Y).values.numpy()  # noqa: PD011
    assert (values == 0).mean() == pytest.approx(0.3, abs=0.01)
    assert values[values > 0] == pytest.approx(1 / 0.7)
    assert values.mean() == pytest.approx(1, abs=0.01)


def test_gaussian_noise_reaches_zeros_too(Y):
    model = CDAE(noise="gaussian", corruption=1.5)
    many = Y[np.zeros(20_000, dtype=int)]
    with seeded(0):
        noisy = model._corrupt(SparseRows(many)).numpy()
    np.testing.assert_allclose(noisy.mean(axis=0), Y.toarray()[0], atol=0.05)
    np.testing.assert_allclose(noisy.std(axis=0), 1.5, atol=0.05)


def test_what_is_corrupted_is_the_input_and_not_what_it_is_judged_by(Y, monkeypatch):
    """An input of which nothing is left is still to give the whole history."""
    model, net = CDAE(n_negatives=None), drawn()
    nothing = SparseRows(0 * Y)
    monkeypatch.setattr(model, "_corrupt", lambda _: nothing)
    y_hat = output(net, 0 * Y, model.activations)
    expected = cell_losses("logistic", y_hat, Y.toarray()).sum()
    assert loss(model, net, Y).item() == pytest.approx(expected, rel=1e-5)


# ---- a step ----


def test_one_step_is_adagrad_with_beta_1(likes):
    settings = {"hidden": 4, "corruption": 0, "n_negatives": None, "lr": 0.5}
    model = CDAE(epochs=1, batch_size=60, l2=0.01, **settings)
    with seeded(0):
        net = CDAENet(60, 12, 4, model.activations)
    loss(model, net, likes, np.arange(60)).backward()
    module = model.fit(likes).module_
    for name, before in net.named_parameters():
        expected = before - 0.5 * before.grad / (1 + before.grad**2).sqrt()
        torch.testing.assert_close(module.get_parameter(name), expected)


def test_nodes_may_take_steps_of_another_size(likes):
    """With one step in all, the steps are in proportion, and the rest is the same."""
    settings = {"hidden": 4, "epochs": 1, "batch_size": 60, "lr": 0.1}
    usual, larger = (
        CDAE(node_lr=node_lr, **settings).fit(likes).module_ for node_lr in (None, 1)
    )
    assert usual.V.any()
    torch.testing.assert_close(larger.V, 10 * usual.V)
    for name, weights in usual.named_parameters():
        if name != "V":
            assert torch.equal(weights, larger.get_parameter(name))


def test_folded_in_nodes_take_the_nodes_steps(likes):
    settings = {"hidden": 4, "epochs": 1, "batch_size": 60, "lr": 0.1}
    model = CDAE(**settings).fit(likes)
    usual = model.fold_in(likes[:9])
    np.testing.assert_allclose(
        model.set_params(node_lr=1).fold_in(likes[:9]), 10 * usual, rtol=1e-5
    )


def test_liang_s_steps_are_adam_s(likes):
    """Whatever the gradient, the first step is as long as the learning rate."""
    model = LiangCDAE(4, corruption=0, lr=0.01, epochs=1, batch_size=60).fit(likes)
    with seeded(0):
        before = CDAENet(60, 12, 4, model.activations)
    moved = (model.module_.b - before.b).abs()
    np.testing.assert_allclose(moved.detach(), 0.01, rtol=1e-3)


# ---- whose node is whose ----


def test_only_the_nodes_of_a_batch_s_users_get_a_gradient(Y):
    net = drawn()
    loss(CDAE(l2=0.1), net, Y).backward()
    moved = np.flatnonzero(net.V.grad.any(dim=1))
    np.testing.assert_array_equal(moved, np.sort(USERS))


@BOTH
def test_without_user_nodes_everybody_is_a_stranger(likes, kind):
    model = kind(user_node=False, **QUICK).fit(likes)
    assert not model.module_.V.any()
    strangers, known = model.predict(likes), model.for_users().predict(likes)
    np.testing.assert_array_equal(strangers, known)


def test_a_stranger_s_node_is_the_mean_of_all(fitted, likes):
    V = fitted.module_.V.detach().numpy()
    assert V.any() and not fitted.needs_all_users
    mean = fitted.with_nodes(np.tile(V.mean(axis=0), (60, 1)))
    assert mean.needs_all_users and not fitted.needs_all_users
    np.testing.assert_allclose(
        mean.predict(likes), fitted.predict(likes), rtol=1e-5, atol=1e-6
    )
    known = fitted.for_users()
    assert known.needs_all_users and np.array_equal(known.nodes_, V)
    assert not np.allclose(known.codes(likes), fitted.codes(likes), atol=1e-6)


def test_codes_are_h_of_the_whole_history(fitted, likes):
    W, V, b, _, _ = arrays(fitted.module_)
    s_f = NUMPY_S[fitted.activations[0]]
    codes = fitted.for_users([3, 9]).codes(likes[[3, 9]])
    np.testing.assert_allclose(codes, s_f(likes[[3, 9]] @ W + V[[3, 9]] + b), atol=1e-5)


def test_rows_without_a_node_are_refused(fitted, likes):
    for model in (fitted.for_users([1, 2]), fitted.with_nodes(np.zeros((2, 4)))):
        with pytest.raises(ValueError, match="60 rows, and there are nodes for 2"):
            model.predict(likes)


@BOTH
def test_folding_in_learns_nodes_and_nothing_else(likes, kind):
    settings = {**QUICK, "epochs": 40, "batch_size": 40, "corruption": 0}
    settings |= {"n_negatives": None} if kind is CDAE else {"lr": 0.02}
    model = kind(**settings).fit(likes[:40])
    before = [weights.copy() for weights in arrays(model.module_)]
    strangers = likes[40:]
    nodes = model.fold_in(strangers)
    for now, then in zip(arrays(model.module_), before, strict=True):
        np.testing.assert_array_equal(now, then)
    assert nodes.shape == (20, 4)
    # No weights are shared while it lasts: nobody's node depends on another stranger.
    np.testing.assert_allclose(model.fold_in(strangers[:5]), nodes[:5], atol=1e-4)
    errors = []
    for V in (nodes, 0 * nodes):
        h = torch.from_numpy(model.with_nodes(V).codes(strangers))
        errors.append(model._fit(model.module_, h, strangers, None).item())
    assert errors[0] < 0.98 * errors[1]


@pytest.fixture(scope="module")
def split():
    pairs = np.random.default_rng(7).permutation(40 * 30)[:500]
    table = pd.DataFrame({"title": [f"film {j}" for j in range(30)]})
    data = Interactions(
        name="toy",
        users=pairs // 30,
        items=pairs % 30,
        user_ids=np.arange(40),
        item_table=table,
    )
    return weak_generalization(data, min_items=3)


@BOTH
def test_known_users_are_judged_with_their_own_nodes(split, kind):
    """While it trains, by early stopping; and later, whatever the batch size."""
    settings = {**QUICK, "epochs": 8, "patience": 8, "lr": 0.2}
    rows = np.arange(split.train.shape[0])
    known = kind(**settings).fit(split.train, split.val, val_users=rows)
    strangers = kind(**settings).fit(split.train, split.val)
    for model, judged in ((known, known.for_users()), (strangers, strangers)):
        ndcg = evaluate(judged, split.val).metrics["NDCG@100"]
        assert len(model.log_.val) == 8
        assert 1 - ndcg == pytest.approx(min(model.log_.val))
    assert known.log_.val != strangers.log_.val
    at_once = evaluate(known.for_users(), split.test)
    a_few = evaluate(known.for_users(), split.test, batch_size=7)
    assert at_once.metrics == a_few.metrics
    pd.testing.assert_frame_equal(at_once.per_user, a_few.per_user)


# ---- predictions and training ----


def test_strangers_and_short_histories_get_finite_scores(fitted):
    strange = np.zeros((3, 12))
    strange[1, 5] = 1  # which nobody in training has
    strange[2, ::2] = 1
    scores = fitted.predict(sparse.csr_array(strange))
    assert scores.shape == (3, 12) and np.isfinite(scores).all()
    assert not np.array_equal(scores[0], scores[2])


@BOTH
def test_users_with_one_item_none_or_all_can_be_learned_from(kind):
    X = np.vstack([np.eye(7, 8), np.zeros((1, 8)), np.ones((1, 8))])
    scores = kind(**QUICK).fit(sparse.csr_array(X)).for_users().predict(X)
    assert scores.shape == (9, 8) and np.isfinite(scores).all()


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize("noise", ["mask-out", "gaussian"])
def test_every_variant_learns(likes, name, noise):
    settings = {**QUICK, "epochs": 20, "noise": noise, "n_negatives": None}
    log = CDAE(tied=name == "M2", **settings, **VARIANTS[name]).fit(likes).log_
    assert log.loss[-1] < 0.9 * log.loss[0]


def test_nothing_seen_is_recommended(fitted, likes):
    rows = np.flatnonzero(likes.sum(axis=1) > 0)
    liked = likes[rows]
    for model in (fitted, fitted.for_users(rows)):
        lists = model.recommend(liked, k=12)
        for row, listed in zip(liked.toarray(), lists, strict=True):
            assert set(listed[listed >= 0]) == set(np.flatnonzero(row == 0))


@BOTH
def test_fitting_twice_gives_the_same_net_and_leaves_torch_alone(likes, kind):
    state = torch.get_rng_state()
    model = kind(**QUICK).fit(likes)
    assert torch.equal(torch.get_rng_state(), state)
    again, other = clone(model).fit(likes), clone(model).set_params(seed=1).fit(likes)
    np.testing.assert_array_equal(again.predict(likes), model.predict(likes))
    assert not np.array_equal(other.predict(likes), model.predict(likes))


# ---- bad input ----


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hidden": 0}, "hidden must be at least 1"),
        ({"batch_size": 0}, "batch_size must be at least 1"),
        ({"epochs": 0}, "epochs must be at least 1"),
        ({"corruption": -0.1}, "corruption must be at least 0"),
        ({"corruption": 1}, "corruption must be from 0 to below 1"),
        ({"l2": -1}, "l2 must be at least 0"),
        ({"activations": ("swish", "sigmoid")}, "swish"),
        ({"activations": ("tanh", "identity")}, "needs a sigmoid"),
        ({"loss": "hinge"}, "not 'hinge'"),
        ({"noise": "salt"}, "not 'salt'"),
        ({"noise": "gaussian", "corruption": -1}, "corruption must be at least 0"),
        ({"n_negatives": -1}, "n_negatives must be at least 0"),
        ({"node_lr": -0.1}, "node_lr must be at least 0"),
        ({"c1": 0}, "c1 must be above 0"),
    ],
)
def test_hyper_parameters_out_of_range_are_named(likes, changes, message):
    for kind in (CDAE, LiangCDAE):
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
    for not_binary in (2 * likes, -likes, 0.5 * likes):
        with pytest.raises(ValueError, match="make the matrix binary"):
            model.fit(not_binary)
    with pytest.raises(ValueError, match="nothing to learn from"):
        model.fit(likes * 0)
    for method in (fitted.predict, fitted.codes, fitted.fold_in):
        with pytest.raises(ValueError, match="X has 3 columns"):
            method(likes[:, :3])
    narrow = make_group(np.ones((2, 3)), np.ones((2, 3)))
    with pytest.raises(ValueError, match="X has 3 columns"):
        model.fit(likes, narrow)
    with pytest.raises(ValueError, match="nodes for 3"):
        model.fit(likes, make_group(np.eye(2, 12), np.ones((2, 12))), np.arange(3))


def test_nodes_are_checked(likes):
    model = CDAE(hidden=4, epochs=1, patience=None).fit(likes)
    with pytest.raises(ValueError, match="one row a user, of 4 numbers"):
        model.with_nodes(np.zeros((likes.shape[0], 3)))
    with pytest.raises(ValueError, match="ones and zeros"):
        model.fold_in(2 * likes)
    without = CDAE(hidden=4, user_node=False, epochs=1, patience=None).fit(likes)
    with pytest.raises(ValueError, match="no user node to learn"):
        without.fold_in(likes)


def test_a_known_user_with_an_empty_history_has_the_node(likes):
    model = CDAE(hidden=4, epochs=1, patience=None).fit(likes)
    empty = sparse.csr_array((1, likes.shape[1]), dtype=np.float32)
    with pytest.raises(ValueError, match="nothing to go on"):
        model.recommend(empty)
    assert model.for_users([0]).recommend(empty, 3).shape == (1, 3)
