"""SparseEASE: EASE's weights for the pairs that matter, from many small inverses.

H. Steck: Markov Random Fields for Collaborative Filtering. NeurIPS 2019.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

import numpy as np
from scipy import sparse

from recnb.ground.machine import GIB, available_memory
from recnb.models.base import whole_or_not
from recnb.models.checks import (
    check_at_least,
    check_dtype,
    check_matrix,
    check_share,
)
from recnb.models.ease import BLOCK, check_l2, gram_matrix, inverse_in_place
from recnb.models.item_item import ItemItemModel

#: Bytes that an entry of the pattern takes at the end: twice its item and its weight,
#: once as columns and once as rows, and how often it was estimated.
BYTES_AN_ENTRY = 20


class SparseEASE(ItemItemModel):
    """EASE on the pairs of items that go together, and 0 elsewhere.

    The columns of X are centred and scaled: with the means mu, the variances v (sums of
    squares around the mean) and s[i] = v[i]^(alpha / 2), their covariances are

        C[i, j] = (XᵀX - m mu muᵀ)[i, j] / (s[i] s[j]),

    m the number of users; alpha = 1 makes them correlations. Three steps follow.

    1. *Pattern* (section 3.1 of the paper). The neighbours N of item i are the items j
       whose C[i, j] is above `threshold` in size, of them the `max_neighbors` largest.
    2. *Blocks* (section 3.2). The list L holds all items, those with the most
       neighbours first. Its first item and its neighbours are a block S. On it, EASE
       is solved as if there were nothing else,

           P = (C[S, S] + l2 I)⁻¹,   B[S, j] = -P[:, j] / P[j, j],   B[j, j] = 0,

       for the items j of D: the first ``r |S|`` of S, the item itself and then those
       nearest to it. The items of D leave L.
    3. *Average.* Where blocks overlap, a weight is the mean of what they say. Pairs
       outside of the pattern get no weight. In units of X, B[i, j] becomes
       B[i, j] s[j] / s[i].

    With one block of all items this is EASE.

    Parameters
    ----------
    l2 : float
        Penalty, > 0, of weights between scaled columns: with alpha = 0.75 the paper has
        1 to 6. With alpha = 0 it is EASE's lambda.
    threshold : float
        Least size of a covariance that makes two items neighbours, >= 0. It decides on
        memory and time.
    max_neighbors : int
        At most so many neighbours an item, so that the largest block has one item more.
    r : float
        From 0, where every item has a block of its own, to 1, where all items of a
        block leave the list: fewer blocks, and weights of items that have not all their
        neighbours in the block.
    alpha : float
        From 0, where popular items have large covariances, to 1, where all are alike.
    centered : bool
        False leaves the means in: EASE's own XᵀX.
    dtype : {"float32", "float64"}
        Precision of the blocks and the weights.

    Attributes
    ----------
    weights_ : csr_array of shape (n_items, n_items)
        B in units of X; zero diagonal.
    n_blocks_ : int
        Matrices that were inverted.
    largest_block_ : int
        Items of the largest of them.
    n_items_ : int

    Notes
    -----
    Memory: 20 bytes an entry of the pattern, a block row of XᵀX and one dense block;
    nothing is dense and items x items. Time: XᵀX once, |S|³ operations a block.

    Deviations from the paper's code: covariances are never stored as a whole, but
    computed for the pattern and again for each block, from X or from a given Gram
    matrix. So a pair that no user has is never a pair of neighbours, though centring
    gives it a small negative covariance. An item always belongs to its own block, and
    does not count as its own neighbour. Scores leave out the constant mu - mu B, which
    the paper's appendix takes for 0.
    """

    def __init__(
        self,
        l2: float = 1.0,
        threshold: float = 0.1,
        max_neighbors: int = 1000,
        r: float = 0.5,
        alpha: float = 0.75,
        centered: bool = True,
        dtype: str = "float32",
    ) -> None:
        self.l2 = l2
        self.threshold = threshold
        self.max_neighbors = max_neighbors
        self.r = r
        self.alpha = alpha
        self.centered = centered
        self.dtype = dtype

    @whole_or_not
    def fit(self, X: sparse.csr_array, gram: np.ndarray | None = None) -> Self:
        """Find the pattern, and estimate its weights block by block.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
            Usually binary: one where a user has an item. Other values are weights.
        gram : dense or sparse matrix of shape (n_items, n_items), optional
            ``gram_matrix(X)``, if it is at hand. It is read a few rows at a time, so
            that it may lie on a disk (`numpy.memmap`), and is not changed.

        Raises
        ------
        ValueError
            If a hyper-parameter is out of its range, X is empty or holds NaN, `gram`
            does not fit X, or a block has no inverse to working precision.
        MemoryError
            If the pattern or a block does not fit into the memory that is left.
        """
        self._check()
        X = check_matrix(X)
        C = Covariances(X, gram, self.alpha, self.centered, self.dtype)
        pattern = neighbourhoods(C, self.threshold, self.max_neighbors)
        average = Average(pattern, self.dtype)
        self.n_items_ = X.shape[1]
        self.n_blocks_ = 0
        self.largest_block_ = int(pattern.sizes.max())
        for S, D in blocks(pattern, C.variance, self.r):
            average.add(S, D, block_weights(C.square(S), self.l2, len(D)))
            self.n_blocks_ += 1
        self.weights_ = average.weights(C.scale)
        return self

    def _check(self) -> None:
        check_l2(self.l2)
        check_at_least(0, self, "threshold")
        check_at_least(1, self, "max_neighbors")
        check_share(self, "r", "alpha")
        check_dtype(self.dtype)


class Covariances:
    """The matrix C of `SparseEASE`, of which parts are computed when asked for.

    Parameters
    ----------
    X : csr_array of shape (n_users, n_items)
    gram : dense or sparse matrix of shape (n_items, n_items), or None
    alpha, centered, dtype
        As `SparseEASE` has them.

    Attributes
    ----------
    variance : array of shape (n_items,)
        Sums of squares around the means, or around 0; 0 for a column that is constant
        to working precision.
    scale : array of shape (n_items,)
        s; 1 where the variance is 0.
    """

    def __init__(
        self,
        X: sparse.csr_array,
        gram: np.ndarray | sparse.sparray | None,
        alpha: float,
        centered: bool,
        dtype: str,
    ) -> None:
        self.n_items = X.shape[1]
        self.products = Products(X, dtype) if gram is None else Given(gram, X, dtype)
        values = X.data.astype(np.float64)
        squares = np.bincount(X.indices, values**2, self.n_items)
        mean = np.bincount(X.indices, values * centered, self.n_items) / X.shape[0]
        self.variance = squares - X.shape[0] * mean**2
        self.variance[self.variance <= 1e-6 * squares] = 0
        scale = self.variance ** (alpha / 2)
        self.scale = np.where(scale > 0, scale, 1).astype(dtype)
        # m mu muᵀ is the product of this vector and itself.
        self.centre = (np.sqrt(X.shape[0]) * mean).astype(dtype)

    def rows(self, start: int, stop: int) -> sparse.csr_array:
        """Return rows of C, for the pairs that users have; shape (.., n_items)."""
        rows = self.products.rows(start, stop)
        i = start + np.repeat(np.arange(stop - start), np.diff(rows.indptr))
        rows.data -= self.centre[i] * self.centre[rows.indices]
        rows.data /= self.scale[i] * self.scale[rows.indices]
        return rows

    def square(self, S: np.ndarray) -> np.ndarray:
        """Return C[S, S], dense."""
        C = self.products.square(S)
        C -= np.multiply.outer(self.centre[S], self.centre[S])
        C /= np.multiply.outer(self.scale[S], self.scale[S])
        return C


class Products:
    """Parts of XᵀX, counted when they are asked for.

    Parameters
    ----------
    X : csr_array of shape (n_users, n_items)
    dtype : str
    """

    def __init__(self, X: sparse.csr_array, dtype: str) -> None:
        self.X = X.astype(dtype, copy=False)
        self.Xt = self.X.T.tocsr()

    def rows(self, start: int, stop: int) -> sparse.csr_array:
        """Return the stored entries of these rows."""
        return self.Xt[start:stop] @ self.X

    def square(self, S: np.ndarray) -> np.ndarray:
        """Return the rows and columns S, dense."""
        some = self.Xt[S]
        # Without the users who have none of S, of whom there may be millions.
        users, some.indices = np.unique(some.indices, return_inverse=True)
        some = sparse.csr_array(
            (some.data, some.indices, some.indptr), shape=(len(S), max(1, len(users)))
        )
        return gram_matrix(some.T, self.X.dtype.name)


class Given:
    """The same from a Gram matrix that is at hand, in memory or on a disk.

    Parameters
    ----------
    gram : dense or sparse matrix of shape (n_items, n_items)
    X : csr_array of shape (n_users, n_items)
        What it is to belong to.
    dtype : str
    """

    def __init__(
        self, gram: np.ndarray | sparse.sparray, X: sparse.csr_array, dtype: str
    ) -> None:
        is_sparse = sparse.issparse(gram)
        self.gram = sparse.csr_array(gram) if is_sparse else np.asarray(gram)
        self.dtype = dtype
        n = X.shape[1]
        if self.gram.shape != (n, n):
            raise ValueError(
                f"gram has shape {self.gram.shape}, but X has {n} items; compute it "
                "with gram_matrix(X)."
            )

    def rows(self, start: int, stop: int) -> sparse.csr_array:
        """Return the entries of these rows that are not 0."""
        return sparse.csr_array(self.gram[start:stop], dtype=self.dtype)

    def square(self, S: np.ndarray) -> np.ndarray:
        """Return the rows and columns S, dense."""
        if sparse.issparse(self.gram):
            return self.gram[S][:, S].toarray().astype(self.dtype)
        return self.gram[np.ix_(S, S)].astype(self.dtype)


class Pattern:
    """Each item's block: itself, and its neighbours, nearest first.

    Parameters
    ----------
    sizes : int array of shape (n_items,)
        Of the blocks; 0 for an item that nobody has.
    items : int array of shape (sum of sizes,)
        Their items, block after block.
    """

    def __init__(self, sizes: np.ndarray, items: np.ndarray) -> None:
        self.sizes = sizes
        self.items = items
        self.ends = np.append(0, np.cumsum(sizes))

    def cells(self, item: int) -> slice:
        """Return where an item's block stands in `items`."""
        return slice(self.ends[item], self.ends[item + 1])


