"""Has RecTools judge lists: a table of them, and one of what was held out."""

from __future__ import annotations

import numpy as np
import pandas as pd
from contract import judge
from rectools import Columns
from rectools.metrics import MAP, MRR, NDCG, HitRate, Precision, Recall, calc_metrics
from scipy import sparse


def figures(lists: np.ndarray, truth: sparse.csr_matrix) -> dict[str, float]:
    """Return the means over the users."""
    n, k = lists.shape
    listed = pd.DataFrame(
        {
            Columns.User: np.repeat(np.arange(n), k),
            Columns.Item: lists.ravel(),
            Columns.Rank: np.tile(np.arange(1, k + 1), n),
        }
    )
    cells = truth.tocoo()
    held_out = pd.DataFrame({Columns.User: cells.row, Columns.Item: cells.col})
    metrics = {
        f"NDCG@{k}": NDCG(k),
        f"recall@{k}": Recall(k),
        f"precision@{k}": Precision(k),
        f"MAP@{k}": MAP(k),
        f"MRR@{k}": MRR(k),
        f"HR@{k}": HitRate(k),
    }
    return calc_metrics(metrics, listed, held_out)


if __name__ == "__main__":
    judge(figures, ["rectools", "numpy", "scipy"])
