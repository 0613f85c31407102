"""HVamp: an autoencoder with two codes, gates, and a prior made of pseudo-users.

H+Vamp (Gated) in D. Kim and B. Suh: Enhancing VAEs for Collaborative Filtering:
Flexible Priors & Gating Mechanisms. RecSys 2019. Built after the authors' code,
github.com/psywaves/EVCF. The prior, VampPrior, is from J. M. Tomczak and M. Welling:
VAE with a VampPrior. AISTATS 2018.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from recnb.ground.sparse_rows import SparseRows
from recnb.models.checks import check_at_least
from recnb.models.multvae import (
    FirstLayer,
    MultinomialAutoencoder,
    draw,
    log_normal,
)

# As published.
LOG_VARIANCES = (-12.0, 4.0)
PSEUDO_MEAN, PSEUDO_SPREAD = 0.05, 0.01


class FirstGatedLayer(FirstLayer):
    """(x W + b) · sigmoid(x V + c) for histories: a layer whose outputs have gates.

    W and V stand side by side in one matrix.

    Parameters
    ----------
    n_items, width : int
        Length of x and of the result.
    """

    def __init__(self, n_items: int, width: int) -> None:
        super().__init__(n_items, 2 * width)
        _begin(self.W, self.b, n_items)

    def forward(self, x: SparseRows | Tensor) -> Tensor:
        """Return the layer's output for sparse or dense rows; shape (n_rows, width)."""
        h = x @ self.W + self.b if isinstance(x, Tensor) else super().forward(x)
        return functional.glu(h, dim=1)


class GatedLayer(nn.Linear):
    """The same for a hidden layer."""

    def __init__(self, length: int, width: int) -> None:
        super().__init__(length, 2 * width)
        _begin(self.weight, self.bias, length)

    def forward(self, x: Tensor) -> Tensor:
        """Return the layer's output; shape (n_rows, width)."""
        return functional.glu(super().forward(x), dim=1)


class NormalLayer(nn.Linear):
    """h -> the mean and the log variance of a normal distribution."""

    def __init__(self, length: int, latent: int) -> None:
        super().__init__(length, 2 * latent)
        _begin(self.weight, self.bias, length)

    def forward(self, h: Tensor) -> tuple[Tensor, Tensor]:
        """Return the means and the log variances; each (n_rows, latent)."""
        mu, log_variance = super().forward(h).chunk(2, dim=1)
        return mu, log_variance.clamp(*LOG_VARIANCES)


def _begin(weights: Tensor, offsets: Tensor, length: int) -> None:
    """Give a layer with so many inputs the weights that it begins with."""
    nn.init.normal_(weights, std=math.sqrt(2 / length))
    nn.init.uniform_(offsets, -(length**-0.5), length**-0.5)


