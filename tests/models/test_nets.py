"""What a net's training is told: when it ends, by its name, and before each epoch."""

import pytest
import torch
from torch import nn

from recnb.models.nets import train_net


class Walker:
    """One weight, which each epoch lowers by 1."""

    def __init__(self, epochs=6, patience=2):
        self.epochs, self.patience = epochs, patience
        self.module_ = walk()

    def train(self, errors=None, batches=lambda: [None], **settings):
        left = iter(errors or ())
        settings.setdefault("module", self.module_)
        sgd = torch.optim.SGD(settings["module"].parameters(), lr=1.0)
        return train_net(
            self,
            batches,
            lambda batch: [settings["module"].w],
            sgd,
            validate=None if errors is None else lambda: next(left),
            **settings,
        )


def walk():
    module = nn.Module()
    module.w = nn.Parameter(torch.tensor(0.0))
    return module


def test_without_validation_all_epochs_are_run_whatever_the_patience():
    model = Walker(epochs=6, patience=1)
    log = model.train()
    assert (len(log.loss), log.stopped, model.module_.w) == (6, "finished", -6)


def test_with_validation_it_stops_after_the_models_patience():
    model = Walker(epochs=6, patience=2)
    log = model.train([3, 1, 2, 2, 0, 0])
    assert (len(log.loss), log.stopped) == (4, "no improvement")
    assert model.module_.w == -2


def test_without_patience_all_epochs_are_judged():
    log = Walker(epochs=5, patience=None).train([1, 2, 2, 2, 2])
    assert (len(log.val), log.stopped, log.best_epoch) == (5, "finished", 1)


def test_another_module_and_number_of_epochs_can_be_asked_for():
    model, other = Walker(epochs=6), walk()
    log = model.train(module=other, epochs=2, lr_decay=0.5)
    assert len(log.loss) == 2
    assert (other.w, model.module_.w) == (-1.5, 0)


@pytest.mark.parametrize(("settings", "name"), [({}, "Walker"), ({"what": "it"}, "it")])
def test_a_message_calls_the_net_by_its_class_or_as_it_is_asked_to(
    settings, name, capsys
):
    def batches():
        raise KeyboardInterrupt

    Walker().train(batches=batches, **settings)
    assert capsys.readouterr().out.startswith(f"{name} interrupted after 0 epochs")


def test_each_epoch_is_announced_before_its_batches_are_asked_for():
    seen = []
    model = Walker(epochs=3)

    def batches():
        seen.append("batches")
        return [None]

    model.train(batches=batches, before_epoch=seen.append)
    assert seen == [0, "batches", 1, "batches", 2, "batches"]


def test_too_few_epochs_are_refused():
    with pytest.raises(ValueError, match="epochs must be at least 1, not 0"):
        Walker(epochs=0).train()
