"""The likelihood of the next items: value and gradients against autograd."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from recnb.ground.sequences import NOTHING
from recnb.models import next_likelihood
from recnb.models.next_likelihood import CHUNK, TINY, next_log_likelihood


def inputs(n_steps=7, n_items=6, width=3, k=4, seed=0, dtype=torch.float32):
    """Return H, W, b, and targets of which each step has 1 to k."""
    rng = torch.Generator().manual_seed(seed)
    shapes = (n_steps, width), (n_items, width), (n_items,)
    H, W, b = (torch.randn(shape, generator=rng, dtype=dtype) for shape in shapes)
    targets = torch.randint(n_items, (n_steps, k), generator=rng)
    n_targets = torch.randint(1, k + 1, (n_steps, 1), generator=rng)
    targets[torch.arange(k) >= n_targets] = NOTHING
    return *(each.requires_grad_() for each in (H, W, b)), targets


def by_autograd(H, W, b, targets):
    """Return the same from all scores at once, step by step."""
    log_pi = torch.log_softmax(H @ W.T + b, dim=1)
    steps = zip(log_pi, targets, strict=True)
    return torch.stack([row[i[i != NOTHING]].mean() for row, i in steps]).mean()


def assert_same_value_and_gradients(H, W, b, targets, scale=1):
    ours, theirs = (f(H, W, b, targets) for f in (next_log_likelihood, by_autograd))
    torch.testing.assert_close(ours, theirs)
    gradients = (torch.autograd.grad(scale * f, (H, W, b)) for f in (ours, theirs))
    for our, their in zip(*gradients, strict=True):
        torch.testing.assert_close(our, their, rtol=1e-4, atol=1e-6)


@settings(deadline=None)  # the first call of torch takes longer
@given(
    n_steps=st.integers(1, 9),
    n_items=st.integers(1, 9),
    width=st.integers(1, 4),
    k=st.integers(1, 6),
    seed=st.integers(0, 99),
)
def test_value_and_gradients_are_those_of_autograd(n_steps, n_items, width, k, seed):
    assert_same_value_and_gradients(*inputs(n_steps, n_items, width, k, seed))


@pytest.mark.parametrize("chunk", [1, 2, 3, 6, 7])
def test_chunks_of_any_size_give_the_same(monkeypatch, chunk):
    monkeypatch.setattr(next_likelihood, "CHUNK", chunk)
    assert_same_value_and_gradients(*inputs(n_steps=7))


@pytest.mark.parametrize("n_steps", [CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 5])
def test_more_steps_than_a_chunk_holds_are_all_counted(n_steps):
    assert_same_value_and_gradients(*inputs(n_steps))


def test_gradients_pass_torch_s_own_check_in_double_precision(monkeypatch):
    monkeypatch.setattr(next_likelihood, "CHUNK", 3)
    *leaves, targets = inputs(dtype=torch.float64)
    assert torch.autograd.gradcheck(
        lambda H, W, b: next_log_likelihood(H, W, b, targets), leaves
    )


@pytest.mark.parametrize("scale", [-1, 0, 2.5])
def test_the_incoming_gradient_scales_all_three(scale):
    assert_same_value_and_gradients(*inputs(), scale=scale)


def test_the_gradient_goes_on_to_the_layers_below():
    x, W, b, targets = inputs()
    ours, theirs = (
        torch.autograd.grad(f(torch.tanh(x), W, b, targets), x)
        for f in (next_log_likelihood, by_autograd)
    )
    torch.testing.assert_close(*ours, *theirs)


def test_two_targets_count_half_each_and_a_missing_one_not_at_all():
    H, W, b = torch.zeros(2, 1), torch.zeros(4, 1), torch.tensor([1.0, 2.0, 3.0, 4.0])
    log_pi = torch.log_softmax(b, dim=0)
    targets = torch.tensor([[0, 3], [2, NOTHING]])
    expected = ((log_pi[0] + log_pi[3]) / 2 + log_pi[2]) / 2
    torch.testing.assert_close(next_log_likelihood(H, W, b, targets), expected)


@pytest.mark.parametrize("size", [1e3, 1e6])
def test_extreme_scores_stay_finite_and_keep_their_gradient(size):
    H, W, b, targets = inputs()
    H = (size * H).detach().requires_grad_()
    value = next_log_likelihood(H, W, b, targets)
    assert torch.log(torch.tensor(TINY)) <= value <= 0
    theirs = torch.autograd.grad(by_autograd(H, W, b, targets), (H, W, b))
    for our, their in zip(torch.autograd.grad(value, (H, W, b)), theirs, strict=True):
        torch.testing.assert_close(our, their, rtol=1e-4, atol=1e-6)