class HVampNet(nn.Module):
    r"""x -> q(z2 | x), q(z1 | x, z2) and back: p(z2), p(z1 | z2), p(x | z1, z2).

    Every q, and p(z1 | z2), is a normal distribution with a diagonal covariance. Each
    has two gated layers, and so has the decoder of x; of two inputs, each has a first
    layer of its own, and the second one reads both.

    Parameters
    ----------
    n_items, hidden, latent : int
        Length of x, of the layers, and of each of the two codes.
    n_pseudo : int
        Number of pseudo-inputs u_k, rows like a user's, which are learned.
    """

    def __init__(self, n_items: int, hidden: int, latent: int, n_pseudo: int) -> None:
        super().__init__()
        self.q2_first = FirstGatedLayer(n_items, hidden)
        self.q2 = nn.Sequential(GatedLayer(hidden, hidden), NormalLayer(hidden, latent))
        self.q1_first = FirstGatedLayer(n_items, hidden)
        self.q1_z2 = GatedLayer(latent, hidden)
        self.q1 = nn.Sequential(
            GatedLayer(2 * hidden, hidden), NormalLayer(hidden, latent)
        )
        self.p1 = nn.Sequential(
            GatedLayer(latent, hidden),
            GatedLayer(hidden, hidden),
            NormalLayer(hidden, latent),
        )
        self.px_z1 = GatedLayer(latent, hidden)
        self.px_z2 = GatedLayer(latent, hidden)
        self.px = GatedLayer(2 * hidden, hidden)
        self.last = nn.Linear(hidden, n_items)
        _begin(self.last.weight, self.last.bias, hidden)
        self.u = nn.Parameter(torch.empty(n_pseudo, n_items))
        nn.init.normal_(self.u, PSEUDO_MEAN, PSEUDO_SPREAD)

    def posterior_2(self, x: SparseRows | Tensor) -> tuple[Tensor, Tensor]:
        """Return the means and the log variances of q(z2 | x)."""
        return self.q2(self.q2_first(x))

    def posterior_1(self, x: SparseRows, z2: Tensor) -> tuple[Tensor, Tensor]:
        """Return the means and the log variances of q(z1 | x, z2)."""
        return self.q1(torch.cat([self.q1_first(x), self.q1_z2(z2)], dim=1))

    def pseudo_inputs(self) -> Tensor:
        """Return the pseudo-inputs, cut off at 0 and 1; shape (n_pseudo, n_items)."""
        return self.u.clamp(0, 1)

    def code(self, x: SparseRows) -> Tensor:
        """Return the means of z1 and, given them, z2, side by side."""
        z2, _ = self.posterior_2(x)
        return torch.cat([self.posterior_1(x, z2)[0], z2], dim=1)

    def decode(self, z: Tensor) -> Tensor:
        """Return a score for each item, from z1 and z2 side by side."""
        z1, z2 = z.chunk(2, dim=1)
        both = torch.cat([self.px_z1(z1), self.px_z2(z2)], dim=1)
        return self.last(self.px(both))

    def forward(self, x: SparseRows) -> Tensor:
        """Return the scores of a history."""
        return self.decode(self.code(x))

    def item_vectors(self) -> list[Tensor]:
        """Return the encoders' first matrices, each with its gates', and the last one.

        The pseudo-inputs are no vectors of items: they stand for users.
        """
        halves = (layer.W.chunk(2, dim=1) for layer in (self.q2_first, self.q1_first))
        return [*(half for both in halves for half in both), self.last.weight]


def log_vamp_prior(z: Tensor, mu: Tensor, log_variance: Tensor) -> Tensor:
    r"""Return :math:`\log \frac1K \sum_k N(z; \mu_k, \mathrm{diag}(\sigma^2_k))`.

    Parameters
    ----------
    z : Tensor of shape (n_rows, latent)
    mu, log_variance : Tensor of shape (K, latent)
        Of the pseudo-inputs' posteriors.

    Returns
    -------
    Tensor of shape (n_rows,)

    Notes
    -----
    The squares are multiplied out, so that two matrix products do the work; in double
    precision, as large numbers cancel there.
    """
    exact, mu, s = z.double(), mu.double(), log_variance.double()
    precision = torch.exp(-s)
    of_k = (s + mu.square() * precision + math.log(2 * math.pi)).sum(dim=1)
    squares = exact.square() @ precision.T - 2 * exact @ (mu * precision).T + of_k
    return (torch.logsumexp(-squares / 2, dim=1) - math.log(len(mu))).to(z.dtype)


