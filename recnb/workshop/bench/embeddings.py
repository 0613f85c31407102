"""Times and memory of what draws item embeddings towards EASE's weights."""

from __future__ import annotations

import tracemalloc

import numpy as np

from . import inputs
from .clock import ratio, seconds, stopwatch

L = 64


def _extraction(X):
    """Return a function that calls ImplicitSLIM once."""
    from recnb.models import implicit_slim

    W = np.random.default_rng(0).normal(size=(L, X.shape[1])).astype(np.float32)
    return lambda: implicit_slim(W, X, 300, 1, 1)


def implicit_slim_ratio() -> float:
    """Return the time of ImplicitSLIM over that of EASE's fit."""
    from recnb.models import EASE

    X = inputs.new_users().train
    extract = _extraction(X)
    return ratio(
        lambda: stopwatch(extract), lambda: stopwatch(lambda: EASE(l2=300).fit(X))
    )


def implicit_slim_gowalla() -> float:
    """Time ImplicitSLIM on Gowalla's 41,000 items."""
    return seconds(_extraction(inputs.gowalla()))


def implicit_slim_memory() -> float:
    """Return the most memory that its arrays take there, in GiB."""
    extract = _extraction(inputs.gowalla())
    tracemalloc.start()
    try:
        extract()
        return tracemalloc.get_traced_memory()[1] / 2**30
    finally:
        tracemalloc.stop()


def als_mf() -> float:
    """Time ten epochs of ALS-MF with ImplicitSLIM in both parts, no validation."""
    from recnb.models import ALSMF, ImplicitSLIM

    X, slim = inputs.new_users().train, ImplicitSLIM(threshold=1)
    return seconds(lambda: ALSMF(L, init=slim, reg=slim, epochs=10).fit(X))
