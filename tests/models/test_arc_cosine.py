"""The kernel of infinite width is what random nets of growing width come to."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from recnb.models.arc_cosine import relu_kernel, relu_kernel_of_itself

RNG = np.random.default_rng(0)
A, B = RNG.normal(size=(5, 7)), RNG.normal(size=(4, 7))
S, a, b = A @ B.T, (A**2).sum(axis=1), (B**2).sum(axis=1)


def random_net(depth, width, bias, seed):
    """Return a ReLU net with one output whose weights are drawn from N(0, 1).

    Weights are scaled as they are used, which is what a kernel of derivatives assumes.
    An offset is the weight of one more input, of size sqrt(bias).
    """
    generator = torch.Generator().manual_seed(seed)
    sizes = [7, *[width] * depth, 1]
    weights = [
        torch.randn(n + 1, m, generator=generator, dtype=torch.float64)
        for n, m in pairwise(sizes)
    ]

    def net(x, weights):
        for layer, W in enumerate(weights):
            if layer:
                x = torch.relu(x) * (2 / len(x)) ** 0.5
            x = torch.cat([x, torch.full((1,), bias**0.5, dtype=x.dtype)]) @ W
        return x[0]

    return net, weights


def finite_kernels(depth, width, bias, seed):
    """Return the products of a random net's last features, and of its derivatives."""
    net, weights = random_net(depth, width, bias, seed)
    features, derivatives = [], []
    for x in torch.from_numpy(np.vstack([A, B])):
        each = [W.clone().requires_grad_() for W in weights]
        net(x, each).backward()
        features.append(each[-1].grad.flatten())
        derivatives.append(torch.cat([W.grad.flatten() for W in each]))
    kernels = []
    for rows in features, derivatives:
        F = torch.stack(rows).numpy()
        kernels.append(F[:5] @ F[5:].T)
    return kernels


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("bias", [0.0, 0.5])
def test_random_nets_come_to_it_with_the_root_of_their_width(depth, bias):
    exact = [relu_kernel(S, a, b, depth, kind, bias) for kind in ("nngp", "ntk")]
    errors = {}
    for width in (20, 320):
        nets = np.array([finite_kernels(depth, width, bias, s) for s in range(12)])
        errors[width] = np.sqrt(((nets - exact) ** 2).mean(axis=(0, 2, 3)))
    assert (errors[320] < 0.35 * np.sqrt(np.mean(np.square(exact), axis=(1, 2)))).all()
    # 16 times the width, a quarter of the error
    np.testing.assert_allclose(errors[20] / errors[320], 4, rtol=0.5)


def test_without_a_hidden_layer_it_is_the_inner_product():
    for kind in ("ntk", "nngp", "linear"):
        np.testing.assert_array_equal(relu_kernel(S, a, b, 0, kind), S)
    np.testing.assert_array_equal(relu_kernel(S, a, b, 3, "linear"), S)
    np.testing.assert_allclose(relu_kernel(S, a, b, 3, "linear", 0.25), S + 0.25)


def test_two_inputs_at_a_right_angle_by_hand():
    # sqrt(4 · 9) (1 + 0) / pi; the tangent kernel adds half of the product, 0
    at_right_angles = np.zeros((1, 1)), np.array([4.0]), np.array([9.0])
    assert relu_kernel(*at_right_angles, kernel="nngp").item() == pytest.approx(
        6 / np.pi
    )
    assert relu_kernel(*at_right_angles, kernel="ntk").item() == pytest.approx(
        6 / np.pi
    )
    same = np.array([[4.0]]), np.array([4.0]), np.array([4.0])
    assert relu_kernel(*same, depth=1).item() == pytest.approx(8)
    opposite = np.array([[-4.0]]), np.array([4.0]), np.array([4.0])
    assert relu_kernel(*opposite, depth=1).item() == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("kind", ["ntk", "nngp", "linear"])
@pytest.mark.parametrize("depth", [0, 1, 3])
@pytest.mark.parametrize("bias", [0.0, 0.5])
def test_an_input_with_itself_needs_no_angle(kind, depth, bias):
    full = relu_kernel(A @ A.T, a, a, depth, kind, bias)
    alone = relu_kernel_of_itself(a, depth, kind, bias)
    np.testing.assert_allclose(np.diag(full), alone, rtol=1e-6)
    assert np.linalg.eigvalsh(full).min() > -1e-9  # a kernel


def test_an_input_of_length_zero_is_like_nothing():
    nothing = np.zeros((1, 4)), np.zeros(1), b
    for kind in ("ntk", "nngp"):
        assert (relu_kernel(*nothing, depth=2, kernel=kind) == 0).all()


def test_it_grows_with_the_length_alone():
    # k(3x, y) = 3 k(x, y), so that a long history is a short one taken several times
    for kind in ("ntk", "nngp"):
        once, thrice = (relu_kernel(c * S, c**2 * a, b, 2, kind) for c in (1, 3))
        np.testing.assert_allclose(thrice, 3 * once, rtol=1e-9)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"kernel": "rbf"}, "kernel must be one of"),
        ({"depth": -1}, "depth must be a whole number"),
        ({"depth": 1.5}, "depth must be a whole number"),
        ({"bias": -0.1}, "bias must be a finite number"),
        ({"bias": np.inf}, "bias must be a finite number"),
    ],
)
def test_a_kernel_that_there_is_not_is_named(settings, said):
    with pytest.raises(ValueError, match=said):
        relu_kernel(S, a, b, **settings)
    with pytest.raises(ValueError, match=said):
        relu_kernel_of_itself(a, **settings)
