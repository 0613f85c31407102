"""AutoRec: one hidden layer that completes a row of ratings.

S. Sedhain, A. K. Menon, S. Sanner and L. Xie: AutoRec: Autoencoders Meet Collaborative
Filtering. WWW 2015.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from recnb.ground.sparse_rows import SparseRows
from recnb.models.activations import activation
from recnb.models.checks import check_at_least
from recnb.models.rating_autoencoder import RatingAutoencoder

INITIAL_SPREAD = 0.005


class StretchedSigmoid(nn.Module):
    """A sigmoid from the lowest to the highest rating."""

    def __init__(self, lowest: float, highest: float) -> None:
        super().__init__()
        self.lowest, self.highest = lowest, highest

    def forward(self, x: Tensor) -> Tensor:
        """Return lowest + (highest - lowest) σ(x)."""
        return self.lowest + (self.highest - self.lowest) * torch.sigmoid(x)


class AutoRecNet(nn.Module):
    """h(r; θ) = f(W · g(V r + μ) + b), as the paper has it.

    V and W both have a row for each entry of r, so that V is the transpose of the
    paper's V; the paper's symbols otherwise.

    Parameters
    ----------
    n_inputs : int
        Length d of a row of ratings.
    hidden : int
        Number k of hidden units.
    output, hidden_activation : str
        f and g, by the names in `recnb.models.activations`.
    mean : float
        What an untrained net predicts: the start of b.
    scale : (float, float)
        Range of the ratings, into which a sigmoid output is stretched.
    """

    def __init__(
        self,
        n_inputs: int,
        hidden: int,
        output: str = "identity",
        hidden_activation: str = "sigmoid",
        mean: float = 0.0,
        scale: tuple[float, float] = (1.0, 5.0),
    ) -> None:
        super().__init__()
        self.V = nn.Parameter(INITIAL_SPREAD * torch.randn(n_inputs, hidden))
        self.W = nn.Parameter(INITIAL_SPREAD * torch.randn(n_inputs, hidden))
        self.mu = nn.Parameter(torch.zeros(hidden))
        self.b = nn.Parameter(torch.full((n_inputs,), float(mean)))
        self.g, self.f = activation(hidden_activation), activation(output)
        if output == "sigmoid":
            self.f = StretchedSigmoid(*scale)
            nn.init.zeros_(self.b)

    def code(self, rows: SparseRows | Tensor) -> Tensor:
        """Return the hidden layer g(V r + μ) of each row; shape (n_rows, hidden)."""
        Vr = rows.times(self.V) if isinstance(rows, SparseRows) else rows @ self.V
        return self.g(Vr + self.mu)

    def forward(self, rows: SparseRows | Tensor) -> Tensor:
        """Return all ratings of each row; shape (n_rows, n_inputs)."""
        return self.f(self.code(rows) @ self.W.T + self.b)

    def at(self, rows: SparseRows, cells: SparseRows) -> Tensor:
        """Return the ratings at the stored cells only; shape (n_stored,)."""
        return self.f(cells.at(self.code(rows), self.W) + self.b[cells.indices])


class AutoRec(RatingAutoencoder):
    """AutoRec (Sedhain et al. 2015): an autoencoder with one hidden layer.

    It minimises Σ ‖r − h(r; θ)‖²_O + λ/2 (‖W‖² + ‖V‖²): the sum goes over the rows,
    and the subscript O says that only observed ratings count.

    Parameters
    ----------
    kind : "item" or "user"
        Whose ratings are a row: I-AutoRec or U-AutoRec.
    hidden : int
        k; the paper has 500.
    activations : (str, str)
        (f, g), output and hidden; the paper compares identity and sigmoid in all four
        pairs, and prefers the default. A sigmoid output is stretched to the range of
        the ratings, on which the paper is silent.
    l2 : float
        λ, in the paper's units; it tries 0.001 to 1000.
    lr, batch_size, lr_decay : float, int, float
        Of the optimizer, Adam: step size, rows a step, and the factor by which an epoch
        changes the step size.
    epochs, patience : int
        At most so many epochs; stop after so many without a better validation error.
    unseen : float
        Predicted where the user or the item has no training rating; the paper says 3.
    seed : int
        Of the initial weights and of the order of the rows.

    Attributes
    ----------
    module_ : AutoRecNet
    log_ : TrainingLog

    Notes
    -----
    Deviations from the paper: Adam on small batches, with a falling step size, instead
    of resilient propagation on all rows; b starts at the mean rating, V and W at small
    normal numbers (the paper says nothing); the epoch is chosen on validation ratings,
    and predictions are moved into the range of the ratings.
    """

    def __init__(
        self,
        kind: str = "item",
        hidden: int = 500,
        activations: tuple[str, str] = ("identity", "sigmoid"),
        l2: float = 100.0,
        lr: float = 1e-3,
        batch_size: int = 256,
        lr_decay: float = 0.95,
        epochs: int = 60,
        patience: int | None = 5,
        unseen: float = 3.0,
        seed: int = 0,
    ) -> None:
        self.kind = kind
        self.hidden = hidden
        self.activations = activations
        self.l2 = l2
        self.lr = lr
        self.batch_size = batch_size
        self.lr_decay = lr_decay
        self.epochs = epochs
        self.patience = patience
        self.unseen = unseen
        self.seed = seed

    def _check_parameters(self) -> None:
        super()._check_parameters()
        check_at_least(1, self, "hidden")
        check_at_least(0, self, "l2")

    def _build(self, n_inputs: int, mean: float) -> AutoRecNet:
        output, hidden = self.activations
        return AutoRecNet(
            n_inputs, self.hidden, output, hidden, mean, self.rating_range_
        )

    def _optimizer(self, module: AutoRecNet) -> torch.optim.Optimizer:
        groups = [
            {"params": [module.W, module.V], "weight_decay": self._l2_a_row()},
            {"params": [module.mu, module.b]},
        ]
        return torch.optim.Adam(groups, lr=self.lr, fused=True)

    def _losses(self, module: AutoRecNet, rows: SparseRows) -> Iterator[Tensor]:
        # The objective, divided by the number of rows of the whole matrix. The slope of
        # its second term, λ W and λ V, is Adam's weight decay: autograd takes as long
        # for it as for all the rest.
        error = (module.at(rows, rows) - rows.values).square().sum() / len(rows)
        with torch.no_grad():
            size = module.W.norm().square() + module.V.norm().square()
        yield error + self._l2_a_row() / 2 * size

    def _l2_a_row(self) -> float:
        return self.l2 / (self.n_items_ if self.kind == "item" else self.n_users_)
