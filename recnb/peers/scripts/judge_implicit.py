"""Has implicit judge lists: a model that recommends what it was told to."""

from __future__ import annotations

import numpy as np
from contract import judge
from implicit.evaluation import ranking_metrics_at_k
from scipy import sparse


class Told:
    """A model whose lists are given."""

    def __init__(self, lists: np.ndarray) -> None:
        self.lists = lists

    def recommend(
        self, userid: np.ndarray, user_items: sparse.csr_matrix, N: int, **_: object
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the lists of some users, and falling scores."""
        falling = np.arange(N, 0, -1, dtype=np.float32)
        return self.lists[userid, :N], np.tile(falling, (len(userid), 1))


def figures(lists: np.ndarray, truth: sparse.csr_matrix) -> dict[str, float]:
    """Return what it returns; its lists have to be of 32 bits."""
    k = lists.shape[1]
    told, nothing = Told(lists.astype(np.int32)), sparse.csr_matrix(truth.shape)
    found = ranking_metrics_at_k(told, nothing, truth, K=k, show_progress=False)
    ours = {"ndcg": "NDCG", "precision": "precision", "map": "MAP", "auc": "AUC"}
    return {f"{ours[name]}@{k}": value for name, value in found.items()}


if __name__ == "__main__":
    judge(figures, ["implicit", "numpy", "scipy"])
