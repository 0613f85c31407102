"""Has cornac judge lists, user by user; its MRR and MAP look at the whole ranking.

So the items that are not listed stand behind the list, in the order of their numbers.
"""

from __future__ import annotations

import numpy as np
from contract import judge
from cornac.metrics import MAP, MRR, NDCG, HitRatio, Precision, Recall
from scipy import sparse


def figures(lists: np.ndarray, truth: sparse.csr_matrix) -> dict[str, float]:
    """Return the means over the users."""
    k, n_items = lists.shape[1], truth.shape[1]
    of_lists = {
        f"NDCG@{k}": NDCG(k),
        f"recall@{k}": Recall(k),
        f"precision@{k}": Precision(k),
        f"HR@{k}": HitRatio(k),
        "MRR": MRR(),
    }
    found = {name: [] for name in (*of_lists, "MAP")}
    everything = np.arange(n_items)
    for row, listed in enumerate(lists):
        good = truth[row].indices
        ranked = np.concatenate([listed, np.setdiff1d(everything, listed)])
        for name, metric in of_lists.items():
            found[name].append(metric.compute(gt_pos=good, pd_rank=ranked))
        falling = np.arange(n_items, 0.0, -1)
        found["MAP"].append(
            MAP().compute(item_indices=ranked, pd_scores=falling, gt_pos=good)
        )
    return {name: np.mean(values) for name, values in found.items()}


if __name__ == "__main__":
    judge(figures, ["cornac", "numpy", "scipy"])
