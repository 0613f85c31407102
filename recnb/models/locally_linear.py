"""Locally linear embedding, of points and, as SLIM-LLE, of items.

S. T. Roweis and L. K. Saul: Nonlinear Dimensionality Reduction by Locally Linear
Embedding. Science 290, 2000. SLIM-LLE: I. Shenbin and S. Nikolenko, ICLR 2024.
"""

from __future__ import annotations

import numpy as np
from scipy import linalg, sparse
from sklearn.neighbors import NearestNeighbors

from recnb.models.checks import check_matrix
from recnb.models.ease import check_l2, gram_matrix, inverse_in_place, own_gram_matrix
from recnb.models.implicit_embeddings import check_L


def lle(
    points: np.ndarray, n_neighbors: int = 10, L: int = 2, reg: float = 1e-3
) -> np.ndarray:
    """Lay points out in L dimensions, each where its neighbours rebuild it as before.

    Step one: the weights with which the neighbours of a point rebuild it best
    (`neighbor_weights`). Step two: the places with which the same weights do the same
    best (`places`).

    Parameters
    ----------
    points : array of shape (n_points, n_dimensions)
    n_neighbors : int
        Nearest ones, in Euclidean distance.
    L : int
        Dimensions of the result.
    reg : float
        Penalty on the squared weights, > 0, as a share of the mean squared distance to
        the neighbours times their number, as scikit-learn has it: with more neighbours
        than dimensions, the best weights would not be unique.

    Returns
    -------
    array of shape (L, n_points)
        Rows of length one, each of mean zero; their signs are arbitrary.

    Raises
    ------
    ValueError
        If points is not a matrix of finite numbers, or a number is out of its range.

    Notes
    -----
    Neighbours have to connect all points: of parts without a connection each has a
    vector of its own that says nothing, and only one of them is left out.
    """
    points = _check_points(points)
    n = len(points)
    check_places(L, n)
    if not 1 <= n_neighbors < n:
        raise ValueError(
            f"n_neighbors must be a whole number from 1 to {n - 1}, not {n_neighbors}: "
            "there are no more other points."
        )
    if not 0 < reg < np.inf:
        raise ValueError(f"reg must be a number above 0, not {reg}; try 0.001.")
    nearest = NearestNeighbors(n_neighbors=n_neighbors).fit(points)
    neighbors = nearest.kneighbors(return_distance=False)  # a point is not its own
    B = np.zeros((n, n))
    for j, others in enumerate(neighbors):
        steps = points[others] - points[j]
        C = steps @ steps.T
        B[others, j] = _weights_of_sum_one(C, reg * (np.trace(C) or 1))
    return places(B, L)


def slim_lle(
    X: sparse.csr_array, L: int, l2: float, n_neighbors: int | None = None
) -> np.ndarray:
    """Lay items out where all others rebuild them with EASE-like weights.

    LLE with the columns of X, an item each, for points, and with all other items for
    neighbours.

    Parameters
    ----------
    X : csr_array of shape (n_users, n_items)
    L : int
        Length of an embedding.
    l2 : float
        Penalty on the squared weights, > 0: EASE's lambda.
    n_neighbors : int, optional
        Only so many items, the most similar by cosine, rebuild one.

    Returns
    -------
    array of shape (L, n_items)
        Rows of length one, each of mean zero; their signs are arbitrary.

    Raises
    ------
    ValueError
        If X is not as it should be, or a number is out of its range.
    MemoryError
        If the dense matrix does not fit into the memory that is left.
    """
    if n_neighbors is None:
        B = slim_lle_weights(X, l2)
    else:
        B = neighbor_weights(X, n_neighbors, l2)
    return places(B, L)


