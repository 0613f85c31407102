"""Autoencoders that repair damaged histories: DAE, and SDAE, several of them stacked.

P. Vincent, H. Larochelle, I. Lajoie, Y. Bengio and P.-A. Manzagol: Stacked Denoising
Autoencoders. JMLR 11, 2010.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Self

import numpy as np
import torch
from scipy import sparse
from sklearn.utils.validation import check_is_fitted
from torch import Tensor, nn
from torch.nn import functional

from recnb.ground.sparse_rows import SparseRows, by_rows, mini_batches
from recnb.ground.training_log import TrainingLog
from recnb.models.activations import activation
from recnb.models.base import Recommender, Validation, whole_or_not
from recnb.models.checks import (
    check_at_least,
    check_below_one,
    check_one_of,
    check_training_matrix,
    check_validation,
)
from recnb.models.nets import learning, train_net
from recnb.models.noise import corrupt

INITIAL_SPREAD = 0.05
LOSSES = ("cross entropy", "squared")


class Autoencoder(nn.Module):
    """h = s_f(W x + b) and x' = s_g(W' h + b'), the primer's equations 1 and 2.

    W and W_out, the primer's W', both have a row for each entry of x: W is the
    transpose of the primer's W.

    Parameters
    ----------
    n_inputs, hidden : int
        Lengths of x and of h.
    activations : (str, str)
        s_f and s_g, by the names in `recnb.models.activations`.
    start : Tensor of shape (n_inputs,), optional
        b' before training; zeros by default.
    """

    def __init__(
        self,
        n_inputs: int,
        hidden: int,
        activations: tuple[str, str] = ("sigmoid", "sigmoid"),
        start: Tensor | None = None,
    ) -> None:
        super().__init__()
        self.W = nn.Parameter(INITIAL_SPREAD * torch.randn(n_inputs, hidden))
        self.W_out = nn.Parameter(INITIAL_SPREAD * torch.randn(n_inputs, hidden))
        self.b = nn.Parameter(torch.zeros(hidden))
        self.b_out = nn.Parameter(torch.zeros(n_inputs) if start is None else start)
        self.s_f, self.s_g = (activation(name) for name in activations)

    def code(self, x: SparseRows | Tensor) -> Tensor:
        """Return h, the hidden layer; shape (n_rows, hidden)."""
        Wx = x.times(self.W) if isinstance(x, SparseRows) else x @ self.W
        return self.s_f(Wx + self.b)

    def before_output(self, h: Tensor) -> Tensor:
        """Return W' h + b', that is x' before s_g; shape (n_rows, n_inputs)."""
        return h @ self.W_out.T + self.b_out

    def forward(self, x: SparseRows | Tensor) -> Tensor:
        """Return x', the reconstruction; shape (n_rows, n_inputs)."""
        return self.s_g(self.before_output(self.code(x)))


class Stack(nn.Module):
    """Autoencoders inside each other: encode upwards through all, decode downwards.

    Parameters
    ----------
    layers : iterable of Autoencoder
        The first one reads the data, each other one the code of the one before it.
    """

    def __init__(self, layers: Iterable[Autoencoder]) -> None:
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def code(self, x: SparseRows | Tensor) -> Tensor:
        """Return the innermost hidden layer."""
        for layer in self.layers:
            x = layer.code(x)
        return x

    def before_output(self, h: Tensor) -> Tensor:
        """Decode; return what the first layer's s_g is applied to."""
        *inner, outermost = reversed(self.layers)
        for layer in inner:
            h = layer.s_g(layer.before_output(h))
        return outermost.before_output(h)

    def forward(self, x: SparseRows | Tensor) -> Tensor:
        """Return the reconstruction of the data."""
        return self.layers[0].s_g(self.before_output(self.code(x)))


