"""Infinite-AE is ridge regression with a kernel, for whatever history."""

import numpy as np
import pytest
import torch
from scipy import sparse

import recnb
from recnb.evaluation import evaluate, strong_generalization
from recnb.models import EASE, InfiniteAE
from recnb.models import infinite_ae as module
from recnb.models.arc_cosine import relu_kernel
from recnb.models.ease import gram_matrix

RNG = np.random.default_rng(0)
DENSE = (RNG.random((40, 15)) < 0.3).astype(float)
DENSE[:, 3] = 0  # nobody's film
DENSE[5] = 0  # a user without likes
X = sparse.csr_array(DENSE)
H = sparse.csr_array((RNG.random((7, 15)) < 0.3).astype(float))


def test_the_linear_kernel_is_the_ridge_regression_of_lesson_09():
    model = InfiniteAE(kernel="linear", l2=2.0).fit(X)
    G = DENSE.T @ DENSE
    B = np.linalg.inv(G + model.penalty_ * np.eye(15)) @ G
    np.testing.assert_allclose(model.predict(H), H @ B, atol=2e-6)
    assert model.penalty_ == pytest.approx(2 * (DENSE**2).sum() / 40)


@pytest.mark.parametrize("kernel", ["ntk", "nngp"])
@pytest.mark.parametrize("depth", [0, 1, 3])
@pytest.mark.parametrize("bias", [0, 0.4])
@pytest.mark.parametrize("normalize", [False, True])
def test_it_is_the_dense_formula(kernel, depth, bias, normalize):
    model = InfiniteAE(depth, 3.0, kernel, bias, normalize).fit(X)
    rows = [DENSE, H.toarray()]
    if normalize:
        rows = [R / np.sqrt(R.sum(axis=1, keepdims=True)).clip(1) for R in rows]
    one, other = rows
    a, b = (one**2).sum(axis=1), (other**2).sum(axis=1)
    K = relu_kernel(one @ one.T, a, a, depth, kernel, bias)
    k = relu_kernel(other @ one.T, b, a, depth, kernel, bias)
    penalty = 3 * np.trace(K) / 40
    expected = k @ np.linalg.solve(K + penalty * np.eye(40), one)
    np.testing.assert_allclose(model.predict(H), expected, atol=5e-6)
    assert model.penalty_ == pytest.approx(penalty, rel=1e-5)


def test_the_linear_kernel_with_itself_left_out_is_ease():
    model = InfiniteAE(kernel="linear", l2=2.0, leave_out=1).fit(X)
    ease = EASE(model.penalty_).fit(X)
    np.testing.assert_allclose(model.predict(H), ease.predict(H), atol=5e-6)


def test_what_is_left_out_is_the_films_own_share():
    plain, left = InfiniteAE().fit(X), InfiniteAE(leave_out=0.5).fit(X)
    a = DENSE.sum(axis=1)
    M = relu_kernel(DENSE @ DENSE.T, a, a) + plain.penalty_ * np.eye(40)
    shares = np.diag(DENSE.T @ np.linalg.solve(M, DENSE)) / 2
    np.testing.assert_allclose(left.shares_, shares, atol=1e-6)
    expected = (plain.predict(H) - H.toarray() * shares) / (1 - shares)
    np.testing.assert_allclose(left.predict(H), expected, atol=2e-6)


def test_no_share_as_large_as_the_score_is_left_out():
    alone = sparse.csr_array(np.eye(4))
    with pytest.raises(ValueError, match=r"share of 1\.9.* raise l2"):
        InfiniteAE(kernel="nngp", l2=0.01, leave_out=1).fit(
            sparse.csr_array(np.vstack([np.eye(4), -np.eye(4)]))
        )
    InfiniteAE(l2=0.01, leave_out=1).fit(alone)


def test_blocks_do_not_show(monkeypatch):
    whole = InfiniteAE().fit(X).predict(H)
    monkeypatch.setattr(module, "BLOCK", 3)
    np.testing.assert_allclose(InfiniteAE().fit(X).predict(H), whole, atol=1e-6)


@pytest.mark.parametrize("normalize", [False, True])
def test_the_users_products_can_be_handed_over_and_stay_as_they_are(normalize):
    products = gram_matrix(X.T.tocsr())
    before = products.copy()
    model = InfiniteAE(normalize=normalize).fit(X, products)
    np.testing.assert_array_equal(products, before)
    alone = InfiniteAE(normalize=normalize).fit(X)
    np.testing.assert_array_equal(model.predict(H), alone.predict(H))


def test_a_wide_net_trained_to_the_end_comes_to_it():
    """Gradient descent on all weights, from a net that begins at 0, and no penalty.

    The kernel's prediction without a penalty is that of the net after endless training;
    a small penalty stands for a long one.
    """
    x, y = torch.from_numpy(DENSE[:12]), torch.from_numpy(DENSE[:12])
    new = torch.from_numpy(H.toarray())
    expected = InfiniteAE(l2=1e-4).fit(X[:12]).predict(H)
    gaps = {}
    for width in (64, 2048):
        torch.manual_seed(0)
        W = torch.randn(15, width, dtype=torch.float64)
        V = torch.randn(width, 15, dtype=torch.float64)
        start, scale = (W.clone(), V.clone()), (2 / width) ** 0.5
        W.requires_grad_(), V.requires_grad_()

        def net(rows, W, V, scale=scale):
            return torch.relu(rows @ W) @ V * scale

        for _ in range(1500):
            gap = net(x, W, V) - net(x, *start) - y
            loss = (gap**2).sum() / 2
            gradients = torch.autograd.grad(loss, (W, V))
            with torch.no_grad():
                for weights, gradient in zip((W, V), gradients, strict=True):
                    weights -= 0.02 * gradient
        found = (net(new, W, V) - net(new, *start)).detach().numpy()
        gaps[width] = np.sqrt(((found - expected) ** 2).mean())
    assert gaps[2048] < 0.04 < gaps[64]


def test_its_defaults_are_above_ease_on_the_simulated_data():
    split = strong_generalization(recnb.load("simulated"), seed=0)
    ours, ease = (
        evaluate(model.fit(split.train), split.val).metrics["NDCG@100"]
        for model in (InfiniteAE(), EASE(100))
    )
    assert ours > ease + 0.003


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"l2": 0}, "l2 must be"),
        ({"l2": np.nan}, "l2 must be"),
        ({"kernel": "rbf"}, "kernel must be one of"),
        ({"depth": -1}, "depth must be"),
        ({"bias": -1}, "bias must be"),
        ({"leave_out": 1.1}, "leave_out must be"),
    ],
)
def test_a_setting_out_of_range_is_named(settings, said):
    with pytest.raises(ValueError, match=said):
        InfiniteAE(**settings).fit(X)


def test_products_of_other_users_are_refused():
    with pytest.raises(ValueError, match="X has 40 users"):
        InfiniteAE().fit(X, np.eye(39))


def test_too_many_users_are_refused_before_anything_is_computed(monkeypatch):
    monkeypatch.setattr(module, "gram_matrix", None)  # not to be called
    many = sparse.csr_array((np.ones(3), ([0, 1, 10**6], [0, 1, 2])), (10**6 + 1, 5))
    with pytest.raises(MemoryError, match="kernel of 1,000,001 users needs 3740"):
        InfiniteAE().fit(many)


def test_a_penalty_too_small_for_the_precision_is_named():
    twice = sparse.csr_array(np.ones((30, 15)))
    with pytest.raises(ValueError, match="raise l2"):
        InfiniteAE(kernel="linear", l2=1e-12).fit(twice)
