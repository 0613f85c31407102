r"""Find the k best items of a user, among many: what serving a model takes.

With n items, embeddings of length d and scores from a dot product,

===============  =====================================================================
``ExactSearch``  scores all items: O(dn)
``IVFSearch``    an inverted file: items lie in cells around nlist centres; scores the
                 centres and the items of the best nprobe cells
``HNSWSearch``   a graph of near items (Malkov and Yashunin, 2018); walks towards better
                 items, keeping the ef_search best ones
===============  =====================================================================

all by inner product, with faiss and its own settings of k-means (spherical: centres of
length 1; ten steps; at most 256 items a centre to learn from). ``MLPSearch`` computes
all scores of an MLP, O(d²n). Walks in a graph have been published for those as well
(Tan, Zhou, Xu and Li, WSDM 2020); faiss has none, and none is here. Every search takes
``fit(Q)``, the items' embeddings, and ``search(p, k)``, one user's; those of faiss also
take the users of a whole block, ``search_many(P, k)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np
import torch
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from recnb.ground.ranking import check_k
from recnb.models.base import whole_or_not
from recnb.models.checks import check_at_least
from recnb.models.similarity import BLOCK, MLPSimilarity

if TYPE_CHECKING:
    import faiss


class Search(BaseEstimator):
    """What all searches share: their input checks.

    Attributes
    ----------
    n_items_, d_ : int
    """

    @whole_or_not
    def fit(self, Q: np.ndarray) -> Self:
        """Take in the items.

        Parameters
        ----------
        Q : array of shape (n_items, d)

        Raises
        ------
        ValueError
            If Q has no row or is not finite, or a hyper-parameter is out of range.
        """
        Q = np.ascontiguousarray(Q, dtype=np.float32)
        if Q.ndim != 2 or 0 in Q.shape:
            raise ValueError(f"Q has shape {Q.shape}; a row an item is expected.")
        if not np.isfinite(Q).all():
            raise ValueError("Q holds NaN or infinity.")
        self.n_items_, self.d_ = Q.shape
        self._take(Q)
        return self

    def search(self, p: np.ndarray, k: int = 10) -> np.ndarray:
        """Return the k best items of a user, best first.

        Parameters
        ----------
        p : array of shape (d,)
        k : int

        Returns
        -------
        int array of shape (min(k, n_items),)
            Rows of Q; -1 at the end where an approximate search has found fewer.

        Raises
        ------
        ValueError
            If p is not of length d or not finite, or k < 1.
        """
        check_is_fitted(self)
        p = np.asarray(p, dtype=np.float32)
        if p.shape != (self.d_,):
            raise ValueError(f"p has shape {p.shape}; expected is ({self.d_},).")
        return self._best(self._checked(p, "p"), self._length(k))

    def _checked(self, users: np.ndarray, name: str) -> np.ndarray:
        if not np.isfinite(users).all():
            raise ValueError(f"{name} holds NaN or infinity.")
        return users

    def _length(self, k: int) -> int:
        check_k(k)
        return min(k, self.n_items_)

    def _take(self, Q: np.ndarray) -> None:
        raise NotImplementedError

    def _best(self, p: np.ndarray, k: int) -> np.ndarray:
        raise NotImplementedError


class IndexSearch(Search):
    """A search in one of faiss's indexes, which a subclass makes.

    Attributes
    ----------
    index_ : faiss.Index
    """

    @property
    def n_bytes_(self) -> int:
        """The size of the index, items included."""
        import faiss

        return faiss.serialize_index(self.index_).nbytes

    def search_many(self, P: np.ndarray, k: int = 10) -> np.ndarray:
        """Return the k best items of each of many users, best first.

        faiss works on them together: an exact search is a product of matrices.

        Parameters
        ----------
        P : array of shape (n_users, d)
        k : int

        Returns
        -------
        int array of shape (n_users, min(k, n_items))
            Rows of Q; -1 at the end where an approximate search has found fewer.

        Raises
        ------
        ValueError
            If the rows of P are not of length d or not finite, or k < 1.
        """
        check_is_fitted(self)
        P = np.ascontiguousarray(P, dtype=np.float32)
        if P.ndim != 2 or P.shape[1] != self.d_:
            raise ValueError(f"P has shape {P.shape}; expected is (n, {self.d_}).")
        return self._best_of_each(self._checked(P, "P"), self._length(k))

    def _take(self, Q: np.ndarray) -> None:
        self.index_ = self._index(Q)
        self.index_.add(Q)

    def _best(self, p: np.ndarray, k: int) -> np.ndarray:
        return self._best_of_each(p[None], k)[0]

    def _best_of_each(self, P: np.ndarray, k: int) -> np.ndarray:
        return self.index_.search(P, k)[1]

    def _index(self, Q: np.ndarray) -> faiss.Index:
        raise NotImplementedError


def n_cells(n_items: int) -> int:
    """Return the usual number of an inverted file's cells, 2 sqrt(n_items)."""
    return round(2 * n_items**0.5)


