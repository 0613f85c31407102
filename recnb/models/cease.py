"""EASE that knows what its items are: tags beside the users.

O. Jeunen, J. Van Balen and B. Goethals: Closed-Form Models for Collaborative Filtering
with Side-Information. RecSys 2020. Checked against the authors' public code, as of
2020; both models stand there in its training script.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from scipy import sparse

from recnb.models.base import whole_or_not
from recnb.models.checks import check_matrix, check_share
from recnb.models.ease import BLOCK, EASE, check_l2, own_gram_matrix
from recnb.models.item_item import ItemItemModel

Tags = sparse.csr_array | np.ndarray


class CEASE(ItemItemModel):
    """Collective EASE: a tag is one more user, who has all items of that tag.

    With S the tags x items matrix, both matrices are predicted by the same weights:

        minimise   ||X - XB||² + alpha ||S - SB||² + l2 ||B||²   with diag(B) = 0.

    That is EASE on X with sqrt(alpha) S stacked under it. With
    P = (XᵀX + alpha SᵀS + l2 I)⁻¹,

        B[i, j] = -P[i, j] / P[j, j]   for i != j,   and B[j, j] = 0.

    Parameters
    ----------
    tags : csr_array of shape (n_tags, n_items)
        S, usually ones where an item has a tag; `recnb.data.item_tags` makes it. Its
        columns are those of X.
    l2 : float
        The paper's lambda, > 0.
    alpha : float
        How many users a tag counts for, >= 0; 0 is EASE.
    dtype : {"float32", "float64"}
        Precision of the Gram matrix and its inverse.

    Attributes
    ----------
    weights_ : array of shape (n_items, n_items)
        B. ``weights_[i, j]`` is what having item i adds to the score of item j. An item
        that nobody has gets its weights from its tags.
    n_items_ : int

    Notes
    -----
    Memory: two dense n_items x n_items matrices, one more than EASE.

    The larger alpha is, the closer SB comes to S, which few tags and many items allow:
    of the items of a tag, the weights that speak for another such item sum to one. With
    a single tag that all items have, these are the weights of SLIM-LLE.

    Deviations from the authors' code: there, alpha multiplies the rows of S, so that it
    is the root of this one; it is tried from 0 to 1, with the lambda that is best for
    EASE. Here, alpha has no upper end, and lambda is the model's own.
    """

    def __init__(
        self, tags: Tags, l2: float = 500.0, alpha: float = 10.0, dtype: str = "float32"
    ) -> None:
        self.tags = tags
        self.l2 = l2
        self.alpha = alpha
        self.dtype = dtype

    @whole_or_not
    def fit(self, X: sparse.csr_array, gram: np.ndarray | None = None) -> Self:
        """Solve for the weights.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
            Usually binary.
        gram : array of shape (n_items, n_items), optional
            ``gram_matrix(X)``, of the users alone, if it is at hand. It is not changed.

        Raises
        ------
        ValueError
            If a hyper-parameter is out of its range, X is empty or holds NaN, or `tags`
            or `gram` does not fit X.
        MemoryError
            If the dense matrices do not fit into the memory that is left.
        """
        check_l2(self.l2)
        if not 0 <= self.alpha < np.inf:
            raise ValueError(
                f"alpha must be a finite number from 0 up, not {self.alpha}; try 10."
            )
        X = check_matrix(X)
        S = check_tags(self.tags, X.shape[1]).astype(self.dtype)
        G = own_gram_matrix(X, gram, self.dtype)
        St = S.T.tocsr()
        for start in range(0, len(G), BLOCK):
            rows = slice(start, start + BLOCK)
            G[rows] += self.alpha * (St[rows] @ S).toarray()
        self.weights_ = EASE(self.l2, self.dtype).fit(X, G).weights_
        self.n_items_ = X.shape[1]
        return self


class AddEASE(ItemItemModel):
    """Additive EASE: a weighted mean of two EASEs, of the users and of the tags.

    With B_X and B_S the weights that `EASE` finds for X and for the tags x items matrix
    S, each on its own,

        B = beta B_X + (1 - beta) B_S.

    Parameters
    ----------
    tags : csr_array of shape (n_tags, n_items)
        S, as `CEASE` has it.
    l2, l2_tags : float
        The lambda of either EASE, > 0.
    beta : float
        Share of the users' weights, from 0 to 1; 1 is EASE.
    dtype : {"float32", "float64"}
        Precision of the Gram matrices and their inverses.

    Attributes
    ----------
    weights_ : array of shape (n_items, n_items)
        B. ``weights_[i, j]`` is what having item i adds to the score of item j.
    n_items_ : int

    Notes
    -----
    Memory: two dense n_items x n_items matrices.

    Deviations from the authors' code: there, beta is called 1 - alpha, and both EASEs
    have the lambda that is best for X alone. Here, the tags have their own: a tag is
    shared by many items, a user's history is short, and their numbers differ in size.
    """

    def __init__(
        self,
        tags: Tags,
        l2: float = 500.0,
        l2_tags: float = 10.0,
        beta: float = 0.8,
        dtype: str = "float32",
    ) -> None:
        self.tags = tags
        self.l2 = l2
        self.l2_tags = l2_tags
        self.beta = beta
        self.dtype = dtype

    @whole_or_not
    def fit(self, X: sparse.csr_array, gram: np.ndarray | None = None) -> Self:
        """Solve for both matrices of weights, and add them.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
        gram : array of shape (n_items, n_items), optional
            ``gram_matrix(X)``, if it is at hand. It is not changed.

        Raises
        ------
        ValueError
            If a hyper-parameter is out of its range, X is empty or holds NaN, or `tags`
            or `gram` does not fit X.
        MemoryError
            If the dense matrices do not fit into the memory that is left.
        """
        for name in ("l2", "l2_tags"):
            if not 0 < getattr(self, name) < np.inf:
                raise ValueError(
                    f"{name} must be a finite number above 0, not "
                    f"{getattr(self, name)}; try 500 for l2 and 10 for l2_tags."
                )
        check_share(self, "beta")
        X = check_matrix(X)
        S = check_tags(self.tags, X.shape[1])
        B = EASE(self.l2, self.dtype).fit(X, gram).weights_
        B_S = EASE(self.l2_tags, self.dtype).fit(S).weights_
        B *= self.beta
        B_S *= 1 - self.beta
        B += B_S
        self.weights_ = B
        self.n_items_ = X.shape[1]
        return self


def check_tags(tags: Tags, n_items: int) -> sparse.csr_array:
    """Return S as a float csr_array with a column for each item of X.

    Raises
    ------
    ValueError
        If it has other columns or no row, or holds something else than finite numbers.
    """
    try:
        S = check_matrix(tags)
    except ValueError as error:
        raise ValueError(
            f"tags must be a matrix of finite numbers of a usual size, {_LAYOUT}."
        ) from error
    if S.shape[1] != n_items:
        raise ValueError(
            f"tags has shape {S.shape}, but X has {n_items} items: hand over a matrix "
            f"{_LAYOUT}. Is it transposed?"
        )
    return S


_LAYOUT = (
    "with a row for each tag and a column for each item of X, such as "
    "recnb.data.item_tags(split.item_table)[0]"
)
