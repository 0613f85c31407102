"""One list, several figures: the same recommendations, judged by every library.

EASE recommends ten items to every test user of a split; what was held out is the truth.
Lists and truth are written to files for each library, whose own metrics read them. The
first row has the figures of the course's own code. A figure that a library does not
have stays empty.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy import sparse

from recnb.evaluation import evaluate
from recnb.evaluation.evaluate import versions
from recnb.experiments.runner import Experiment
from recnb.experiments.showdown import split_of
from recnb.models import EASE
from recnb.peers.asking import ask_judgement
from recnb.peers.catalogue import PEERS

K, L2 = 10, 50.0
OURS = "recnb"
#: The last two look at the whole ranking; of the course's own metrics, none does.
FIGURES = (
    *(f"{name}@{K}" for name in ("NDCG", "recall", "min-recall", "precision")),
    *(f"{name}@{K}" for name in ("MAP", "MRR", "HR", "AUC")),
    "MRR",
    "MAP",
)


@cache
def lists_and_truth(
    dataset: str, seed: int
) -> tuple[np.ndarray, sparse.csr_array, dict[str, float]]:
    """Return what is judged, and the figures of the course's own metrics.

    Returns
    -------
    lists : int array of shape (n_users, K)
    truth : csr_array of shape (n_users, n_items)
        Of the test users who have something held out.
    figures : dict of str to float
    """
    split = split_of(dataset, seed)
    model, group = EASE(L2).fit(split.train), split.test
    judged = np.flatnonzero(np.diff(group.heldout.indptr))
    lists = model.recommend(group.history[judged], K)
    own = [f"{n}@{K}" for n in ("NDCG", "recall", "min-recall", "precision")]
    own += [f"{n}@{K}" for n in ("MAP", "MRR", "HR")]
    return lists, group.heldout[judged], evaluate(model, group, own).metrics


def measure(dataset: str, seed: int, peer: str) -> list[dict[str, object]]:
    """Have one library judge the lists."""
    lists, truth, own = lists_and_truth(dataset, seed)
    row: dict[str, object] = {"users": len(lists), **dict.fromkeys(FIGURES)}
    if peer == OURS:
        return [row | own | {"their_versions": f"recnb {versions()['recnb']}"}]
    found = ask_judgement(PEERS[peer], lists, truth)
    theirs = "; ".join(f"{name} {v}" for name, v in found.versions.items())
    return [row | found.figures | {"their_versions": theirs}]


PEERS_METRICS = Experiment(
    name="peers_metrics",
    question="What do other libraries' metrics say of one and the same list?",
    cases=[
        {"dataset": "simulated", "seed": 0, "peer": peer} for peer in (OURS, *PEERS)
    ],
    measure=measure,
)
