"""iALS: matrix factorization by least squares, all unseen pairs taking part."""

from __future__ import annotations

from threading import Lock
from typing import Self

import numpy as np
from scipy import linalg, sparse
from threadpoolctl import threadpool_limits

from recnb.ground.progress import Progress
from recnb.models.base import Recommender, whole_or_not
from recnb.models.checks import check_dtype, check_matrix

#: The limit on threads is the whole process's: two fits must not undo each other's.
ONE_AT_A_TIME = Lock()


class IALS(Recommender):
    """Implicit alternating least squares (Hu, Koren and Volinsky, ICDM 2008).

    A user u has a vector w_u, an item i a vector h_i, and ⟨w_u, h_i⟩ shall be 1 for
    the pairs S that were seen, and, with less weight, 0 for *all* pairs, none of which
    is sampled:

        minimise   Σ_(u,i)∈S (1 - ⟨w_u, h_i⟩)²  +  alpha0 Σ_u Σ_i ⟨w_u, h_i⟩²
                 + l2 Σ_u (|I_u| + alpha0 n_items)^nu ||w_u||²
                 + l2 Σ_i (|U_i| + alpha0 n_users)^nu ||h_i||²

    with I_u the items of u and U_i the users of i. So Rendle, Krichene, Zhang and Koren
    write the loss ("Revisiting the performance of iALS on item recommendation
    benchmarks", RecSys 2022), who also scale the penalty: with nu = 1 a vector's grows
    with the number of its summands, with nu = 0 it is the same for all, as in Hu et al.
    For fixed h the best w are least squares, one small system a user, and the other way
    round: an epoch is these two half steps (`half_step`).

    Parameters
    ----------
    d : int
        Length of the vectors.
    l2 : float
        The penalty λ, > 0. Its scale depends on nu.
    alpha0 : float
        Weight of a pair that was not seen, > 0, relative to one that was.
    nu : float
        Exponent of the penalty's scale.
    epochs : int
    stddev : float
        The vectors begin as normal numbers of standard deviation ``stddev / sqrt(d)``.
    seed : int
        Of these.
    dtype : {"float32", "float64"}

    Attributes
    ----------
    W_ : array of shape (n_users, d)
        The training users' vectors. `predict` solves for its own.
    H_ : array of shape (n_items, d)
        The items' vectors; zero for an item that nobody has.
    loss_ : list of float
        The minimised sum, a value an epoch.
    n_items_ : int

    Notes
    -----
    Hu et al. have two sums in one: there a pair that was seen has the confidence c and
    no other term. Both are one model: vectors longer by ``sqrt(1 + alpha0)`` minimise
    their sum with ``c = 1 + 1 / alpha0`` and the penalty ``(1 + 1 / alpha0) l2``, if
    nu = 0. Deviations: all confidences are alike, since the course has only likes here:
    whatever X stores was seen. The systems are solved whole, as Hu et al. do, though by
    conjugate gradients until rounding is all that is left; Rendle et al. move a block
    of d at a time.
    """

    def __init__(
        self,
        d: int = 192,
        l2: float = 0.007,
        alpha0: float = 0.3,
        nu: float = 1.0,
        epochs: int = 12,
        stddev: float = 0.1,
        seed: int = 0,
        dtype: str = "float32",
    ) -> None:
        self.d = d
        self.l2 = l2
        self.alpha0 = alpha0
        self.nu = nu
        self.epochs = epochs
        self.stddev = stddev
        self.seed = seed
        self.dtype = dtype

    @whole_or_not
    def fit(self, X: sparse.csr_array) -> Self:
        """Learn both sides' vectors from the start.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
            What is stored was seen, whatever its value.

        Raises
        ------
        ValueError
            If a hyper-parameter is out of its range, or X is empty or holds NaN.
        LinAlgError
            If l2 is too small for the precision.

        Notes
        -----
        Ctrl-C, or the stop button of a notebook, ends the training; the vectors of the
        last whole epoch are kept, and a line says so. Then ``len(loss_)`` is below
        ``epochs``.
        """
        self._check_parameters()
        X = check_matrix(X)
        self._begin(X)
        with Progress("iALS", self.epochs) as progress:
            try:
                for _ in range(self.epochs):
                    self.partial_fit(X)
                    progress.step(f"loss {self.loss_[-1]:.6g}")
            except KeyboardInterrupt:
                done = len(self.loss_)
                kept = f"of epoch {done}" if done else "it began with"
                print(f"iALS interrupted after {done} epochs; the vectors {kept} stay.")
        return self

    @whole_or_not
    def partial_fit(self, X: sparse.csr_array) -> Self:
        """Go on for one epoch on the same X; the first call begins. Raises as `fit`."""
        self._check_parameters()
        X = check_matrix(X)
        if not hasattr(self, "H_"):
            self._begin(X)
        if X.shape != (len(self.W_), len(self.H_)):
            raise ValueError(
                f"X has shape {X.shape}, but training began with "
                f"{(len(self.W_), len(self.H_))}; go on with the same matrix."
            )
        weights = self.l2, self.alpha0, self.nu
        W = half_step(X, self.H_, *weights)
        H = half_step(sparse.csr_array(X.T), W, *weights)
        self.W_, self.H_ = W, H
        self.loss_.append(loss(X, W, H, *weights))
        return self

    def predict(self, X: sparse.csr_array) -> np.ndarray:
        """Score all items for each history; dense, shape (n_users, n_items).

        The users' vectors are solved for, given the items': half an epoch, for whoever
        it is. With an empty history all scores are 0.
        """
        X = self._check_history(X)
        return half_step(X, self.H_, self.l2, self.alpha0, self.nu) @ self.H_.T

    def _begin(self, X: sparse.csr_array) -> Self:
        """Draw the vectors to begin with."""
        self.n_items_ = X.shape[1]
        draw = np.random.default_rng(self.seed)
        scale = self.stddev / np.sqrt(self.d)
        self.W_, self.H_ = (
            draw.normal(0, scale, (n, self.d)).astype(self.dtype) for n in X.shape
        )
        self.loss_ = []
        return self

    def _check_parameters(self) -> None:
        for name in ("d", "epochs"):
            value = getattr(self, name)
            if not isinstance(value, int | np.integer) or value < 1:
                raise ValueError(
                    f"{name} must be a whole number from 1 up, not {value}."
                )
        for name in ("l2", "alpha0", "stddev"):
            value = getattr(self, name)
            if not 0 < value < np.inf:
                raise ValueError(f"{name} must be a number above 0, not {value}.")
        if not np.isfinite(self.nu):
            raise ValueError(f"nu must be a finite number, not {self.nu}; try 1.")
        check_dtype(self.dtype)


