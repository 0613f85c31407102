"""The GRU: states and derivatives are those of torch's, whatever the shape."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from recnb.models.gru import GRU


def ours_and_torchs(n_in, n_out, dtype=torch.float64, seed=0):
    """Return both with the same weights, none of them small."""
    torch.manual_seed(seed)
    ours = GRU(n_in, n_out).to(dtype)
    for weights in ours.parameters():
        nn.init.normal_(weights)
    theirs = nn.GRU(n_in, n_out, batch_first=True).to(dtype)
    theirs.load_state_dict(ours.state_dict())
    return ours, theirs


def states_and_derivatives(gru, x, weigh):
    """Return the states, and the derivatives of their weighted sum by x and weights."""
    x = x.clone().requires_grad_()
    states, _ = gru(x)
    (weigh * states).sum().backward()
    return [states.detach(), x.grad, *(each.grad for each in gru.parameters())]


def assert_the_same(grus, x, weigh):
    ours, theirs = (states_and_derivatives(gru, x, weigh) for gru in grus)
    torch.testing.assert_close(ours, theirs)


@settings(deadline=None, max_examples=40)  # the first call of torch takes longer
@given(
    n_users=st.integers(1, 5),
    longest=st.integers(1, 7),
    n_in=st.integers(1, 4),
    n_out=st.integers(1, 4),
    seed=st.integers(0, 99),
)
def test_states_and_derivatives_are_torch_s(n_users, longest, n_in, n_out, seed):
    grus = ours_and_torchs(n_in, n_out, seed=seed)
    x = torch.randn(n_users, longest, n_in, dtype=torch.float64)
    weigh = torch.randn(n_users, longest, n_out, dtype=torch.float64)
    assert_the_same(grus, x, weigh)


def test_a_long_history_in_single_precision():
    grus = ours_and_torchs(6, 5, torch.float32)
    for gru in grus:  # as torch begins: larger weights make chaos of a long history
        for weights in gru.parameters():
            weights.data.mul_(0.3)
    x, weigh = torch.randn(2, 500, 6), torch.randn(2, 500, 5)
    ours, theirs = (states_and_derivatives(gru, x, weigh) for gru in grus)
    torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-3)


def test_derivatives_pass_torch_s_own_check():
    gru, _ = ours_and_torchs(3, 2)
    x = torch.randn(2, 4, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x, *_: gru(x)[0], (x, *gru.parameters()))


def test_a_loss_on_some_states_only():
    """What comes behind a history's end has no part in it."""
    grus = ours_and_torchs(3, 4)
    x = torch.randn(2, 6, 3, dtype=torch.float64)
    weigh = torch.randn(2, 6, 4, dtype=torch.float64)
    weigh[0, 3:] = 0
    assert_the_same(grus, x, weigh)
    by_x = states_and_derivatives(grus[0], x, weigh)[1]
    assert (by_x[0, 3:] == 0).all() and (by_x[0, :3] != 0).all()


def test_the_derivatives_that_come_in_are_left_as_they_are():
    gru, _ = ours_and_torchs(3, 4)
    states, _ = gru(torch.randn(2, 6, 3, dtype=torch.float64))
    weigh = torch.randn(2, 6, 4, dtype=torch.float64)
    before = weigh.clone()
    states.backward(weigh)
    assert torch.equal(weigh, before)


def test_a_seed_gives_torch_s_first_weights():
    torch.manual_seed(3)
    ours = GRU(3, 4)
    torch.manual_seed(3)
    theirs = nn.GRU(3, 4, batch_first=True)
    torch.testing.assert_close(ours.state_dict(), theirs.state_dict(), rtol=0, atol=0)
