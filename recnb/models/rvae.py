r"""RVAE: an autoencoder of a user with an item, which learns which item goes first.

The baseline of this name in N. Sachdeva, G. Manco, E. Ritacco and V. Pudi: Sequential
Variational Autoencoders for Collaborative Filtering. WSDM 2019. Built after the
authors' notebook, github.com/noveens/svae_cf, code/rvae_implicit.ipynb; the R stands
for ranking.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from typing import Self

import numpy as np
import torch
from scipy import sparse
from sklearn.utils.validation import check_is_fitted
from torch import Tensor, nn
from torch.nn import functional

from recnb.models.base import Recommender, Validation, whole_or_not
from recnb.models.checks import (
    check_at_least,
    check_likes,
    check_matrix,
    check_rows,
    check_validation,
)
from recnb.models.multvae import draw, kl_divergence
from recnb.models.nets import learning, train_net

# As published: the vectors of users and items start almost at zero.
VECTOR_SPREAD = 0.01
# Numbers that `predict` keeps at once: 32 MB in float32, whatever the catalogue.
NUMBERS_AT_ONCE = 2**23


class RVAENet(nn.Module):
    r"""(u, i) -> q(z | u, i) = N(mu, diag(sigma²)) -> a score, and the item's name.

    .. math::

        h = \mathrm{ReLU}(W [e_u; v_i] + b), \quad
        \mu = M h + m, \quad \log \sigma = S h + t, \quad s = w^T z + c

    Parameters
    ----------
    n_users, n_items : int
    embedding : int
        Length of the vectors e_u and v_i.
    hidden : int
        Length of h, and of the decoder's layer.
    latent : int
        Length of the code z.
    """

    def __init__(
        self, n_users: int, n_items: int, embedding: int, hidden: int, latent: int
    ) -> None:
        super().__init__()
        self.e = _vectors(n_users, embedding)
        self.v = _vectors(n_items, embedding)
        self.first = _linear(2 * embedding, hidden)
        self.mu = _linear(hidden, latent)
        self.log_sigma = _linear(hidden, latent)
        self.score = _linear(latent, 1)
        self.decode = nn.Sequential(
            _linear(latent, hidden), nn.ReLU(), _linear(hidden, n_items)
        )

    def hidden(self, users: Tensor, items: Tensor) -> Tensor:
        """Return h of users with items, whose shapes broadcast; (..., hidden)."""
        # Taken apart, so that in a grid of users and items each is multiplied once.
        W_u, W_i = self.first.weight.chunk(2, dim=1)
        of_users = functional.linear(self.e(users), W_u, self.first.bias)
        return functional.relu(of_users + functional.linear(self.v(items), W_i))

    def forward(self, users: Tensor, items: Tensor) -> Tensor:
        """Return the scores of users with items at z = mu, in the shape of both."""
        return self.score(self.mu(self.hidden(users, items))).squeeze(-1)


def _vectors(n: int, length: int) -> nn.Embedding:
    vectors = nn.Embedding(n, length)
    nn.init.normal_(vectors.weight, std=VECTOR_SPREAD)
    return vectors


def _linear(n_in: int, n_out: int) -> nn.Linear:
    layer = nn.Linear(n_in, n_out)
    nn.init.xavier_normal_(layer.weight)
    return layer


def draw_pairs(
    X: sparse.csr_array, n_negatives: int, rng: np.random.Generator
) -> np.ndarray:
    """Pair each like with items that the user does not have.

    Parameters
    ----------
    X : csr_array of shape (n_users, n_items)
        Ones, in canonical format.
    n_negatives : int
        Pairs of each like: the others are drawn uniformly, with replacement. A user who
        has all items is in no pair.
    rng : Generator

    Returns
    -------
    int array of shape (n_pairs, 3)
        User, liked item, drawn item; in random order.
    """
    n_users, n_items = X.shape
    sizes = np.diff(X.indptr)
    user_of_like = np.repeat(np.arange(n_users), sizes)
    likes = user_of_like * n_items + X.indices
    usable = likes[sizes[user_of_like] < n_items]
    users, liked = np.divmod(rng.permutation(np.repeat(usable, n_negatives)), n_items)
    drawn = np.empty_like(liked)
    missing = np.arange(len(drawn))
    while len(missing):
        drawn[missing] = rng.integers(n_items, size=len(missing))
        cells = users[missing] * n_items + drawn[missing]
        missing = missing[np.isin(cells, likes)]
    return np.column_stack([users, liked, drawn])


class RVAE(Recommender):
    r"""Ranking variational autoencoder: a user's item shall score above another.

    Each user u and each item i has a vector; the two together are encoded as a
    distribution of codes z (`RVAENet`). A code says two things: a score s, and, by a
    decoder and a softmax over all items, which item it came from. Of a pair, a liked
    item i and a drawn item j that the user does not have, the loss is

    .. math::

        \alpha \max(0, m - (s_i - s_j)) - \log p(i \mid z_i) - \log p(j \mid z_j)
        + \beta \, (KL_i + KL_j)

    where KL is the divergence of q(z | u, i) from N(0, I), in nats. In training z is
    drawn; when the model predicts, it is the mean.

    Only users with a vector can be served: hand `fit` the histories of everybody who is
    to be judged later, too, and ask `for_users`.

    Parameters
    ----------
    embedding, hidden, latent : int
        Length of the users' and items' vectors; of the layer between vectors and code,
        and code and items; of the code z.
    margin, pairwise, beta : float
        m; α, the weight of the ranking; β, the weight of the KL divergence.
    n_negatives : int
        Pairs of each like in an epoch.
    batch_size, lr, l2 : int, float, float
        Of the optimizer, Adam: pairs a step, step size, and weight decay (l2 times
        each weight is added to its derivative).
    epochs, patience : int
        At most so many epochs; stop after so many without a better validation error.
    seed : int
        Of the initial weights, the pairs, their order and the draws of z.

    Attributes
    ----------
    module_ : RVAENet
    log_ : TrainingLog
    n_users_, n_items_ : int
    users_ : int array, or None
        The training rows of the users whose rows `predict` gets; None: not said yet.

    Notes
    -----
    Deviations from the published code:

    - An epoch's pairs are new and in random order. There, five items a user are drawn
      once, each like is paired with all five, user by user, and an incomplete last
      batch is left out.
    - The decoder's output is linear; there, it passes a ReLU before the softmax.
    - Predictions are made from the mean of z; there, z is drawn then, too.
    - KL is a sum over the numbers of the code; there, it is twice their mean, with
      weight 0.
    - The epoch is chosen on validation data; there, the last one is kept.

    Its settings name a learning rate of 0.05, but do not hand it to Adam, so that
    PyTorch's 0.001 is the one that it uses.
    """

    #: The user's vector is all that a prediction takes.
    needs_history = False
    #: `predict` has to know whose row is which.
    needs_all_users = True

    def __init__(
        self,
        embedding: int = 128,
        hidden: int = 100,
        latent: int = 64,
        margin: float = 1.0,
        pairwise: float = 3.8,
        beta: float = 0.0,
        n_negatives: int = 1,
        batch_size: int = 512,
        lr: float = 1e-3,
        l2: float = 1e-6,
        epochs: int = 20,
        patience: int | None = 3,
        seed: int = 0,
    ) -> None:
        self.embedding = embedding
        self.hidden = hidden
        self.latent = latent
        self.margin = margin
        self.pairwise = pairwise
        self.beta = beta
        self.n_negatives = n_negatives
        self.batch_size = batch_size
        self.lr = lr
        self.l2 = l2
        self.epochs = epochs
        self.patience = patience
        self.seed = seed

    @whole_or_not
    def fit(
        self,
        X: sparse.csr_array,
        val: Validation | None = None,
        val_users: np.ndarray | None = None,
    ) -> Self:
        """Learn from histories.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
            Ones and zeros; a row for everybody who is to be judged, also later.
        val : object with ``error(model)``, optional
            Such as ``split.val``: the net is judged on it after each epoch, the best
            epoch's weights are kept, and training stops after ``patience`` epochs
            without a new best. Without it, all epochs are run.
        val_users : int array, optional
            Rows of X whose users the rows of `val` belong to; `val` needs them.

        Raises
        ------
        ValueError
            If X, val or val_users is not as it should be, or a hyper-parameter is out
            of range.
        """
        check_validation(val)
        X = check_matrix(X)
        check_likes(X, self, "strong_generalization")
        _check_pairs(X)
        self._check_parameters()
        if val is not None and val_users is None:
            raise ValueError(
                "RVAE has no vector for strangers: put the histories of val into X, "
                "and say in val_users which rows they are."
            )
        self.n_users_, self.n_items_ = X.shape
        self.users_ = None
        with learning(self) as rng:
            self.module_ = RVAENet(*X.shape, self.embedding, self.hidden, self.latent)
            adam = torch.optim.Adam(
                self.module_.parameters(), self.lr, weight_decay=self.l2, fused=True
            )
            judged = None if val is None else self.for_users(val_users)
            self.log_ = train_net(
                self,
                lambda: self._batches(X, rng),
                self._losses,
                adam,
                validate=None if val is None else lambda: val.error(judged),
            )
        return self

    def for_users(self, users: np.ndarray | None = None) -> Self:
        """Return this model for known users: row i of X is then that of ``users[i]``.

        Parameters
        ----------
        users : int array, optional
            Rows of the training matrix; all of them by default.

        Raises
        ------
        ValueError
            If there is no such row.
        """
        check_is_fitted(self)
        other = copy(self)
        other.users_ = check_rows(users, self.n_users_)
        return other

    @torch.no_grad()
    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for the users of `for_users`; dense, (n_users, n_items).

        Of X only the shape counts: what a user likes is in the vector.

        Raises
        ------
        ValueError
            If nobody has said with `for_users` whose rows these are, or X has another
            number of rows or columns.
        """
        X = self._check_history(X)
        if self.users_ is None:
            raise ValueError(
                "RVAE scores users by their vectors and has to know whose row is "
                "which: ask model.for_users(rows), with rows of the training matrix."
            )
        if len(self.users_) != X.shape[0]:
            raise ValueError(
                f"X has {X.shape[0]} rows, and there are {len(self.users_)} users: "
                "hand over all rows at once, in the order of the users."
            )
        # Before and after its ReLU, h is there twice.
        numbers = 2 * max(self.hidden, self.latent) * self.n_items_
        users = torch.as_tensor(self.users_)[:, None]
        items = torch.arange(self.n_items_)
        parts = users.split(max(1, NUMBERS_AT_ONCE // numbers))
        scores = [self.module_(part, items).cpu().numpy() for part in parts]
        return np.concatenate(scores)

    def _batches(
        self, X: sparse.csr_array, rng: np.random.Generator
    ) -> Iterator[Tensor]:
        """Yield an epoch's pairs, some at a time; each (batch_size, 3)."""
        pairs = torch.as_tensor(draw_pairs(X, self.n_negatives, rng))
        yield from pairs.split(int(self.batch_size))

    def _losses(self, pairs: Tensor) -> Iterator[Tensor]:
        """Yield the loss of some pairs, a mean over them."""
        net, (users, i, j) = self.module_, pairs.T
        items = torch.cat([i, j])
        h = net.hidden(users.repeat(2), items)
        mu, log_variance = net.mu(h), 2 * net.log_sigma(h)
        z = draw(mu, log_variance)
        s_i, s_j = net.score(z).chunk(2)
        ranking = functional.relu(self.margin - (s_i - s_j)).sum()
        naming = functional.cross_entropy(net.decode(z), items, reduction="sum")
        kl = kl_divergence(mu, log_variance).sum()
        yield (self.pairwise * ranking + naming + self.beta * kl) / len(pairs)

    def _check_parameters(self) -> None:
        check_at_least(1, self, "embedding", "hidden", "latent")
        check_at_least(1, self, "n_negatives", "batch_size", "epochs")
        check_at_least(0, self, "margin", "pairwise", "beta", "l2")


def _check_pairs(X: sparse.csr_array) -> None:
    """Check that a user has an item and lacks another, so that there is a pair."""
    sizes = np.diff(X.indptr)
    if not ((sizes > 0) & (sizes < X.shape[1])).any():
        raise ValueError(
            "X has nothing to learn from: no user has some of the items, but not all."
        )
