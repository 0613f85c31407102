"""Contestants for tests: a quick net, and models that sleep, die, refuse or diverge."""

import os
import time
from functools import partial

from recnb.contestants import BY_NAME, Between, Contestant, OneOf
from recnb.models import MultVAE, Popularity


class Odd(Popularity):
    """Popularity that does something else first."""

    def __init__(self, deed: str = "none", number: float = 1.0) -> None:
        self.deed, self.number = deed, number

    def fit(self, X):
        DEEDS[self.deed]()
        return super().fit(X)


def die():
    os._exit(9)


def refuse():
    raise ValueError("not with <these> data.\nA second line.")


def diverge():
    raise FloatingPointError("a loss is NaN")


DEEDS = {
    "none": lambda: None,
    "sleep": partial(time.sleep, 600),
    "die": die,
    "refuse": refuse,
    "diverge": diverge,
}
NUMBER = Between(1, 10)
NET = Contestant(
    "net",
    "net",
    partial(MultVAE, hidden=(), latent=20, epochs=8, patience=3),
    {"dropout": Between(0.1, 0.7), "lr": Between(1e-3, 1e-2)},
)
QUICK = (BY_NAME["EASE"], BY_NAME["ItemKNN"], BY_NAME["Popularity"], NET)


def odd(*deeds, name="odd"):
    """Return a contestant whose trials do one of these deeds each, at random."""
    return Contestant(name, "other", Odd, {"deed": OneOf(deeds), "number": NUMBER})
