"""Coordinate descent for SLIM, compiled: one penalised regression a column.

With the Gram matrix G = XᵀX at hand, no regression looks at the users again. Column j
of the weights, w, minimises over the other items

    ½ wᵀ (G + l2 I) w - G[j]ᵀ w + l1 ||w||₁,   w >= 0 if asked for,

one coordinate after the other (Friedman, Hastie and Tibshirani, 2010): with
``slope = G[j] - (G + l2 I) w``, minus the gradient of the smooth part, the best value
of w[i] for fixed others is ``soft(slope[i] + h w[i], l1) / h``, h = G[i, i] + l2.

Most weights of a solution are zero. So the descent runs on a small set of active items
until it is still, and then asks all other items whether one of them wants in, that is,
whether its slope exceeds l1; if none does, the solution is found.
"""

from __future__ import annotations

import numpy as np

from recnb.ground.compiled import compiled

MAX_SWEEPS = 1000


@compiled()
def soft(value, l1, nonnegative):
    """Return value moved towards zero by l1; zero if it is negative and must not be."""
    if value > l1:
        return value - l1
    if value < -l1 and not nonnegative:
        return value + l1
    return np.float32(0)


@compiled()
def in_place(values, k):
    """Return what stands in place k once values are sorted; changes their order.

    Hoare's algorithm FIND (1961). numba takes ten seconds to compile np.partition.
    """
    low, high = 0, len(values) - 1
    while low < high:
        pivot = values[k]
        i, j = low, high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if j < k:
            low = i
        if k < i:
            high = j
    return values[k]


@compiled()
def newcomers(G, slope, outside, n_active, l1, l2, nonnegative, tol):
    """Return the items outside that lower the objective most, as many as are active.

    Not all of them at once: the first ones in explain away many others.
    """
    n = len(G)
    gain = np.zeros(n, np.float32)
    wanting = 0
    for i in range(n):
        if outside[i]:
            pull = (slope[i] if nonnegative else abs(slope[i])) - l1
            h = G[i, i] + l2
            if pull > tol * h:
                gain[i] = pull / np.sqrt(h)
                wanting += 1
    places = max(64, n_active, wanting // 8)
    least = in_place(gain.copy(), n - places) if wanting > places else np.float32(0)
    return np.flatnonzero((gain > 0) & (gain >= least))


@compiled(fastmath=True)
def descend(A, x, r, l1, nonnegative, tol):
    """Cycle through the active items until no weight moves by more than tol.

    Changes the weights x and the slopes r; A is the part of G + l2 I between active
    items.
    """
    for _ in range(MAX_SWEEPS):
        largest = 0.0
        for a in range(len(x)):
            value = soft(r[a] + A[a, a] * x[a], l1, nonnegative) / A[a, a]
            step = value - x[a]
            if step != 0:
                x[a] = value
                for b in range(len(x)):
                    r[b] -= A[a, b] * step
                largest = max(largest, abs(step))
        if largest < tol:
            return


@compiled(fastmath=True)
def solve_column(G, j, l1, l2, nonnegative, tol, w):
    """Fill w, which holds zeros, with the weights of column j."""
    slope = G[j].copy()
    outside = np.ones(len(G), np.bool_)
    outside[j] = False
    active = np.empty(0, np.int64)
    while True:
        new = newcomers(G, slope, outside, len(active), l1, l2, nonnegative, tol)
        if len(new) == 0:
            return
        outside[new] = False
        active = np.concatenate((active, new))
        A = np.empty((len(active), len(active)), np.float32)
        for a in range(len(active)):
            for b in range(len(active)):
                A[a, b] = G[active[a], active[b]]
            A[a, a] += l2
        x = w[active]
        descend(A, x, slope[active], l1, nonnegative, tol)
        for a in range(len(active)):
            i = active[a]
            step = x[a] - w[i]
            if step != 0:
                for b in range(len(G)):
                    slope[b] -= G[i, b] * step
                slope[i] -= l2 * step
                w[i] = x[a]
        outside[active[x == 0]] = True
        active = active[x != 0]


@compiled()
def solve_columns(G, start, stop, l1, l2, nonnegative, tol):
    """Return the weights of columns start to stop; row r is column start + r."""
    W = np.zeros((stop - start, len(G)), np.float32)
    for r in range(stop - start):
        solve_column(G, start + r, l1, l2, nonnegative, tol, W[r])
    return W
