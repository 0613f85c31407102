"""The training loop: steps, the best weights, patience, and every way to end."""

import math
import os
from threading import Thread

import numpy as np
import pytest
import torch
from torch import nn

from recnb.ground.training import seeded, train
from recnb.ground.training_log import TrainingLog


class Walk(nn.Module):
    """One weight that a loss of its own value lowers by lr a step."""

    def __init__(self, start=0.0):
        super().__init__()
        self.w = nn.Parameter(torch.tensor(float(start)))


def walk(epochs, *, lr=1.0, batches=(None,), losses=None, **options):
    """Train a `Walk`; return it, its log, and where it stood at each validation."""
    module, seen = Walk(), []
    errors = options.pop("errors", None)

    def validate():
        seen.append(module.w.item())
        assert not module.training and not torch.is_grad_enabled()
        error = errors[len(seen) - 1]
        if isinstance(error, BaseException):
            raise error
        return error

    log = train(
        module,
        lambda: batches,
        losses or (lambda batch: [module.w]),
        torch.optim.SGD(module.parameters(), lr=lr),
        epochs=epochs,
        validate=None if errors is None else validate,
        **options,
    )
    return module, log, seen


def test_a_step_is_taken_on_each_batch_of_each_epoch():
    module, log, _ = walk(3, batches=(1, 2))
    assert module.w == -6
    assert log.loss == [-0.5, -2.5, -4.5]  # the mean before each step
    assert (log.best_epoch, log.stopped) == (3, "finished")
    assert len(log.seconds) == 3 and log.seconds == sorted(log.seconds)


def test_a_generator_goes_on_after_the_step_on_its_loss():
    module, stood = Walk(), []

    def losses(batch):
        for _ in range(3):
            stood.append(module.w.item())
            yield module.w

    sgd = torch.optim.SGD(module.parameters(), lr=1.0)
    train(module, lambda: (None,), losses, sgd, epochs=2)
    assert stood == [0, -1, -2, -3, -4, -5]


def test_the_best_epochs_weights_come_back():
    module, log, seen = walk(4, errors=[3, 1, 2, 1.5])
    assert seen == [-1, -2, -3, -4]
    assert module.w == -2
    assert (log.best_epoch, log.best, log.val) == (2, 1, [3, 1, 2, 1.5])
    assert not module.training


def test_patience_counts_epochs_without_a_new_best():
    module, log, _ = walk(9, errors=[3, 1, 2, 1.5, 9, 0], patience=3)
    assert log.stopped == "no improvement"
    assert len(log.loss) == 5 and log.best_epoch == 2 and module.w == -2


def test_a_later_best_starts_the_patience_anew():
    _, log, _ = walk(6, errors=[3, 4, 2, 4, 1, 0.5], patience=2)
    assert (log.stopped, log.best_epoch) == ("finished", 6)


def test_an_error_that_is_not_finite_is_never_the_best():
    module, log, _ = walk(3, errors=[math.nan, 2, math.nan])
    assert log.val == [math.inf, 2, math.inf]
    assert log.best_epoch == 2 and module.w == -2


def test_the_learning_rate_falls_epoch_by_epoch():
    module, _, _ = walk(3, lr_decay=0.5)
    assert module.w == -(1 + 0.5 + 0.25)


def test_divergence_at_once_is_an_error_that_says_what_to_do():
    def losses(batch):
        return [torch.tensor(math.nan, requires_grad=True)]

    with pytest.raises(FloatingPointError, match="smaller learning rate"):
        walk(3, losses=losses, what="Net")


def test_divergence_later_keeps_the_best_weights_and_says_so(capsys):
    module, count = Walk(), []

    def losses(batch):
        count.append(1)
        return [module.w * (math.inf if len(count) == 3 else 1)]

    sgd = torch.optim.SGD(module.parameters(), lr=1.0)
    log = train(module, lambda: (None,), losses, sgd, epochs=9, what="Net")
    assert (log.stopped, log.best_epoch, len(log.loss)) == ("diverged", 2, 2)
    assert module.w == -2
    said = capsys.readouterr().out
    assert "Net diverged in epoch 3" in said and "epoch 2 are kept" in said


def test_an_interruption_keeps_the_best_weights_and_says_so(capsys):
    errors = [2, 1, 3, KeyboardInterrupt()]
    module, log, _ = walk(9, errors=errors, what="Net")
    assert (log.stopped, log.best_epoch) == ("interrupted", 2)
    assert module.w == -2 and not module.training
    said = capsys.readouterr().out
    assert "Net interrupted after" in said and "epoch 2 are kept" in said


def test_an_interruption_of_the_first_epoch_keeps_the_start(capsys):
    module, log, _ = walk(9, errors=[KeyboardInterrupt()], what="Net")
    assert (log.stopped, log.best_epoch, module.w) == ("interrupted", 0, 0)
    assert math.isnan(log.best)
    assert "the weights it began with are kept" in capsys.readouterr().out


def test_what_goes_as_it_should_says_nothing(capsys):
    walk(3, errors=[3, 2, 1])
    walk(9, errors=[1, 2, 3], patience=2)
    assert capsys.readouterr() == ("", "")


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="epochs must be at least 1"):
        walk(0)
    with pytest.raises(ValueError, match="patience needs validation"):
        walk(3, patience=2)


def test_a_log_is_a_table_of_epochs():
    table = TrainingLog(loss=[3.0, 2.0], val=[1.0, 0.9], seconds=[0.1, 0.2]).to_frame()
    assert list(table.columns) == ["loss", "val", "seconds"]
    assert list(table.index) == [1, 2] and table.index.name == "epoch"
    assert "val" not in TrainingLog(loss=[3.0], seconds=[0.1]).to_frame()


def test_a_seed_inside_leaves_the_state_outside():
    torch.manual_seed(3)
    before = torch.get_rng_state()
    with seeded(7):
        one = torch.rand(2)
    with seeded(7):
        assert torch.equal(torch.rand(2), one)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_seeds_block_gets_numpys_generator_of_the_same_seed():
    with seeded(7) as rng:
        drawn = rng.random(3)
    assert (drawn == np.random.default_rng(7).random(3)).all()


@pytest.mark.parametrize(
    ("patience", "is_stale"), [(None, False), (3, False), (2, True), (1, True)]
)
def test_a_log_is_stale_after_so_many_epochs_since_the_best(patience, is_stale):
    log = TrainingLog(loss=[3.0, 2.0, 1.0], val=[1.0, 2.0, 2.0], best_epoch=1)
    assert log.is_stale(patience) == is_stale


def test_an_error_that_never_improves_ends_the_training():
    module = nn.Linear(1, 1)

    def losses(_batch):
        return [module(torch.ones(1, 1)).square().sum()]

    sgd = torch.optim.SGD(module.parameters(), lr=0.01)
    log = train(
        module,
        lambda: [None],
        losses,
        sgd,
        epochs=50,
        validate=lambda: float("inf"),
        patience=3,
    )
    assert log.stopped == "no improvement" and len(log.val) == 4


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_process_that_is_forked_during_a_fit_can_fit_as_well():
    with seeded(0):  # as another thread's fit holds it
        child = os.fork()
        if child == 0:
            worker = Thread(target=lambda: seeded(1).__enter__(), daemon=True)
            worker.start()
            worker.join(20)
            os._exit(worker.is_alive())  # nothing of pytest may run on in here
        _, status = os.waitpid(child, 0)
    assert status == 0
