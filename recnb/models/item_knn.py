"""Item-based nearest neighbours: the classic that a new model has to beat."""

from __future__ import annotations

from itertools import pairwise
from typing import Self

import numpy as np
from scipy import sparse

from recnb.models.base import whole_or_not
from recnb.models.checks import check_at_least, check_matrix
from recnb.models.ease import own_gram_matrix
from recnb.models.item_item import ItemItemModel
from recnb.ranking import top_k

# More items than this, and the Gram matrix is made, and used, some rows at a time, and
# without its zeros: of a large catalogue, few pairs of items have a user in common.
SMALL = 5000
BLOCK = 64  # rows at once
DENSE = 0.2  # a larger share of non-zeros, and leaving out the zeros is slower


class ItemKNN(ItemItemModel):
    """Score item j by the cosines between j and its nearest items in the history.

    The cosine of two items is ``G[i, j] / sqrt(G[i, i] G[j, j])`` with G = XᵀX: the
    number of users who have both, relative to how many have each. Only the k nearest
    items of j have a say (Sarwar et al., WWW 2001; Deshpande and Karypis, TOIS 2004).

    Parameters
    ----------
    n_neighbors : int, optional
        The k above, at least 1. None: every item has a say.

    Attributes
    ----------
    weights_ : float32 csc_array of shape (n_items, n_items)
        ``weights_[i, j]`` is what having item i adds to the score of item j. Without
        n_neighbors a dense array.
    n_items_ : int

    Notes
    -----
    Memory: the neighbours. On top of it, while fitting, there is the dense Gram matrix,
    for up to 5,000 items or if it is given; for more items, some rows of it without
    its zeros.
    """

    def __init__(self, n_neighbors: int | None = 100) -> None:
        self.n_neighbors = n_neighbors

    @whole_or_not
    def fit(self, X: sparse.csr_array, gram: np.ndarray | None = None) -> Self:
        """Compute the cosines and keep the nearest.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
        gram : array of shape (n_items, n_items), optional
            ``gram_matrix(X)``, if it is at hand. It is not changed.

        Raises
        ------
        ValueError
            If n_neighbors < 1, or X is empty or holds NaN.
        """
        if self.n_neighbors is not None:
            check_at_least(1, self, "n_neighbors")
        X = check_matrix(X)
        n = self.n_items_ = X.shape[1]
        if self.n_neighbors is not None and gram is None and n > SMALL:
            blocks = nearest_of_many(X, self.n_neighbors)
        else:
            G = own_gram_matrix(X, gram, "float32")
            cosines = to_cosines(G)
            if self.n_neighbors is None:
                self.weights_ = cosines
                return self
            rows = (cosines[start : start + BLOCK] for start in range(0, n, BLOCK))
            blocks = [nearest(block, self.n_neighbors) for block in rows]
        # Row j of the symmetric cosines lists the neighbours of item j.
        self.weights_ = sparse.csc_array(sparse.vstack(blocks).T)
        return self


def to_cosines(G: np.ndarray) -> np.ndarray:
    """Turn the Gram matrix into cosines, in place; an item's own is set to 0."""
    norms = np.sqrt(np.maximum(np.diag(G), 1))  # 1 for items that nobody has
    G /= norms
    G /= norms[:, None]
    np.fill_diagonal(G, 0)
    return G


def nearest(cosines: np.ndarray, k: int) -> sparse.csr_array:
    """Return the k largest of each row; ties go to the lower item code."""
    items = top_k(cosines, k)
    values = np.take_along_axis(cosines, items, axis=1)
    ends = np.arange(len(items) + 1) * items.shape[1]
    rows = sparse.csr_array((values.ravel(), items.ravel(), ends), cosines.shape)
    rows.eliminate_zeros()
    rows.sort_indices()
    return rows


def nearest_of_many(X: sparse.csr_array, k: int) -> list[sparse.csr_array]:
    """Return the k largest cosines of each item, block by block, without gram."""
    X = X.astype(np.float32)
    Xt, n = sparse.csr_array(X.T), X.shape[1]
    norms = np.sqrt(np.maximum((X**2).sum(axis=0), 1))  # 1 for items that nobody has
    blocks = []
    for start in range(0, n, BLOCK):
        cosines = Xt[start : start + BLOCK] @ X
        items = start + sparse.coo_array(cosines).row
        cosines.data /= norms[cosines.indices]
        cosines.data /= norms[items]
        cosines.data[items == cosines.indices] = 0
        if cosines.nnz > DENSE * len(norms) * cosines.shape[0]:
            blocks.append(nearest(cosines.toarray(), k))
        else:
            blocks.append(nearest_stored(cosines, k))
    return blocks


def nearest_stored(cosines: sparse.csr_array, k: int) -> sparse.csr_array:
    """Return what `nearest` returns, of a matrix without its zeros; changes it."""
    cosines.eliminate_zeros()
    cosines.sort_indices()
    kept = []
    for start, stop in pairwise(cosines.indptr):
        values = cosines.data[start:stop]
        # The zeros come after what is positive and before what is negative.
        n_zeros = cosines.shape[1] - len(values)
        n_kept = max(min(k, (values > 0).sum()), k - n_zeros)
        order = np.argsort(-values, kind="stable")  # ties go to the lower item code
        kept.append(start + np.sort(order[:n_kept]))
    cells = np.concatenate(kept)
    ends = np.cumsum([0, *map(len, kept)])
    parts = cosines.data[cells], cosines.indices[cells], ends
    return sparse.csr_array(parts, cosines.shape)
