"""Neural collaborative filtering: GMF, MLP and NeuMF, similarities that are learned.

X. He, L. Liao, H. Zhang, L. Nie, X. Hu and T.-S. Chua: Neural Collaborative Filtering.
WWW 2017. Equations are numbered as in source 4 (Rendle et al. 2020).
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Self

import numpy as np
import torch
from scipy import sparse
from sklearn.utils.validation import check_is_fitted
from torch import Tensor, nn
from torch.nn import functional as F

from recnb.models.base import Validation, whole_or_not
from recnb.models.checks import check_at_least, check_validation
from recnb.models.nets import learning, train_net
from recnb.models.pairs import (
    PairModel,
    draw_negatives,
    draw_unseen,
    positive_pairs,
)

Batch = tuple[Tensor, Tensor, Tensor]
STDDEV = 0.01  # of initial embeddings, as in the published code


class GMFNet(nn.Module):
    r"""A dot product with a weight for each entry (equation 6, before the sigmoid).

    .. math:: w^T (p \odot q) + b

    Parameters
    ----------
    n_users, n_items, d : int
    """

    def __init__(self, n_users: int, n_items: int, d: int) -> None:
        super().__init__()
        self.P, self.Q = embedding(n_users, d), embedding(n_items, d)
        self.w = output(d)

    def score(self, p: Tensor, q: Tensor) -> Tensor:
        """Return the score of pairs of embeddings; (n_pairs,)."""
        return self.w(p * q)[:, 0]

    def forward(self, users: Tensor, items: Tensor) -> Tensor:
        """Return the score of each pair; (n_pairs,)."""
        return self.score(*self.embeddings(users, items))

    def embeddings(self, users: Tensor, items: Tensor) -> list[Tensor]:
        """Return the embeddings of the pairs: what the penalty is taken on."""
        return [self.P(users), self.Q(items)]


class MLPNet(nn.Module):
    """The two embeddings side by side, through three layers (equation 4).

    2 d -> [4 h, 2 h, h] with ReLU, then a score.

    Parameters
    ----------
    n_users, n_items, d : int
    factors : int, optional
        The width h of the last layer; d / 2 if it is not given.
    """

    def __init__(
        self, n_users: int, n_items: int, d: int, factors: int | None = None
    ) -> None:
        super().__init__()
        self.P, self.Q = embedding(n_users, d), embedding(n_items, d)
        h = d // 2 if factors is None else factors
        self.layers = nn.Sequential(
            *layer(2 * d, 4 * h), *layer(4 * h, 2 * h), *layer(2 * h, h)
        )
        self.w = output(h)

    def score(self, p: Tensor, q: Tensor) -> Tensor:
        """Return the score of pairs of embeddings; (n_pairs,)."""
        return self.w(self.layers(torch.cat([p, q], dim=1)))[:, 0]

    def forward(self, users: Tensor, items: Tensor) -> Tensor:
        """Return the score of each pair; (n_pairs,)."""
        return self.score(*self.embeddings(users, items))

    def embeddings(self, users: Tensor, items: Tensor) -> list[Tensor]:
        """Return the embeddings of the pairs: what the penalty is taken on."""
        return [self.P(users), self.Q(items)]


class NeuMFNet(nn.Module):
    """A GMF and an MLP with embeddings of their own, added up (equation 5).

    Parameters
    ----------
    n_users, n_items : int
    d : int
        Numbers that a user has in all: h for the GMF, the others for the MLP, so that
        both give h features to the score.
    factors : int, optional
        The number h; d / 3 if it is not given.
    """

    def __init__(
        self, n_users: int, n_items: int, d: int, factors: int | None = None
    ) -> None:
        super().__init__()
        h = d // 3 if factors is None else factors
        self.gmf = GMFNet(n_users, n_items, h)
        self.mlp = MLPNet(n_users, n_items, d - h, h)

    @classmethod
    def of_parts(cls, gmf: GMFNet, mlp: MLPNet, alpha: float) -> Self:
        """Return a net whose scores are alpha times GMF's, 1 - alpha times MLP's."""
        both = cls.__new__(cls)
        nn.Module.__init__(both)
        both.gmf, both.mlp = deepcopy(gmf), deepcopy(mlp)
        with torch.no_grad():
            for part, share in ((both.gmf, alpha), (both.mlp, 1 - alpha)):
                part.w.weight *= share
                part.w.bias *= share
        return both

    def forward(self, users: Tensor, items: Tensor) -> Tensor:
        """Return the score of each pair; (n_pairs,)."""
        return self.score(*self.embeddings(users, items))

    def score(self, *rows: Tensor) -> Tensor:
        """Return the score of pairs of embeddings, GMF's two and MLP's two."""
        return self.gmf.score(*rows[:2]) + self.mlp.score(*rows[2:])

    def embeddings(self, users: Tensor, items: Tensor) -> list[Tensor]:
        """Return the embeddings of the pairs: what the penalty is taken on."""
        return self.gmf.embeddings(users, items) + self.mlp.embeddings(users, items)


def embedding(n: int, d: int) -> nn.Embedding:
    """Return n embeddings of length d, normal with standard deviation .01."""
    rows = nn.Embedding(n, d)
    nn.init.normal_(rows.weight, std=STDDEV)
    return rows


def layer(n_in: int, n_out: int) -> tuple[nn.Linear, nn.ReLU]:
    """Return a hidden layer, its weights as Glorot and Bengio start them."""
    linear = nn.Linear(n_in, n_out)
    nn.init.xavier_uniform_(linear.weight)
    nn.init.zeros_(linear.bias)
    return linear, nn.ReLU()


def output(n_in: int) -> nn.Linear:
    """Return the layer of the score: weights uniform within sqrt(3 / n_in)."""
    linear = nn.Linear(n_in, 1)
    bound = (3 / n_in) ** 0.5
    nn.init.uniform_(linear.weight, -bound, bound)
    nn.init.zeros_(linear.bias)
    return linear


class PairNet(PairModel):
    """What GMF, MLP and NeuMF share: the logistic loss of drawn pairs, and the loop.

    The loss of a batch is the mean of ``-y ln sigma(score) - (1 - y) ln(1 -
    sigma(score))`` over its pairs, plus ``l2`` times the mean of the squared lengths of
    the embeddings that the pairs use.

    Attributes
    ----------
    module_ : GMFNet, MLPNet or NeuMFNet
    log_ : TrainingLog
    n_users_, n_items_ : int
    """

    @whole_or_not
    def fit(self, X: sparse.csr_array, val: Validation | None = None) -> Self:
        """Learn embeddings and weights.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
            Binary.
        val : object with ``error(model)``, optional
            Such as ``split.val``: judged after each epoch; the best epoch's weights are
            kept, and training stops after ``patience`` epochs without a new best.
            Without it, all epochs are run.

        Raises
        ------
        ValueError
            If X is not binary or is empty, or a hyper-parameter is out of range.
        """
        check_validation(val)
        X = self._start(X)
        with learning(self) as rng:
            self._begin()
            self.log_ = train_net(
                self,
                lambda: batches(*self._pairs(X, rng), self.batch_size, rng),
                self._losses,
                self._optimizer(),
                validate=None if val is None else lambda: val.error(self),
            )
        return self

    @whole_or_not
    def start(self, X: sparse.csr_array) -> Self:
        """Return the model as `fit` finds it before its first step.

        For a NeuMF of pretrained parts, that is the mean of two trained models.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)

        Raises
        ------
        ValueError
            As `fit`.
        """
        self._start(X)
        with learning(self):
            self._begin()
        return self

    def _begin(self) -> None:
        check_at_least(1, self, "batch_size")
        self._check_parts()
        self.module_ = self._net()
        self.module_.eval()

    def _check_parts(self) -> None:
        """Check what a subclass needs beside the usual."""

    def _net(self) -> nn.Module:
        raise NotImplementedError

    def _optimizer(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.module_.parameters(), lr=self.lr, fused=True)

    def _pairs(
        self, X: sparse.csr_array, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return an epoch's users, items and labels, positives first."""
        users, items = positive_pairs(X)
        if self.verify_negatives:
            negatives = draw_unseen(X, self.m, rng)
        else:
            negatives = draw_negatives(self.n_items_, len(users), self.m, rng)
        labels = np.zeros(len(users) * (1 + self.m), dtype=np.float32)
        labels[: len(users)] = 1
        everyone = np.concatenate([users, np.repeat(users, self.m)])
        return everyone, np.concatenate([items, negatives.ravel()]), labels

    def _losses(self, batch: Batch) -> Iterator[Tensor]:
        users, items, labels = batch
        rows = self.module_.embeddings(users, items)  # once, for score and penalty
        loss = F.binary_cross_entropy_with_logits(self.module_.score(*rows), labels)
        if self.l2:
            loss = loss + self.l2 * sum(e.square().sum() for e in rows) / len(users)
        yield loss

    @torch.no_grad()
    def _score(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        pairs = (torch.as_tensor(ids.astype(np.int64)) for ids in (users, items))
        return self.module_(*pairs).cpu().numpy()


def batches(
    users: np.ndarray,
    items: np.ndarray,
    labels: np.ndarray,
    size: int,
    rng: np.random.Generator,
) -> Iterator[Batch]:
    """Yield all pairs once, in random order, as tensors."""
    order = rng.permutation(len(users))
    shuffled = [torch.as_tensor(column[order]) for column in (users, items, labels)]
    yield from zip(*(column.split(int(size)) for column in shuffled), strict=True)


class GMF(PairNet):
    """Generalised matrix factorisation: a weighted dot product (equation 6).

    Parameters
    ----------
    d : int
        Length of an embedding.
    m : int
        Negative items for each positive pair.
    l2 : float
        Penalty on the embeddings of a pair, not on the weights w, as in the published
        code; what that does is equation 7. 0 is its default.
    lr, batch_size : float, int
        Of Adam; batches of pairs.
    epochs, patience : int
        At most so many epochs; with validation, stop after so many without a new best.
    verify_negatives : bool
        True: an item that the user has in training is no negative. False: negatives
        are drawn from all items, as Rendle et al. draw them.
    learn_w : bool
        False: w stays at ones. That is a plain dot product, trained in the same way.
    seed : int

    Notes
    -----
    As in the published code: embeddings start with standard deviation .01, the score
    has an offset b, and a negative is drawn again as long as the user has the item.
    """

    def __init__(
        self,
        d: int = 64,
        m: int = 4,
        l2: float = 0.0,
        lr: float = 0.001,
        batch_size: int = 1024,
        epochs: int = 20,
        patience: int | None = 3,
        verify_negatives: bool = True,
        learn_w: bool = True,
        seed: int = 0,
    ) -> None:
        self.d = d
        self.m = m
        self.l2 = l2
        self.lr = lr
        self.batch_size = batch_size
        self.epochs = epochs
        self.patience = patience
        self.verify_negatives = verify_negatives
        self.learn_w = learn_w
        self.seed = seed

    def _net(self) -> GMFNet:
        net = GMFNet(self.n_users_, self.n_items_, self.d)
        if not self.learn_w:
            nn.init.ones_(net.w.weight).requires_grad_(False)
        return net

    def absorbed(self) -> tuple[np.ndarray, np.ndarray, float]:
        r"""Return embeddings whose plain dot product is this model, and the offset b.

        :math:`\langle w \odot p, q \rangle = w^T (p \odot q)`: the weights were never
        needed.

        Returns
        -------
        float32 arrays of shape (n_users, d) and (n_items, d), and a float
        """
        check_is_fitted(self)
        net = self.module_
        with torch.no_grad():
            P, Q = net.P.weight * net.w.weight, net.Q.weight.clone()
        return P.cpu().numpy(), Q.cpu().numpy(), net.w.bias.item()


class MLP(PairNet):
    """A multilayer perceptron in place of the dot product (equation 4).

    "MLP-3" of He et al.: three hidden layers, the last of which is as wide as the net
    has predictive factors.

    Parameters
    ----------
    d : int
        Length of an embedding.
    factors : int, optional
        Width of the last layer; the two before it are four times and twice as wide.
        None: d / 2, as Rendle et al. read the paper. The net of 8 factors whose weights
        its authors have published has d = 32.
    m, l2, lr, batch_size, epochs, patience, verify_negatives, seed
        As for `GMF`; the penalty leaves the layers out.
    """

    def __init__(
        self,
        d: int = 128,
        factors: int | None = None,
        m: int = 4,
        l2: float = 0.0,
        lr: float = 0.001,
        batch_size: int = 1024,
        epochs: int = 20,
        patience: int | None = 3,
        verify_negatives: bool = True,
        seed: int = 0,
    ) -> None:
        self.d = d
        self.factors = factors
        self.m = m
        self.l2 = l2
        self.lr = lr
        self.batch_size = batch_size
        self.epochs = epochs
        self.patience = patience
        self.verify_negatives = verify_negatives
        self.seed = seed

    def _check_parts(self) -> None:
        if self.factors is not None:
            check_at_least(1, self, "factors")
        elif self.d % 2:
            raise ValueError(
                f"d must be even, not {self.d}, where no factors are given: the last "
                "layer has d / 2."
            )

    def _net(self) -> MLPNet:
        return MLPNet(self.n_users_, self.n_items_, self.d, self.factors)


class NeuMF(PairNet):
    """Neural matrix factorisation: the sum of a GMF and an MLP (equation 5).

    Parameters
    ----------
    d : int
        Length of both embeddings of a user together.
    factors : int, optional
        How many of them are GMF's, and the width of the MLP's last layer. None: a
        third, as Rendle et al. read the paper; see `MLP`.
    pretrained : (GMF, MLP), optional
        Fitted models on the same matrix, of these sizes. The net
        starts as alpha times the one plus 1 - alpha times the other, and goes on with
        plain SGD, since it does not have Adam's memory of how the parts were trained.
    alpha : float
        Between 0 and 1; one half in the paper.
    lr : float
        Of Adam, or of SGD if pretrained.
    m, l2, batch_size, epochs, patience, verify_negatives, seed
        As for `GMF`.

    Notes
    -----
    The paper gives no step size for the SGD. ``start`` is the net before its first
    step: the published code counts it among the epochs to choose from.
    """

    def __init__(
        self,
        d: int = 192,
        factors: int | None = None,
        pretrained: tuple[GMF, MLP] | None = None,
        alpha: float = 0.5,
        m: int = 4,
        l2: float = 0.0,
        lr: float = 0.001,
        batch_size: int = 1024,
        epochs: int = 20,
        patience: int | None = 3,
        verify_negatives: bool = True,
        seed: int = 0,
    ) -> None:
        self.d = d
        self.factors = factors
        self.pretrained = pretrained
        self.alpha = alpha
        self.m = m
        self.l2 = l2
        self.lr = lr
        self.batch_size = batch_size
        self.epochs = epochs
        self.patience = patience
        self.verify_negatives = verify_negatives
        self.seed = seed

    def __sklearn_clone__(self) -> Self:
        # The parts are fitted and stay so; scikit-learn would clone them as well.
        return type(self)(**self.get_params(deep=False))

    def _check_parts(self) -> None:
        if self.factors is not None and not 0 < self.factors < self.d:
            raise ValueError(
                f"factors must be between 1 and d - 1, not {self.factors}: so many of "
                f"d = {self.d} numbers are GMF's."
            )
        if self.factors is None and self.d % 3:
            raise ValueError(
                f"d must be a multiple of 3, not {self.d}, where no factors are given: "
                "a third is GMF's."
            )
        if not 0 <= self.alpha <= 1:
            raise ValueError(f"alpha must be between 0 and 1, not {self.alpha}.")
        if self.pretrained is None:
            return
        gmf, mlp = self.pretrained
        check_is_fitted(gmf)
        check_is_fitted(mlp)
        h = self.d // 3 if self.factors is None else self.factors
        parts = (GMF, h), (MLP, self.d - h)
        for part, (kind, d) in zip(self.pretrained, parts, strict=True):
            size = part.n_users_, part.n_items_, part.d
            fits = isinstance(part, kind) and part.module_.w.in_features == h
            if not fits or size != (self.n_users_, self.n_items_, d):
                raise ValueError(
                    f"pretrained takes a fitted {kind.__name__}(d={d}) of {h} factors, "
                    f"of the same matrix; this is {part}, fitted on {size[0]} x "
                    f"{size[1]}."
                )

    def _net(self) -> NeuMFNet:
        if self.pretrained is None:
            return NeuMFNet(self.n_users_, self.n_items_, self.d, self.factors)
        net = NeuMFNet.of_parts(*(p.module_ for p in self.pretrained), self.alpha)
        return net.to(torch.get_default_device())

    def _optimizer(self) -> torch.optim.Optimizer:
        if self.pretrained is None:
            return super()._optimizer()
        return torch.optim.SGD(self.module_.parameters(), lr=self.lr)
