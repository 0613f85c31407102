"""Lesson 13's costs: time and memory of ImplicitSLIM and EASE, by size of catalogue.

The data is drawn: as many users as items, 20 pairs an item, as Gowalla has, and
popularity falling as 1 / rank. A pair that is drawn twice counts once, so that 17 to
19 remain; their number grows linearly with the catalogue.

EASE is measured up to 10,000 items; at 20,000 it would take eight times as long, and
its weights alone hold n² numbers of 4 bytes: 6 GiB at 41,000 items, 3.6 TiB at a
million. Everything runs on one thread; both are measured in one case, so that their
ratio is of one run. Seconds depend on the machine; what should not is how they grow.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from time import perf_counter

import numpy as np
from scipy import sparse

from recnb.experiments.runner import Experiment
from recnb.experiments.serving import one_thread
from recnb.ground.machine import MIB
from recnb.models import EASE, implicit_slim

SIZES = (1000, 3000, 10_000, 20_000, 41_000, 100_000, 300_000, 1_000_000)
LARGEST_EASE = 10_000
PAIRS_AN_ITEM = 20
#: Length of the embeddings, and EASE's lambda, which no time depends on.
L, L2 = 64, 300
#: The best of three runs counts, unless the first takes more than five seconds.
REPEATS, LONG = 3, 5.0


def long_tail(n_users: int, n_items: int, n_pairs: int) -> sparse.csr_array:
    """Return a binary matrix of so many random pairs, or somewhat fewer; float32.

    The popularity of the items falls as 1 / rank; all users are alike.
    """
    rng = np.random.default_rng(0)
    share = 1 / np.arange(1, n_items + 1)
    items = rng.choice(n_items, n_pairs, p=share / share.sum())
    pairs = np.ones(n_pairs, np.float32), (rng.integers(n_users, size=n_pairs), items)
    X = sparse.csr_array(pairs, shape=(n_users, n_items))
    X.data[:] = 1  # a pair that was drawn twice
    return X


def best_seconds(action: Callable[[], object]) -> float:
    """Return the least time of three runs of an action, or of one long run."""
    times = []
    for _ in range(REPEATS):
        start = perf_counter()
        action()
        times.append(perf_counter() - start)
        if times[0] > LONG:
            break
    return min(times)


def peak_mib(action: Callable[[], object]) -> float:
    """Return the most memory that an action's NumPy arrays take at once, in MiB.

    Those that were there before do not count. What LAPACK takes besides is not seen; it
    works in place up to 20,000 items.
    """
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1] / MIB
    finally:
        tracemalloc.stop()


def measure(n_items: int) -> list[dict[str, object]]:
    """Time ImplicitSLIM and, on a catalogue that is not too large, EASE; a row each."""
    X = long_tail(n_items, n_items, PAIRS_AN_ITEM * n_items)
    W = np.random.default_rng(0).normal(size=(L, n_items)).astype(np.float32)
    actions = {"ImplicitSLIM": lambda: implicit_slim(W, X, L2, alpha=1, threshold=1)}
    if n_items <= LARGEST_EASE:
        actions["EASE"] = lambda: EASE(L2).fit(X)
    rows = []
    with one_thread():
        for what, action in actions.items():
            row = {"what": what, "L": L if what == "ImplicitSLIM" else None}
            row |= {"pairs": X.nnz, "seconds": best_seconds(action)}
            rows.append(row | {"mib": peak_mib(action)})
    return rows


IMPLICIT_SLIM_COST = Experiment(
    name="implicit_slim_cost",
    question="How do the time and memory of ImplicitSLIM grow with the catalogue?",
    cases=[{"n_items": n_items} for n_items in SIZES],
    measure=measure,
)