class ExactSearch(IndexSearch):
    """Score all items by their dot product with the user."""

    def _index(self, Q: np.ndarray) -> faiss.Index:
        import faiss

        return faiss.IndexFlatIP(self.d_)


class IVFSearch(IndexSearch):
    """Score the items of the cells whose centres have the best scores.

    Parameters
    ----------
    nlist : int, optional
        Number of cells; 2 sqrt(n_items) by default, so that with a fixed nprobe the
        work grows like sqrt(n_items).
    nprobe : int
        Cells looked into. It may be changed after `fit`.
    """

    def __init__(self, nlist: int | None = None, nprobe: int = 8) -> None:
        self.nlist = nlist
        self.nprobe = nprobe

    def _index(self, Q: np.ndarray) -> faiss.Index:
        import faiss

        nlist = n_cells(self.n_items_) if self.nlist is None else self.nlist
        if not 1 <= nlist <= self.n_items_:
            raise ValueError(
                f"nlist must be from 1 to {self.n_items_}, the items, not {nlist}."
            )
        # faiss's Python layer keeps the centres' index alive with the one around it.
        index = faiss.IndexIVFFlat(
            faiss.IndexFlatIP(self.d_),
            self.d_,
            nlist,
            faiss.METRIC_INNER_PRODUCT,
        )
        index.cp.min_points_per_centroid = 1  # else small catalogues print a warning
        index.train(Q)
        return index

    @property
    def centres_(self) -> np.ndarray:
        """The cells' centres, a row each; an item lies where its score is best."""
        return self.index_.quantizer.reconstruct_n(0, self.index_.nlist)

    def _best_of_each(self, P: np.ndarray, k: int) -> np.ndarray:
        check_at_least(1, self, "nprobe")
        self.index_.nprobe = self.nprobe
        return super()._best_of_each(P, k)


class HNSWSearch(IndexSearch):
    """Walk in a graph of near items.

    Parameters
    ----------
    m : int
        Neighbours that an item is linked to on each level of the graph.
    ef_construction, ef_search : int
        Items kept as the best so far, when the graph is built and when it is searched.
        ``ef_search`` may be changed after `fit`.
    """

    def __init__(
        self, m: int = 16, ef_construction: int = 40, ef_search: int = 64
    ) -> None:
        self.m = m
        self.ef_construction = ef_construction
        self.ef_search = ef_search

    def _index(self, Q: np.ndarray) -> faiss.Index:
        import faiss

        check_at_least(2, self, "m")
        check_at_least(1, self, "ef_construction")
        index = faiss.IndexHNSWFlat(self.d_, self.m, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = self.ef_construction
        return index

    def _best_of_each(self, P: np.ndarray, k: int) -> np.ndarray:
        check_at_least(1, self, "ef_search")
        self.index_.hnsw.efSearch = self.ef_search
        return super()._best_of_each(P, k)


class MLPSearch(Search):
    """Score all items with a learned similarity.

    Parameters
    ----------
    similarity : MLPSimilarity
        Fitted, on embeddings of the same length.
    """

    def __init__(self, similarity: MLPSimilarity) -> None:
        self.similarity = similarity

    def __sklearn_clone__(self) -> Self:
        # The similarity is fitted and stays so; scikit-learn would clone it as well.
        return type(self)(self.similarity)

    @property
    def n_bytes_(self) -> int:
        """The size of the items and of the net."""
        weights = self.similarity.module_.parameters()
        return self.Q_.nbytes + sum(weight.nbytes for weight in weights)

    def _take(self, Q: np.ndarray) -> None:
        if self.similarity.d_ != self.d_:
            raise ValueError(
                f"The similarity was fitted on embeddings of {self.similarity.d_} "
                f"numbers, these have {self.d_}."
            )
        self.Q_ = torch.as_tensor(Q)

    @torch.no_grad()
    def _best(self, p: np.ndarray, k: int) -> np.ndarray:
        score = self.similarity.module_.of_user
        user = torch.as_tensor(p)
        scores = torch.cat([score(user, block) for block in self.Q_.split(BLOCK)])
        return scores.topk(k).indices.cpu().numpy()


def recall(found: np.ndarray, exact: np.ndarray) -> float:
    """Return the share of the exact list that was found.

    Raises
    ------
    ValueError
        If the exact list is empty.
    """
    if not len(exact):
        raise ValueError("The exact list is empty: there is nothing to find.")
    return len(np.intersect1d(found, exact)) / len(exact)
