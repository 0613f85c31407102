"""Sequential autoencoders: SVAE, and the same net without what SVAE adds to it.

N. Sachdeva, G. Manco, E. Ritacco and V. Pudi: Sequential Variational Autoencoders for
Collaborative Filtering. WSDM 2019.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

import numpy as np
import pandas as pd
import torch
from scipy import sparse
from torch import Tensor, nn

from recnb.ground.sequences import (
    Steps,
    batches_by_length,
    in_order,
    next_items,
    padded,
)
from recnb.models.base import Recommender, Validation, whole_or_not
from recnb.models.checks import (
    check_at_least,
    check_below_one,
    check_matrix,
    check_one_of,
    check_share,
    check_validation,
)
from recnb.models.gru import GRU
from recnb.models.multvae import draw, kl_divergence
from recnb.models.nets import learning, train_net
from recnb.models.next_likelihood import next_log_likelihood

MEMORIES = ("gru", "mean", "faded")
# Users whose histories are read at once when recommending.
USERS_AT_ONCE = 32


class RunningMean(nn.Module):
    """A memory without order: at each step, a layer over the mean of what was seen.

    Parameters
    ----------
    n_in, n_out : int
    """

    def __init__(self, n_in: int, n_out: int) -> None:
        super().__init__()
        self.layer = nn.Linear(n_in, n_out)

    def forward(self, x: Tensor) -> tuple[Tensor, None]:
        """Return all steps' states, as `nn.GRU` does; (n_users, longest, n_out)."""
        return torch.tanh(self.layer(self.means(x))), None

    def means(self, x: Tensor) -> Tensor:
        """Return at each step the mean of what was seen; shape as x."""
        seen = torch.arange(1, x.shape[1] + 1)[:, None]
        return x.cumsum(dim=1) / seen


class FadedMean(RunningMean):
    r"""A memory of what came lately: the mean, where what is a step older counts less.

    An item seen a steps ago has the weight :math:`\gamma^a`, divided by the sum of all
    weights. Nothing in the fading is learned.

    Parameters
    ----------
    n_in, n_out : int
    fading : float
        γ, from 0, where only the item seen last counts, to 1, where all count the same.
    """

    def __init__(self, n_in: int, n_out: int, fading: float) -> None:
        super().__init__(n_in, n_out)
        self.fading = fading

    def means(self, x: Tensor) -> Tensor:
        """Return at each step the faded mean of what was seen; shape as x."""
        steps = torch.arange(x.shape[1])
        ages = (steps[:, None] - steps).clamp(min=0)
        weights = torch.tril(self.fading ** ages.to(x.dtype))
        return weights / weights.sum(dim=1, keepdim=True) @ x


class SequenceDAENet(nn.Module):
    """x_(1) ... x_(t) -> h_t -> z_t -> f(z_t): the items seen so far, what comes next.

    Parameters
    ----------
    n_items, embedding, hidden, width, latent : int
        Lengths: of the scores; of an item's vector; of the memory h_t; of the layer
        between memory and code, and of that between code and scores; of the code.
    memory : "gru", "mean" or "faded"
        A gated recurrent unit; `RunningMean`, which knows no order; or `FadedMean`.
    fading : float
        Of the latter.
    """

    #: Numbers that the encoder gives for each number of the code.
    per_code = 1

    def __init__(
        self,
        n_items: int,
        embedding: int,
        hidden: int,
        width: int,
        latent: int,
        memory: str = "gru",
        fading: float = 0.9,
    ) -> None:
        super().__init__()
        self.embed = nn.Embedding(n_items, embedding)
        if memory == "faded":
            self.memory = FadedMean(embedding, hidden, fading)
        else:
            self.memory = (GRU if memory == "gru" else RunningMean)(embedding, hidden)
        self.inner = nn.Linear(hidden, width)
        self.to_code = nn.Linear(width, self.per_code * latent)
        self.from_code = nn.Linear(latent, width)
        self.scores = nn.Linear(width, n_items)
        for layer in (self.inner, self.to_code, self.from_code, self.scores):
            nn.init.xavier_normal_(layer.weight)

    def states(self, items: Tensor) -> Tensor:
        """Return h_t of each step; from (n_users, longest) to (..., hidden)."""
        return self.memory(self.embed(items))[0]

    def encode(self, h: Tensor) -> Tensor:
        """Return what the code is made of; from (..., hidden)."""
        return self.to_code(torch.tanh(self.inner(h)))

    def code(self, h: Tensor) -> Tensor:
        """Return z, with which predictions are made; (..., latent)."""
        return self.encode(h)

    def last_layer(self, z: Tensor) -> Tensor:
        """Return what the layer of scores reads; (..., width)."""
        return torch.tanh(self.from_code(z))

    def decode(self, z: Tensor) -> Tensor:
        """Return f(z), a score for each item; (..., n_items)."""
        return self.scores(self.last_layer(z))


