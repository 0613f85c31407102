"""The multinomial log likelihood of the next items, without all scores at once.

At 430,000 steps and 3,500 items the scores of one epoch of SVAE are 6 GB. Each chunk of
steps needs its own for a moment only: here its loss and its part of the gradients are
computed at once, and then the scores are forgotten.
"""

from __future__ import annotations

import torch
from torch import Tensor

from recnb.ground.sequences import NOTHING

# Steps whose scores exist at once: 4 MB on MovieLens 1M, which stay in the cache.
CHUNK = 256
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
        # A step is a column here, an item a row: with the scores of a step side by
        # side, the products took a sixth longer. A one below each state makes b a
        # row of W, so that b needs no sums of its own.
        n_steps = len(H)
        H = torch.cat([H.T, H.new_ones(1, n_steps)])
        W = torch.cat([W.T, b.unsqueeze(0)])
        real = (targets != NOTHING).T
        share = real.to(H) / (n_steps * real.sum(0))
        places = targets.T.clamp(min=0)
        G_H, G_W = torch.zeros_like(H), torch.zeros_like(W)
        total = H.new_zeros(())
        for start in range(0, n_steps, CHUNK):
            steps = slice(start, start + CHUNK)
            pi = (W.T @ H[:, steps]).softmax(dim=0)
            likely = pi.gather(0, places[:, steps]).clamp(min=TINY)
            total += (share[:, steps] * likely.log()).sum()
            slope = pi.mul_(-1 / n_steps)
            slope.scatter_add_(0, places[:, steps], share[:, steps])
            torch.mm(W, slope, out=G_H[:, steps])
            G_W.addmm_(H[:, steps], slope.T)
        ctx.gradients = G_H[:-1].T, G_W[:-1].T, G_W[-1]
        return total

    @staticmethod
    def backward(ctx, g: Tensor) -> tuple[Tensor | None, ...]:
        G_H, G_W, G_b = ctx.gradients
        return g * G_H, g * G_W, g * G_b, None
