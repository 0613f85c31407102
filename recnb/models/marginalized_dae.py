"""The marginalised denoising autoencoder: all corruptions at once, in closed form.

M. Chen, Z. Xu, K. Q. Weinberger and F. Sha: Marginalized Denoising Autoencoders for
Domain Adaptation. ICML 2012.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from scipy import sparse

from recnb.models.base import whole_or_not
from recnb.models.checks import check_below_one, check_matrix
from recnb.models.ease import inverse_in_place, own_gram_matrix
from recnb.models.item_item import ItemItemModel


class MarginalizedDAE(ItemItemModel):
    """Marginalised denoising autoencoder (Chen et al., ICML 2012), without intercept.

    A linear denoising autoencoder, trained on infinitely many corrupted copies of the
    data. Each entry of a history x is set to zero with probability p, and the others
    are multiplied by 1 / (1 - p); x~ is the result. The expectation of the loss has the
    solution

        minimise E‖x - Bᵀ x~‖² + l2 ‖B‖²,   B = (G + Λ)⁻¹ G,   G = XᵀX,
        Λ = l2 I + p / (1 - p) diag(G).

    So it is a ridge regression in which each item has a penalty of its own, in
    proportion to its popularity. It is lesson 09's `RDLAE` with ``xi=1`` (DLAE), for
    which it takes l2 = 0 as well.

    Parameters
    ----------
    corruption : float
        p, from 0 to below 1.
    l2 : float
        From 0 up; above 0 if p is 0.
    rescale : bool
        If False, the entries that are left stay as they are, as in the paper. With
        q = 1 - p, the expectation of x~x~ᵀ, summed over users, then has q² G[i, j] off
        the diagonal and q G[i, i] on it, that of x~xᵀ is q G, and B is the inverse of
        the one, plus l2 I, times the other. That is the rescaled model with l2 / q² in
        place of l2, divided by q: the same ranking.
    hidden : int, optional
        Number of linear hidden units between input and output; None is as many as
        items. The best B of this rank is the B above, projected onto the `hidden`
        leading eigenvectors of G B. Takes an eigendecomposition.
    dtype : {"float32", "float64"}
        Precision of the Gram matrix and its inverse.

    Attributes
    ----------
    weights_ : array of shape (n_items, n_items)
        B. (The paper's W is its transpose.)
    encoder_ : array of shape (n_items, hidden)
    decoder_ : array of shape (hidden, n_items)
        Their product is B; only if `hidden` is given. The rows of the decoder are
        orthonormal, and the units come in order of what they explain.
    n_items_ : int

    Notes
    -----
    Deviations from the paper: no constant input, which the paper's q leaves uncorrupted
    as an intercept; and one layer: the paper stacks several, with a tanh between them.
    An item that nobody has keeps weights of zero.
    """

    def __init__(
        self,
        corruption: float = 0.5,
        l2: float = 0.0,
        rescale: bool = True,
        hidden: int | None = None,
        dtype: str = "float32",
    ) -> None:
        self.corruption = corruption
        self.l2 = l2
        self.rescale = rescale
        self.hidden = hidden
        self.dtype = dtype

    @whole_or_not
    def fit(self, X: sparse.csr_array, gram: np.ndarray | None = None) -> Self:
        """Solve for the weights.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
        gram : array of shape (n_items, n_items), optional
            ``gram_matrix(X)``, if it is at hand. It is not changed.

        Raises
        ------
        ValueError
            If a hyper-parameter is out of its range, X is empty or holds NaN, or
            `gram` does not fit X.
        MemoryError
            If the dense matrix does not fit into the memory that is left.
        """
        p, X = self.corruption, check_matrix(X)
        self._check_parameters(X.shape[1])
        self.n_items_ = X.shape[1]
        G = own_gram_matrix(X, gram, self.dtype)
        original = None if self.hidden is None else G.copy()
        likes = np.diag(G).copy()
        l2 = self.l2 if self.rescale else self.l2 / (1 - p) ** 2
        penalty = l2 + p / (1 - p) * likes
        penalty[penalty == 0] = 1  # nobody has it: any penalty gives weights of zero
        G[np.diag_indices_from(G)] += penalty
        B = inverse_in_place(G)
        B *= -penalty  # I - P Λ = P G
        B[np.diag_indices_from(B)] += 1
        if original is not None:
            B = self._through_bottleneck(original, B)
        if not self.rescale:
            B /= 1 - p
        self.weights_ = B
        return self

    def _through_bottleneck(self, G: np.ndarray, B: np.ndarray) -> np.ndarray:
        explained = G @ B
        _, vectors = np.linalg.eigh((explained + explained.T) / 2)
        leading = vectors[:, ::-1][:, : self.hidden]
        self.encoder_, self.decoder_ = B @ leading, leading.T.copy()
        if not self.rescale:
            self.encoder_ /= 1 - self.corruption
            return (1 - self.corruption) * (self.encoder_ @ self.decoder_)
        return self.encoder_ @ self.decoder_

    def _check_parameters(self, n_items: int) -> None:
        check_below_one(self, "corruption")
        if not 0 <= self.l2 < np.inf:
            raise ValueError(f"l2 must be a finite number from 0 up, not {self.l2}.")
        if self.corruption == 0 and self.l2 == 0:
            raise ValueError(
                "Without corruption and without l2, the identity is a perfect "
                "solution, and nothing is learned: raise one of them."
            )
        if self.hidden is not None and not 1 <= self.hidden <= n_items:
            raise ValueError(
                f"hidden must be from 1 to the number of items, {n_items}, not "
                f"{self.hidden}."
            )
