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
    if np.isclose(factor, 1 - Q):
        return wrong("That is the share that is left: what is left has to grow.")
    if np.isclose(left, LIKES * Q):
        return wrong("That many are deleted, on average.")
    if np.isclose(factor, 1):
        return wrong("Without rescaling it reads a fifth of what it will read later.")
    return wrong(
        "What is left has to make up for what was deleted: factor × left = 10."
    )


@exercise("05.2")
def exercise_2(node_report: Callable) -> Verdict:
    """Say how loud the nodes are, and what the own ones and others' bring."""
    rng = np.random.default_rng(0)
    Y = (rng.random((40, 12)) < 0.4).astype(float)
    W = rng.normal(size=(12, 3)) + 0.5
    V = rng.normal(size=(40, 3)) * (0.1, 0.3, 0.5) + (1, -1, 2)
    found = call(node_report, lambda nodes: _quality(nodes, V), Y, W, V)
    if np.shape(found) != (3,):
        return wrong("Return three numbers: loud, own, another.")
    loud, own, another = (float(number) for number in found)
    history, node = (np.sqrt(part.var(axis=0).mean()) for part in (Y @ W, V))
    if not np.isclose(loud, node / history):
        return wrong(_why_not_so_loud(loud, Y, W, V))
    mistakes = [
        (own, QUALITY["own"], "own is a level; subtract that of the mean node."),
        (own, QUALITY["mean"] - QUALITY["own"], "own has the wrong sign."),
        (
            own,
            QUALITY["own"] - QUALITY["zero"],
            "Subtract the quality with the mean node. These nodes do not cancel, so "
            "that a node of zeros is nobody's.",
        ),
        (another, QUALITY["other"], "another is a level; subtract the mean node's."),
        (another, QUALITY["mean"] - QUALITY["other"], "another has the wrong sign."),
        (
            another,
            QUALITY["own"] - QUALITY["mean"],
            "Everybody got the own node again.",
        ),
        (
            another,
            QUALITY["no rows"] - QUALITY["mean"],
            "Another user's node is a whole row of V; these rows are nobody's.",
        ),
    ]
    for answer, value, message in mistakes:
        if np.isclose(answer, value):
            return wrong(message)
    expected = (QUALITY[name] - QUALITY["mean"] for name in ("own", "other"))
    if not np.allclose((own, another), tuple(expected)):
        return wrong("own = quality(V) - quality(mean node); another likewise.")
    return right(
        f"These nodes are {loud:.2f} times as loud as the histories: they are heard. "
        "The own one helps and another's harms, so they know their users. At .01 the "
        "same two differences would say nothing about what nodes could do."
    )


#: What the net of exercise 2 reaches with each kind of nodes.
QUALITY = {"own": 0.36, "other": 0.29, "mean": 0.31, "zero": 0.23, "no rows": 0.12}


def _quality(nodes: np.ndarray, V: np.ndarray) -> float:
    """Return the quality that a net with nodes V has if it is handed these."""
    nodes = np.broadcast_to(np.asarray(nodes, dtype=float), V.shape)
    kind = "no rows"
    if np.allclose(nodes, V):
        kind = "own"
    elif np.allclose(nodes, V.mean(axis=0)):
        kind = "mean"
    elif not nodes.any():
        kind = "zero"
    elif all(np.isclose(V, row).all(axis=1).any() for row in nodes):
        kind = "other"
    return QUALITY[kind]


def _why_not_so_loud(loud: float, Y: np.ndarray, W: np.ndarray, V: np.ndarray) -> str:
    """Return what is wrong with the first number of exercise 2."""
    by_unit = {
        name: np.sqrt(x.var(axis=0).mean())
        for name, x in {"history": Y @ W, "W": W, "V": V}.items()
    }
    mistakes = [
        (by_unit["history"] / by_unit["V"], "loud is the node's share: V's over W's."),
        (
            by_unit["V"] / by_unit["W"],
            "A unit does not hear W: it hears Y @ W, which depends on the history.",
        ),
        (
            np.sqrt((V**2).mean() / ((Y @ W) ** 2).mean()),
            "What all users have in common says nothing about one: take the "
            "deviations from the mean over users.",
        ),
        (
            V.std(axis=0).mean() / (Y @ W).std(axis=0).mean(),
            "The root comes last: the mean of the units' variances, then its root.",
        ),
        (
            V.std() / (Y @ W).std(),
            "That mixes the units: take the variance over users of each unit first.",
        ),
    ]
    for value, message in mistakes:
        if np.isclose(loud, value):
            return message
    return (
        "loud is wrong: the variance over users of each unit, the mean over units, "
        "its root; V's over that of Y @ W."
    )


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
