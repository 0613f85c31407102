"""The checks of lesson 03's exercises: AutoRec."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import sparse

from recnb.lesson.verdict import Verdict, call, exercise, right, wrong


@exercise("03.1")
def exercise_1(error: float, R: np.ndarray, P: np.ndarray) -> Verdict:
    """Masked RMSE of a small matrix, by hand."""
    if np.size(error) != 1:
        return wrong("One number, please: the error over all ratings together.")
    error, R, P = float(np.ravel(error)[0]), np.asarray(R), np.asarray(P)
    squares, rated = (R - P) ** 2.0, R > 0
    if np.isclose(error, np.sqrt(squares[rated].mean()), atol=0.006):
        return right("Four ratings count; what was predicted in the gaps does not.")
    if np.isclose(error, np.sqrt(squares.mean()), atol=0.006):
        return wrong("That is the error over all six cells. A zero is no rating.")
    if np.isclose(error, squares[rated].mean(), atol=0.006):
        return wrong("That is the mean of the squares: the root is missing.")
    if np.isclose(error, np.sqrt(squares[rated].sum()), atol=0.006):
        return wrong("That is the root of the sum: divide by the number of ratings.")
    if np.isclose(error, np.sqrt(squares[rated].sum() / R.size), atol=0.006):
        return wrong("Divide by the number of ratings, not by that of the cells.")
    if np.isclose(error, np.abs(R - P)[rated].mean(), atol=0.006):
        return wrong("That is the mean absolute error: square before you average.")
    return wrong("Square the four errors, average them, take the root.")


@exercise("03.2")
def exercise_2(objective: Callable) -> Verdict:
    """Equation 2: masked squared error plus penalty."""
    rng = np.random.default_rng(2)
    r = rng.integers(0, 6, size=(5, 4)).astype(float)
    prediction = rng.normal(3, 1, size=(5, 4))
    V, W, l2 = rng.normal(size=(4, 2)), rng.normal(size=(4, 2)), 0.7
    found = call(objective, r.copy(), prediction.copy(), V.copy(), W.copy(), l2)
    if np.size(found) != 1:
        return wrong(f"The objective is one number; yours has shape {np.shape(found)}.")
    found, rated = float(np.ravel(found)[0]), r > 0
    squares, v, w = (r - prediction) ** 2, (V**2).sum(), (W**2).sum()
    error, penalty = squares[rated].sum(), l2 / 2 * (v + w)

    def is_near(value: float) -> bool:
        return bool(np.isclose(found, value, rtol=1e-6))

    if is_near(error + penalty):
        return right("Only what was rated pulls at the weights, and λ holds them.")
    if is_near(squares.sum() + penalty):
        return wrong("You have summed over all cells: the gaps are not zero stars.")
    if is_near(error + 2 * penalty):
        return wrong("The penalty is twice as large as in equation 2: λ/2.")
    if is_near(error):
        return wrong("The masked error is right; the penalty is missing.")
    if is_near(squares[rated].mean() + penalty):
        return wrong("The paper takes the sum of the squares, not their mean.")
    if is_near(error + l2 / 2 * w) or is_near(error + l2 / 2 * v):
        return wrong("The penalty is on both matrices, V and W.")
    if is_near(error + l2 / 2 * (np.sqrt(v) + np.sqrt(w))):
        return wrong("The norms in the penalty are squared: no root.")
    return wrong("Sum the squared errors where r > 0, then add λ/2 (‖W‖² + ‖V‖²).")


@exercise("03.3")
def exercise_3(new_film: Callable) -> Verdict:
    """I-AutoRec's prediction for a film that was not in training."""
    rng = np.random.default_rng(3)
    V, W = rng.normal(size=(2, 6, 3))
    mu, b = rng.normal(size=3), np.array([0.5, 2, 3, 4, 4.5, 7])
    r, nobody = np.array([5.0, 0, 0, 2, 0, 1]), np.zeros(6)
    theta = (V, W, mu, b)
    found = np.asarray(call(new_film, r.copy(), *theta))
    if found.shape != (6,):
        return wrong(
            f"The result has shape {found.shape}: one rating a person, for six people."
        )
    bent = _sigmoid(r @ V + mu) @ W.T + b
    if np.allclose(found, bent, atol=1e-6):
        return wrong("The formula is right. Some predictions are outside 1 to 5 stars.")
    for values, message in (
        ((r @ V + mu) @ W.T + b, "The sigmoid on the hidden layer is missing."),
        (_sigmoid(r @ V) @ W.T + b, "μ is missing: it is added before the sigmoid."),
        (_sigmoid(r @ V + mu) @ W.T, "b is missing: it is added last."),
        (_sigmoid(r @ W + mu) @ V.T + b, "V reads the ratings, and W writes them."),
    ):
        if np.allclose(found, values.clip(1, 5), atol=1e-6) or np.allclose(
            found, values, atol=1e-6
        ):
            return wrong(message)
    if not np.allclose(found, bent.clip(1, 5), atol=1e-6):
        return wrong("Equation 1, then clip: b + W g(V r + μ), between 1 and 5.")
    empty = np.asarray(call(new_film, nobody.copy(), *theta))
    if empty.shape == (6,) and np.allclose(empty, 3):
        return right(
            "A new film needs no new training: its row of ratings is enough. With no "
            "rating at all there is nothing to read, and 3 is the paper's answer."
        )
    return wrong("Right, but for a film without any rating the paper predicts 3.")


class _Spy:
    """A model that predicts something, and remembers what it was shown."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.answer = np.random.default_rng(4).uniform(0, 6, size=shape)
        self.seen: list[np.ndarray] = []

    def predict(self, X: object) -> np.ndarray:
        dense = X.toarray() if sparse.issparse(X) else np.asarray(X)
        self.seen.append(dense.copy())
        return self.answer.copy()


@exercise("03.4")
def exercise_4(honest: Callable) -> Verdict:
    """Judge an evaluation by what it shows the model, and by its number."""
    rng = np.random.default_rng(40)
    R = rng.integers(1, 6, size=(8, 5)) * (rng.random((8, 5)) < 0.7)
    part = rng.random((8, 5)) < 0.3
    train, test = R * ~part, R * part
    spy = _Spy(R.shape)
    found = call(
        honest,
        spy,
        sparse.csr_array(train.astype(float)),
        sparse.csr_array(test.astype(float)),
    )
    if not spy.seen:
        return wrong("The model was not asked: call model.predict once.")
    if any((seen * part).any() for seen in spy.seen):
        return wrong(
            "The model has seen test ratings: what is handed to predict is its input."
        )
    if not all(np.array_equal(seen, train) for seen in spy.seen):
        return wrong("Hand the model all the training ratings, and nothing else.")
    if np.size(found) != 1:
        return wrong("One number, please: the RMSE over all test ratings.")
    found, rated = float(np.ravel(found)[0]), test > 0
    clipped = (spy.answer.clip(1, 5) - test) ** 2
    if np.isclose(found, np.sqrt(clipped[rated].mean())):
        return right("The test ratings are the answer, never the question.")
    if np.isclose(found, np.sqrt(((spy.answer - test) ** 2)[rated].mean())):
        return wrong("No leak any more; but move the predictions into 1 to 5 first.")
    if np.isclose(found, np.sqrt(clipped.mean())):
        return wrong("No leak any more; but only test ratings count, not all cells.")
    if np.isclose(found, clipped[rated].mean()):
        return wrong("No leak any more; the root is missing.")
    return wrong("No leak any more; but the number is not the RMSE over test ratings.")


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))
