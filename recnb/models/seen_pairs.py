"""The scores of the pairs that were seen, compiled, without computing any other."""

from __future__ import annotations

import numpy as np

from recnb.ground.compiled import compiled


@compiled(fastmath=True)
def squared_misses(
    indptr: np.ndarray, indices: np.ndarray, W: np.ndarray, H: np.ndarray
) -> float:
    """Return Σ (1 - ⟨w_u, h_i⟩)² over the pairs that a csr matrix stores.

    Parameters
    ----------
    indptr : int array of shape (n_users + 1,)
    indices : int array of shape (n_pairs,)
    W : array of shape (n_users, d)
    H : array of shape (n_items, d)
    """
    total = 0.0
    for u in range(len(W)):
        for i in indices[indptr[u] : indptr[u + 1]]:
            score = W.dtype.type(0)
            for f in range(W.shape[1]):
                score += W[u, f] * H[i, f]
            total += (1 - score) ** 2
    return total
