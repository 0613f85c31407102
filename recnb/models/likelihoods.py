r"""How likely a user's items are, given a score for each item: three ways to say it.

A decoder gives scores f, one for each item, and a likelihood says how probable a
history x of zeros and ones is if the scores are f. Written for one user, without the
terms that do not depend on f:

============  ======================================================================
multinomial   :math:`\sum_i x_i \log \pi_i`, where :math:`\pi = \mathrm{softmax}(f)`
logistic      :math:`\sum_i x_i \log \sigma(f_i) + (1 - x_i) \log(1 - \sigma(f_i))`
gaussian      :math:`-\sum_i \frac{c_i}{2} (x_i - f_i)^2`, with
              :math:`c_i = c_1` where :math:`x_i > 0`, and 1 elsewhere
============  ======================================================================

All take tensors of shape (n_users, n_items) and return one of shape (n_users,).

Source: Liang et al. (WWW 2018); the multinomial one is source 2's equation 12.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

LIKELIHOODS = ("multinomial", "gaussian", "logistic")


def log_multinomial(scores: Tensor, x: Tensor) -> Tensor:
    """Each like is a draw from one distribution over all items, which sums to one."""
    return (x * functional.log_softmax(scores, dim=1)).sum(dim=1)


def log_logistic(scores: Tensor, x: Tensor) -> Tensor:
    """Each item is a coin of its own, tossed once."""
    return -functional.binary_cross_entropy_with_logits(
        scores, x, reduction="none"
    ).sum(dim=1)


def log_gaussian(scores: Tensor, x: Tensor, c1: float = 1.0) -> Tensor:
    """Each entry is its score plus noise: weighted least squares.

    Parameters
    ----------
    scores, x : Tensor of shape (n_users, n_items)
    c1 : float
        The confidence (one over the variance) of an entry above 0; of a 0 it is 1.
    """
    confidence = torch.where(x > 0, c1, 1.0)
    return -0.5 * (confidence * (x - scores).square()).sum(dim=1)


def log_likelihood(name: str, scores: Tensor, x: Tensor, c1: float = 1.0) -> Tensor:
    """Return the likelihood of this name, one of `LIKELIHOODS`.

    Raises
    ------
    ValueError
        If there is none of this name.
    """
    if name == "multinomial":
        return log_multinomial(scores, x)
    if name == "gaussian":
        return log_gaussian(scores, x, c1)
    if name == "logistic":
        return log_logistic(scores, x)
    raise ValueError(f"likelihood must be one of {LIKELIHOODS}, not {name!r}.")