def penalties(
    counts: np.ndarray, n: int, l2: float, alpha0: float, nu: float
) -> np.ndarray:
    """Return the factor of ||w_u||² in the loss, for users who have `counts` of n."""
    return l2 * (counts + alpha0 * n) ** nu


def half_step(
    X: sparse.csr_array, H: np.ndarray, l2: float, alpha0: float, nu: float
) -> np.ndarray:
    """Return the users' best vectors for given vectors of the items.

    With V the vectors of the items that a user has, w solves

        (VᵀV + alpha0 HᵀH + penalty I) w = Vᵀ1.

    In the basis of the eigenvectors of HᵀH, all but VᵀV is diagonal; there the systems
    are solved (`recnb.models.conjugate_gradients`).

    Parameters
    ----------
    X : csr_array of shape (n_users, n_items)
        Transposed, and with the users' vectors for H, the step is the items'.
    H : array of shape (n_items, d)
    l2, alpha0, nu : float
        As `IALS` has them.

    Returns
    -------
    array of shape (n_users, d)

    Raises
    ------
    LinAlgError
        If l2 is too small for the precision.
    """
    from recnb.models.conjugate_gradients import solve  # compiled: slow to load

    values, basis = eigen(H.T @ H)
    counts = np.diff(X.indptr)
    penalty = penalties(counts, X.shape[1], l2, alpha0, nu)
    largest = (1 + alpha0) * values[-1]  # those of VᵀV are not above those of HᵀH
    if (penalty[counts > 0] > np.finfo(H.dtype).eps * largest).all():
        W, found = solve(X, H @ basis, alpha0 * values, penalty)
        if found:
            return W @ basis.T
    raise np.linalg.LinAlgError(
        f"l2={l2} is too small for {H.dtype}: the systems have no safe solution. "
        'Take a larger one, or dtype="float64".'
    )


def eigen(gram: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return eigenvalues, rising, none below 0, and eigenvectors of a Gram matrix.

    They are computed in double precision, by one thread: several would spend most of
    the time waiting for each other.
    """
    with ONE_AT_A_TIME, threadpool_limits(1, "blas"):
        values, basis = linalg.eigh(gram.astype(np.float64))
    return np.maximum(values, 0), basis.astype(gram.dtype)


def loss(
    X: sparse.csr_array,
    W: np.ndarray,
    H: np.ndarray,
    l2: float,
    alpha0: float,
    nu: float,
) -> float:
    """Return what `IALS` minimises.

    The sum over all pairs is the sum of the products of the entries of WᵀW and HᵀH.
    """
    from recnb.models.seen_pairs import squared_misses  # compiled: slow to load

    of_users = np.diff(X.indptr), X.shape[1]
    of_items = np.bincount(X.indices, minlength=X.shape[1]), X.shape[0]
    total = alpha0 * np.sum((W.T @ W) * (H.T @ H), dtype=np.float64)
    total += squared_misses(X.indptr, X.indices, W, H)
    for vectors, (counts, n) in ((W, of_users), (H, of_items)):
        total += penalties(counts, n, l2, alpha0, nu) @ (vectors**2).sum(axis=1)
    return float(total)
