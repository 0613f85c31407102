"""Lesson 16: the package sansa as a model, where it is installed.

M. Spišák, R. Bartyzal, A. Hoskovec, L. Peska and M. Tůma: Scalable Approximate
NonSymmetric Autoencoder for Collaborative Filtering. RecSys 2023. The weights are those
of EASE, but from a sparse, approximate Cholesky factor of XᵀX + l2 I and a sparse,
approximate inverse of it. Version 1.1.0 and what it needs:

    sudo apt install libsuitesparse-dev       # cholmod.h; Debian and Ubuntu
    pip install "scikit-sparse<0.5" sansa==1.1.0

scikit-sparse has no wheel. Without the headers, pip ends with "fatal error: cholmod.h:
No such file or directory" and "Could not build wheels for scikit-sparse"; 0.5.0 wants a
newer SuiteSparse than Debian 12 has. Its CHOLMOD orders the items for both of sansa's
factorisations, so that neither goes without.

Of its two factorisations, CHOLMOD factorises XᵀX + l2 I as a whole and then drops the
small entries; ICF, the default, is incomplete from the start. ICF divides the columns
of X by roots of the norms of XᵀX's columns before it adds l2, so that its l2 is not
EASE's. Where XᵀX has few zeros, as on MovieLens 1M, the package warns that ICF is
unstable and advises CHOLMOD.
"""

from __future__ import annotations

import logging
from types import ModuleType
from typing import Self

import numpy as np
from scipy import sparse

from recnb.models.base import Recommender, whole_or_not
from recnb.models.checks import check_matrix


class Sansa(Recommender):
    """The package's SANSA, all settings but three at what its README shows.

    Parameters
    ----------
    l2 : float
        Its penalty, in its own scale.
    density : float
        Share of the n_items² entries that the approximate factor may have.
    factor : "ICF" or "CHOLMOD"

    Attributes
    ----------
    weights_ : two csr_arrays of shape (n_items, n_items)
        Scores are ``X @ weights_[0] @ weights_[1]``.
    n_items_ : int
    """

    def __init__(
        self, l2: float = 1.0, density: float = 0.001, factor: str = "ICF"
    ) -> None:
        self.l2 = l2
        self.density = density
        self.factor = factor

    @whole_or_not
    def fit(self, X: sparse.csr_array) -> Self:
        """Hand X over to the package.

        Raises
        ------
        ImportError
            If it, or scikit-sparse, is not installed; the message says how to.
        """
        sansa = package()
        X = check_matrix(X)
        factorizers = {
            "ICF": sansa.ICFGramianFactorizerConfig,
            "CHOLMOD": sansa.CHOLMODGramianFactorizerConfig,
        }
        config = sansa.SANSAConfig(
            l2=self.l2,
            weight_matrix_density=self.density,
            gramian_factorizer_config=factorizers[self.factor](),
            lower_triangle_inverter_config=sansa.UMRUnitLowerTriangleInverterConfig(),
        )
        # It knows sparse matrices only: `*` means another product for sparse arrays.
        model = sansa.SANSA(config).fit(sparse.csr_matrix(X))
        self.weights_ = tuple(sparse.csr_array(W) for W in model.weights)
        self.n_items_ = X.shape[1]
        return self

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for each history; dense, shape (n_users, n_items)."""
        X = self._check_history(X).astype(np.float32, copy=False)
        first, second = self.weights_
        return (X @ first @ second).toarray()


def package() -> ModuleType:
    """Import sansa, or say how to install it.

    The import compiles what is not compiled yet, and turns on the log messages of all
    packages, which are put back to what they were.

    Raises
    ------
    ImportError
    """
    root = logging.getLogger()
    level = root.level
    try:
        import sansa
    except ImportError as error:
        raise ImportError(
            f"sansa cannot be imported here ({error}). Its scikit-sparse has no wheel: "
            "sudo apt install libsuitesparse-dev, then "
            'pip install "scikit-sparse<0.5" sansa==1.1.0.'
        ) from error
    root.setLevel(level)
    return sansa
