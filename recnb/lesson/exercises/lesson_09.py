"""The checks of lesson 09's exercises: the zero diagonal."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recnb.lesson.verdict import Verdict, call, exercise, right, wrong


@exercise("09.1")
def exercise_1(multiplier: float, P: np.ndarray, l2: float) -> Verdict:
    """Multiplier of the last of the five films, from the tiny P."""
    if np.size(multiplier) != 1:
        return wrong("One number, please: that of the last film, entry [4].")
    multiplier, corner = float(np.ravel(multiplier)[0]), P[-1, -1]
    if np.isclose(multiplier, 1 / corner - l2, atol=0.006):
        return right(
            "So much of Titanic's 6 likes the other four films leave unexplained."
        )
    if np.isclose(multiplier, 1 / corner - l2, atol=0.05):
        return wrong("Nearly: give at least three digits.")
    if np.isclose(multiplier, 2 * (1 / corner - l2), atol=0.006):
        return wrong("That is the slope, 2γ. The multiplier is half of it.")
    if np.isclose(multiplier, 1 / corner, atol=0.006):
        return wrong("That is λ + γ: what has to be taken off?")
    if np.isclose(multiplier, corner, atol=0.006):
        return wrong("That is the entry of P itself. Its reciprocal is λ + γ.")
    if np.isclose(multiplier, -(1 / corner - l2), atol=0.006):
        return wrong("The sign is turned around: forbidding something costs something.")
    if np.isclose(multiplier, 1 / np.diag(P) - l2, atol=0.006).any():
        return wrong("That is another film's; Titanic is the last, entry [4].")
    if np.isclose(multiplier, (1 / corner - l2) / 6, atol=0.006):
        return wrong("That is the share of its 6 likes; γ is before the division.")
    return wrong("Step 5 of section 2 has the formula; Titanic is the last film.")


@exercise("09.2")
def exercise_2(ease_from_ridge: Callable) -> Verdict:
    """EASE's weights from ridge's, without X and without l2."""
    X = (np.random.default_rng(2).random((40, 6)) < 0.4) * 1.0
    P = np.linalg.inv(X.T @ X + 3.0 * np.eye(6))
    ridge = np.eye(6) - 3.0 * P
    expected = _without_diagonal(-P / np.diag(P))
    B = np.asarray(call(ease_from_ridge, ridge.copy()))
    if B.shape != (6, 6):
        return wrong(f"The result has shape {B.shape}; for 6 films it is 6 x 6.")
    if np.allclose(B, expected, atol=1e-6):
        return right("Whoever has ridge has EASE: the same weights, another scale.")
    if np.allclose(_without_diagonal(B), expected, atol=1e-6):
        return wrong("The weights are right; the diagonal is not zero yet.")
    if np.allclose(B, _without_diagonal(ridge), atol=1e-6):
        return wrong(
            "You have set the diagonal to zero and left the rest. The rest is too "
            "small: by which factor did ridge shrink column j? If you did divide: read "
            "the factors off before you set the diagonal to zero."
        )
    if np.allclose(_without_diagonal(B), expected.T, atol=1e-6):
        return wrong("You have divided the rows; the factor belongs to column j.")
    if np.allclose(_without_diagonal(B), _shrunk_twice(ridge), atol=1e-6):
        return wrong("You have multiplied by the factor once more: undo it instead.")
    if np.allclose(
        _without_diagonal(B), _without_diagonal(ridge / np.diag(ridge)), atol=1e-6
    ):
        return wrong("You have divided by the diagonal entry, not by one minus it.")
    return wrong("Column j of ridge is EASE's column times (1 - its diagonal entry).")


def _shrunk_twice(ridge: np.ndarray) -> np.ndarray:
    return _without_diagonal(ridge * (1 - np.diag(ridge)))


def _without_diagonal(B: np.ndarray) -> np.ndarray:
    return B - np.diag(np.diag(B))


@exercise("09.3")
def exercise_3(partial_correlation: Callable) -> Verdict:
    """Partial correlations from a covariance matrix."""
    A = np.random.default_rng(3).normal(size=(60, 4)) @ np.triu(np.ones((4, 4)))
    S = np.cov(A, rowvar=False)
    P = np.linalg.inv(S)
    d = np.sqrt(np.diag(P))
    expected = -P / np.outer(d, d)
    np.fill_diagonal(expected, 1)
    R = np.asarray(call(partial_correlation, S.copy()))
    if R.shape != (4, 4):
        return wrong(f"The result has shape {R.shape}; for 4 variables it is 4 x 4.")
    off, wanted = _without_diagonal(R), _without_diagonal(expected)
    if np.allclose(off, wanted, atol=1e-6):
        if np.allclose(np.diag(R), 1):
            return right("Between -1 and 1, and 0 where there is no direct link.")
        return wrong(
            "All is right but the diagonal: what does a variable share with itself? "
            "Put 1 there."
        )
    if np.allclose(off, -wanted, atol=1e-6):
        return wrong("Every sign is turned around: the formula begins with a minus.")
    if np.allclose(off, _without_diagonal(P), atol=1e-6):
        return wrong("Inverted, but not scaled yet, and the sign is to be turned.")
    if np.allclose(off, _without_diagonal(-P), atol=1e-6):
        return wrong("That is the precision matrix, not scaled: divide by √(Qii Qjj).")
    if np.allclose(off, _without_diagonal(-P / np.diag(P)), atol=1e-6):
        return wrong("You have divided by Qjj alone, as EASE does: not symmetric.")
    if np.allclose(off, _without_diagonal(-P / np.outer(d, d) ** 2), atol=1e-6):
        return wrong("Divide by the root of Qii Qjj, not by the product itself.")
    c = np.sqrt(np.diag(S))
    if np.allclose(off, _without_diagonal(-P / np.outer(c, c)), atol=1e-6):
        return wrong("Scale by the diagonal of the inverse, not by that of S.")
    if np.allclose(off, _without_diagonal(S / np.outer(c, c)), atol=1e-6):
        return wrong("That is the ordinary correlation. Invert first.")
    return wrong("Invert, scale by the roots of the diagonal, turn the signs.")


@exercise("09.4")
def exercise_4(updated: Callable) -> Verdict:
    """Update the inverse for one more user, without inverting again."""
    rng = np.random.default_rng(4)
    X = (rng.random((40, 6)) < 0.4) * 1.0
    x = (rng.random(6) < 0.5) * 1.0
    A = X.T @ X + 2.0 * np.eye(6)
    P, expected = np.linalg.inv(A), np.linalg.inv(A + np.outer(x, x))
    before = P.copy()
    found = np.asarray(call(updated, P, x))
    if not np.array_equal(P, before):
        return wrong(
            "Your function has changed the P that it was handed: work on a new matrix, "
            "or the next user starts from a wrong one."
        )
    if found.shape != (6, 6):
        return wrong(f"The result has shape {found.shape}; P is 6 x 6.")
    if np.allclose(found, expected, atol=1e-8):
        return right("Some n² operations instead of n³: a new user joins at once.")
    u = P @ x
    if np.allclose(found, P + np.outer(u, u) / (1 + x @ u), atol=1e-8):
        return wrong("The sign: more data make the inverse smaller.")
    if np.allclose(found, P - np.outer(u, u), atol=1e-8):
        return wrong("The division by 1 + xᵀPx is missing.")
    if np.allclose(found, P - np.outer(u, u) / (x @ u), atol=1e-8):
        return wrong("The 1 in the denominator is missing.")
    if np.allclose(found, P - np.outer(u, u) / (1 - x @ u), atol=1e-8):
        return wrong("The sign in the denominator: 1 plus xᵀPx.")
    if np.allclose(found, P - np.outer(u, u) / (1 + u @ u), atol=1e-8):
        return wrong("The denominator has x · Px, not Px · Px.")
    if np.allclose(found, P - np.outer(x, x) / (1 + x @ u), atol=1e-8):
        return wrong("The outer product is of Px with itself, not of x.")
    if np.allclose(found, np.outer(u, u) / (1 + x @ u), atol=1e-8):
        return wrong("That is the correction alone: take it off P.")
    if np.allclose(found, np.linalg.inv(A - np.outer(x, x)), atol=1e-8):
        return wrong("You have taken the user out instead of adding them.")
    return wrong("Set u = P x. The change is a multiple of the outer product u uᵀ.")
