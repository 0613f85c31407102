"""Autoencoders with a multinomial likelihood: MultVAE, and MultDAE without sampling.

D. Liang, R. G. Krishnan, M. D. Hoffman and T. Jebara: Variational Autoencoders for
Collaborative Filtering. WWW 2018.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Self

import numpy as np
import pandas as pd
import torch
from scipy import sparse
from sklearn.utils.validation import check_is_fitted
from torch import Tensor, nn

from recnb.ground.sparse_rows import SparseRows, by_rows, mini_batches
from recnb.models.base import Recommender, Validation, whole_or_not
from recnb.models.checks import (
    check_above,
    check_at_least,
    check_before_epoch,
    check_below_one,
    check_one_of,
    check_training_matrix,
    check_validation,
)
from recnb.models.likelihoods import LIKELIHOODS, log_likelihood
from recnb.models.nets import learning, train_net
from recnb.models.noise import corrupt

# As published: weights as Glorot and Bengio have them, offsets almost zero.
BIAS_SPREAD = 0.001


class FirstLayer(nn.Module):
    """x W + b for sparse rows: a sum of the rows of W that a history names.

    Parameters
    ----------
    n_items, width : int
        Length of x and of the result.
    """

    def __init__(self, n_items: int, width: int) -> None:
        super().__init__()
        self.W = nn.Parameter(nn.init.xavier_uniform_(torch.empty(n_items, width)))
        self.b = nn.Parameter(BIAS_SPREAD * torch.randn(width))

    def forward(self, x: SparseRows) -> Tensor:
        """Return x W + b; shape (n_rows, width)."""
        return x.times(self.W) + self.b


class MultDAENet(nn.Module):
    """x -> z = tanh(g(x)) -> f(z): a history, its code, a score for each item.

    Between two layers stands a tanh, behind the last one nothing.

    Parameters
    ----------
    n_items : int
    widths : sequence of int
        Of the decoder, from the code z outwards, without the items: (200,) is
        I-200-I, (200, 600) is I-600-200-600-I. The encoder is its mirror image.
    """

    #: Numbers that the encoder gives for each number of the code.
    per_code = 1

    def __init__(self, n_items: int, widths: Sequence[int]) -> None:
        super().__init__()
        inwards = [*reversed(widths[1:]), self.per_code * widths[0]]
        self.first = FirstLayer(n_items, inwards[0])
        self.encoder = _layers(inwards)
        self.decoder = _layers([*widths, n_items])

    def encode(self, x: SparseRows) -> Tensor:
        """Return g(x), before its tanh; shape (n_rows, per_code * widths[0])."""
        h = self.first(x)
        for layer in self.encoder:
            h = layer(torch.tanh(h))
        return h

    def code(self, x: SparseRows) -> Tensor:
        """Return z; shape (n_rows, widths[0])."""
        return torch.tanh(self.encode(x))

    def decode(self, z: Tensor) -> Tensor:
        """Return f(z), a score for each item; shape (n_rows, n_items)."""
        *inner, last = self.decoder
        for layer in inner:
            z = torch.tanh(layer(z))
        return last(z)

    def forward(self, x: SparseRows) -> Tensor:
        """Return the scores of a history."""
        return self.decode(self.code(x))

    def item_vectors(self) -> list[Tensor]:
        """Return the first and the last matrix, an item a row in both."""
        return [self.first.W, self.decoder[-1].weight]


class MultVAENet(MultDAENet):
    r"""x -> q(z | x) = N(mu, diag(sigma²)) -> f(z): the code is a distribution.

    The encoder gives two numbers for each number of the code, its mean :math:`\mu` and
    the logarithm of its variance :math:`\sigma^2` (source 2, equations 13 and 14).
    """

    per_code = 2

    def posterior(self, x: SparseRows) -> tuple[Tensor, Tensor]:
        """Return the means and the log variances of q; each (n_rows, widths[0])."""
        return self.encode(x).chunk(2, dim=1)

    def code(self, x: SparseRows) -> Tensor:
        """Return the mean of q, with which predictions are made."""
        return self.posterior(x)[0]


def _layers(widths: Sequence[int]) -> nn.ModuleList:
    layers = nn.ModuleList(nn.Linear(*pair) for pair in pairwise(widths))
    for layer in layers:
        nn.init.xavier_uniform_(layer.weight)
        nn.init.normal_(layer.bias, std=BIAS_SPREAD)
    return layers


def draw(mu: Tensor, log_variance: Tensor, noise: float = 1.0) -> Tensor:
    r"""Return :math:`z = \mu + \sigma \varepsilon`, with a normal draw epsilon.

    The draw is outside, so that the gradient goes through mu and sigma: the
    reparameterisation. Its standard deviation is `noise`, 1 in all papers.
    """
    return mu + noise * torch.exp(log_variance / 2) * torch.randn_like(mu)


def kl_divergence(mu: Tensor, log_variance: Tensor) -> Tensor:
    r"""Return KL(N(mu, diag(sigma²)) ‖ N(0, I)), number by number.

    :math:`\frac12 (\mu^2 + \sigma^2 - \log \sigma^2 - 1)`; the sum over the last
    dimension is the KL divergence of a row, in nats.
    """
    return 0.5 * (mu.square() + log_variance.exp() - log_variance - 1)


def log_normal(z: Tensor, mu: Tensor, log_variance: Tensor) -> Tensor:
    """Return log N(z; mu, sigma²), number by number; the shapes broadcast."""
    squares = (z - mu).square() * torch.exp(-log_variance)
    return -0.5 * (math.log(2 * math.pi) + log_variance + squares)


class MultinomialAutoencoder(Recommender):
    """What MultVAE and its kin share: a history in, a distribution over items out.

    Attributes
    ----------
    module_ : nn.Module
    log_ : TrainingLog
    elbo_ : DataFrame
        The terms of the loss, each a mean over the users of an epoch: index ``epoch``,
        columns ``log_likelihood``, ``kl`` (nats a user; 0 in MultDAE), ``beta`` (of the
        epoch's last step) and ``steps`` (taken so far).
    n_users_, n_items_ : int
    """

    #: Of a model whose constructor has no penalty on the weights.
    l2 = 0.0

    @whole_or_not
    def fit(
        self,
        X: sparse.csr_array,
        val: Validation | None = None,
        before_epoch: Callable[[int], None] | None = None,
    ) -> Self:
        """Learn from histories.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
            Ones and zeros, or counts.
        val : object with ``error(model)``, optional
            Other users, such as ``split.val``: the net is judged on them after each
            epoch, the best epoch's weights are kept, and training stops after
            ``patience`` epochs without a new best. Without them, all epochs are run.
        before_epoch : function of int, optional
            Called with the number of each epoch, from 0, before its first step. It may
            write into `item_embeddings`.

        Raises
        ------
        ValueError
            If X or val is not as it should be, or a hyper-parameter is out of range.
        """
        check_validation(val)
        check_before_epoch(before_epoch)
        X = check_training_matrix(X)
        self._check_parameters(X)
        self.n_users_, self.n_items_ = X.shape
        self._terms: list[tuple] = []  # of each step: users, likelihood, KL, beta
        with learning(self) as rng:
            self.module_ = self._build()
            self.log_ = train_net(
                self,
                partial(next, self._epochs(X, rng)),
                self._losses,
                self._optimizer(),
                validate=None if val is None else lambda: val.error(self),
                before_epoch=before_epoch,
            )
        self.elbo_ = self._means_of_epochs()
        return self

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for each history; dense, shape (n_users, n_items).

        The score is f(z), before the softmax, which would not change the order. The
        history is handed over whole, and z is not drawn: in MultVAE it is the mean of
        q.
        """
        X = self._check_history(X)
        return by_rows(X, lambda x: self.module_(normalized(x)))

    def codes(self, X: sparse.csr_array) -> np.ndarray:
        """Return z of each history, in MultVAE its mean; shape (n_users, latent)."""
        X = self._check_history(X)
        return by_rows(X, lambda x: self.module_.code(normalized(x)))

    def item_embeddings(self) -> list[np.ndarray]:
        """Return the matrices with a vector for each item, each (n_items, L).

        They are the model's own memory: what is written into them changes it.
        """
        check_is_fitted(self)
        return [vectors.detach().numpy() for vectors in self.module_.item_vectors()]

    def _losses(self, x: SparseRows) -> Iterator[Tensor]:
        """Yield minus the ELBO, a mean over the users of the batch, plus the penalty.

        With dropout the encoder sees a part of the history; the likelihood is of all.
        """
        z, kl = self._code_and_kl(normalized(x))
        scores, target = self.module_.decode(z), x.dense()
        fit = log_likelihood(self.likelihood, scores, target, self.c1).mean()
        beta = self._beta(len(self._terms))
        self._terms.append((len(x), fit.item(), kl.item(), beta))
        yield -fit + beta * kl + self.l2 / (2 * self.n_users_) * self._size()

    def _damaged(self, x: SparseRows) -> SparseRows:
        """Return the rows with dropout."""
        return x.with_values(corrupt(x.values, self.dropout, rescale=True))

    def _epochs(
        self, X: sparse.csr_array, rng: np.random.Generator
    ) -> Iterator[Iterable]:
        """Yield the batches of one epoch after the other, without end."""
        while True:
            yield mini_batches(X, self.batch_size, rng)

    def _optimizer(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.module_.parameters(), lr=self.lr, fused=True)

    def _size(self) -> Tensor:
        """Return the sum of the squared weights, without the offsets."""
        weights = [p for p in self.module_.parameters() if p.ndim == 2]
        return sum(w.square().sum() for w in weights) if self.l2 else torch.zeros(())

    def _means_of_epochs(self) -> pd.DataFrame:
        """Return the terms of the steps as means over the users of each epoch."""
        names = ["log_likelihood", "kl"]
        steps = pd.DataFrame(self._terms, columns=["users", *names, "beta"])
        a_epoch = self._steps_of_an_epoch()
        epoch = (steps.index // a_epoch + 1).rename("epoch")
        sums = steps[names].mul(steps["users"], axis=0).groupby(epoch).sum()
        users = steps["users"].groupby(epoch).sum()
        last = steps["beta"].groupby(epoch).last()
        means = sums.div(users, axis=0).assign(beta=last, steps=a_epoch * sums.index)
        return means.head(len(self.log_.loss))

    def _steps_of_an_epoch(self) -> int:
        """Return how many steps of an epoch are noted."""
        return -(-self.n_users_ // self.batch_size)

    def _check_sizes(self) -> None:
        if not isinstance(self.hidden, tuple | list):
            raise ValueError(
                f"hidden takes a tuple of widths, such as (600,), not {self.hidden!r}."
            )
        if min((self.latent, *self.hidden)) < 1:
            raise ValueError(
                f"latent and hidden must be at least 1, not {self.latent}, "
                f"{self.hidden}."
            )

    def _check_parameters(self, X: sparse.csr_array) -> None:
        self._check_sizes()
        check_at_least(1, self, "batch_size", "epochs")
        check_at_least(0, self, *self._from_zero)
        check_below_one(self, "dropout")
        check_above(0, self, "c1")
        check_one_of(LIKELIHOODS, self, "likelihood")
        if X.data.min() < 0:
            raise ValueError("X has a negative entry: hand over ones and zeros.")
        if self.likelihood == "logistic" and X.data.max() > 1:
            raise ValueError(
                "The logistic likelihood takes entries from 0 to 1; make the matrix "
                'binary, or use likelihood="multinomial".'
            )

    #: Hyper-parameters that must not be negative.
    _from_zero = ("l2",)

    def _widths(self) -> tuple[int, ...]:
        return (self.latent, *reversed(self.hidden))

    def _build(self) -> nn.Module:
        raise NotImplementedError

    def _code_and_kl(self, x: SparseRows) -> tuple[Tensor, Tensor]:
        """Return a code of each row, whole and normalised, and its mean KL divergence.

        The mean is one over the rows. Dropout is done here.
        """
        raise NotImplementedError

    def _beta(self, steps: int) -> float:
        """Return the weight of the KL divergence after so many steps."""
        raise NotImplementedError


class MultVAE(MultinomialAutoencoder):
    r"""Variational autoencoder with a multinomial likelihood.

    A history x (ones and zeros, divided by its length :math:`\lVert x \rVert_2`, with
    dropout) is encoded as a distribution q(z | x) of codes; a code z drawn from it is
    decoded to scores f(z), and their softmax says how likely each item is the next
    like. Trained by maximising the evidence lower bound (ELBO), with a weight on its
    second term (source 2, equation 17):

    .. math:: E_q[\log p(x \mid z)] - \beta \, KL(q(z \mid x) \,\|\, N(0, I))

    Parameters
    ----------
    hidden : tuple of int
        Widths of the layers between the items and the code, from the items inwards;
        the decoder is the mirror image. (600,) is the paper's I-600-200-600-I.
    latent : int
        K, the length of the code z.
    likelihood : "multinomial", "gaussian" or "logistic"
        See `recnb.models.likelihoods`.
    c1 : float
        Of the Gaussian likelihood: the weight of a like, where that of a zero is 1.
    dropout : float
        Probability with which an entry of the input is deleted, from 0 to below 1.
    beta : float
        The cap: the weight of the KL divergence never gets larger.
    anneal_steps : int
        Optimizer steps until the weight would reach 1: after t steps it is
        ``min(beta, t / anneal_steps)``. 0: it is `beta` from the start. The published
        200,000 steps reach the published cap of 0.2 after 40,000 steps, which on
        MovieLens 1M, at 9 steps an epoch, are 4,400 epochs.
    l2 : float
        λ of the penalty λ/2 · (sum of the squared weights), which is added to the loss
        of all users.
    lr, batch_size : float, int
        Of the optimizer, Adam: step size, and users a step.
    epochs, patience : int
        At most so many epochs; stop after so many without a better validation error.
    seed : int
        Of the initial weights, the dropout, the draws of z and the order of the users.

    Notes
    -----
    Deviations from the published code: steps are counted over the whole training, as
    there, but the default schedule is one that MovieLens 1M can reach; the offsets'
    initial values are normal and not truncated.
    """

    _from_zero = ("l2", "beta", "anneal_steps")

    def __init__(
        self,
        hidden: tuple[int, ...] = (600,),
        latent: int = 200,
        likelihood: str = "multinomial",
        c1: float = 1.0,
        dropout: float = 0.5,
        beta: float = 0.2,
        anneal_steps: int = 1000,
        l2: float = 0.0,
        lr: float = 1e-3,
        batch_size: int = 500,
        epochs: int = 100,
        patience: int | None = 10,
        seed: int = 0,
    ) -> None:
        self.hidden = hidden
        self.latent = latent
        self.likelihood = likelihood
        self.c1 = c1
        self.dropout = dropout
        self.beta = beta
        self.anneal_steps = anneal_steps
        self.l2 = l2
        self.lr = lr
        self.batch_size = batch_size
        self.epochs = epochs
        self.patience = patience
        self.seed = seed

    @torch.no_grad()
    def posterior(self, X: sparse.csr_array) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean and the standard deviation of q(z | x) of each history.

        Returns
        -------
        mu, sigma : float arrays of shape (n_users, latent)
        """
        X = self._check_history(X)
        both = by_rows(X, lambda x: self.module_.encode(normalized(x)))
        mu, log_variance = np.split(both, 2, axis=1)
        return mu, np.exp(log_variance / 2)

    def kl(self, X: sparse.csr_array) -> np.ndarray:
        """Return how many nats each number of the code costs, a mean over histories.

        A number whose share is almost zero has collapsed: it says the same of all.

        Returns
        -------
        float array of shape (latent,)
        """
        mu, sigma = self.posterior(X)
        terms = kl_divergence(torch.as_tensor(mu), 2 * torch.as_tensor(sigma).log())
        return terms.mean(dim=0).cpu().numpy()

    def _build(self) -> nn.Module:
        return MultVAENet(self.n_items_, self._widths())

    def _code_and_kl(self, x: SparseRows) -> tuple[Tensor, Tensor]:
        mu, log_variance = self.module_.posterior(self._damaged(x))
        return draw(mu, log_variance), kl_divergence(mu, log_variance).sum(1).mean()

    def _beta(self, steps: int) -> float:
        if self.anneal_steps == 0:
            return self.beta
        return min(self.beta, steps / self.anneal_steps)


class MultDAE(MultinomialAutoencoder):
    """Denoising autoencoder with a multinomial likelihood: MultVAE without sampling.

    The code is z = tanh(g(x)), one point for each history; there is no KL divergence.

    Parameters
    ----------
    hidden : tuple of int
        As in `MultVAE`; () is the paper's I-200-I.
    latent, likelihood, c1, dropout, l2, lr, batch_size, epochs, patience, seed
        As in `MultVAE`.
    """

    def __init__(
        self,
        hidden: tuple[int, ...] = (),
        latent: int = 200,
        likelihood: str = "multinomial",
        c1: float = 1.0,
        dropout: float = 0.5,
        l2: float = 0.0,
        lr: float = 1e-3,
        batch_size: int = 500,
        epochs: int = 100,
        patience: int | None = 10,
        seed: int = 0,
    ) -> None:
        self.hidden = hidden
        self.latent = latent
        self.likelihood = likelihood
        self.c1 = c1
        self.dropout = dropout
        self.l2 = l2
        self.lr = lr
        self.batch_size = batch_size
        self.epochs = epochs
        self.patience = patience
        self.seed = seed

    def _build(self) -> nn.Module:
        return MultDAENet(self.n_items_, self._widths())

    def _code_and_kl(self, x: SparseRows) -> tuple[Tensor, Tensor]:
        return self.module_.code(self._damaged(x)), torch.zeros(())

    def _beta(self, steps: int) -> float:
        return 0.0


def normalized(x: SparseRows) -> SparseRows:
    """Return each row divided by its length; an empty row stays empty."""
    cells = x.values  # noqa: PD011
    squares = torch.zeros(len(x)).index_add(0, x.row_of_cell, cells.square())
    return x.with_values(cells / squares.sqrt()[x.row_of_cell])