def neighbourhoods(C: Covariances, threshold: float, max_neighbors: int) -> Pattern:
    """Return each item with its neighbours: the pattern of step 1.

    Raises
    ------
    MemoryError
        If the threshold keeps more pairs than the memory can hold.
    """
    sizes, items = [], []
    n_kept = largest = 0
    for start in range(0, C.n_items, BLOCK):
        stop = min(start + BLOCK, C.n_items)
        rows = C.rows(start, stop)
        item = np.repeat(np.arange(stop - start), np.diff(rows.indptr))
        strength = np.abs(rows.data)
        strength[rows.indices == item + start] = np.inf  # first in its own block
        near = np.flatnonzero(strength > threshold)
        # An item's neighbours together, the nearest first; of equals the lower code.
        order = np.lexsort((rows.indices[near], -strength[near], item[near]))
        near = near[order]
        many = np.bincount(item[near], minlength=stop - start)
        place = np.arange(len(near)) - np.repeat(np.cumsum(many) - many, many)
        items.append(rows.indices[near[place <= max_neighbors]].astype(np.int32))
        sizes.append(np.minimum(many, max_neighbors + 1))
        n_kept += len(items[-1])
        largest = max(largest, int(sizes[-1].max()))
        check_memory(n_kept, largest)
    return Pattern(np.concatenate(sizes), np.concatenate(items))


