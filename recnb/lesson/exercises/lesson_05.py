"""The checks of lesson 05's exercises: CDAE."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recnb.lesson.verdict import Verdict, call, exercise, right, wrong

LIKES, Q = 10, 0.8


@exercise("05.1")
def exercise_1(factor: float, left: float) -> Verdict:
    """Corrupt ten likes with q = .8: the factor on those left, and how many are."""
    try:
        factor, left = float(factor), float(left)
    except (TypeError, ValueError):
        return wrong("Two numbers, please: the factor, and how many likes are left.")
    expected, n_left = 1 / (1 - Q), LIKES * (1 - Q)
    if np.isclose(factor, expected) and np.isclose(left, n_left):
        return right(
            "2 likes of weight 5 add up to what 10 likes of weight 1 did: so what the "
            "hidden layer reads is as large in training as later, on average."
        )
    if np.isclose(factor, 1 / Q):
        return wrong("1 / q: but q is the share that is *deleted*.")
    if np.isclose(left, LIKES * Q):
        return wrong("That many are deleted, on average.")
    if np.isclose(factor, 1):
        return wrong("Without rescaling it reads a fifth of what it will read later.")
    return wrong(
        "What is left has to make up for what was deleted: factor × left = 10."
    )


@exercise("05.2")
def exercise_2(cdae_output: Callable) -> Verdict:
    """Compute the output of M4 for a few users."""
    rng = np.random.default_rng(0)
    Y = (rng.random((3, 6)) < 0.5).astype(float)
    V_u, b = rng.normal(size=(3, 2)), rng.normal(size=2)
    W, W_out, b_out = (rng.normal(size=s) for s in ((6, 2), (6, 2), 6))
    found = call(cdae_output, Y, V_u, W, b, W_out, b_out)
    if np.shape(found) != (3, 6):
        return wrong(
            f"The result has shape {np.shape(found)}; it takes one number for each of "
            "the 3 users and 6 films."
        )
    inside = Y @ W + V_u + b
    scores = _sigmoid(inside) @ W_out.T + b_out
    if np.allclose(found, _sigmoid(scores)):
        return right("The node is one more summand, before the activation.")
    mistakes = [
        (scores, "The output activation is missing: these are scores, not shares."),
        (_sigmoid(_sigmoid(Y @ W + b) @ W_out.T + b_out), "The node V_u is missing."),
        (
            _sigmoid((_sigmoid(Y @ W + b) + V_u) @ W_out.T + b_out),
            "The node enters before the activation s_f, not after it.",
        ),
        (
            _sigmoid(_sigmoid(Y @ W + V_u) @ W_out.T + b_out),
            "The offset b of the hidden layer is missing.",
        ),
        (_sigmoid(_sigmoid(inside) @ W_out.T), "The offset b_out is missing."),
        (_sigmoid(inside @ W_out.T + b_out), "The hidden activation s_f is missing."),
        (
            _sigmoid(_sigmoid(inside) @ W.T + b_out),
            "The weights are tied here: the decoder has its own, W_out.",
        ),
    ]
    for value, message in mistakes:
        if np.allclose(found, value):
            return wrong(message)
    return wrong("h = s_f(Y W + V_u + b), then s_g(h W_outᵀ + b_out), both sigmoids.")


@exercise("05.3")
def exercise_3(draw_negatives: Callable) -> Verdict:
    """Draw negatives for one user."""
    liked, n_items, n = np.array([0, 3, 4]), 6, 400
    others = np.array([1, 2, 5])
    rng = np.random.default_rng(0)
    drawn = np.asarray(call(draw_negatives, liked, n_items, n, rng))
    test = "(The test: 6 items, of which 0, 3 and 4 are liked, and n = 400.)"
    if drawn.ndim != 1:
        return wrong("Return a one-dimensional array of item codes.")
    if drawn.dtype.kind not in "iu":
        return wrong("Item codes are whole numbers.")
    if drawn.size and (drawn.min() < 0 or drawn.max() >= n_items):
        return wrong(f"Item codes go from 0 to n_items - 1, not to {drawn.max()}.")
    if np.isin(drawn, liked).any():
        return wrong(
            "Some of them are liked. A negative is an item without a like; and its "
            f"place among the others is not yet its code. {test}"
        )
    if len(drawn) <= len(others):
        return wrong(f"{len(drawn)} are too few: draw with replacement. {test}")
    if len(drawn) == n:
        return wrong("So many are drawn for *each* like.")
    if len(drawn) != n * len(liked):
        return wrong(
            f"{len(drawn)} were drawn, not {n * len(liked)}: what was thrown away "
            "because it was liked has to be drawn again."
        )
    parts = drawn.reshape(len(liked), n)
    if any(np.array_equal(parts[0], part) for part in parts[1:]):
        return wrong("Every like gets the same negatives: draw anew for each.")
    counts = np.bincount(drawn, minlength=n_items)[others]
    if counts.min() < 0.8 * counts.mean():
        return wrong(
            "Not all items without a like come equally often: draw uniformly, with "
            f"replacement. {test} Items 1, 2 and 5 came {counts} times."
        )
    again = [
        call(draw_negatives, liked, n_items, n, np.random.default_rng(seed))
        for seed in (0, 1)
    ]
    if not np.array_equal(drawn, again[0]) or np.array_equal(drawn, again[1]):
        return wrong("Draw with rng: the same seed gives the same items, another not.")
    return right("Drawn anew in each epoch, they cover all zeros in the end.")


def _sigmoid(a: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-a))
