"""Models of pairs: a score for a user and an item, each of whom has an embedding.

What they share: who may be asked for, and what they learn from. Implicit data has
positive pairs only; negative ones are drawn (He et al. 2017; Rendle et al. 2020, A.1).
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from sklearn.utils.validation import check_is_fitted

from recnb.models.base import Recommender
from recnb.models.checks import (
    check_above,
    check_at_least,
    check_likes,
    check_training_matrix,
)

# Pairs that are scored at once: with more, their embeddings leave the processor's
# cache; at d = 192, 2^16 pairs at once take three times as long.
PAIRS_AT_ONCE = 2**12
# Cells that exist at once as booleans, to look up who has what: 16 MB.
CELLS_AT_ONCE = 2**24


class PairModel(Recommender):
    """A recommender that keeps an embedding for each training user and each item.

    A subclass sets ``n_users_`` and ``n_items_`` in ``fit``, and implements
    ``_score(users, items)``. Strangers have no embedding: such a model recommends to
    the users it was trained on, and to nobody else.

    Attributes
    ----------
    n_users_, n_items_ : int
    """

    # A user without a history still has an embedding.
    needs_history = False
    #: `evaluate` hands over all rows at once, since it matters which row is whose.
    needs_all_users = True

    def predict_pairs(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Score pairs of a user and an item.

        Parameters
        ----------
        users, items : int arrays that can be broadcast against each other
            Rows and columns of the matrix that the model was fitted on.

        Returns
        -------
        float32 array of their common shape

        Raises
        ------
        ValueError
            If a user or an item was not in training, or is no whole number.
        """
        check_is_fitted(self)
        users = _check_ids(users, self.n_users_, "user")
        items = _check_ids(items, self.n_items_, "item")
        users, items = np.broadcast_arrays(users, items)
        scores = np.empty(users.size, dtype=np.float32)
        for start in range(0, users.size, PAIRS_AT_ONCE):
            some = slice(start, start + PAIRS_AT_ONCE)
            scores[some] = self._score(users.flat[some], items.flat[some])
        return scores.reshape(users.shape)

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for each user; dense, shape (n_users, n_items).

        Row i of X is training user i. What stands in it has no part in the scores: what
        the model knows of a user, it has learned.

        Raises
        ------
        ValueError
            If X does not have the shape of the training matrix.
        """
        self._check_users(X)
        users = np.arange(self.n_users_)
        return self.predict_pairs(users[:, None], np.arange(self.n_items_))

    def _check_users(self, X: sparse.csr_array) -> None:
        """Check that the rows of X can be the training users."""
        X = self._check_history(X)
        if X.shape[0] != self.n_users_:
            raise ValueError(
                f"X has {X.shape[0]} rows, but {type(self).__name__} has an embedding "
                f"for each of its {self.n_users_} training users and for nobody else: "
                "hand over all of them, in the order of training, or ask for single "
                "users with predict_pairs."
            )

    def _score(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Score pairs; both arrays have shape (n_pairs,) and known ids."""
        raise NotImplementedError

    def _start(self, X: sparse.csr_array) -> sparse.csr_array:
        """Check what every such model is fitted on and with; keep the shape."""
        check_at_least(1, self, "d", "m", "epochs")
        check_at_least(0, self, "l2")
        check_above(0, self, "lr")
        X = check_training_matrix(X)
        check_likes(X, self, "leave_one_out")
        self.n_users_, self.n_items_ = X.shape
        return X


def positive_pairs(X: sparse.csr_array) -> tuple[np.ndarray, np.ndarray]:
    """Return the users and the items of all cells of X; two int32 arrays."""
    users = np.repeat(np.arange(X.shape[0], dtype=np.int32), np.diff(X.indptr))
    return users, X.indices.astype(np.int32)


def draw_negatives(
    n_items: int, n_positive: int, m: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw m items for each positive pair, uniformly; int32, (n_positive, m).

    An item that the user has may be among them, and one may be drawn twice, as in the
    program of Rendle et al. On MovieLens 1M more than one negative in ten is a film
    that the user has rated.
    """
    return rng.integers(n_items, size=(n_positive, m), dtype=np.int32)


def draw_unseen(X: sparse.csr_array, m: int, rng: np.random.Generator) -> np.ndarray:
    """Draw m items that the user does not have for each positive pair, uniformly.

    One may be drawn twice. He et al. draw so: again, as long as the user has the item.

    Parameters
    ----------
    X : csr_array of shape (n_users, n_items)
        Its cells are the positive pairs.
    m : int
    rng : Generator

    Returns
    -------
    int32 array of shape (X.nnz, m), in the order of `positive_pairs`

    Raises
    ------
    ValueError
        If a user has all items.
    """
    n_users, n_items = X.shape
    full = np.flatnonzero(np.diff(X.indptr) == n_items)
    if full.size:
        raise ValueError(
            f"User {full[0]} has all {n_items} items, so that there is no other to "
            "draw: leave the user out, or set verify_negatives to False."
        )
    size = max(1, CELLS_AT_ONCE // n_items)
    blocks = (X[start : start + size] for start in range(0, n_users, size))
    return np.concatenate([_draw_unseen(block, m, rng) for block in blocks])


def _draw_unseen(X: sparse.csr_array, m: int, rng: np.random.Generator) -> np.ndarray:
    """Do the same for few enough users to look their items up in a dense matrix."""
    has, users = X.astype(bool).toarray(), np.repeat(positive_pairs(X)[0], m)
    items = draw_negatives(X.shape[1], X.nnz, m, rng).ravel()
    again = np.flatnonzero(has[users, items])
    while again.size:
        items[again] = rng.integers(X.shape[1], size=again.size, dtype=np.int32)
        again = again[has[users[again], items[again]]]
    return items.reshape(-1, m)


def _check_ids(ids: np.ndarray, n: int, kind: str) -> np.ndarray:
    """Return ids as an int array, or say which of them cannot be."""
    ids = np.asarray(ids)
    if ids.dtype.kind not in "iu":
        raise ValueError(f"Codes of {kind}s are whole numbers, not {ids.dtype}.")
    unknown = ids[(ids < 0) | (ids >= n)]
    if unknown.size:
        raise ValueError(
            f"There is no {kind} {unknown.flat[0]}: the model was fitted on {n} "
            f"{kind}s, numbered from 0 to {n - 1}."
        )
    return ids