def check_memory(n_entries: int, largest_block: int) -> None:
    """Raise before a pattern and its blocks would exhaust the memory.

    Raises
    ------
    MemoryError
        Says what can be done.
    """
    # A block, its columns that are wanted, and the products that it is made of.
    needed = n_entries * BYTES_AN_ENTRY + 3 * 8 * largest_block**2
    left = available_memory()
    if needed > left:
        raise MemoryError(
            f"The threshold has kept {n_entries:,} pairs of items so far, in blocks of "
            f"up to {largest_block:,} items, which need {needed / GIB:.1f} GiB in the "
            f"end, and {left / GIB:.1f} GiB are left here. Raise threshold, or lower "
            "max_neighbors."
        )


def blocks(
    pattern: Pattern, variance: np.ndarray, r: float
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield S and D of each block of step 2, until every item has been in a D.

    The list L is in the order of the number of neighbours, then of variance.
    """
    is_done = pattern.sizes == 0
    for item in np.lexsort((-variance, -pattern.sizes)):
        if is_done[item]:
            continue
        S = pattern.items[pattern.cells(item)]
        D = S[: max(1, int(np.ceil(r * len(S))))]
        yield S, D
        is_done[D] = True


def block_weights(C: np.ndarray, l2: float, n_wanted: int) -> np.ndarray:
    """Return EASE's weights between the items of a block, the first so many columns.

    Parameters
    ----------
    C : array of shape (n, n)
        Their covariances; it is overwritten.
    l2 : float
    n_wanted : int

    Returns
    -------
    array of shape (n, n_wanted)

    Raises
    ------
    ValueError
        If the block has no inverse to working precision.
    """
    C[np.diag_indices_from(C)] += l2
    P = inverse_in_place(C)
    B = P[:, :n_wanted] / -np.diag(P)[:n_wanted]
    np.fill_diagonal(B, 0)
    return B


class Average:
    """The weights of a pattern, each the mean of what several blocks say: step 3.

    Parameters
    ----------
    pattern : Pattern
        Its blocks are the columns of B.
    dtype : str
    """

    def __init__(self, pattern: Pattern, dtype: str) -> None:
        self.pattern = pattern
        self.total = np.zeros(len(pattern.items), dtype=dtype)
        self.times = np.zeros(len(pattern.items), dtype=np.int32)
        self.place = np.full(len(pattern.sizes), -1)

    def add(self, S: np.ndarray, D: np.ndarray, B: np.ndarray) -> None:
        """Count the weights B of the items S in the scores of the items D."""
        self.place[S] = np.arange(len(S))
        for j, weights in zip(D, B.T, strict=True):
            cells = self.pattern.cells(j)
            place = self.place[self.pattern.items[cells]]
            is_in = place >= 0
            self.total[cells] += np.where(is_in, weights[place], 0)
            self.times[cells] += is_in
        self.place[S] = -1

    def weights(self, scale: np.ndarray) -> sparse.csr_array:
        """Return the means as B in units of X, shape (n_items, n_items).

        No block may be added afterwards.
        """
        self.total /= np.maximum(self.times, 1)
        del self.times
        sizes, items, n = self.pattern.sizes, self.pattern.items, len(scale)
        self.total *= np.repeat(scale, sizes)
        self.total /= scale[items]
        columns = (self.total, items, self.pattern.ends)
        B = sparse.csc_array(columns, shape=(n, n)).tocsr()
        B.eliminate_zeros()
        return B
