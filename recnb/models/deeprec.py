"""DeepRec: a deep autoencoder of a user's ratings, fed once more with its own output.

O. Kuchaiev and B. Ginsburg: Training Deep AutoEncoders for Collaborative Filtering.
2017.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from recnb.ground.sparse_rows import SparseRows
from recnb.models.activations import TOO_NARROW, activation
from recnb.models.checks import check_at_least, check_below_one
from recnb.models.rating_autoencoder import RatingAutoencoder


class DeepRecNet(nn.Module):
    """An encoder, a code layer with dropout, and a decoder that mirrors the encoder.

    Parameters
    ----------
    n_inputs : int
        Length of a row of ratings.
    layers : sequence of int
        Widths of the encoder; the last one is the code. The decoder has the others
        backwards, and ends with `n_inputs`.
    activation_name : str
        Of every layer, the last one included; but the last one is linear where the
        values of the function, sigmoid or tanh, do not reach from 1 to 5.
    dropout : float
        Share of the code that is set to zero in training; nowhere else is dropout.
    linear_output : bool
        Whether the last layer is linear with every function.
    """

    def __init__(
        self,
        n_inputs: int,
        layers: Sequence[int],
        activation_name: str = "selu",
        dropout: float = 0.8,
        linear_output: bool = False,
    ) -> None:
        super().__init__()
        widths = [n_inputs, *layers]
        self.encoder = _linear_layers(widths)
        self.decoder = _linear_layers(widths[::-1])
        self.dropout = nn.Dropout(dropout)
        self.f = activation(activation_name)
        linear = linear_output or activation_name in TOO_NARROW
        self.output = activation("identity") if linear else self.f

    def code(self, rows: SparseRows | Tensor) -> Tensor:
        """Return the code of each row; shape (n_rows, layers[-1])."""
        first, *others = self.encoder
        z = self.f(_first(first, rows))
        for layer in others:
            z = self.f(layer(z))
        return z

    def last_hidden(self, rows: SparseRows | Tensor) -> Tensor:
        """Return what the output layer sees: dropout on the code, then the decoder."""
        z = self.dropout(self.code(rows))
        for layer in self.decoder[:-1]:
            z = self.f(layer(z))
        return z

    def forward(self, rows: SparseRows | Tensor) -> Tensor:
        """Return f(x), all ratings of each row; shape (n_rows, n_inputs)."""
        return self.output(self.decoder[-1](self.last_hidden(rows)))

    def at(self, rows: SparseRows, cells: SparseRows) -> Tensor:
        """Return f(x) at the stored cells only; shape (n_stored,)."""
        last = self.decoder[-1]
        at_cells = cells.at(self.last_hidden(rows), last.weight)
        return self.output(at_cells + last.bias[cells.indices])


def _linear_layers(widths: Sequence[int]) -> nn.ModuleList:
    layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(widths))
    for layer in layers:
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)
    return layers


def _first(layer: nn.Linear, rows: SparseRows | Tensor) -> Tensor:
    if isinstance(rows, SparseRows):
        return rows.times(layer.weight.T) + layer.bias
    return layer(rows)


class DeepRec(RatingAutoencoder):
    """DeepRec (Kuchaiev and Ginsburg 2017): deep, SELU, large dropout, re-feeding.

    The loss of a step is the masked mean squared error MMSE = Σ m (r − y)² / Σ m over
    all ratings of the batch, where m says which are known. With dense re-feeding, each
    batch is used again:

    1. forward: y = f(x) and its MMSE, where m marks the ratings in x;
    2. backward, and a step of the weights;
    3. forward: f(y), where y is taken as data: the target is y too, and m is all ones;
    4. backward, and a second step. A fixed point, f(y) = y, would have no loss.

    Parameters
    ----------
    layers : sequence of int
        Widths of the encoder; the decoder mirrors it. (512, 512, 1024) is the paper's
        best net n, 512, 512, 1024, 512, 512, n.
    activation : str
        Of all layers; the paper compares selu, elu, lrelu, relu, relu6, tanh, sigmoid.
    dropout : float
        On the code only; the paper has 0.8 for the largest net.
    refeeding : int
        How many times a batch's output is fed again, as the steps 3 and 4 say.
    kind : "user" or "item"
        The paper reads users.
    lr, momentum, batch_size : float, float, int
        Of stochastic gradient descent; the paper has momentum 0.9, batches of 128 and
        lr 0.001, and 0.005 with re-feeding.
    l2 : float
        Weight decay of the optimizer; the paper has none.
    lr_decay : float
        Factor on lr after each epoch.
    epochs, patience : int
        At most so many epochs; stop after so many without a better validation error.
    unseen : float
        Predicted where the user or the item has no training rating.
    linear_output : bool
        Whether the last layer is linear with every activation. The paper applies the
        activation there, too, wherever its values reach the ratings.
    seed : int

    Attributes
    ----------
    module_ : DeepRecNet
    log_ : TrainingLog

    Notes
    -----
    Deviations from the paper: the epoch is chosen on validation ratings, predictions
    are moved into the range of the ratings, and kind "item" and a linear last layer are
    offered.
    """

    def __init__(
        self,
        layers: Sequence[int] = (512, 512, 1024),
        activation: str = "selu",
        dropout: float = 0.8,
        refeeding: int = 1,
        kind: str = "user",
        lr: float = 5e-3,
        momentum: float = 0.9,
        batch_size: int = 128,
        l2: float = 0.0,
        lr_decay: float = 1.0,
        epochs: int = 100,
        patience: int | None = 10,
        unseen: float = 3.0,
        linear_output: bool = False,
        seed: int = 0,
    ) -> None:
        self.layers = layers
        self.activation = activation
        self.dropout = dropout
        self.refeeding = refeeding
        self.kind = kind
        self.lr = lr
        self.momentum = momentum
        self.batch_size = batch_size
        self.l2 = l2
        self.lr_decay = lr_decay
        self.epochs = epochs
        self.patience = patience
        self.unseen = unseen
        self.linear_output = linear_output
        self.seed = seed

    def _check_parameters(self) -> None:
        super()._check_parameters()
        if not self.layers or min(self.layers) < 1:
            raise ValueError(
                f"layers must be widths such as (128,), not {self.layers}."
            )
        check_below_one(self, "dropout")
        check_at_least(0, self, "refeeding")

    def _build(self, n_inputs: int, mean: float) -> DeepRecNet:
        return DeepRecNet(
            n_inputs, self.layers, self.activation, self.dropout, self.linear_output
        )

    def _optimizer(self, module: DeepRecNet) -> torch.optim.Optimizer:
        return torch.optim.SGD(
            module.parameters(),
            lr=self.lr,
            momentum=self.momentum,
            weight_decay=self.l2,
        )

    def _losses(self, module: DeepRecNet, rows: SparseRows) -> Iterator[Tensor]:
        if not self.refeeding:
            yield (module.at(rows, rows) - rows.values).square().mean()
            return
        y = module(rows)
        at_ratings = y[rows.row_of_cell, rows.indices]
        yield (at_ratings - rows.values).square().mean()
        for _ in range(self.refeeding):
            x = y.detach()
            y = module(x)
            yield (y - x).square().mean()
