"""Lesson 16: what EASE costs, by the size of the catalogue, beside its limit.

The data is drawn, as in lesson 13: as many users as items, 20 pairs an item, popularity
falling as 1 / rank. Each size has a process of its own, and another for EASE on a disk;
all run on one thread. In one process and in turn are timed XᵀX, the inverse alone,
which is LAPACK's potrf and potri up to 20,000 items and PyTorch's beyond, and EASE.
What does not fit is refused, and the row holds the words; a process that ended without
a word would be a row as well.

Expected, written before the first run:

- EASE takes at most 1.3 times the sum of its parts at every size, and less than 1.1
  times from 8,000 items on, where the inverse is nearly all there is. XᵀX takes less
  than a tenth of it there: to keep XᵀX on a disk and invert it in memory would solve
  nothing, so that `EASEOnDisk` inverts in the file.
- Its time grows with the power 3 of the number of items from 4,000 to 20,000 (2.8 to
  3.2); its memory is 4 n² bytes and at most a fifth more from 8,000 items on, also
  beyond 20,000, where the course's EASE once took twice as much.
- EASE on a disk takes as many operations, most of them in products of matrices, and so
  at most 1.5 times EASE's seconds of the processor; its memory grows linearly, to less
  than 1 GiB at 41,000 items.
"""

from __future__ import annotations

from functools import partial
from tempfile import TemporaryDirectory

import numpy as np
from scipy import sparse

from recnb.experiments.alone import ProcessEndedError, alone, used
from recnb.experiments.implicit_slim_cost import LONG, PAIRS_AN_ITEM, REPEATS, long_tail
from recnb.experiments.runner import Experiment
from recnb.experiments.serving import one_thread
from recnb.models import EASE, EASEOnDisk, gram_matrix
from recnb.models.ease import inverse_in_place

SIZES = (1000, 2000, 4000, 8000, 12_000, 20_000, 30_000, 40_981)
#: EASE's lambda, which no time depends on.
L2 = 300.0


def drawn(n_items: int) -> sparse.csr_array:
    """Return likes of as many users as items."""
    return long_tail(n_items, n_items, PAIRS_AN_ITEM * n_items)


def in_memory(n_items: int) -> list[dict[str, object]]:
    """Time EASE and its parts in turn, on one thread; a row each, the best of three.

    There is one round only if it takes longer than five seconds.
    """
    X = drawn(n_items)
    rounds = []
    with one_thread():
        while len(rounds) < REPEATS:
            rounds.append(one_round(X))
            if rounds[0]["EASE"]["seconds"] > LONG:
                break
    best = {
        what: min((each[what] for each in rounds), key=lambda use: use["seconds"])
        for what in rounds[0]
    }
    return [{"what": what, "pairs": X.nnz, **use} for what, use in best.items()]


def one_round(X: sparse.csr_array) -> dict[str, dict[str, float]]:
    """Return what the parts and the whole use."""
    G, counted = used(lambda: gram_matrix(X))
    G[np.diag_indices_from(G)] += L2
    inverted = used(partial(inverse_in_place, G))[1]
    del G
    fitted = used(lambda: EASE(L2).fit(X))[1]
    return {"XᵀX": counted, "inverse": inverted, "EASE": fitted}


def on_disk(n_items: int) -> list[dict[str, object]]:
    """Time EASE on a disk, in the system's temporary folder; one row."""
    X = drawn(n_items)
    with TemporaryDirectory() as folder, one_thread():
        use = used(lambda: EASEOnDisk(folder, L2).fit(X))[1]
    return [{"what": "EASE on a disk", "pairs": X.nnz, **use}]


def measure(n_items: int) -> list[dict[str, object]]:
    """Measure a size: a row for each of the parts, EASE, and EASE on a disk."""
    rows = []
    for what, function in (("EASE", in_memory), ("EASE on a disk", on_disk)):
        try:
            rows += alone(function, n_items)
        except (MemoryError, OSError, ProcessEndedError) as error:
            rows.append({"what": what, "refused": str(error)})
    return [{"refused": "", **row} for row in rows]


SCALE_COST = Experiment(
    name="scale_cost",
    question="How do EASE's seconds and memory grow with the catalogue?",
    cases=[{"n_items": n_items} for n_items in SIZES],
    measure=measure,
)
