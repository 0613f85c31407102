"""Contestants for tests: a quick net, and models that sleep, die, refuse or diverge."""

import os
import sys
import time
from functools import partial

from recnb.contest.trials import LOADED_LATE
from recnb.contestants import BY_NAME, Between, Contestant, OneOf
from recnb.ground.training_log import TrainingLog
from recnb.models import MultVAE, Popularity


class Odd(Popularity):
    """Popularity that does something else first."""

    def __init__(self, deed: str = "none", number: float = 1.0) -> None:
        self.deed, self.number = deed, number

    def fit(self, X):
        DEEDS[self.deed]()
        return super().fit(X)


class Endless:
    """Trains until it is interrupted, in its first epoch or in the second one."""

    patience = 3

    def __init__(self, epochs: int = 1, number: float = 1.0) -> None:
        self.epochs = epochs

    def fit(self, X, val):
        self.log_ = TrainingLog()
        for _ in range(self.epochs):
            self.log_.add(1.0, 0.1, -0.5)
        try:
            work_for_ever()
        except KeyboardInterrupt:
            self.log_.stopped = "interrupted"
        self.popularity_ = Popularity().fit(X)
        return self

    def predict(self, X):
        return self.popularity_.predict(X)

    def recommend(self, X, k):
        return self.popularity_.recommend(X, k)


def work_for_ever():
    """Work in small steps, between which an interruption is heard."""
    while True:
        time.sleep(0.01)


def die():
    os._exit(9)


def refuse():
    raise ValueError("not with <these> data.\nA second line.")


def diverge():
    raise FloatingPointError("a loss is NaN")


def need_what_is_loaded_late():
    if LOADED_LATE not in sys.modules:
        raise ImportError(LOADED_LATE)


DEEDS = {
    "none": lambda: None,
    "sleep": partial(time.sleep, 600),
    "nap": partial(time.sleep, 1.5),
    "die": die,
    "refuse": refuse,
    "diverge": diverge,
    "need what is loaded late": need_what_is_loaded_late,
}
NUMBER = Between(1, 10)


def endless(epochs):
    """Return a contestant that trains for ever after so many epochs."""
    return Contestant("endless", "net", partial(Endless, epochs), {"number": NUMBER})


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
