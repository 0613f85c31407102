"""The checks of lesson 10's exercises: the negative weights."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recnb.lesson.verdict import Verdict, call, exercise, right, wrong


@exercise("10.1")
def exercise_1(share: float, B: np.ndarray) -> Verdict:
    """Share of negative weights of the tiny B, its diagonal left out."""
    share, n = float(share), len(B)
    n_negative = np.count_nonzero(B < 0)
    if np.isclose(share, n_negative / (n * n - n), atol=1e-3):
        return right("The diagonal is zero by decree; it has no say in the share.")
    if np.isclose(share, n_negative / (n * n), atol=1e-3):
        return wrong(
            "You have counted the diagonal among the weights. It is zero because the "
            "model may not choose it."
        )
    if np.isclose(share, n_negative / np.count_nonzero(B > 0), atol=1e-3):
        return wrong("That is negative per positive; a share is a part of the whole.")
    if np.isclose(share, 100 * n_negative / (n * n - n), atol=0.1):
        return wrong("Right, but in per cent: give a number between 0 and 1.")
    if share == n_negative:
        return wrong("That is how many there are; divide by how many there can be.")
    return wrong("Count the entries below zero, and divide by those off the diagonal.")


@exercise("10.2")
def exercise_2(turned: Callable) -> Verdict:
    """All negative weights times a factor."""
    B = np.random.default_rng(2).normal(size=(6, 6)) * (1 - np.eye(6))
    before = B.copy()
    found = np.asarray(call(turned, B, 0.5))
    if not np.array_equal(B, before):
        return wrong(
            "Your function has changed the weights that it was handed: after one turn "
            "of the dial the model would be another one. Work on a copy."
        )
    if found.shape != B.shape:
        return wrong(f"The result has shape {found.shape}, the weights have (6, 6).")
    expected = np.where(B < 0, 0.5 * B, B)
    if np.allclose(found, expected):
        same, none = call(turned, B, 1.0), call(turned, B, 0.0)
        if np.allclose(same, B) and np.allclose(none, np.maximum(B, 0)):
            return right("At 1 nothing changes, at 0 it is clamping.")
        return wrong("Right for 0.5, but at 1 nothing may change, and 0 must clamp.")
    if np.allclose(found, 0.5 * B):
        return wrong("You have turned all weights down; the positive ones stay.")
    if np.allclose(found, np.where(B > 0, 0.5 * B, B)):
        return wrong("You have turned the positive ones down.")
    if np.allclose(found, np.maximum(B, 0)):
        return wrong("That is clamping, whatever the factor: where does it enter?")
    return wrong("np.where(B < 0, one thing, another) chooses entry by entry.")


@exercise("10.3")
def exercise_3(best_weight: Callable) -> Verdict:
    """Find the best non-negative value of one weight, the others held fixed."""
    cases = [(8.0, 0.3, 20.0, 2.0), (-9.0, 0.1, 20.0, 2.0), (1.5, 0.0, 20.0, 2.0)]
    found = [float(call(best_weight, *case)) for case in cases]
    pulls = [s + h * w - l1 for s, w, h, l1 in cases]
    if np.allclose(
        found, [max(0.0, p / c[2]) for p, c in zip(pulls, cases, strict=True)]
    ):
        return right(
            "A weight leaves zero only if its slope exceeds the L1 penalty; that is "
            "where SLIM's zeros come from."
        )
    if np.allclose(found, [p / c[2] for p, c in zip(pulls, cases, strict=True)]):
        return wrong("A weight has come out negative: it may not fall below zero.")
    if np.allclose(found, [max(0.0, (s + h * w) / h) for s, w, h, _ in cases]):
        return wrong("The L1 penalty has no effect: it is taken off the slope.")
    if np.allclose(found, [max(0.0, (s - l1) / h) for s, _, h, l1 in cases]):
        return wrong(
            "You have forgotten the weight that is there already: `slope` was taken "
            "with it, so it counts h times."
        )
    if np.allclose(found, [max(0.0, p) for p in pulls]):
        return wrong("The division by h is missing.")
    return wrong("One line of `one_column` in section 6 does it.")


@exercise("10.4")
def exercise_4(share_below: Callable) -> Verdict:
    """Share of the negative pairs that are liked together less than expected."""
    rng = np.random.default_rng(5)
    X = (rng.random((80, 9)) < rng.uniform(0.1, 0.7, 9)) * 1.0
    G = X.T @ X
    E = G * rng.uniform(0.6, 1.3, G.shape)
    E = (E + E.T) / 2
    B = rng.normal(size=(9, 9)) * (1 - np.eye(9))
    least = float(np.median(np.diag(G)))
    found = float(call(share_below, G, E, B, least))
    known, off = np.diag(G) >= least, ~np.eye(9, dtype=bool)
    pairs, negative, below = np.outer(known, known) & off, B + B.T < 0, G < E
    if np.isclose(found, np.mean(below[pairs & negative])):
        return right("Beside it belongs the same share of the positive pairs.")
    if np.isclose(found, np.mean(~below[pairs & negative])):
        return wrong("That is the share liked together at least as often as expected.")
    if np.isclose(found, np.mean(below[off & negative])):
        return wrong("You have not left out the films with few likes.")
    if np.isclose(found, np.mean((below & negative)[pairs])):
        return wrong("That is a share of all pairs; of the negative pairs is asked.")
    if np.isclose(found, np.mean(below[pairs])):
        return wrong("That is for all pairs, whatever the sign of their weights.")
    return wrong(
        "Take the pairs of films with at least `least` likes whose weights sum to less "
        "than 0, without the diagonal, and average G < E over them."
    )