def dropped_out(x: Tensor, p: float) -> Tensor:
    """Return x with dropout, in a fifth of the time that torch takes.

    A random number of 64 bits decides on four entries, so that p is rounded to 16 bits.
    """
    bits = torch.empty(-(-x.numel() // 4), dtype=torch.int64).random_(-(2**63), None)
    numbers = bits.view(torch.int16)[: x.numel()].view(x.shape)
    kept = numbers >= round(p * 2**16) - 2**15
    return x * kept.to(x.dtype) / (1 - p)


class NormalisedAdam(torch.optim.Adam):
    """Adam on derivatives of length 1, each weight matrix by itself."""

    @torch.no_grad()
    def step(self, closure: None = None) -> None:
        """Take a step."""
        for group in self.param_groups:
            for weights in group["params"]:
                if weights.grad is not None:
                    weights.grad /= weights.grad.norm() + 1e-7
        super().step(closure)


class HVamp(MultinomialAutoencoder):
    r"""Variational autoencoder with two codes, gated layers and a VampPrior.

    A history x is encoded as a code z2, x and z2 together as a code z1, and both are
    decoded to scores. Where MultVAE's codes shall be like draws from N(0, I), here z1
    shall be like draws from a normal distribution that depends on z2, and z2 like the
    codes of pseudo-users u_1, ..., u_K, whose histories are learned with the rest:

    .. math::

        \log p(x \mid z_1, z_2) - \beta \Bigl( \log q(z_1 \mid x, z_2)
        + \log q(z_2 \mid x) - \log p(z_1 \mid z_2)
        - \log \frac1K \sum_k q(z_2 \mid u_k) \Bigr)

    is maximised, for codes that are drawn from q.

    Parameters
    ----------
    hidden, latent : int
        Length of the layers and of each of the two codes.
    n_pseudo : int
        K. An epoch's time is mostly theirs: each step encodes K dense rows.
    likelihood : "multinomial", "gaussian" or "logistic"
        See `recnb.models.likelihoods`.
    c1 : float
        Of the Gaussian likelihood: the weight of a like, where that of a zero is 1.
    dropout : float
        Probability with which an entry is deleted, from 0 to below 1: anew for each of
        the two encoders, and in the pseudo-inputs, too.
    beta : float
        The cap: the weight of the last term never gets larger.
    anneal_epochs : int
        In epoch t, counted from 1, the weight is ``beta * min(1, t / anneal_epochs)``.
        0: it is `beta` from the start.
    lr, batch_size : float, int
        Of the optimizer, `NormalisedAdam`: step size, and users a step.
    epochs, patience : int
        At most so many epochs; stop after so many without a better validation error.
    seed : int
        Of the initial weights, the dropout, the draws and the order of the users.

    Attributes
    ----------
    module_ : HVampNet
    elbo_ : DataFrame
        As in `MultVAE`; ``kl``, the term in brackets, is estimated from one draw of the
        codes and may be below 0.

    Notes
    -----
    All defaults are those of the authors' program but `likelihood` and `beta`, which
    they set for each dataset: their example, for Netflix, has the logistic one and 0.3.
    So is what there is no parameter for: two layers (as in the example; the program's
    default is one), log variances from -12 to 4, the initial weights, and pseudo-inputs
    that are not divided by their lengths, as histories are.

    Deviations from the authors' code: a layer and its gates are one matrix, and so are
    a mean's and a log variance's, so that their derivatives are divided by the length
    of both; patience counts from the first epoch, not from the end of annealing; the
    probabilities of the logistic likelihood are not kept from 0 and 1.
    """

    _from_zero = ("beta", "anneal_epochs")

    def __init__(
        self,
        hidden: int = 600,
        latent: int = 200,
        n_pseudo: int = 1000,
        likelihood: str = "multinomial",
        c1: float = 1.0,
        dropout: float = 0.5,
        beta: float = 0.3,
        anneal_epochs: int = 100,
        lr: float = 5e-4,
        batch_size: int = 200,
        epochs: int = 400,
        patience: int | None = 50,
        seed: int = 0,
    ) -> None:
        self.hidden = hidden
        self.latent = latent
        self.n_pseudo = n_pseudo
        self.likelihood = likelihood
        self.c1 = c1
        self.dropout = dropout
        self.beta = beta
        self.anneal_epochs = anneal_epochs
        self.lr = lr
        self.batch_size = batch_size
        self.epochs = epochs
        self.patience = patience
        self.seed = seed

    def _build(self) -> nn.Module:
        return HVampNet(self.n_items_, self.hidden, self.latent, self.n_pseudo)

    def _optimizer(self) -> torch.optim.Optimizer:
        return NormalisedAdam(self.module_.parameters(), lr=self.lr, fused=True)

    def _code_and_kl(self, x: SparseRows) -> tuple[Tensor, Tensor]:
        net = self.module_
        q2 = net.posterior_2(self._damaged(x))
        z2 = draw(*q2)
        q1 = net.posterior_1(self._damaged(x), z2)
        z1 = draw(*q1)
        terms = log_normal(z1, *q1) - log_normal(z1, *net.p1(z2)) + log_normal(z2, *q2)
        u = dropped_out(net.pseudo_inputs(), self.dropout)
        kl = terms.sum(dim=1) - log_vamp_prior(z2, *net.posterior_2(u))
        return torch.cat([z1, z2], dim=1), kl.mean()

    def _beta(self, steps: int) -> float:
        if self.anneal_epochs == 0:
            return self.beta
        epoch = steps // self._steps_of_an_epoch() + 1
        return self.beta * min(1, epoch / self.anneal_epochs)

    def _check_sizes(self) -> None:
        check_at_least(1, self, "hidden", "latent", "n_pseudo")
