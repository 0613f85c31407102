"""What is done to an input before a denoising net reads it."""

from __future__ import annotations

import torch
from torch import Tensor


def corrupt(values: Tensor, p: float, rescale: bool = False) -> Tensor:
    """Return the values with each set to zero with probability p.

    Parameters
    ----------
    values : Tensor
    p : float
        From 0 to below 1.
    rescale : bool
        Multiply what is left by 1 / (1 - p), so that the mean stays what it was. With
        it, this is what nets call dropout.
    """
    if p == 0:
        return values
    kept = (torch.rand_like(values) >= p) * values
    return kept / (1 - p) if rescale else kept


def add_gaussian(values: Tensor, spread: float) -> Tensor:
    """Return a draw from a normal distribution around each value.

    Parameters
    ----------
    values : Tensor
    spread : float
        Standard deviation, at least 0.
    """
    return values + spread * torch.randn_like(values)
