"""The multinomial log likelihood of the next items, without all scores at once.

At 430,000 steps and 3,500 items the scores of one epoch of SVAE are 6 GB. Each chunk of
steps needs its own for a moment only: here its loss and its part of the gradients are
computed at once, and then the scores are forgotten.
"""

from __future__ import annotations

import torch
from torch import Tensor

from recnb.sequences import NOTHING

# Steps whose scores exist at once: 7 MB on MovieLens 1M, which stay in the cache.
CHUNK = 512
# Below it, a probability in float32 is 0, and has no logarithm.
TINY = 1e-37


def next_log_likelihood(H: Tensor, W: Tensor, b: Tensor, targets: Tensor) -> Tensor:
    r"""Return the log likelihood of the targets, a mean over the steps.

    With scores :math:`f_t = W h_t + b` and :math:`\pi_t = softmax(f_t)`, that of a step
    is the mean of :math:`\log \pi_{ti}` over its targets i: 1 to k of them, each
    counting the same. Nothing is sampled; the value, not the gradient, is cut off at a
    probability of 1e-37.

    Parameters
    ----------
    H : tensor of shape (n_steps, width)
    W : tensor of shape (n_items, width)
    b : tensor of shape (n_items,)
    targets : int64 tensor of shape (n_steps, k)
        Item codes; `NOTHING` where a step has fewer than k. At least one each.

    Returns
    -------
    tensor of shape ()
        In nats; derivatives by H, W and b only.
    """
    return _NextLogLikelihood.apply(H, W, b, targets)


class _NextLogLikelihood(torch.autograd.Function):
    """The derivative by the scores of a step: 1/k at each target, minus softmax."""

    @staticmethod
    def forward(ctx, H: Tensor, W: Tensor, b: Tensor, targets: Tensor) -> Tensor:
        G_H, G_W, G_b = ctx.gradients = [torch.zeros_like(t) for t in (H, W, b)]
        total = H.new_zeros(())
        for start in range(0, len(H), CHUNK):
            rows = slice(start, start + CHUNK)
            real = targets[rows] != NOTHING
            share = real.to(H) / (len(H) * real.sum(1, keepdim=True))
            places = targets[rows].clamp(min=0)
            pi = torch.addmm(b, H[rows], W.T).softmax(dim=1)
            total += (share * pi.gather(1, places).clamp(min=TINY).log()).sum()
            slope = pi.mul_(-1 / len(H)).scatter_add_(1, places, share)
            torch.mm(slope, W, out=G_H[rows])
            G_W.addmm_(slope.T, H[rows])
            G_b += slope.sum(0)
        return total

    @staticmethod
    def backward(ctx, g: Tensor) -> tuple[Tensor | None, ...]:
        G_H, G_W, G_b = ctx.gradients
        return g * G_H, g * G_W, g * G_b, None
