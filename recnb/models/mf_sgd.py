"""Stochastic gradient descent for matrix factorisation, compiled: a pair a step.

For a pair (u, i) with label y, and g = sigma(score) - y, the slope of the logistic loss
in the score, the updates are (Rendle et al. 2020, equations 9 to 12)

    p_u <- p_u - lr (g q_i + l2 p_u)        q_i <- q_i - lr (g p_u + l2 q_i)

for the entries from 2 on; the first ones are biases, whose partner is 1.
"""

from __future__ import annotations

import numpy as np

from recnb.ground.compiled import compiled, in_threads

ONE = np.float32(1)


@compiled(fastmath=True, inline="always")
def score(P, Q, b, u, i):
    """Return b + p_u1 + q_i1 + <p_u, q_i> over the other entries (equation 2)."""
    s = np.float32(0)
    for f in range(1, P.shape[1]):
        s += P[u, f] * Q[i, f]
    return s + b[0] + P[u, 0] + Q[i, 0]


@compiled(fastmath=True, error_model="numpy")
def step(P, Q, b, u, i, y, lr, l2):
    """Take one step on the pair (u, i); return its loss before the step."""
    s = score(P, Q, b, u, i)
    g = ONE / (ONE + np.exp(-s)) - y
    for f in range(1, P.shape[1]):
        p = P[u, f]
        P[u, f] -= lr * (g * Q[i, f] + l2 * p)
        Q[i, f] -= lr * (g * p + l2 * Q[i, f])
    P[u, 0] -= lr * (g + l2 * P[u, 0])
    Q[i, 0] -= lr * (g + l2 * Q[i, 0])
    b[0] -= lr * (g + l2 * b[0])
    # ln(1 + e^-s) for a positive, ln(1 + e^s) for a negative, without overflow.
    away = -s if y else s
    return max(away, np.float32(0)) + np.log1p(np.exp(-abs(s)))


@compiled(fastmath=True, error_model="numpy")
def steps(P, Q, b, users, items, negatives, lr, l2):
    """Take the steps of some positive pairs, each before those of its negatives."""
    loss = 0.0
    for n in range(len(users)):
        u = users[n]
        loss += step(P, Q, b, u, items[n], ONE, lr, l2)
        for k in range(negatives.shape[1]):
            loss += step(P, Q, b, u, negatives[n, k], np.float32(0), lr, l2)
    return loss


def epoch(
    weights: tuple[np.ndarray, np.ndarray, np.ndarray],
    pairs: tuple[np.ndarray, np.ndarray, np.ndarray],
    lr: float,
    l2: float,
    n_threads: int,
) -> float:
    """Take the steps of all positive pairs, in place; return the sum of the losses.

    Each thread takes a part of the pairs, and nobody waits: where two threads meet at a
    user, an item or the bias, a step may be lost ("Hogwild", Niu et al. 2011).

    Parameters
    ----------
    weights : P, Q, b
        float32 arrays of shape (n_users, d), (n_items, d) and (1,).
    pairs : users, items, negatives
        int32 arrays of shape (n,), (n,) and (n, m).
    lr, l2 : float
    n_threads : int
    """
    rates = np.float32(lr), np.float32(l2)

    def take(part: slice) -> float:
        return steps(*weights, *(column[part] for column in pairs), *rates)

    ends = [len(pairs[0]) * t // n_threads for t in range(n_threads + 1)]
    return sum(in_threads(take, map(slice, ends, ends[1:]), n_threads))
