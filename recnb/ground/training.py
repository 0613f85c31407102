"""The one training loop of all torch models.

A model says what a batch is and what its loss is; the loop takes the steps, watches the
validation error, keeps the best weights, shows progress, and can be stopped at any time
without losing what was learned.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from threading import RLock
from time import perf_counter

import numpy as np
import torch
from torch import Tensor, nn

from recnb.ground.progress import Progress
from recnb.ground.training_log import TrainingLog


class _Turn:
    """Whose turn it is: torch has one random state for all threads."""

    lock = RLock()

    @classmethod
    def renew(cls) -> None:
        """Make a new lock: a forked process has a copy of the old one, perhaps held."""
        cls.lock = RLock()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_Turn.renew)


@contextmanager
def seeded(seed: int, device: str = "cpu") -> Iterator[np.random.Generator]:
    """Seed torch inside the block, and leave its random state outside as it was.

    What the block gets is NumPy's generator of the same seed.
    The block of another thread waits until this one is over, so that a seed gives the
    same net whatever else is being trained.

    Parameters
    ----------
    seed : int
    device : str
        Where new tensors are made inside the block. A graphics card has random numbers
        of its own: with them, the same seed gives another net than on the processor.
    """
    if device == "cpu":  # where torch makes tensors anyway
        state, place = torch.random.fork_rng(devices=[]), nullcontext()
    else:
        state, place = torch.random.fork_rng(devices=[device]), torch.device(device)
    with _Turn.lock, state, place:
        torch.manual_seed(seed)
        yield np.random.default_rng(seed)


def train(
    module: nn.Module,
    batches: Callable[[], Iterable],
    losses: Callable[[object], Iterable[Tensor]],
    optimizer: torch.optim.Optimizer,
    *,
    epochs: int,
    validate: Callable[[], float] | None = None,
    patience: int | None = None,
    lr_decay: float = 1.0,
    what: str = "training",
) -> TrainingLog:
    """Train a module, in place.

    Parameters
    ----------
    module : nn.Module
        Its weights are those of the best epoch in the end.
    batches : function without arguments
        Called once an epoch; returns the batches of the epoch.
    losses : function of a batch
        Returns, or yields one after another, the losses to take a step on. A generator
        goes on when the step on its last loss has been taken: so a batch can be used
        several times.
    optimizer : torch optimizer
        Of the module's parameters.
    epochs : int
        At most.
    validate : function without arguments, optional
        Returns the validation error: lower is better. Called after each epoch, in
        evaluation mode and without gradients.
    patience : int, optional
        Stop after so many epochs without a new best; needs `validate`.
    lr_decay : float
        Factor on the learning rate after each epoch.
    what : str
        For the progress line.

    Returns
    -------
    TrainingLog

    Raises
    ------
    ValueError
        If epochs < 1, or patience is given without `validate`.
    FloatingPointError
        If the loss is not finite before the first epoch is over. Later, training stops
        and keeps the best weights; a line says so.

    Notes
    -----
    Ctrl-C, or the stop button of a notebook, ends the training; the weights of the best
    epoch so far are kept, and a line says so. Whoever must not go on with such a model
    looks at ``log.stopped``.
    """
    if epochs < 1:
        raise ValueError(f"epochs must be at least 1, not {epochs}.")
    if patience is not None and validate is None:
        raise ValueError("patience needs validation data; without, leave it None.")
    log, best = TrainingLog(), _copy(module)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, lr_decay)
    start = perf_counter()
    with Progress(what, epochs) as progress:
        try:
            for _ in range(epochs):
                loss = _epoch(module, batches(), losses, optimizer)
                if not math.isfinite(loss):
                    log.stopped = "diverged"
                    break
                schedule.step()
                val = None if validate is None else _validated(module, validate)
                if log.add(loss, perf_counter() - start, val):
                    best = _copy(module)
                progress.step(log.note())
                if log.is_stale(patience):
                    log.stopped = "no improvement"
                    break
        except KeyboardInterrupt:
            log.stopped = "interrupted"
    module.load_state_dict(best)
    module.eval()
    log.tell(what)
    return log


def _epoch(
    module: nn.Module,
    batches: Iterable,
    losses: Callable[[object], Iterable[Tensor]],
    optimizer: torch.optim.Optimizer,
) -> float:
    """Take a step on each loss; return their mean, or the first that is not finite."""
    module.train()
    total = steps = 0
    for batch in batches:
        for loss in losses(batch):
            value = loss.item()
            if not math.isfinite(value):
                return value
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total, steps = total + value, steps + 1
    return total / steps


@torch.no_grad()
def _validated(module: nn.Module, validate: Callable[[], float]) -> float:
    module.eval()
    error = float(validate())
    return error if math.isfinite(error) else math.inf


def _copy(module: nn.Module) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in module.state_dict().items()}