class SVAENet(SequenceDAENet):
    r"""The same, where the code of a step is a distribution (source 2, equation 22).

    The encoder gives its mean :math:`\mu_\lambda(t)` and the logarithm of its variance,
    :math:`\log \sigma^2_\lambda(t)`.
    """

    per_code = 2

    def posterior(self, h: Tensor) -> tuple[Tensor, Tensor]:
        """Return the means and the log variances of q; each (..., latent)."""
        return self.encode(h).chunk(2, dim=-1)

    def code(self, h: Tensor) -> Tensor:
        """Return the mean of q: at test time nothing is drawn."""
        return self.posterior(h)[0]


class SequenceAutoencoder(Recommender):
    """What SVAE and SequenceDAE share: ordered histories in, the next items out.

    Attributes
    ----------
    module_ : SVAENet or SequenceDAENet
    log_ : TrainingLog
    elbo_ : DataFrame
        The terms of the loss, each a mean over the steps of an epoch: index ``epoch``,
        columns ``log_likelihood``, ``kl`` (nats a step; 0 in SequenceDAE) and ``beta``
        (of the epoch's last batch).
    n_users_, n_items_ : int
    """

    #: `evaluate` hands over places in time, not ones.
    needs_order = True

    @whole_or_not
    def fit(self, X: sparse.csr_array, val: Validation | None = None) -> Self:
        """Learn from ordered histories.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
            Says when: the larger a stored value, the later, all of them above 0 and
            none twice in a row. ``split.train_order`` is such a matrix.
        val : object with ``error(model)``, optional
            Other users, such as ``split.val``: the net is judged on them after each
            epoch, the best epoch's weights are kept, and training stops after
            ``patience`` epochs without a new best. Without them, all epochs are run.

        Raises
        ------
        ValueError
            If X or val is not as it should be, or a hyper-parameter is out of range.
        """
        check_validation(val)
        X = check_matrix(X)
        self._check_parameters()
        self.n_users_, self.n_items_ = X.shape
        histories = self._with_a_step(in_order(X))
        self._n_batches = 0
        self._terms: list[list[tuple]] = []  # an epoch: of each batch, see _losses
        with learning(self) as rng:
            widths = self.embedding, self.hidden, self.width, self.latent
            memory = self.memory, self.fading
            self.module_ = self._net(self.n_items_, *map(int, widths), *memory)
            self._start_with_popularity(histories)
            self.log_ = train_net(
                self,
                lambda: self._batches(histories, rng),
                self._losses,
                torch.optim.Adam(
                    self.module_.parameters(),
                    lr=self.lr,
                    weight_decay=self.l2,
                    fused=True,
                ),
                validate=None if val is None else lambda: val.error(self),
                lr_decay=self.lr_decay,
            )
        self.elbo_ = self._means_of_epochs()
        return self

    @torch.no_grad()
    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for each ordered history; dense, shape (n_users, n_items).

        The score is f(z) after the last item seen, before the softmax, which would not
        change the order; z is not drawn. X is as in `fit`: values say when.
        """
        codes = self._codes(X)
        return self.module_.decode(codes).cpu().numpy()

    @torch.no_grad()
    def walk(self, x: sparse.csr_array) -> np.ndarray:
        """Score all items after each step of one ordered history.

        Parameters
        ----------
        x : csr_array of shape (1, n_items)

        Returns
        -------
        float array of shape (n_steps, n_items)
            Row t - 1: what `predict` says to the first t items. What comes later has
            no part in it.

        Raises
        ------
        ValueError
            If x has not just one row, or nothing in it, or is not as `fit` wants it.
        """
        if x.shape[0] != 1 or not x.nnz:
            raise ValueError(
                f"walk takes one history, X[[u]], with something in it; this has "
                f"{x.shape[0]} rows and {x.nnz} items."
            )
        (history,) = in_order(self._check_history(x))
        h = self.module_.states(torch.as_tensor(history)[None])[0]
        return self.module_.decode(self.module_.code(h)).cpu().numpy()

    @torch.no_grad()
    def codes(self, X: sparse.csr_array) -> np.ndarray:
        """Return z after the last item of each history; shape (n_users, latent)."""
        return self._codes(X).cpu().numpy()

    @torch.no_grad()
    def loss(self, X: sparse.csr_array) -> float:
        """Return the loss of ordered histories, at all steps and with no dropout.

        What training makes small: minus the log likelihood of the targets, and plus β
        times the KL divergence. A code is drawn with torch's own generator, and β is
        that of the last batch of the training.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)

        Returns
        -------
        float
            In nats, a mean over the steps.

        Raises
        ------
        ValueError
            If nobody has two items, so that there is no step, or X is not as `fit`
            wants it.
        """
        histories = self._with_a_step(in_order(self._check_history(X)))
        steps = next_items(histories, self.k)
        h = self.module_.memory(self.module_.embed(steps.items))[0][steps.real]
        fit, kl = self._fit_and_kl(h, steps.targets)
        return float(-fit + self._beta() * kl)

    def _codes(self, X: sparse.csr_array) -> Tensor:
        histories = in_order(self._check_history(X))
        h = torch.zeros(len(histories), self.hidden)
        lengths = np.array([len(history) for history in histories])
        # Similar lengths together, so that little is filled up; who has no item keeps
        # the memory that everybody starts from.
        by_length = np.argsort(lengths, kind="stable")[np.count_nonzero(lengths == 0) :]
        for start in range(0, len(by_length), USERS_AT_ONCE):
            users = by_length[start : start + USERS_AT_ONCE]
            items, _ = padded([histories[user] for user in users])
            last = torch.as_tensor(lengths[users] - 1)
            h[users] = self.module_.states(items)[torch.arange(len(users)), last]
        return self.module_.code(h)

    @staticmethod
    def _with_a_step(histories: list[np.ndarray]) -> list[np.ndarray]:
        """Leave out who has one item only, after which nothing comes."""
        kept = [history for history in histories if len(history) > 1]
        if not kept:
            raise ValueError(
                "X has nothing to learn from: nobody has two items, one after another."
            )
        return kept

    @torch.no_grad()
    def _start_with_popularity(self, histories: list[np.ndarray]) -> None:
        """Let the scores begin at the log popularity: it need not be learned."""
        counts = np.bincount(np.concatenate(histories), minlength=self.n_items_)
        self.module_.scores.bias.copy_(torch.as_tensor(np.log(counts + 1)))

    def _batches(
        self, histories: list[np.ndarray], rng: np.random.Generator
    ) -> Iterator[Steps]:
        self._terms.append([])
        for some in batches_by_length(histories, self.batch_steps, rng):
            yield next_items(some, self.k)

    def _losses(self, steps: Steps) -> Iterator[Tensor]:
        """Yield minus the ELBO, a mean over the steps at which it is computed."""
        module = self.module_
        items = nn.functional.dropout(module.embed(steps.items), self.dropout)
        h = module.memory(items)[0][steps.real]
        chosen = torch.rand(len(steps)) < self.loss_share
        if not chosen.any():
            chosen[0] = True
        h = nn.functional.dropout(h[chosen], self.dropout)
        fit, kl = self._fit_and_kl(h, steps.targets[chosen])
        self._n_batches += 1
        beta = self._beta()
        self._terms[-1].append((len(h), fit.item(), kl.item(), beta))
        yield -fit + beta * kl

    def _fit_and_kl(self, h: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        """Return log likelihood and KL divergence of some steps, means over them."""
        z, kl = self._code_and_kl(h)
        weights = self.module_.scores.weight, self.module_.scores.bias
        return next_log_likelihood(self.module_.last_layer(z), *weights, targets), kl

    def _means_of_epochs(self) -> pd.DataFrame:
        """Return the terms of the batches as means over the steps of each epoch."""
        columns = ["steps", "log_likelihood", "kl", "beta"]
        rows = []
        for terms in self._terms[: len(self.log_.loss)]:
            table = pd.DataFrame(terms, columns=columns)
            share = table["steps"] / table["steps"].sum()
            means = {name: share @ table[name] for name in ("log_likelihood", "kl")}
            rows.append({**means, "beta": table["beta"].iloc[-1]})
        epochs = pd.RangeIndex(1, len(rows) + 1, name="epoch")
        return pd.DataFrame(rows, epochs, ["log_likelihood", "kl", "beta"])

    def _check_parameters(self) -> None:
        check_one_of(MEMORIES, self, "memory")
        check_at_least(1, self, "k", "embedding", "hidden", "width", "latent")
        check_at_least(1, self, "batch_steps", "epochs")
        check_at_least(0, self, *self._from_zero)
        if not 0 < self.loss_share <= 1:
            raise ValueError(
                f"loss_share must be above 0 and at most 1, not {self.loss_share}."
            )
        check_below_one(self, "dropout")
        check_share(self, "fading")

    #: Hyper-parameters that must not be negative.
    _from_zero = ("l2",)
    #: Class of the module.
    _net = SequenceDAENet

    def _code_and_kl(self, h: Tensor) -> tuple[Tensor, Tensor]:
        """Return a code of each step, and the mean over steps of its KL divergence."""
        raise NotImplementedError

    def _beta(self) -> float:
        """Return the weight of the KL divergence in this batch."""
        raise NotImplementedError


class SVAE(SequenceAutoencoder):
    r"""Sequential variational autoencoder.

    A user's items :math:`x_{(1)}, x_{(2)}, \dots` are read in the order of time. After
    each step a recurrent layer holds :math:`h_t`; from it come the mean and the
    variance of a code :math:`z_t`, and a draw of it is decoded to scores, whose softmax
    :math:`\pi(z_t)` says how likely each item is among the next k (source 2, equations
    19 to 22). Maximised is, as a mean over the steps of all users,

    .. math:: \frac1k \sum_{i \in next\,k} \log \pi_i(z_t)
              - \beta \, KL(q(z_t \mid x_{(1:t)}) \,\|\, N(0, I))

    Parameters
    ----------
    k : int
        How many of the next items are targets of a step; fewer at a history's end.
    memory : "gru", "mean" or "faded"
        What the net keeps of a history: the state of a gated recurrent unit, as in the
        paper; the mean of the items' vectors, which forgets the order; or a mean in
        which what came lately counts more.
    fading : float
        γ of the latter: what the item before counts, of the item seen last, from 0 to
        1. The other memories have no use for it.
    embedding, hidden, width, latent : int
        Lengths of an item's vector, of the memory :math:`h_t`, of the layers between
        memory, code and scores, and of the code :math:`z_t`.
    beta : float
        Weight of the KL divergence of a step, in the end.
    anneal_batches : int
        It grows in proportion to the batches seen, and reaches `beta` after so many. 0:
        it is `beta` from the start.
    dropout : float
        Probability with which a number of an item's vector or of :math:`h_t` is
        deleted in training, from 0 to below 1.
    l2 : float
        Weight decay, as `torch.optim.Adam` has it.
    lr, lr_decay : float
        Step size of the optimizer, Adam, and its factor from epoch to epoch.
    batch_steps : int
        Steps of a batch, at most, unless a single history is longer: users of similar
        length, none of them cut or left out.
    loss_share : float
        Share of the steps at which the loss is computed, drawn anew in each batch. All
        steps pass through the memory; the scores of all items are the dear part.
    epochs, patience : int
        At most so many epochs; stop after so many without a better validation error.
    seed : int
        Of the initial weights, the batches, the dropout, the draws of z.

    Notes
    -----
    The published code differs from the paper's equations, and this from both:

    - it draws with :math:`\sigma = e^s` and charges the KL divergence as if s were
      :math:`\log \sigma^2`; here s is :math:`\log \sigma^2` in either place;
    - it draws z when recommending, too; here, as in the paper, z is then the mean;
    - its loss adds up the steps of a user, but takes the mean of their KL divergences,
      so that the weight of the latter depends on the length of the history; here both
      are means over steps. Its weight starts anew in every epoch;
    - it divides the likelihood of a step by k also where fewer than k items are left;
      here by how many there are;
    - it takes a step of the optimizer on one user at a time; here on `batch_steps`;
    - dropout, the larger and falling step size, the share of the steps, and scores that
      begin at the log popularity are additions; its weight decay of 0.005 is left away.
    """

    def __init__(
        self,
        k: int = 4,
        memory: str = "gru",
        fading: float = 0.9,
        embedding: int = 256,
        hidden: int = 200,
        width: int = 150,
        latent: int = 64,
        beta: float = 0.004,
        anneal_batches: int = 200,
        dropout: float = 0.2,
        l2: float = 0.0,
        lr: float = 8e-3,
        lr_decay: float = 0.75,
        batch_steps: int = 4000,
        loss_share: float = 0.5,
        epochs: int = 10,
        patience: int | None = 2,
        seed: int = 0,
    ) -> None:
        self.k = k
        self.memory = memory
        self.fading = fading
        self.embedding = embedding
        self.hidden = hidden
        self.width = width
        self.latent = latent
        self.beta = beta
        self.anneal_batches = anneal_batches
        self.dropout = dropout
        self.l2 = l2
        self.lr = lr
        self.lr_decay = lr_decay
        self.batch_steps = batch_steps
        self.loss_share = loss_share
        self.epochs = epochs
        self.patience = patience
        self.seed = seed

    _net = SVAENet
    _from_zero = ("l2", "beta", "anneal_batches")

    def _code_and_kl(self, h: Tensor) -> tuple[Tensor, Tensor]:
        mu, log_variance = self.module_.posterior(h)
        return draw(mu, log_variance), kl_divergence(mu, log_variance).sum(1).mean()

    def _beta(self) -> float:
        """Return the weight of the KL divergence: a slope, then the cap."""
        if self.anneal_batches == 0:
            return self.beta
        return self.beta * min(1, self._n_batches / self.anneal_batches)


class SequenceDAE(SequenceAutoencoder):
    """SVAE without sampling: the code is one point, and costs nothing.

    With ``memory="gru"`` it is a plain recurrent net, with the others an autoencoder of
    the past that predicts the future.

    Parameters
    ----------
    k, memory, fading, embedding, hidden, width, latent, dropout, l2, lr, lr_decay
        As in `SVAE`.
    batch_steps, loss_share, epochs, patience, seed
        As in `SVAE`.
    """

    def __init__(
        self,
        k: int = 4,
        memory: str = "gru",
        fading: float = 0.9,
        embedding: int = 256,
        hidden: int = 200,
        width: int = 150,
        latent: int = 64,
        dropout: float = 0.2,
        l2: float = 0.0,
        lr: float = 8e-3,
        lr_decay: float = 0.75,
        batch_steps: int = 4000,
        loss_share: float = 0.5,
        epochs: int = 10,
        patience: int | None = 2,
        seed: int = 0,
    ) -> None:
        self.k = k
        self.memory = memory
        self.fading = fading
        self.embedding = embedding
        self.hidden = hidden
        self.width = width
        self.latent = latent
        self.dropout = dropout
        self.l2 = l2
        self.lr = lr
        self.lr_decay = lr_decay
        self.batch_steps = batch_steps
        self.loss_share = loss_share
        self.epochs = epochs
        self.patience = patience
        self.seed = seed

    def _code_and_kl(self, h: Tensor) -> tuple[Tensor, Tensor]:
        return self.module_.code(h), torch.zeros(())

    def _beta(self) -> float:
        return 0.0
