"""What the nets share: where they learn, and a training that ends as they say.

A net learns on the device that the reader has chosen, and lives on the processor. For
this, it is built and trained inside `learning`; what comes from NumPy comes by
`torch.as_tensor`, which heeds the device, as `torch.from_numpy` does not; and what goes
to NumPy goes by the processor, ``.cpu().numpy()``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count

import numpy as np
import torch
from sklearn.base import BaseEstimator
from torch import Tensor, nn

from recnb.ground.machine import device_of_nets
from recnb.ground.training import seeded, train
from recnb.ground.training_log import TrainingLog


@contextmanager
def learning(model: BaseEstimator) -> Iterator[np.random.Generator]:
    """Let a model build and train its nets inside the block, on the chosen device.

    New tensors are made there, and random numbers begin at the model's ``seed``; the
    block gets NumPy's generator of the same seed. After it, the model's modules are on
    the processor. See `recnb.ground.machine.on_device`.

    Raises
    ------
    MemoryError
        If a graphics card has no room for what the block does.
    """
    device = device_of_nets()
    try:
        with seeded(model.seed, device) as rng:
            yield rng
    except torch.OutOfMemoryError as error:
        raise MemoryError(
            f"The device {device} has no room to train {type(model).__name__}. Take "
            'smaller batches or a smaller net, or the processor: on_device("cpu").'
        ) from error
    if device != "cpu":
        for kept in vars(model).values():
            if isinstance(kept, nn.Module):
                kept.cpu()


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
        It finds the module on the processor, where NumPy can write into it.
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
    module = model.module_ if module is None else module
    return train(
        module,
        batches if before_epoch is None else _after(before_epoch, batches, module),
        losses,
        optimizer,
        validate=validate,
        patience=None if validate is None else model.patience,
        **settings,
    )


def _after(
    before_epoch: Callable[[int], None],
    batches: Callable[[], Iterable],
    module: nn.Module,
) -> Callable[[], Iterable]:
    """Return what begins an epoch: it calls `before_epoch` and returns the batches."""
    numbers = count()

    def begin() -> Iterable:
        with _on_the_processor(module):
            before_epoch(next(numbers))
        return batches()

    return begin


@contextmanager
def _on_the_processor(module: nn.Module) -> Iterator[None]:
    """Have a module, and what is made, on the processor inside the block."""
    device = torch.get_default_device()
    if device.type == "cpu":
        yield
        return
    # Its parameters stay the same objects, which the optimizer knows.
    module.cpu()
    with torch.device("cpu"):
        yield
    module.to(device)
