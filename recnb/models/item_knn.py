"""Item-based nearest neighbours: the classic that a new model has to beat."""

from __future__ import annotations

from itertools import pairwise
from typing import Self

import numpy as np
from scipy import sparse

from recnb.ground.ranking import top_k
from recnb.models.base import whole_or_not
from recnb.models.checks import check_at_least, check_matrix, check_share
from recnb.models.ease import own_gram_matrix
from recnb.models.item_item import ItemItemModel

# More items than this, and the Gram matrix is made, and used, some rows at a time, and
# without its zeros: of a large catalogue, few pairs of items have a user in common.
SMALL = 5000
BLOCK = 64  # rows at once
DENSE = 0.2  # a larger share of non-zeros, and leaving out the zeros is slower


class ItemKNN(ItemItemModel):
    r"""Score item j by its similarity to its nearest items in the history.

    With G = XᵀX, whose entry ij counts the users who have both items, and its diagonal
    n, which counts those who have each, what item i says of item j is

    .. math:: \frac{G_{ij}}{n_i^{1 - \alpha} \, n_j^{\alpha} + s} .

    α = ½ and s = 0 is the cosine of the two columns of X. Only the k largest of an item
    j have a say (Sarwar et al., WWW 2001). A smaller α holds the popularity of j
    against it less, as in the similarity by conditional probability of Deshpande and
    Karypis (TOIS 2004); s shrinks what few users say.

    Parameters
    ----------
    n_neighbors : int, optional
        The k above, at least 1. None: every item has a say.
    alpha : float
        Between 0 and 1.
    shrink : float
        The s above, in users, >= 0.

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

    def __init__(
        self,
        n_neighbors: int | None = 100,
        alpha: float = 0.5,
        shrink: float = 0.0,
    ) -> None:
        self.n_neighbors = n_neighbors
        self.alpha = alpha
        self.shrink = shrink

    @whole_or_not
    def fit(self, X: sparse.csr_array, gram: np.ndarray | None = None) -> Self:
        """Compute the similarities and keep the nearest.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
        gram : array of shape (n_items, n_items), optional
            ``gram_matrix(X)``, if it is at hand. It is not changed.

        Raises
        ------
        ValueError
            If n_neighbors < 1, alpha is not from 0 to 1, shrink is below 0, or X is
            empty or holds NaN.
        """
        if self.n_neighbors is not None:
            check_at_least(1, self, "n_neighbors")
        check_share(self, "alpha")
        check_at_least(0, self, "shrink")
        X = check_matrix(X)
        n = self.n_items_ = X.shape[1]
        if self.n_neighbors is not None and gram is None and n > SMALL:
            blocks = nearest_of_many(X, self.n_neighbors, self.alpha, self.shrink)
        else:
            G = own_gram_matrix(X, gram, "float32")
            similar = to_similarities(G, self.alpha, self.shrink)
            if self.n_neighbors is None:
                self.weights_ = np.ascontiguousarray(similar.T)
                return self
            rows = (similar[start : start + BLOCK] for start in range(0, n, BLOCK))
            blocks = [nearest(block, self.n_neighbors) for block in rows]
        # Row j lists what the neighbours of item j say of it.
        self.weights_ = sparse.csc_array(sparse.vstack(blocks).T)
        return self


def powers(counts: np.ndarray, alpha: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the parts of the denominator: of the item spoken of, of the speaking."""
    counts = np.maximum(counts, 1)  # 1 for items that nobody has
    return counts**alpha, counts ** (1 - alpha)


def to_similarities(G: np.ndarray, alpha: float, shrink: float) -> np.ndarray:
    """Turn the Gram matrix, in place, into what each column's item says of the row's.

    An item's own similarity is set to 0.
    """
    spoken_of, speaking = powers(np.diag(G), alpha)
    for start in range(0, len(G), BLOCK):
        rows = slice(start, start + BLOCK)
        if shrink:
            G[rows] /= np.multiply.outer(spoken_of[rows], speaking) + shrink
        else:
            G[rows] /= speaking
            G[rows] /= spoken_of[rows, None]
    np.fill_diagonal(G, 0)
    return G


def nearest(similar: np.ndarray, k: int) -> sparse.csr_array:
    """Return the k largest of each row; ties go to the lower item code."""
    items = top_k(similar, k)
    values = np.take_along_axis(similar, items, axis=1)
    ends = np.arange(len(items) + 1) * items.shape[1]
    rows = sparse.csr_array((values.ravel(), items.ravel(), ends), similar.shape)
    rows.eliminate_zeros()
    rows.sort_indices()
    return rows


def nearest_of_many(
    X: sparse.csr_array, k: int, alpha: float, shrink: float
) -> list[sparse.csr_array]:
    """Return the k largest similarities of each item, block by block, without gram."""
    X = X.astype(np.float32)
    Xt, n = sparse.csr_array(X.T), X.shape[1]
    spoken_of, speaking = powers((X**2).sum(axis=0), alpha)
    blocks = []
    for start in range(0, n, BLOCK):
        similar = Xt[start : start + BLOCK] @ X
        items = start + sparse.coo_array(similar).row
        if shrink:
            similar.data /= spoken_of[items] * speaking[similar.indices] + shrink
        else:
            similar.data /= speaking[similar.indices]
            similar.data /= spoken_of[items]
        similar.data[items == similar.indices] = 0
        if similar.nnz > DENSE * n * similar.shape[0]:
            blocks.append(nearest(similar.toarray(), k))
        else:
            blocks.append(nearest_stored(similar, k))
    return blocks


def nearest_stored(similar: sparse.csr_array, k: int) -> sparse.csr_array:
    """Return what `nearest` returns, of a matrix without its zeros; changes it."""
    similar.eliminate_zeros()
    similar.sort_indices()
    kept = []
    for start, stop in pairwise(similar.indptr):
        values = similar.data[start:stop]
        # The zeros come after what is positive and before what is negative.
        n_zeros = similar.shape[1] - len(values)
        n_kept = max(min(k, (values > 0).sum()), k - n_zeros)
        order = np.argsort(-values, kind="stable")  # ties go to the lower item code
        kept.append(start + np.sort(order[:n_kept]))
    cells = np.concatenate(kept)
    ends = np.cumsum([0, *map(len, kept)])
    parts = similar.data[cells], similar.indices[cells], ends
    return sparse.csr_array(parts, similar.shape)
