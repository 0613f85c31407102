"""Has LensKit judge lists, user by user."""

from __future__ import annotations

import numpy as np
from contract import judge
from lenskit.data import ItemList
from lenskit.metrics import NDCG, Hit, Precision, Recall, RecipRank
from lenskit.metrics.ranking import AveragePrecision
from scipy import sparse


def figures(lists: np.ndarray, truth: sparse.csr_matrix) -> dict[str, float]:
    """Return the means over the users."""
    k = lists.shape[1]
    metrics = {
        f"NDCG@{k}": NDCG(k),
        f"recall@{k}": Recall(k),
        f"precision@{k}": Precision(k),
        f"MAP@{k}": AveragePrecision(k),
        f"MRR@{k}": RecipRank(k),
        f"HR@{k}": Hit(k),
    }
    found = {name: [] for name in metrics}
    for row, listed in enumerate(lists):
        ranked = ItemList(item_ids=listed, ordered=True)
        good = ItemList(item_ids=truth[row].indices)
        for name, metric in metrics.items():
            found[name].append(metric.measure_list(ranked, good))
    return {name: np.mean(values) for name, values in found.items()}


if __name__ == "__main__":
    judge(figures, ["lenskit", "numpy", "scipy"])
