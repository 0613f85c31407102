"""A gated recurrent unit as torch has it, whose training takes about half the time.

A step has to wait for the one before, but most of the work need not. Forwards, the part
of the inputs in the gates is computed for all steps at once. Backwards, so is how much
each state answers to its gates, and, once the derivatives by all states are known, so
are those by the weights: what goes step by step is one product. Autograd goes step by
step through all of it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable


class GRU(nn.GRU):
    r"""One layer of gated recurrent units, with the weights and values of `nn.GRU`.

    From the input x of a step and the state h after the step before, 0 at first, comes

    .. math::
        r &= \sigma(W_r x + b_r + U_r h + c_r) \\
        u &= \sigma(W_u x + b_u + U_u h + c_u) \\
        n &= \tanh(W_n x + b_n + r \odot (U_n h + c_n)) \\
        h' &= (1 - u) \odot n + u \odot h

    Parameters
    ----------
    n_in, n_out : int

    Notes
    -----
    Other than `nn.GRU`, it always begins at 0, takes no packed sequences, returns no
    last state, and can be differentiated once only.
    """

    def __init__(self, n_in: int, n_out: int) -> None:
        super().__init__(n_in, n_out, batch_first=True)

    def forward(self, x: Tensor) -> tuple[Tensor, None]:
        """Return all steps' states; from (n_users, longest, n_in) to (..., n_out)."""
        W, U, b, c = self.all_weights[0]
        # Time first, so that the numbers of a step lie together.
        x = x.transpose(0, 1).contiguous()
        return _GRU.apply(x, W, U, b, c).transpose(0, 1), None


class _GRU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: Tensor, W: Tensor, U: Tensor, b: Tensor, c: Tensor) -> Tensor:
        c_r, c_u, c_n = c.chunk(3)
        b = b + torch.cat([c_r, c_u, torch.zeros_like(c_n)])
        of_x = [
            torch.addmm(bias, x.flatten(0, 1), weights.T).unflatten(0, x.shape[:2])
            for bias, weights in zip(b.chunk(3), W.chunk(3), strict=True)
        ]
        # A product of few rows with a transpose takes up to three times as long.
        U_r, U_u, U_n = (weights.T.contiguous() for weights in U.chunk(3))
        n_steps, n_users, n_out = *x.shape[:2], U.shape[1]
        H = x.new_zeros(n_steps + 1, n_users, n_out)
        gates = x.new_empty(4, n_steps, n_users, n_out)
        # Written to where the backward pass reads them: nothing is copied later.
        steps = zip(*map(torch.unbind, (*of_x, *gates, H[1:])), strict=True)
        h = H[0]
        for x_r, x_u, x_n, r, u, m, n, state in steps:
            torch.addmm(x_r, h, U_r, out=r).sigmoid_()
            torch.addmm(x_u, h, U_u, out=u).sigmoid_()
            torch.addmm(c_n, h, U_n, out=m)
            torch.addcmul(x_n, r, m, out=n).tanh_()
            h = torch.lerp(n, h, u, out=state)
        ctx.save_for_backward(x, W, U, H, *gates)
        return H[1:]

    @staticmethod
    @once_differentiable
    def backward(ctx, G: Tensor) -> tuple[Tensor, ...]:
        x, W, U, H, r, u, m, n = ctx.saved_tensors
        h = H[:-1]
        # Of each step alone: the derivatives of h' by what is inside σ, σ and tanh.
        by_n = (1 - u) * (1 - n * n)
        by_u = (h - n) * u * (1 - u)
        by_r = by_n * m * r * (1 - r)
        # Those by U h + c, stacked as U is; the loop makes derivatives of the loss of
        # them. It adds to G, those by each state, what comes by way of later steps.
        D = torch.stack([by_r, by_u, by_n * r], dim=2)
        G = G.clone()
        later = torch.zeros_like(h[0])
        steps = zip(G.unbind(), D.unbind(), u.unbind(), strict=True)
        for g, d, stays in reversed(list(steps)):
            g += later
            d *= g.unsqueeze(1)
            later = torch.addmm(g * stays, d.flatten(1), U)
        rows = D.flatten(0, 1).flatten(1)
        G_U, G_c = rows.T @ h.flatten(0, 1), rows.sum(0)
        torch.mul(G, by_n, out=D[:, :, 2])  # from here on, those by W x + b
        G_W, G_b = rows.T @ x.flatten(0, 1), rows.sum(0)
        return (rows @ W).view_as(x), G_W, G_U, G_b, G_c