def slim_lle_weights(X: sparse.csr_array, l2: float) -> np.ndarray:
    """Return EASE's weights under one more constraint: each column sums to one.

        minimise ||X - XB||² + l2 ||B||²   subject to diag(B) = 0 and 1ᵀB = 1ᵀ.

    With P = (XᵀX + l2 I)⁻¹ and Q = P - P 1 1ᵀP / (1ᵀP 1), that is
    B[i, j] = -Q[i, j] / Q[j, j] off the diagonal: EASE's formula with Q for P.

    Parameters
    ----------
    X : csr_array of shape (n_users, n_items)
        Of at least two items.
    l2 : float

    Returns
    -------
    array of shape (n_items, n_items), in double precision

    Raises
    ------
    ValueError, MemoryError
        As `slim_lle`.
    """
    check_l2(l2)
    X = check_matrix(X)
    P = own_gram_matrix(X, None, "float64")
    P[np.diag_indices_from(P)] += l2
    P = inverse_in_place(P)
    sums = P.sum(axis=0)
    P -= np.outer(sums / sums.sum(), sums)
    P /= -np.diag(P).copy()
    np.fill_diagonal(P, 0)
    return P


def neighbor_weights(X: sparse.csr_array, n_neighbors: int, l2: float) -> np.ndarray:
    """Return the same with only the `n_neighbors` most similar items in a column.

    Parameters
    ----------
    X : csr_array of shape (n_users, n_items)
    n_neighbors : int
        Most similar by cosine; of equally similar ones the lower item code.
    l2 : float

    Returns
    -------
    array of shape (n_items, n_items), in double precision

    Raises
    ------
    ValueError, MemoryError
        As `slim_lle`.
    """
    check_l2(l2)
    X = check_matrix(X)
    n = X.shape[1]
    if not 1 <= n_neighbors < n:
        raise ValueError(
            f"n_neighbors must be a whole number from 1 to {n - 1}, not {n_neighbors}: "
            "there are no more other items."
        )
    G = gram_matrix(X, "float64")
    lengths = np.sqrt(np.maximum(np.diag(G), 1e-300))
    B = np.zeros_like(G)
    for j in range(n):
        cosines = G[j] / lengths
        cosines[j] = -np.inf
        others = np.argsort(-cosines, kind="stable")[:n_neighbors]
        overlap = G[np.ix_(others, others)]
        with_j = G[others, j]
        # The Gram matrix of the steps from j to its neighbours.
        C = overlap - with_j - with_j[:, np.newaxis] + G[j, j]
        B[others, j] = _weights_of_sum_one(C, l2)
    return B


def places(B: np.ndarray, L: int) -> np.ndarray:
    """Return V, of orthonormal rows, with the least ||V - V B||².

    Those are the eigenvectors of (I - B)(I - B)ᵀ of the smallest eigenvalues. The
    columns of B sum to one: the vector of equal numbers has the eigenvalue 0, says
    nothing, and is left out.

    Parameters
    ----------
    B : array of shape (n, n)
    L : int

    Returns
    -------
    array of shape (L, n)

    Raises
    ------
    ValueError
        If L is out of range.
    """
    check_places(L, len(B))
    R = np.eye(len(B)) - B
    _, vectors = linalg.eigh(R @ R.T, subset_by_index=[0, L])
    return vectors[:, 1:].T


def check_places(L: int, n: int) -> None:
    """Raise a ValueError unless 1 <= L < n."""
    check_L(L, n)
    if n == L:
        raise ValueError(
            f"L must be below {n}, the number of items: one of as many eigenvectors "
            "says nothing and is left out."
        )


def _weights_of_sum_one(C: np.ndarray, penalty: float) -> np.ndarray:
    """Return the w that minimises wᵀCw + penalty ||w||² among those of sum one."""
    C = C.copy()
    C[np.diag_indices_from(C)] += penalty
    w = linalg.solve(C, np.ones(len(C)), assume_a="pos")
    return w / w.sum()


def _check_points(points: np.ndarray) -> np.ndarray:
    points = np.asarray(points, dtype=np.float64)
    if points.ndim != 2 or len(points) < 2 or not np.isfinite(points).all():
        raise ValueError(
            f"points has shape {points.shape}; it takes a matrix of finite numbers, a "
            "point a row, of at least two points."
        )
    return points
