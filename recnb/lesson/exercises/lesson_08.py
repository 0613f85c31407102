"""The checks of lesson 08's exercises: EASE."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from recnb.lesson.verdict import Verdict, call, exercise, right, wrong


@exercise("08.1")
def exercise_1(score: float, B: np.ndarray) -> Verdict:
    """Score of Aliens for someone who likes Alien and Chocolat, from the tiny B."""
    if np.size(score) > 1:
        return wrong("A score is one number: add the two weights.")
    score = float(np.squeeze(score))
    alien, aliens, chocolat = 0, 1, 3
    if np.isclose(score, B[alien, aliens] + B[chocolat, aliens], atol=0.006):
        return right("Chocolat takes away what Alien gives: the reasons add up.")
    if np.isclose(score, B[aliens, alien] + B[aliens, chocolat], atol=0.006):
        return wrong(
            "You have read along the row of Aliens: that is what Aliens adds to the "
            "two others. What the two add to Aliens stands in its column."
        )
    if np.isclose(score, B[alien, aliens] - B[chocolat, aliens], atol=0.006):
        return wrong("Chocolat's entry is negative: adding it makes the score smaller.")
    if np.isclose(score, B[chocolat, aliens], atol=0.006):
        return wrong("That is Chocolat's part alone; the other film has a say, too.")
    if np.isclose(score, B[alien, aliens], atol=0.006):
        return wrong("That is Alien's part alone; the other film has a say, too.")
    if np.isclose(score, B[alien, aliens] + B[4, aliens], atol=0.006):
        return wrong("That is for Alien and Titanic, the newcomer of the drawing.")
    return wrong("Add two entries of the column of Aliens, one for each film liked.")


@exercise("08.2")
def exercise_2(ease: Callable) -> Verdict:
    """EASE from scratch: a function of a dense X and l2 that returns B."""
    X = (np.random.default_rng(8).random((40, 6)) < 0.4) * 1.0
    B = np.asarray(call(ease, X, 3.0))
    if B.shape != (6, 6):
        return wrong(f"B has shape {B.shape}; for 6 films it must be 6 x 6.")
    P = np.linalg.inv(X.T @ X + 3.0 * np.eye(6))
    expected = _without_diagonal(-P / np.diag(P))
    if np.allclose(B, expected, atol=1e-4):
        return right("It also keeps its diagonal at zero for every l2 > 0.")
    if np.allclose(_without_diagonal(B), expected, atol=1e-4):
        return wrong("A film still predicts itself: what must the diagonal be?")
    if np.allclose(B, -expected, atol=1e-4):
        return wrong("Every sign is turned around: look at the minus in the formula.")
    if np.allclose(_without_diagonal(B), expected.T, atol=1e-4):
        return wrong(
            "You have divided the rows by the diagonal. Each column j belongs to one "
            "regression, so column j is divided by P[j, j]."
        )
    everywhere = np.linalg.inv(X.T @ X + 3.0)
    if np.allclose(B, _without_diagonal(-everywhere / np.diag(everywhere)), atol=1e-4):
        return wrong(
            "You have added l2 to every entry of the Gram matrix. It belongs on the "
            "diagonal alone: l2 times the identity."
        )
    if np.allclose(B, _without_diagonal(-P), atol=1e-4):
        return wrong("The division is missing: column j of P by P[j, j].")
    if np.allclose(B, _without_diagonal(np.eye(6) - 3.0 * P), atol=1e-4):
        return wrong("That is ridge, its diagonal put to zero afterwards: lesson 09's.")
    plain = np.linalg.inv(X.T @ X)
    if np.allclose(B, _without_diagonal(-plain / np.diag(plain)), atol=1e-4):
        return wrong("l2 has no effect: where does it enter before the inverse?")
    return wrong(
        "B is not EASE's yet. Take the steps one by one: Gram matrix, plus l2 on the "
        "diagonal, inverse, divide, diagonal to zero."
    )


def _without_diagonal(B: np.ndarray) -> np.ndarray:
    return B - np.diag(np.diag(B))


@exercise("08.3")
def exercise_3(mean_and_error: Callable) -> Verdict:
    """Mean and error of the difference of two models: a function of their NDCGs."""
    if not callable(mean_and_error):
        return wrong(
            "Asked for is the function itself, not its result: it is tried here on "
            "other users than those of the lesson."
        )
    a, b = _two_models(np.random.default_rng(8), n_users=200)
    found = call(mean_and_error, a, b)
    if np.size(found) != 2:
        return wrong(
            f"Your function returned {np.size(found)} number(s). Asked for is a pair: "
            "return mean, error."
        )
    mean, error = (float(number) for number in found)
    difference = a - b
    if not np.isclose(mean, difference.mean(), rtol=0.01):
        if np.isclose(mean, -difference.mean(), rtol=0.01):
            return wrong("The sign is turned around: the first minus the second.")
        if np.isclose(mean, difference.mean(), atol=0.0005):
            return wrong("The mean is rounded: three decimals are too few for it.")
        return wrong("The mean is not it: subtract user by user, then average.")
    deviation, n = difference.std(ddof=1), len(difference)
    if np.isclose(error, deviation / np.sqrt(n), rtol=0.01):
        return right("Small, because easy users are easy for both models.")
    if np.isclose(error, deviation, rtol=0.01):
        return wrong(
            "That is the standard deviation over users. The error of their mean is "
            "smaller, the more users there are."
        )
    separate = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / n)
    if np.isclose(error, separate, rtol=0.01):
        return wrong(
            "You have added the two models' errors as if other users had been asked. "
            "They are the same users: take the deviation of the differences."
        )
    return wrong("The mean is right. Its error: deviation of the differences, over √n.")


def _two_models(rng: np.random.Generator, n_users: int) -> tuple[pd.Series, pd.Series]:
    """Return NDCGs of two models, for which easy users are the same ones."""
    ease_of_user = rng.beta(3, 4, n_users)
    noise = rng.normal([[0.01], [0.0]], 0.03, (2, n_users))
    first, second = np.clip(ease_of_user + noise, 0, 1)
    return pd.Series(first), pd.Series(second)


@exercise("08.4")
def exercise_4(column: Callable) -> Verdict:
    """One column of B by a ridge regression on the other items."""
    X = (np.random.default_rng(9).random((50, 5)) < 0.4) * 1.0
    item, l2 = 2, 4.0
    found = np.asarray(call(column, X, item, l2), dtype=float)
    P = np.linalg.inv(X.T @ X + l2 * np.eye(5))
    expected = -P[:, item] / P[item, item]
    expected[item] = 0
    if found.shape == (4,) and np.allclose(found, np.delete(expected, item), atol=1e-4):
        return right(
            "These are EASE's weights without the zero, which can stay implied. So n "
            "regressions and one inverse give the same model."
        )
    if found.shape != (5,):
        return wrong(
            f"A column has one weight for each of the 5 items, not {found.shape}."
        )
    if np.allclose(found, expected, atol=1e-4):
        return right("So n regressions and one inverse give the same model.")
    with_itself = np.linalg.solve(X.T @ X + l2 * np.eye(5), X.T @ X[:, item])
    if np.allclose(found, with_itself, atol=1e-4):
        return wrong(
            "The item predicts itself here, with a large weight: leave its column out "
            "of the regression, and put a zero in its place."
        )
    if np.allclose(found, np.where(np.arange(5) == item, 0, with_itself), atol=1e-4):
        return wrong(
            "The item took part in the regression, and its weight was set to zero "
            "afterwards. The others were then fitted to what it had left over: leave "
            "its column out before you solve."
        )
    others = np.delete(np.arange(5), item)
    plain = np.zeros(5)
    plain[others] = np.linalg.lstsq(X[:, others], X[:, item], rcond=None)[0]
    if np.allclose(found, plain, atol=1e-4):
        return wrong("That is least squares without the penalty: where does l2 enter?")
    return wrong("Regress X[:, item] on all other columns, with l2 on the diagonal.")