class DenoisingAutoencoder(Recommender):
    """What DAE and SDAE share; a subclass says in ``_widths`` how wide the layers are.

    Attributes
    ----------
    module_ : Stack
    logs_ : dict of str to TrainingLog
        One a stage of the training, in order: "layer 1", "layer 2", ..., "fine-tuning".
    n_users_, n_items_ : int
    """

    @whole_or_not
    def fit(self, X: sparse.csr_array, val: Validation | None = None) -> Self:
        """Learn from histories.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
            Ones and zeros, or with the squared loss any numbers.
        val : object with ``error(model)``, optional
            Other users, such as ``split.val``: after each epoch of a stage the net as
            it is recommends to them, the best epoch's weights are kept, and the stage
            ends after ``patience`` epochs without a better ranking. The ranking is
            watched and not the loss, because the one can get worse while the other
            still gets better. Without them, all epochs are run.

        Raises
        ------
        ValueError
            If X or val is not as it should be, or a hyper-parameter is out of range.
        """
        self._fit_stages(X, val)
        return self

    @property
    def log_(self) -> TrainingLog:
        """The log of the last stage."""
        return list(self.logs_.values())[-1]

    @torch.no_grad()
    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for each history; dense, shape (n_users, n_items).

        The score is x' before the activation s_g, which would not change the order.
        The history is handed over whole, not corrupted.
        """
        X, net = self._check_history(X), self.module_
        return by_rows(X, lambda x: net.before_output(net.code(x)))

    @torch.no_grad()
    def codes(self, X: sparse.csr_array) -> np.ndarray:
        """Return the innermost hidden layer of each history."""
        X = self._check_history(X)
        return by_rows(X, self.module_.code)

    def _fit_stages(
        self, X: sparse.csr_array, val: Validation | None, first: DAE | None = None
    ) -> None:
        """Train layer upon layer, the first one unless it is there, then all."""
        check_validation(val)
        X = check_training_matrix(X)
        self._check_parameters(X)
        self.n_users_, self.n_items_ = X.shape
        self.module_, self.logs_ = Stack([]), {}
        with learning(self) as rng:
            if first is not None:
                self._take(first)
            there = len(self.module_.layers)
            for number, width in enumerate(self._widths()[there:], start=there + 1):
                self._add_layer(X, number, width, val, rng)
                if self.log_.stopped == "interrupted":
                    return
            if self._finetunes():
                self._train("fine-tuning", self.module_, X, val, rng)

    def _take(self, first: DAE) -> None:
        """Begin with a copy of the layer of a fitted DAE."""
        check_is_fitted(first)
        (layer,) = first.module_.layers
        found = (*layer.W.shape, *first.activations)
        asked = (self.n_items_, self._widths()[0], *self.activations)
        if found != asked:
            raise ValueError(
                "first does not fit below the stack: its items, units and activations "
                f"are {found}, where {asked} are asked for."
            )
        self.module_ = deepcopy(first.module_).to(torch.get_default_device())
        self.logs_ = {"layer 1": first.log_}

    def _add_layer(
        self,
        X: sparse.csr_array,
        number: int,
        width: int,
        val: Validation | None,
        rng: np.random.Generator,
    ) -> None:
        """Train one more autoencoder on the code of those below, which stay as is."""
        below = Stack(self.module_.layers)
        inputs, start = X, None
        if number == 1:
            start = _start(X, self.activations[1])
        else:
            inputs = torch.as_tensor(self.codes(X))
        n_inputs = inputs.shape[1]
        layer = Autoencoder(n_inputs, width, self._activations(number), start)
        self.module_ = Stack([*below.layers, layer])
        self._train(f"layer {number}", layer, inputs, val, rng)

    def _train(
        self,
        stage: str,
        module: Autoencoder | Stack,
        inputs: sparse.csr_array | Tensor,
        val: Validation | None,
        rng: np.random.Generator,
    ) -> None:
        self.logs_[stage] = train_net(
            self,
            lambda: _batches(inputs, self.batch_size, rng),
            lambda x: self._losses(module, x),
            torch.optim.Adam(module.parameters(), lr=self.lr, fused=True),
            validate=None if val is None else lambda: val.error(self),
            module=module,
            what=f"{type(self).__name__}, {stage}",
        )

    def _losses(
        self, module: Autoencoder | Stack, x: SparseRows | Tensor
    ) -> Iterator[Tensor]:
        """Yield the loss of reconstructing x from a corrupted copy, per row."""
        if isinstance(x, SparseRows):
            damaged, target = x.with_values(self._corrupt(x.values)), x.dense()
        else:
            damaged, target = self._corrupt(x), x
        layers = module.layers if isinstance(module, Stack) else [module]
        output = module.before_output(module.code(damaged))
        if self.loss == "squared":  # equation 3
            error = (layers[0].s_g(output) - target).square().sum()
        else:  # equation 4, written so that no logarithm of zero is taken
            error = functional.binary_cross_entropy_with_logits(
                output, target, reduction="sum"
            )
        loss = error / len(target)
        if self.l2:
            size = sum(a.W.square().sum() + a.W_out.square().sum() for a in layers)
            loss = loss + self.l2 / (2 * self.n_users_) * size
        yield loss

    def _corrupt(self, values: Tensor) -> Tensor:
        return corrupt(values, self.corruption, self.rescale)

    def _activations(self, number: int) -> tuple[str, str]:
        """Return s_f and s_g of a layer; an inner one reconstructs what s_f made."""
        s_f, s_g = self.activations
        return (s_f, s_g if number == 1 else s_f)

    def _check_parameters(self, X: sparse.csr_array) -> None:
        check_at_least(1, self, "batch_size", "epochs")
        if not self._widths() or min(self._widths()) < 1:
            raise ValueError(f"hidden must be at least 1, not {self.hidden}.")
        check_below_one(self, "corruption")
        check_at_least(0, self, "l2")
        check_one_of(LOSSES, self, "loss")
        for name in self.activations:
            activation(name)
        if self.loss == "cross entropy":
            self._check_cross_entropy(X)

    def _check_cross_entropy(self, X: sparse.csr_array) -> None:
        s_f, s_g = self.activations
        if s_g != "sigmoid" or (len(self._widths()) > 1 and s_f != "sigmoid"):
            raise ValueError(
                "The cross entropy compares shares, so that what is reconstructed must "
                f'come out of a sigmoid, not {self.activations}; or use loss="squared".'
            )
        if X.data.min() < 0 or X.data.max() > 1:
            raise ValueError(
                "The cross entropy takes entries from 0 to 1; make the matrix binary, "
                'or use loss="squared".'
            )

    def _widths(self) -> tuple[int, ...]:
        raise NotImplementedError

    def _finetunes(self) -> bool:
        return False


class DAE(DenoisingAutoencoder):
    """Denoising autoencoder: one hidden layer that repairs a damaged history.

    A corrupted copy x~ of a history x is encoded and decoded, and the result is
    compared with x itself, not with the copy:

        h = s_f(W x~ + b),   x' = s_g(W' h + b'),   minimise the loss of x against x'.

    Parameters
    ----------
    hidden : int
        Length of h.
    corruption : float
        Probability p with which an entry of the input is set to zero, from 0 to below
        1; 0 is the vanilla autoencoder.
    rescale : bool
        Multiply the other entries by 1 / (1 - p), so that W x~ is W x on average. The
        paper does not.
    loss : "cross entropy" or "squared"
        The primer's equation 4 or 3, a sum over all items.
    activations : (str, str)
        s_f and s_g.
    l2 : float
        λ of the penalty λ/2 (‖W‖² + ‖W'‖²), which is added to the loss of all users.
    lr, batch_size : float, int
        Of the optimizer, Adam: step size, and users a step.
    epochs, patience : int
        At most so many epochs; stop after so many without a better validation error.
    seed : int
        Of the initial weights, of the corruption and of the order of the users.

    Notes
    -----
    Deviations from the paper: Adam in place of plain gradient descent; W' is not tied
    to W; b' starts at what predicts each item's popularity; the epoch is chosen by the
    ranking of validation users.
    """

    def __init__(
        self,
        hidden: int = 200,
        corruption: float = 0.5,
        rescale: bool = True,
        loss: str = "cross entropy",
        activations: tuple[str, str] = ("sigmoid", "sigmoid"),
        l2: float = 0.0,
        lr: float = 1e-3,
        batch_size: int = 128,
        epochs: int = 50,
        patience: int | None = 5,
        seed: int = 0,
    ) -> None:
        self.hidden = hidden
        self.corruption = corruption
        self.rescale = rescale
        self.loss = loss
        self.activations = activations
        self.l2 = l2
        self.lr = lr
        self.batch_size = batch_size
        self.epochs = epochs
        self.patience = patience
        self.seed = seed

    def _widths(self) -> tuple[int, ...]:
        return (self.hidden,)


class SDAE(DenoisingAutoencoder):
    """Stacked denoising autoencoder: each layer repairs the code of the one below.

    The layers are trained greedily: the first one as a `DAE`; then, with the first one
    held fixed, a second one on the codes of the whole histories, corrupted in their
    turn; and so on. Then all layers together, unrolled into one net, may be trained
    from end to end to repair histories.

    Parameters
    ----------
    hidden : tuple of int
        Widths of the hidden layers, from the data inwards.
    finetune : bool
        Whether to train from end to end in the end.
    corruption, rescale, loss, activations, l2, lr, batch_size, epochs, patience, seed
        As in `DAE`; epochs and patience count for each stage. Inner layers have s_f as
        their output, too, since they reconstruct what it makes.

    Notes
    -----
    Deviations from the paper: those of `DAE`; and its fine-tuning is of a classifier
    on top of the stack, where this one reconstructs histories.
    """

    def __init__(
        self,
        hidden: tuple[int, ...] = (200, 50),
        finetune: bool = True,
        corruption: float = 0.5,
        rescale: bool = True,
        loss: str = "cross entropy",
        activations: tuple[str, str] = ("sigmoid", "sigmoid"),
        l2: float = 0.0,
        lr: float = 1e-3,
        batch_size: int = 128,
        epochs: int = 50,
        patience: int | None = 5,
        seed: int = 0,
    ) -> None:
        self.hidden = hidden
        self.finetune = finetune
        self.corruption = corruption
        self.rescale = rescale
        self.loss = loss
        self.activations = activations
        self.l2 = l2
        self.lr = lr
        self.batch_size = batch_size
        self.epochs = epochs
        self.patience = patience
        self.seed = seed

    @whole_or_not
    def fit(
        self,
        X: sparse.csr_array,
        val: Validation | None = None,
        first: DAE | None = None,
    ) -> Self:
        """Learn from histories, as a `DAE` does, stage by stage.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
        val : object with ``error(model)``, optional
            As in `DAE`; each stage is watched.
        first : DAE, optional
            Fitted on X: a copy of its layer is the first one of the stack, in place
            of training one.

        Raises
        ------
        ValueError
            Where `DAE` raises it, or if `first` has other items, another width than
            ``hidden[0]`` or other activations.
        sklearn.exceptions.NotFittedError
            If `first` is not fitted.
        """
        self._fit_stages(X, val, first)
        return self

    def _widths(self) -> tuple[int, ...]:
        return tuple(self.hidden)

    def _finetunes(self) -> bool:
        return self.finetune


def _start(X: sparse.csr_array, s_g: str) -> Tensor:
    """Return the b' with which an empty code predicts each item's popularity."""
    mean = torch.as_tensor(np.asarray(X.mean(axis=0), dtype=np.float32))
    if s_g == "sigmoid":
        return torch.logit(mean, eps=1e-4)
    return mean if s_g == "identity" else torch.zeros_like(mean)


def _batches(
    inputs: sparse.csr_array | Tensor, size: int, rng: np.random.Generator
) -> Iterator[SparseRows | Tensor]:
    """Yield all rows once, in random order."""
    if isinstance(inputs, Tensor):
        order = torch.as_tensor(rng.permutation(len(inputs)))
        yield from (inputs[rows] for rows in order.split(int(size)))
    else:
        yield from mini_batches(inputs, size, rng)
