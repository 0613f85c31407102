"""Conjugate gradients for iALS, compiled: one small least squares problem a row.

In the basis of the eigenvectors of HᵀH, what the systems of all rows share is diagonal.
A row whose items have the vectors V solves

    (VᵀV + D) w = Vᵀ1,   D = diag(shared) + penalty I.

With U = V D^(-½) and w = D^(-½) x, that is

    (UᵀU + I) x = Uᵀ1.

The matrix is never built: a step multiplies it by one direction p, as Uᵀ(U p) + p. Its
eigenvalues lie between 1 and 1 + 1 / alpha0, whatever d is: the rows of V are rows of
H, and D is at least alpha0 HᵀH. So few steps leave nothing but rounding, some ten for
an alpha0 of 0.3, and the solution is as good as a direct method's (Hestenes and
Stiefel, 1952; for this model Takács, Pilászy and Tikk, RecSys 2011, who stop earlier).
"""

from __future__ import annotations

import os

import numpy as np
from scipy import sparse

from recnb.ground.compiled import compiled, in_threads

ROWS_AT_ONCE = 64  # a part of the work: after it, Ctrl-C is heard
MAX_STEPS = 10_000  # for a tiny alpha0


@compiled(fastmath=True)
def multiply(U, p, q):
    """Fill q with (UᵀU + I) p; four rows of U at a time, to read p and q less often."""
    q[:] = p
    n, d = U.shape
    in_fours = n - n % 4
    for i in range(0, in_fours, 4):
        s0 = s1 = s2 = s3 = p.dtype.type(0)
        for f in range(d):
            s0 += U[i, f] * p[f]
            s1 += U[i + 1, f] * p[f]
            s2 += U[i + 2, f] * p[f]
            s3 += U[i + 3, f] * p[f]
        for f in range(d):
            q[f] += (
                s0 * U[i, f] + s1 * U[i + 1, f] + s2 * U[i + 2, f] + s3 * U[i + 3, f]
            )
    for i in range(in_fours, n):
        s0 = p.dtype.type(0)
        for f in range(d):
            s0 += U[i, f] * p[f]
        for f in range(d):
            q[f] += s0 * U[i, f]


@compiled(fastmath=True)
def solve_row(U, tol, x):
    """Fill x, which holds zeros, with the solution; return whether it was found."""
    r = U.sum(axis=0)  # what is missing: Uᵀ1 - (UᵀU + I) x
    p, q = r.copy(), np.empty_like(r)
    rr = (r * r).sum()
    goal = tol**2 * rr
    for _ in range(MAX_STEPS):
        if rr <= goal:
            return True
        multiply(U, p, q)
        step = rr / (p * q).sum()
        x += step * p
        r -= step * q
        before, rr = rr, (r * r).sum()
        p[:] = r + rr / before * p
    return False


@compiled()
def solve_rows(indptr, indices, H, shared, penalty, tol, start, stop, W):
    """Fill rows start to stop of W, which hold zeros; return whether all were found."""
    found = True
    for u in range(start, stop):
        items = indices[indptr[u] : indptr[u + 1]]
        if len(items):
            scale = 1 / np.sqrt(shared + penalty[u])
            found &= solve_row(H[items] * scale, tol, W[u])
            W[u] *= scale
    return found


def solve(
    X: sparse.csr_array, H: np.ndarray, shared: np.ndarray, penalty: np.ndarray
) -> tuple[np.ndarray, bool]:
    """Solve the systems of all rows.

    Parameters
    ----------
    X : csr_array of shape (n_users, n_items)
    H : array of shape (n_items, d)
        In the basis of the eigenvectors of HᵀH.
    shared : array of shape (d,)
        The eigenvalues of alpha0 HᵀH, none below 0.
    penalty : array of shape (n_users,)
        Above 0.

    Returns
    -------
    W : array of shape (n_users, d)
        In the same basis; zero for an empty row. Rows do not depend on each other: the
        result is the same for any number of threads.
    found : bool
        Whether all solutions were found.
    """
    n = X.shape[0]
    W = np.zeros((n, H.shape[1]), dtype=H.dtype)
    shared, penalty = shared.astype(H.dtype), penalty.astype(H.dtype)
    tol = np.finfo(H.dtype).eps

    def rows_from(start: int) -> bool:
        stop = min(start + ROWS_AT_ONCE, n)
        return solve_rows(X.indptr, X.indices, H, shared, penalty, tol, start, stop, W)

    found = in_threads(rows_from, range(0, n, ROWS_AT_ONCE), os.cpu_count() or 1)
    return W, all(found)
