"""Has ranx judge lists: relevant documents of a query are the items held out."""

from __future__ import annotations

import numpy as np
from contract import judge
from ranx import Qrels, Run, evaluate
from scipy import sparse

OURS = {
    "ndcg": "NDCG",
    "recall": "recall",
    "precision": "precision",
    "map": "MAP",
    "mrr": "MRR",
    "hit_rate": "HR",
}


def figures(lists: np.ndarray, truth: sparse.csr_matrix) -> dict[str, float]:
    """Return the means over the users."""
    n, k = lists.shape
    held_out = {
        str(user): {str(item): 1 for item in truth[user].indices} for user in range(n)
    }
    listed = {
        str(user): {str(item): float(k - place) for place, item in enumerate(row)}
        for user, row in enumerate(lists)
    }
    names = [f"{theirs}@{k}" for theirs in OURS]
    found = evaluate(Qrels(held_out), Run(listed), names)
    return {f"{name}@{k}": found[f"{theirs}@{k}"] for theirs, name in OURS.items()}


if __name__ == "__main__":
    judge(figures, ["ranx", "numpy", "scipy"])
