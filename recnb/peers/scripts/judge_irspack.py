"""Has irspack judge lists: scores that fall along each list, and 0 everywhere else."""

from __future__ import annotations

import numpy as np
from contract import judge
from irspack.evaluation import Evaluator
from scipy import sparse

OURS = {
    "ndcg": "NDCG",
    "recall": "recall",
    "precision": "precision",
    "map": "MAP",
    "hit": "HR",
}


def figures(lists: np.ndarray, truth: sparse.csr_matrix) -> dict[str, float]:
    """Return the means over the users."""
    k = lists.shape[1]
    scores = np.zeros(truth.shape)
    np.put_along_axis(scores, lists, np.arange(k, 0.0, -1)[None], axis=1)
    found = Evaluator(truth, cutoff=k, n_threads=1).get_score_from_score_matrix(scores)
    return {f"{name}@{k}": found[theirs] for theirs, name in OURS.items()}


if __name__ == "__main__":
    judge(figures, ["irspack", "numpy", "scipy"])
