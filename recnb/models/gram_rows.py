"""Rows of XᵀX, compiled: for a catalogue whose whole Gram matrix would be too much."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from recnb.compiled import compiled


@compiled()
def fill(G, start, Xt_indptr, Xt_indices, Xt_data, X_indptr, X_indices, X_data):
    """Fill G, which holds zeros, with the rows of XᵀX from start on."""
    for r in range(len(G)):
        for s in range(Xt_indptr[start + r], Xt_indptr[start + r + 1]):
            u = Xt_indices[s]
            for t in range(X_indptr[u], X_indptr[u + 1]):
                G[r, X_indices[t]] += Xt_data[s] * X_data[t]


def gram_rows(
    X: sparse.csr_array, Xt: sparse.csr_array, start: int, stop: int
) -> np.ndarray:
    """Return the rows start to stop of XᵀX.

    Parameters
    ----------
    X : csr_array of shape (n_users, n_items)
    Xt : csr_array of shape (n_items, n_users)
        Its transpose.
    start, stop : int

    Returns
    -------
    array of shape (stop - start, n_items) and the dtype of X
    """
    G = np.zeros((stop - start, X.shape[1]), dtype=X.dtype)
    fill(G, start, Xt.indptr, Xt.indices, Xt.data, X.indptr, X.indices, X.data)
    return G
