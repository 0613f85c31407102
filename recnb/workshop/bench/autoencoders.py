"""Times of the autoencoders' trainings."""

from __future__ import annotations

from . import inputs
from .clock import stopwatch

#: The net that lesson 06 chose.
CHOSEN = dict(hidden=(), beta=0.05, batch_size=128, lr=2e-3)


def autorec() -> float:
    """Time I-AutoRec's training in lesson 03, with early stopping."""
    from recnb.models import AutoRec

    split = inputs.ratings()
    net = AutoRec("item", l2=100)
    return stopwatch(lambda: net.fit(split.train, split.val.heldout))


def multvae() -> float:
    """Time MultVAE's training, with early stopping."""
    from recnb.models import MultVAE

    split = inputs.new_users()
    net = MultVAE(**CHOSEN, patience=8)
    return stopwatch(lambda: net.fit(split.train, split.val))


def multvae_epochs() -> float:
    """Time 20 epochs of MultVAE, validation included."""
    from recnb.models import MultVAE

    split = inputs.new_users()
    net = MultVAE(**CHOSEN, epochs=20, patience=None)
    return stopwatch(lambda: net.fit(split.train, split.val))


def recvae() -> float:
    """Time an epoch of RecVAE, three passes and one, validation not included.

    The budget is a quarter of what cornac 3.0.1 takes for one, its own look at the
    ranking of all training users included: 21.6 s.
    """
    from recnb.models import RecVAE

    X = inputs.new_users().train
    return stopwatch(lambda: RecVAE(epochs=1, patience=None).fit(X))


def svae() -> float:
    """Time an epoch of SVAE, validation not included."""
    from recnb.models import SVAE

    net = SVAE(epochs=1, patience=None)
    order = inputs.new_users().train_order
    return stopwatch(lambda: net.fit(order))
