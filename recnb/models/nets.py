"""What the nets share: a training that ends as their hyper-parameters say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count

import torch
from sklearn.base import BaseEstimator
from torch import Tensor, nn

from recnb.ground.training import train
from recnb.ground.training_log import TrainingLog


def train_net(
    model: BaseEstimator,
    batches: Callable[[], Iterable],
    losses: Callable[[object], Iterable[Tensor]],
    optimizer: torch.optim.Optimizer,
    *,
    validate: Callable[[], float] | None = None,
    module: nn.Module | None = None,
    before_epoch: Callable[[int], None] | None = None,
    **settings: object,
) -> TrainingLog:
    """Train a model's module, in place, for at most ``model.epochs`` epochs.

    With an error to watch, the best epoch's weights are kept, and training stops after
    ``model.patience`` epochs without a new best. Without one, all epochs are run.

    Parameters
    ----------
    model : estimator
        Has the hyper-parameters ``epochs`` and ``patience``; the progress line calls
        it by the name of its class.
    batches, losses, optimizer
        As `recnb.ground.training.train` takes them.
    validate : function without arguments, optional
        Returns the validation error: lower is better.
    module : nn.Module, optional
        What learns; ``model.module_`` by default.
    before_epoch : function of int, optional
        Called with the number of each epoch, from 0, before its batches are asked for.
    **settings
        Others that `train` takes: ``lr_decay``, or ``epochs`` and ``what`` in place of
        the model's.

    Returns
    -------
    TrainingLog

    Raises
    ------
    ValueError, FloatingPointError
        Where `train` raises them.
    """
    settings = {"epochs": model.epochs, "what": type(model).__name__} | settings
    return train(
        model.module_ if module is None else module,
        batches if before_epoch is None else _after(before_epoch, batches),
        losses,
        optimizer,
        validate=validate,
        patience=None if validate is None else model.patience,
        **settings,
    )


def _after(
    before_epoch: Callable[[int], None], batches: Callable[[], Iterable]
) -> Callable[[], Iterable]:
    """Return what begins an epoch: it calls `before_epoch` and returns the batches."""
    numbers = count()

    def begin() -> Iterable:
        before_epoch(next(numbers))
        return batches()

    return begin
