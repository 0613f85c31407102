"""Has RecBole judge lists: it is handed which places hold a hit, and how many could."""

from __future__ import annotations

import numpy as np
import torch
from contract import judge
from recbole.evaluator.collector import DataStruct
from recbole.evaluator.metrics import MAP, MRR, NDCG, Hit, Precision, Recall
from scipy import sparse

np.float = float  # noqa: NPY001  (RecBole's metrics use what NumPy gave up)

OURS = {
    "ndcg": "NDCG",
    "recall": "recall",
    "precision": "precision",
    "map": "MAP",
    "mrr": "MRR",
    "hit": "HR",
}


def figures(lists: np.ndarray, truth: sparse.csr_matrix) -> dict[str, float]:
    """Return the means over the users."""
    k = lists.shape[1]
    hits = truth[np.arange(len(lists))[:, None], lists].toarray()
    counts = np.diff(truth.indptr)[:, None]
    handed = DataStruct()
    handed.set("rec.topk", torch.from_numpy(np.hstack([hits, counts]).astype(int)))
    config = {"topk": [k], "metric_decimal_place": 12}
    found = {}
    for metric in (NDCG, Recall, Precision, MAP, MRR, Hit):
        for name, value in metric(config).calculate_metric(handed).items():
            kind, _, depth = name.partition("@")
            found[f"{OURS[kind]}@{depth}"] = value
    return found


if __name__ == "__main__":
    judge(figures, ["recbole", "numpy", "scipy"])
