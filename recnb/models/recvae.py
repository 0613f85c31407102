"""RecVAE: MultVAE with a composite prior, trained one half at a time.

I. Shenbin, A. Alekseev, E. Tutubalina, V. Malykh and S. I. Nikolenko: RecVAE: A New
Variational Autoencoder for Top-N Recommendations with Implicit Feedback. WSDM 2020.
Built after the authors' code, github.com/ilya-shenbin/RecVAE, branch wsdm.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import torch
from scipy import sparse
from torch import Tensor, nn
from torch.nn import functional

from recnb.ground.sparse_rows import SparseRows, by_rows, shuffled
from recnb.models.checks import check_above, check_at_least
from recnb.models.likelihoods import log_likelihood
from recnb.models.multvae import (
    FirstLayer,
    MultinomialAutoencoder,
    draw,
    log_normal,
    normalized,
)

#: Weights of the prior's three parts: standard normal, old posterior, wide normal.
SHARES = (3 / 20, 3 / 4, 1 / 10)
#: Log variance of the wide normal.
WIDE = 10.0
#: Layers of the encoder, the first one included.
DEPTH = 5


class RecVAENet(nn.Module):
    r"""x -> q(z | x) = N(mu, diag(sigma²)) -> W z + b: deep in front, linear behind.

    Each layer of the encoder reads the one before it and adds all earlier ones:

    .. math:: h_k = \mathrm{LN}(\mathrm{swish}(W_k h_{k-1} + b_k + \sum_{j<k} h_j))

    with :math:`\mathrm{swish}(a) = a \, \sigma(a)`.

    Parameters
    ----------
    n_items, hidden, latent : int
        Length of x, of each :math:`h_k` and of z.
    epsilon : float
        Of the layer norms LN: what is added to a variance before its root is taken.
    """

    def __init__(
        self, n_items: int, hidden: int, latent: int, epsilon: float = 1e-5
    ) -> None:
        super().__init__()
        self.first = FirstLayer(n_items, hidden)
        for weights in self.first.parameters():  # as torch begins its own layers
            nn.init.uniform_(weights, -(n_items**-0.5), n_items**-0.5)
        self.inner = nn.ModuleList(nn.Linear(hidden, hidden) for _ in range(DEPTH - 1))
        self.norms = nn.ModuleList(
            nn.LayerNorm(hidden, eps=epsilon) for _ in range(DEPTH)
        )
        self.last = nn.Linear(hidden, 2 * latent)
        self.decoder = nn.Linear(latent, n_items)

    def posterior(self, x: SparseRows) -> tuple[Tensor, Tensor]:
        """Return the means and the log variances of q; each (n_rows, latent)."""
        first, *norms = self.norms
        h = earlier = first(functional.silu(self.first(x)))
        for layer, norm in zip(self.inner, norms, strict=True):
            h = norm(functional.silu(layer(h) + earlier))
            earlier = earlier + h
        return self.last(h).chunk(2, dim=1)

    def code(self, x: SparseRows) -> Tensor:
        """Return the mean of q, with which predictions are made."""
        return self.posterior(x)[0]

    def decode(self, z: Tensor) -> Tensor:
        """Return a score for each item; shape (n_rows, n_items)."""
        return self.decoder(z)

    def forward(self, x: SparseRows) -> Tensor:
        """Return the scores of a history."""
        return self.decode(self.code(x))

    def item_vectors(self) -> list[Tensor]:
        """Return the first and the last matrix, an item a row in both."""
        return [self.first.W, self.decoder.weight]


def log_composite_prior(z: Tensor, old_mu: Tensor, old_log_variance: Tensor) -> Tensor:
    r"""Return the log density of the composite prior, number by number.

    .. math::

        p(z) = \tfrac{3}{20} N(z; 0, 1) + \tfrac34 N(z; \mu_{old}, \sigma^2_{old})
        + \tfrac1{10} N(z; 0, e^{10})

    where old are the mean and the variance that the encoder gave the same user before.
    """
    zero = torch.zeros(())
    parts = (
        log_normal(z, zero, zero),
        log_normal(z, old_mu, old_log_variance),
        log_normal(z, zero, zero + WIDE),
    )
    weighted = [np.log(w) + part for w, part in zip(SHARES, parts, strict=True)]
    return torch.logsumexp(torch.stack(weighted), dim=0)


class Step(NamedTuple):
    """What a step is taken on.

    Attributes
    ----------
    half : "encoder" or "decoder"
        What learns.
    x : SparseRows
        Histories.
    old : Tensor of shape (n_rows, 2 * latent)
        Means and log variances that the encoder gave them last.
    """

    half: str
    x: SparseRows
    old: Tensor


class RecVAE(MultinomialAutoencoder):
    r"""MultVAE with a composite prior, a user's own beta, and halves that take turns.

    An epoch goes several times through the users for the encoder, which sees damaged
    histories and maximises

    .. math::

        E_q[\log p(x \mid z)] - \gamma \lvert x \rvert \, KL(q(z \mid x) \,\|\, p(z)),

    where :math:`\lvert x \rvert` is the number of the user's likes and p(z) is
    `log_composite_prior`. One of its parts is the posterior that the encoder gave the
    same user at the end of the epoch before, so that the encoder does not forget. Then
    it goes through the users for the decoder, which maximises the first term only, from
    codes of whole histories.

    Parameters
    ----------
    hidden, latent : int
        Length of the encoder's layers and of the code z.
    likelihood : "multinomial", "gaussian" or "logistic"
        See `recnb.models.likelihoods`; the paper has the first.
    c1 : float
        Of the Gaussian likelihood: the weight of a like, where that of a zero is 1.
    dropout : float
        Probability with which an entry of the encoder's input is deleted while the
        encoder learns, from 0 to below 1.
    gamma : float
        γ, the weight of the KL divergence for each like. Published: 0.005 for MovieLens
        20M, 0.0035 for Netflix, 0.01 for MSD.
    encoder_passes, decoder_passes : int
        How often an epoch goes through the users for each half.
    noise : float
        Standard deviation of the normal draw that is multiplied by sigma and added to
        mu to make a code z, while the net learns. 1 in the paper and in both branches
        of the authors' code; 0.01 in the libraries RecBole and cornac. What that
        brings, and where, stands in docs/peers.md.
    epsilon : float
        Of the layer norms. 0.00001 in the branch wsdm; 0.1 in the main branch and in
        both libraries.
    lr, batch_size : float, int
        Of the optimizer, Adam: step size, and users a step.
    epochs, patience : int
        At most so many epochs; stop after so many without a better validation error.
    seed : int
        Of the initial weights, the dropout, the draws of z and the order of the users.

    Attributes
    ----------
    module_ : RecVAENet
    elbo_ : DataFrame
        As in `MultVAE`, of the encoder's steps alone: ``kl`` (nats a user) is estimated
        from one draw of z and may be below 0; ``beta`` is the mean of γ·\|x\| over the
        users of the last step.

    Notes
    -----
    This is the version of the paper, in the repository's branch wsdm. Its main branch
    is another one: layer norm with an epsilon of 0.1 in place of 0.00001, a whole
    second encoder in place of the stored posteriors (in the first epoch one of other
    random weights, where here it is the encoder itself), and no default for gamma.

    Deviations from the paper: its formula mixes densities of whole codes, both branches
    those of each number of the code, and so does this. Deviations from both branches:
    the codes that the decoder learns from are drawn from the stored posteriors, which
    are the same as those of a new pass through the encoder.

    One Adam serves both halves: it leaves alone what has no gradient, and its memory is
    of each weight.
    """

    _from_zero = ("gamma", "noise")

    def __init__(
        self,
        hidden: int = 600,
        latent: int = 200,
        likelihood: str = "multinomial",
        c1: float = 1.0,
        dropout: float = 0.5,
        gamma: float = 0.005,
        encoder_passes: int = 3,
        decoder_passes: int = 1,
        noise: float = 1.0,
        epsilon: float = 1e-5,
        lr: float = 5e-4,
        batch_size: int = 500,
        epochs: int = 50,
        patience: int | None = 10,
        seed: int = 0,
    ) -> None:
        self.hidden = hidden
        self.latent = latent
        self.likelihood = likelihood
        self.c1 = c1
        self.dropout = dropout
        self.gamma = gamma
        self.encoder_passes = encoder_passes
        self.decoder_passes = decoder_passes
        self.noise = noise
        self.epsilon = epsilon
        self.lr = lr
        self.batch_size = batch_size
        self.epochs = epochs
        self.patience = patience
        self.seed = seed

    def posterior(self, X: sparse.csr_array) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean and the standard deviation of q(z | x) of each history.

        Returns
        -------
        mu, sigma : float arrays of shape (n_users, latent)
        """
        mu, log_variance = np.split(self._posteriors(self._check_history(X)), 2, axis=1)
        return mu, np.exp(log_variance / 2)

    def _posteriors(self, X: sparse.csr_array) -> np.ndarray:
        """Return means and log variances side by side; (n_users, 2 * latent)."""
        posterior = self.module_.posterior
        return by_rows(X, lambda x: torch.cat(posterior(normalized(x)), dim=1))

    def _build(self) -> nn.Module:
        return RecVAENet(self.n_items_, self.hidden, self.latent, self.epsilon)

    def _epochs(
        self, X: sparse.csr_array, rng: np.random.Generator
    ) -> Iterator[Iterable[Step]]:
        """Yield the steps of one epoch after the other, without end."""
        old = torch.as_tensor(self._posteriors(X))
        while True:
            yield self._steps(X, old, rng)

    def _steps(
        self, X: sparse.csr_array, old: Tensor, rng: np.random.Generator
    ) -> Iterator[Step]:
        """Yield the steps of an epoch; between the halves, replace the old posteriors.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
        old : Tensor of shape (n_users, 2 * latent)
            The old posteriors, side by side, which are changed in place.
        rng : Generator
        """
        for _ in range(self.encoder_passes):
            yield from self._pass("encoder", X, old, rng)
        old.copy_(torch.as_tensor(self._posteriors(X)))
        for _ in range(self.decoder_passes):
            yield from self._pass("decoder", X, old, rng)

    def _pass(
        self, half: str, X: sparse.csr_array, old: Tensor, rng: np.random.Generator
    ) -> Iterator[Step]:
        """Yield steps through all users once, in random order."""
        for users in shuffled(X.shape[0], self.batch_size, rng):
            yield Step(half, SparseRows(X[users]), old[torch.as_tensor(users)])

    def _losses(self, step: Step) -> Iterator[Tensor]:
        """Yield the loss of a step, a mean over its users."""
        mu_and_log_variance = step.old.chunk(2, dim=1)
        if step.half == "decoder":
            scores = self.module_.decode(draw(*mu_and_log_variance, self.noise))
            yield -self._log_likelihood(scores, step.x).mean()
        else:
            yield self._encoder_loss(step.x, *mu_and_log_variance)

    def _encoder_loss(
        self, x: SparseRows, old_mu: Tensor, old_log_variance: Tensor
    ) -> Tensor:
        """Return minus the ELBO, which has no gradient in the decoder."""
        net = self.module_
        mu, log_variance = net.posterior(self._damaged(normalized(x)))
        z = draw(mu, log_variance, self.noise)
        W, b = net.decoder.weight.detach(), net.decoder.bias.detach()
        fit = self._log_likelihood(functional.linear(z, W, b), x).mean()
        prior = log_composite_prior(z, old_mu, old_log_variance)
        kl = (log_normal(z, mu, log_variance) - prior).sum(dim=1)
        beta = self.gamma * likes(x)
        self._terms.append((len(x), fit.item(), kl.mean().item(), beta.mean().item()))
        return -fit + (beta * kl).mean()

    def _log_likelihood(self, scores: Tensor, x: SparseRows) -> Tensor:
        """Return the log likelihood of each row; the multinomial one without zeros."""
        if self.likelihood != "multinomial":
            return log_likelihood(self.likelihood, scores, x.dense(), self.c1)
        return log_multinomial(scores, x)

    def _steps_of_an_epoch(self) -> int:
        return self.encoder_passes * super()._steps_of_an_epoch()

    def _check_sizes(self) -> None:
        check_at_least(1, self, "hidden", "latent", "encoder_passes", "decoder_passes")
        check_above(0, self, "epsilon")


def likes(x: SparseRows) -> Tensor:
    """Return the sum of each row: the number of likes; shape (n_rows,)."""
    return torch.zeros(len(x)).index_add(0, x.row_of_cell, x.values)


def log_multinomial(scores: Tensor, x: SparseRows) -> Tensor:
    """Return sum(x log softmax(scores)) of each row, without writing down x's zeros."""
    liked = scores[x.row_of_cell, x.indices] * x.values
    sums = torch.zeros(len(x)).index_add(0, x.row_of_cell, liked)
    return sums - likes(x) * torch.logsumexp(scores, dim=1)
